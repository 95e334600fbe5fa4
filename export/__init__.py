"""From a fine-tuned run to a static site: ONNX, int8, parity, calibration, rendering.

Packages in the order in which data flows: graph, int8, quality, site; ``browser`` is the ground,
``search`` and ``bench`` are studies on top. Nothing is trained here.
"""
