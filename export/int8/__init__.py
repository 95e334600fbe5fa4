"""From a float32 graph to an int8 file, by onnxruntime's own method or row by row.

What rounding costs is measured elsewhere (``quality``), which scheme is best in ``search``.
"""
