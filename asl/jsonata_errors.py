"""What compiling and evaluating JSONata can come to besides a value."""

from typing import Final


class Undefined:
    """JSONata's "nothing": an expression may return it, JSON can't hold it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined()


class InvalidJSONataError(ValueError):
    """The text is no JSONata expression; ``position`` counts its characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        self.position = position
        super().__init__(message)


class JSONataError(Exception):
    """Evaluation failed. ``code`` is the language's own ("T2001"), as its reference implementation numbers them.

    None where a limit was reached, for which AWS has words and no number.
    """

    def __init__(self, code: str | None, message: str) -> None:
        self.code = code
        super().__init__(message if code is None else f"{code}: {message}")


def timeout() -> JSONataError:
    return JSONataError(None, "Expression evaluation timeout: Check for infinite loop")


def too_large() -> JSONataError:
    return JSONataError(None, "Expression evaluation memory limit exceeded: Check for excessive memory usage")


def stack_overflow(limit: int) -> JSONataError:
    return JSONataError(
        None,
        "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive."
        f" Depth={limit + 1} max={limit}",
    )


class UnsureError(Exception):
    """A shortcut met what it doesn't know: the full evaluator decides."""
