"""Several runs compared: metrics records in, tables, plots, tests and a conclusion out.

Reads records alone, and computes nothing that a record has; figures of one model are ``measure``.
"""
