"""Training: one recipe in, weights out; teachers, students and distilled bases among it.

How good the outcome is, is measured elsewhere (``measure``).
"""
