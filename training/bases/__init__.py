"""Pretrained encoders: where they are found, how they are opened, what is derived from them.

Nothing is trained here (``fit``): a base leaves this room with a new head and its tokenizer.
"""
