"""Labelled texts: from files, the hub or the embedded sample to three clean splits.

Reading, cleaning, contexts and retelling live here; tokenizing and sampling do not (``fit``).
"""
