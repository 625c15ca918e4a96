"""What an action takes and answers, for forms, completion and mocks: the shapes of AWS's service models, named as the
States Language names them.

Shapes refer to each other by name, so that recursive ones end; of a large action only those nearest to its parameters
come at once, the others when they are asked for by name. A shape is one of

    {"type": "structure", "members": [{"name", "shape", "required"?, "doc"?, "text"?}], "union"?: true}
    {"type": "list", "member": shape}         {"type": "map", "key": shape, "value": shape}
    {"type": "string" | "integer" | "number" | "boolean" | "timestamp" | "blob" | "json",
     "enum"?, "min"?, "max"?, "pattern"?}

``min`` and ``max`` are of the value, or of its length; ``text`` is said of JSON that may also be plain text.
Documentation is plain text. Which operation an action is, is `designer.service_models`' business.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from asl.resource import OPTIMIZED_ACTIONS, SYNC, SYNC_2, WAIT_FOR_TASK_TOKEN, Resource, parse_resource
from asl.service_names import (
    error_prefix,
    exception_name,
    is_supported,
    optimized_errors,
    optimized_exception_name,
    sdk_parameter,
)
from designer.integration_notes import note_of, page_of
from designer.own_shapes import EMR_FIELDS, JSON_MEMBERS, JSON_RESULTS, OWN, Shapes
from designer.plain_text import plain
from designer.service_models import Model, find_operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_SHAPES = 120  # that come at once
_MEMBER_TEXT, _ACTION_TEXT = 700, 4000  # characters of documentation
_TYPES = {
    "integer": "integer", "long": "integer", "short": "integer", "byte": "integer", "biginteger": "integer",
    "float": "number", "double": "number", "bigdecimal": "number",
    "boolean": "boolean", "timestamp": "timestamp", "blob": "blob", "string": "string", "character": "string",
}  # fmt: skip


class UnknownActionError(LookupError):
    """No service that Callboard knows has this action."""


@lru_cache(maxsize=256)
def describe(arn: str) -> bytes:
    """JSON text: ``{resource, service, action, optimized, supported, patterns, operation, doc, url, guide, note, input,
    output, errors, shapes}`` of the action that a Task's Resource names; ``input`` and ``output`` are names of shapes
    or null.

    Raises `UnknownActionError`.
    """
    resource = _parsed(arn)
    base = _base(resource)
    own = OWN.get(f"{resource.service}:{resource.action}") if resource.kind == "optimized" else None
    about = {
        "resource": base,
        "supported": True,
        "service": resource.service,
        "action": resource.action,
        "optimized": resource.kind == "optimized",
        "patterns": patterns_of(resource),
        "guide": page_of(resource),
        "note": note_of(resource),
    }
    if own is not None:
        shapes, given, answered = own
        found = find_operation(resource)
        errors = [] if found is None else _error_names(resource, *found)
        return _written({**about, **_nothing(), "errors": errors, "input": given, "output": answered, "shapes": shapes})
    model, operation = _found(resource)
    described = model["operations"][operation]
    shapes, entry, answer = _tables(model, operation, resource)
    of_service = {
        "operation": operation,
        "supported": resource.kind != "sdk" or is_supported(resource.service, operation),
        "doc": plain(described.get("documentation", ""), _ACTION_TEXT),
        "url": f"https://docs.aws.amazon.com/goto/WebAPI/{model['metadata'].get('uid', '')}/{operation}",
        "errors": _error_names(resource, model, operation),
    }
    asked = [name for name in (entry, None if _is_job(resource) else answer) if name is not None]
    return _written(
        {
            **about,
            **of_service,
            "input": entry,
            "output": None if _is_job(resource) else answer,
            "shapes": dict(_nearest(asked, shapes)),
        }
    )


@lru_cache(maxsize=256)
def describe_shape(arn: str, name: str) -> bytes:
    """JSON text: ``{"shapes": {...}}``, the shape ``name`` of the action's service and those nearest to it."""
    resource = _parsed(arn)
    if OWN.get(f"{resource.service}:{resource.action}") and resource.kind == "optimized":
        raise UnknownActionError(arn)
    model, operation = _found(resource)
    if name not in model["shapes"]:
        raise UnknownActionError(name)
    shapes, _, _ = _tables(model, operation, resource)
    return _written({"shapes": dict(_nearest([name], shapes))})


def patterns_of(resource: Resource) -> list[str]:
    """The integration patterns that the action has, as they end its Resource; the empty one is request and response."""
    if resource.kind == "sdk":
        return ["", WAIT_FOR_TASK_TOKEN]
    return list(OPTIMIZED_ACTIONS.get(resource.service, {}).get(resource.action, ()))


def required_of(model: Model, operation: str, rule: Callable[[str], str]) -> dict[str, str]:
    """The required parameters' names with their botocore type."""
    shapes = model["shapes"]
    shape = shapes.get(model["operations"][operation].get("input", {}).get("shape"), {})
    required = set(shape.get("required", ()))
    members = shape.get("members", {})
    return {
        rule(name): shapes[member["shape"]]["type"]
        for name, member in members.items()
        if name in required and not member.get("idempotencyToken")
    }


def optimized_parameter(member: str) -> str:
    """Optimized integrations keep the API's own names, in PascalCase."""
    return member[:1].upper() + member[1:]


