"""The float32 graph: made from torch, opened by onnxruntime, optimized before it is shipped.

Nothing here rounds anything: that is ``int8``.
"""
