"""How a model behaves off the beaten track: changed texts, unusual ones, and pairs by hand.

Takes a function from texts to logits; which runtime stands behind it is the caller's affair.
"""
