"""What every run has: its config, its folder, its records and the way it ends in an error.

The ground floor: light to import, so that ``--help`` is instant. No texts, no models.
"""
