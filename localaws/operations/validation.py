"""ValidateStateMachineDefinition: what is wrong with a definition, in AWS's shape, without creating anything."""

from asl.diagnostics import Diagnostic, is_error
from asl.json_types import JSON
from asl.validate import aws_location, diagnose
from localaws.operations.context import Context
from localaws.wire import Call

DEFAULT_RESULTS = 100


async def validate_state_machine_definition(context: Context, call: Call) -> dict[str, JSON]:  # noqa: ARG001
    given = call.input
    found = diagnose(given["definition"], type=given.get("type") or "STANDARD", placeholders=False)
    shown = found if given.get("severity") == "WARNING" else [one for one in found if is_error(one)]
    limit = given.get("maxResults") or DEFAULT_RESULTS
    return {
        "result": "FAIL" if any(is_error(one) for one in found) else "OK",
        "diagnostics": [_shape(one) for one in shown[:limit]],
        "truncated": len(shown) > limit,
    }


def _shape(found: Diagnostic) -> dict[str, JSON]:
    shown: dict[str, JSON] = {"severity": found.severity, "code": found.code, "message": found.message}
    location = aws_location(found)
    return shown if location is None else shown | {"location": location}
