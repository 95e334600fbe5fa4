"""A real browser on a served folder: one server, one way to start, one way to classify in it.

Knows nothing of how a site is built; what is timed in it is ``bench``.
"""
