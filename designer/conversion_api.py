"""The JSON API of converting JSONPath to JSONata (docs/api.md). Nothing is saved: the editor takes what it shows."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from ninja import Router, Schema
from ninja.errors import HttpError

from asl.conversion import convert
from asl.diagnostics import is_error
from asl.json_text import reference_loads
from asl.validate import diagnose
from callboard.access import session
from designer.api import SEE

router = Router(tags=["designer"])
JSON = dict[str, Any]


class ConversionIn(Schema):
    definition: str
    type: str = "STANDARD"
    states: list[str] | None = None


@router.post("conversions", auth=session(SEE))
def post_conversion(request: HttpRequest, body: ConversionIn) -> JSON:  # noqa: ARG001
    """The definition with ``states`` (JSON Pointers; None is all of them) in JSONata, and what became of each."""
    errors = [found for found in diagnose(body.definition, type=body.type) if is_error(found)]
    if errors:
        count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
        where = errors[0].path or "the definition"
        raise HttpError(
            422, f"The definition has {count}, the first at {where}: {errors[0].message}. Correct it first."
        )
    conversion = convert(reference_loads(body.definition), body.states)
    states = [asdict(state) for state in conversion.states]
    return {"definition": json.dumps(conversion.document, ensure_ascii=False), "states": states}
