"""What a user did wrong, told in one sentence, with the exit code that goes with it."""

import functools
import sys
from collections.abc import Callable, Sequence

Main = Callable[[Sequence[str] | None], int]

EXIT_BREACH = 1
EXIT_BAD_INPUT = 2


class InputError(ValueError):
    """Bad input. The message says what is wrong, where, and what to do about it."""


def reports_bad_input(main: Main) -> Main:
    """Wrap a script's ``main(argv)``: an InputError becomes one line on stderr and exit code 2."""

    @functools.wraps(main)
    def wrapped(argv: Sequence[str] | None = None) -> int:
        try:
            return main(argv)
        except InputError as error:
            print(f"error: {error}", file=sys.stderr)
            return EXIT_BAD_INPUT
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            return 130

    return wrapped
