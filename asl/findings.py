"""Where the checks write down what they find: the list, the JSON Pointer of the place, and the kinds of values.

The codes of errors are AWS's own, where it has one.
"""

from collections.abc import Iterable
from typing import Final

from asl import repairs
from asl.diagnostics import Diagnostic
from asl.json_types import JSON
from asl.repairs import Fix

SCHEMA: Final = "SCHEMA_VALIDATION_FAILED"
MISSING_TARGET: Final = "MISSING_TRANSITION_TARGET"
INVALID_JSONATA: Final = "INVALID_JSONATA_EXPRESSION"
UNSUPPORTED_JSONATA: Final = "UNSUPPORTED_JSONATA_EXPRESSION"


class Findings:
    def __init__(self, *, express: bool, placeholders: bool) -> None:
        self.found: list[Diagnostic] = []
        self.express = express
        self.placeholders = placeholders  # may a `${name}` stand where a number, a path or a name must be?

    def error(
        self, path: str, message: str, code: str = SCHEMA, *, fix: Fix | None = None, place: str | None = None
    ) -> None:
        self._add(Diagnostic(path, code, message, "ERROR", place, fix))

    def warning(self, path: str, code: str, message: str, *, fix: Fix | None = None) -> None:
        self._add(Diagnostic(path, code, message, "WARNING", fix=fix))

    def unsupported(self, path: str, field: str, *, fix: Fix | None = None) -> None:
        """What is at ``path`` has no such field."""
        self.error(at(path, field), f"Field '{field}' is not supported", fix=fix, place=path)

    def of_other_language(self, path: str, field: str, language: str, *, other: str, fix: Fix | None = None) -> None:
        """What is at ``path``, in ``language``, has a field that belongs to the ``other`` query language."""
        message = (
            f"The QueryLanguage is set to '{language}', but field '{field}' is only supported for the '{other}'"
            " QueryLanguage"
        )
        self.error(at(path, field), message, fix=fix, place=path)

    def _add(self, diagnostic: Diagnostic) -> None:
        self.found.append(diagnostic)

    def is_placeholder(self, value: JSON) -> bool:
        return self.placeholders and isinstance(value, str) and "${" in value

    # -- kinds of values; each true when the value can be used --------------------------------------

    def is_object(self, value: JSON, path: str) -> bool:
        return isinstance(value, dict) or self._wrong_kind(path, "OBJECT")

    def is_array(self, value: JSON, path: str) -> bool:
        return isinstance(value, list) or self._wrong_kind(path, "ARRAY")

    def is_string(self, value: JSON, path: str) -> bool:
        return isinstance(value, str) or self._wrong_kind(path, "STRING")

    def is_boolean(self, value: JSON, path: str) -> bool:
        return self.is_placeholder(value) or isinstance(value, bool) or self._wrong_kind(path, "BOOLEAN")

    def is_integer(self, value: JSON, path: str, least: int, most: int) -> bool:
        if self.is_placeholder(value):
            return False
        if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value:
            return self._wrong_kind(path, "INTEGER")
        return self._is_within(value, path, least, most)

    def is_number(self, value: JSON, path: str, least: float, most: float) -> bool:
        if self.is_placeholder(value):
            return False
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self._wrong_kind(path, "NUMBER")
        return self._is_within(value, path, least, most)

    def _is_within(self, value: float, path: str, least: float, most: float) -> bool:
        if value < least:
            return self._wrong(path, f"Minimum value is {least}")
        return value <= most or self._wrong(path, f"Maximum value is {most}")

    def is_one_of(self, value: JSON, path: str, choices: Iterable[str]) -> bool:
        if self.is_placeholder(value):
            return False
        allowed = tuple(choices)
        if not self.is_string(value, path):
            return False
        message = f"Value should be one of the following: [{', '.join(allowed)}]"
        return value in allowed or self._wrong(path, message, repairs.one_of(value, allowed))

    def _wrong_kind(self, path: str, what: str) -> bool:
        return self._wrong(path, f"Expected value of type [{what}]")

    def _wrong(self, path: str, message: str, fix: Fix | None = None) -> bool:
        self.error(path, message, fix=fix)
        return False

    def missing(self, path: str, *fields: str) -> None:
        """``fields`` are required at ``path``, and aren't there."""
        self.error(path, f"These fields are required: [{', '.join(fields)}]", fix=repairs.add(*fields))


def at(path: str, key: str | int) -> str:
    """The pointer of a member."""
    return f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"


def unescaped(part: str) -> str:
    """A member's name as it stands in a pointer between two slashes."""
    return part.replace("~1", "/").replace("~0", "~")
