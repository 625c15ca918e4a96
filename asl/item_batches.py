"""ItemBatcher: the items of a distributed Map, put together into the inputs of its child executions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from asl import json_text
from asl.errors import EvaluationError
from asl.integer_field import compile_integer_path, must_be_positive
from asl.json_types import JSON
from asl.jsonata_flow import compile_integer, compile_query
from asl.scope import Query, Scope
from asl.template import compile_template

FIELD: Final = "ItemBatcher"
MOST_BYTES: Final = 262_144  # of one batch, whatever the state says


@dataclass(frozen=True, slots=True)
class Batcher:
    most_items: Query | None
    most_bytes: Query | None
    batch_input: Query | None


def compile_batcher(definition: Mapping[str, JSON], *, is_jsonata: bool) -> Batcher:
    """``definition`` is the state's, with its ItemBatcher."""
    batcher = definition[FIELD]
    batch_input = batcher.get("BatchInput")
    compiled = None
    if batch_input is not None:
        compiled = compile_query(batch_input, f"{FIELD}/BatchInput") if is_jsonata else compile_template(batch_input)
    return Batcher(
        most_items=_limit(batcher, "MaxItemsPerBatch", is_jsonata=is_jsonata),
        most_bytes=_limit(batcher, "MaxInputBytesPerBatch", is_jsonata=is_jsonata),
        batch_input=compiled,
    )


def _limit(batcher: Mapping[str, JSON], field: str, *, is_jsonata: bool) -> Query | None:
    check: Callable[[int], str | None] = must_be_positive(field)
    if f"{field}Path" in batcher and not is_jsonata:
        return compile_integer_path(batcher[f"{field}Path"], f"{field}Path", check)
    if field not in batcher:
        return None
    if is_jsonata:
        return compile_integer(batcher[field], f"{FIELD}/{field}", check)
    limit = int(batcher[field])
    return lambda _data, _scope: limit


def make_batches(batcher: Batcher, items: list[JSON], data: JSON, scope: Scope) -> list[JSON]:
    """``{"BatchInput": ..., "Items": [...]}`` for each child. ``data`` is the state's effective input.

    The limit of bytes holds for the whole input of a child, the common part included (developer guide, "ItemBatcher").
    """
    most_items = None if batcher.most_items is None else batcher.most_items(data, scope)
    most_bytes = MOST_BYTES
    if batcher.most_bytes is not None:
        most_bytes = min(most_bytes, batcher.most_bytes(data, scope))
    common: dict[str, JSON] = {}
    if batcher.batch_input is not None:
        common["BatchInput"] = batcher.batch_input(data, scope)
    room = most_bytes - _size({**common, "Items": []})
    return [{**common, "Items": group} for group in _groups(items, most_items, room)]


def _groups(items: list[JSON], most_items: int | None, room: int) -> list[list[JSON]]:
    groups: list[list[JSON]] = []
    left = 0
    for item in items:
        size = _size(item)
        if size > room:
            raise EvaluationError("An item is larger than the MaxInputBytesPerBatch of its batch.")
        needed = size + 1  # the comma before it
        if not groups or needed > left or (most_items is not None and len(groups[-1]) >= most_items):
            groups.append([])
            left, needed = room, size
        groups[-1].append(item)
        left -= needed
    return groups


def _size(value: JSON) -> int:
    return len(json_text.dumps(value).encode("utf-8", "surrogatepass"))
