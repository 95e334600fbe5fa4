"""Figures of one model: logits, metrics, intervals, calibration, families, the card.

Comparisons of several models are a ``report``; changed texts and pairs by hand are ``behaviour``.
"""

SURE_CONFIDENCE = 0.95  # that what a calibration calls sure is right as often as wanted