def _parsed(arn: str) -> Resource:
    resource = parse_resource(arn)
    known = resource is not None and (
        resource.kind == "sdk" or resource.action in OPTIMIZED_ACTIONS.get(resource.service, {})
    )
    if resource is None or not known:
        raise UnknownActionError(arn)
    return resource


def _found(resource: Resource) -> tuple[Model, str]:
    found = find_operation(resource)
    if found is None:
        raise UnknownActionError(_base(resource))
    return found


def _base(resource: Resource) -> str:
    return f"arn:aws:states:::{'aws-sdk:' if resource.kind == 'sdk' else ''}{resource.service}:{resource.action}"


def _is_job(resource: Resource) -> bool:
    """A job's result is what its service says of it in the end, not the answer to the call."""
    return resource.pattern in {SYNC, SYNC_2, WAIT_FOR_TASK_TOKEN}


def _error_names(resource: Resource, model: Model, operation: str) -> list[str]:
    """What the service may refuse the action with, as a Retrier or Catcher names it."""
    shapes = [error["shape"] for error in model["operations"][operation].get("errors", ())]
    if resource.kind == "sdk":
        prefix = error_prefix(str(model["metadata"].get("serviceId", "")))
        return [f"{prefix}.{exception_name(shape)}" for shape in shapes]
    return [f"{optimized_errors(resource.service).prefix}.{optimized_exception_name(shape)}" for shape in shapes]


def _nothing() -> dict[str, Any]:
    return {"operation": "", "doc": "", "url": "", "errors": []}


def _written(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value)


class _Spelt(dict[str, dict[str, Any]]):
    """A model's shapes in our form, each made when it is first looked at."""

    def __init__(self, model: Model, make: Callable[[str], dict[str, Any]]) -> None:
        super().__init__()
        self.model, self.make = model, make

    def __missing__(self, name: str) -> dict[str, Any]:
        self[name] = made = self.make(name)
        return made


def _tables(model: Model, operation: str, resource: Resource) -> tuple[Shapes, str | None, str | None]:
    """The action's shapes, and which is its input, which its output."""
    optimized = resource.kind == "optimized"
    rule = optimized_parameter if optimized else sdk_parameter
    key = f"{resource.service}:{resource.action}"
    described = model["operations"][operation]
    entry, answer = described.get("input", {}).get("shape"), described.get("output", {}).get("shape")
    texts = JSON_MEMBERS.get(key, frozenset()) if optimized else frozenset()
    results = JSON_RESULTS.get(key, frozenset()) if optimized else frozenset()

    def make(name: str) -> dict[str, Any]:
        return _shape(model, name, rule, results if name == answer else texts)

    shapes = _Spelt(model, make)
    fields = EMR_FIELDS.get(resource.action) if resource.service == "elasticmapreduce" else None
    if fields is not None:
        entry, answer = "Parameters of the action", None
        members = [
            {"name": name, "shape": shape, **({"required": True} if required else {})}
            for name, shape, required in fields
        ]
        shapes[entry] = {"type": "structure", "members": members}
    return shapes, entry, answer


def _nearest(asked: Iterable[str], shapes: Shapes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Breadth first, so that what is left out lies deepest."""
    waiting = deque(asked)
    seen = set(waiting)
    for _ in range(MOST_SHAPES):
        if not waiting:
            return
        name = waiting.popleft()
        shape = shapes[name]
        yield name, shape
        for inner in _inner(shape):
            if inner not in seen:
                seen.add(inner)
                waiting.append(inner)


def _inner(shape: dict[str, Any]) -> list[str]:
    match shape["type"]:
        case "structure":
            return [member["shape"] for member in shape["members"]]
        case "list":
            return [shape["member"]]
        case "map":
            return [shape["key"], shape["value"]]
        case _:
            return []


_JSON = {"type": "json"}


def _shape(model: Model, name: str, rule: Callable[[str], str], texts: frozenset[str]) -> dict[str, Any]:
    if name == _JSON_SHAPE:
        return _JSON
    shape = model["shapes"][name]
    match shape["type"]:
        case "structure" if shape.get("document"):
            return _JSON
        case "structure":
            union = {"union": True} if shape.get("union") else {}
            return {"type": "structure", "members": _members(model, shape, rule, texts), **union}
        case "list":
            return {"type": "list", "member": shape["member"]["shape"], **_bounds(shape)}
        case "map":
            return {"type": "map", "key": shape["key"]["shape"], "value": shape["value"]["shape"], **_bounds(shape)}
        case kind:
            return {"type": _TYPES.get(kind, "json"), **_bounds(shape)}


_JSON_SHAPE = "Any JSON"


def _members(
    model: Model, shape: dict[str, Any], rule: Callable[[str], str], texts: frozenset[str]
) -> list[dict[str, Any]]:
    required = set(shape.get("required", ()))
    found = []
    for name, member in shape["members"].items():
        target = model["shapes"][member["shape"]]
        said: dict[str, Any] = {"name": rule(name), "shape": member["shape"]}
        if name in texts:
            said |= {"shape": _JSON_SHAPE, "text": True}
        if name in required and not member.get("idempotencyToken"):
            said["required"] = True
        doc = plain(member.get("documentation") or target.get("documentation", ""), _MEMBER_TEXT)
        if doc:
            said["doc"] = doc
        found.append(said)
    return sorted(found, key=lambda each: "required" not in each)


def _bounds(shape: dict[str, Any]) -> dict[str, Any]:
    return {name: shape[name] for name in ("enum", "min", "max", "pattern") if name in shape}
