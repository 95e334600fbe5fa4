"""From a float32 graph to an int8 file, by onnxruntime's own method or row by row.

What rounding costs is measured elsewhere (``quality``), which recipe is best in ``search``.
"""
