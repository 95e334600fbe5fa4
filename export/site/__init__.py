"""The static site: rendered, hashed, compressed and put in the place of the one before.

Pages, styles and programs themselves are in ``web``; measuring them is ``browser`` and ``bench``.
"""
