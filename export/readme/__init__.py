"""The blocks of README.md that come from records; a test fails when the two differ.

Figures are only shown here: they were measured and written by the packages below.
"""
