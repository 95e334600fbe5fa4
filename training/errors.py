"""The one exception for what a user can put right."""


class InputError(ValueError):
    """Bad input. The message says what is wrong, where, and what to do about it."""
