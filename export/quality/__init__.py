"""What the exported files are worth: distance from torch, the gate, calibration, size, latency.

Measures and writes records; what is shipped because of them is decided in ``site``.
"""
