"""The model in other people's hands: a folder in the layout of the Hugging Face hub, its card.

What fetches pretrained weights from the hub is in ``training/bases``, our own page in ``site``.
"""
