"""The two ways in which a program of ours ends early, told in one sentence each."""


class InputError(ValueError):
    """Bad input. The message says what is wrong, where, and what to do about it."""


class CheckError(RuntimeError):
    """Our own output did not pass a check and was not kept. The message says by how much."""


def one_line(error: BaseException, most: int | None = None) -> str:
    """What an error says, on one line, cut after ``most`` characters."""
    return " ".join(str(error).split())[:most]
