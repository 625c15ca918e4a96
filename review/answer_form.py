"""The fields that a question asks to be filled in: a JSON Schema of one flat object, shown as a form and read from one.

The contract keeps the schema to what a form can show (`$defs/form` in contract/v1.schema.json); jsonschema judges the
answer, whether it came from a page or over the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker

from review.answers import InvalidDecision

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = Any
PREFIX = "field."
LONG = 200  # characters; a text that may be longer has a field of several lines
INPUTS = {"date": "date", "email": "email", "uri": "url"}


def fields(form: Mapping[str, JSON], given: Mapping[str, JSON] | None = None) -> list[dict[str, JSON]]:
    """What a page shows, in the schema's order; ``given`` is what somebody has filled in."""
    required = set(form.get("required", []))
    filled = given or {}
    return [
        {
            "name": PREFIX + name,
            "label": field.get("title") or name,
            "help": field.get("description", ""),
            "kind": _kind(field),
            "input": INPUTS.get(field.get("format", ""), "text"),
            "choices": field.get("enum", []),
            "value": filled.get(name, field.get("default", "")),
            "required": name in required,
            **{key: field[key] for key in ("minimum", "maximum", "maxLength") if key in field},
        }
        for name, field in form.get("properties", {}).items()
    ]


def read(form: Mapping[str, JSON], posted: Mapping[str, str]) -> dict[str, JSON]:
    """The data in a posted page. What was left empty is left out."""
    data: dict[str, JSON] = {}
    for name, field in form.get("properties", {}).items():
        text = posted.get(PREFIX + name, "").strip()
        if field["type"] == "boolean":
            data[name] = PREFIX + name in posted
        elif text:
            data[name] = _value(field, text)
    return data


def check(form: Mapping[str, JSON], data: Mapping[str, JSON] | None) -> None:
    """Raises `InvalidDecision` with the first field that isn't as the question asks."""
    if not form:
        if data:
            raise InvalidDecision("This question has no fields to fill in.")
        return
    for error in sorted(_validator(form).iter_errors(data or {}), key=lambda error: list(map(str, error.path))):
        missing = error.validator == "required"
        name = error.message.split("'")[1] if missing else str(next(iter(error.path), ""))
        label = form.get("properties", {}).get(name, {}).get("title") or name or "The fields"
        raise InvalidDecision(f"{label} is missing." if missing else f"{label}: {_words(error)}")


def _validator(form: Mapping[str, JSON]) -> Draft202012Validator:
    return Draft202012Validator({**form, "additionalProperties": False}, format_checker=FormatChecker())


def _kind(field: Mapping[str, JSON]) -> str:
    if "enum" in field:
        return "choice"
    if field["type"] == "string":
        return "long" if field.get("maxLength", 0) > LONG else "text"
    return str(field["type"])


def _value(field: Mapping[str, JSON], text: str) -> JSON:
    if "enum" in field:
        return next((choice for choice in field["enum"] if str(choice) == text), text)
    try:
        if field["type"] == "integer":
            return int(text)
        if field["type"] == "number":
            return float(text)
    except ValueError:
        return text  # jsonschema says that it is none
    return text


def _words(error: Any) -> str:
    """Jsonschema's message quotes the value, which may be long."""
    return str(error.message) if len(error.message) <= 160 else f"it doesn't keep to {error.validator!r}"
