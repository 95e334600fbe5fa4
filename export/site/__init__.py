"""The static site and the model's folder in it: rendered, hashed, compressed, swapped in.

Pages, styles and programs themselves are in ``web``; measuring them is ``browser`` and ``bench``.
"""
