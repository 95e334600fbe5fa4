"""Figures of one model: logits, metrics, intervals, calibration, families, the card.

Comparisons of several models are a ``report``; changed texts and pairs by hand are ``behaviour``.
"""
