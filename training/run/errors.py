"""The two ways in which a program of ours ends early, told in one sentence each."""

from pydantic import ValidationError


class InputError(ValueError):
    """Bad input. The message says what is wrong, where, and what to do about it."""


class CheckError(RuntimeError):
    """Our own output did not pass a check and was not kept. The message says by how much."""


def one_line(error: BaseException, most: int | None = None) -> str:
    """What an error says, on one line, cut after ``most`` characters."""
    return " ".join(str(error).split())[:most]


def first_problem(error: ValidationError, remedy: str) -> str:
    """What pydantic found first, in one sentence.

    Args:
        remedy: what to do about a key that is missing.
    """
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return f"unknown key '{where}'; remove it or correct its spelling"
    if problem["type"] in {"missing", "missing_argument"}:
        return f"the key '{where}' is missing; {remedy}"
    return f"'{where}': {problem['msg'].lower()}, but the file says {problem['input']!r:.60}"
