"""Real browsers on a served folder: one server, one way to drive each, one way to classify in it.

Knows the page's marks and nothing of how a site is built; what is timed in depth is ``bench``.
"""
