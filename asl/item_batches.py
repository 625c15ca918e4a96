"""ItemBatcher: the items of a distributed Map, put together into the inputs of its child executions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from asl import json_text
from asl.definition import Batcher
from asl.errors import EvaluationError
from asl.integer_field import compile_integer_path, must_be_positive
from asl.json_types import JSON
from asl.jsonata_flow import compile_integer, compile_query
from asl.scope import Query, Scope
from asl.template import compile_template

FIELD: Final = "ItemBatcher"
MOST_BYTES: Final = 262_144  # of one batch, whatever the state says


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


def evaluate_batcher(batcher: Batcher, data: JSON, scope: Scope) -> dict[str, JSON]:
    """What `make_batches` goes by: ``most_items`` (None: no limit), ``most_bytes``, and the ``common`` part.

    ``data`` is the state's effective input.
    """
    most_items = None if batcher.most_items is None else batcher.most_items(data, scope)
    most_bytes = MOST_BYTES
    if batcher.most_bytes is not None:
        most_bytes = min(most_bytes, batcher.most_bytes(data, scope))
    common: dict[str, JSON] = {}
    if batcher.batch_input is not None:
        common["BatchInput"] = batcher.batch_input(data, scope)
    return {"most_items": most_items, "most_bytes": most_bytes, "common": common}


def make_batches(limits: Mapping[str, JSON], items: Iterable[JSON]) -> Iterator[dict[str, JSON]]:
    """``{"BatchInput": ..., "Items": [...]}`` for each child, as `evaluate_batcher` has it, one at a time.

    The limit of bytes holds for the whole input of a child, the common part included (developer guide, "ItemBatcher").
    """
    common, most_items = limits["common"], limits["most_items"]
    room = left = limits["most_bytes"] - _size({**common, "Items": []})
    group: list[JSON] = []
    for item in items:
        size = _size(item)
        if size > room:
            raise EvaluationError("An item is larger than the MaxInputBytesPerBatch of its batch.")
        needed = size + 1 if group else size  # the comma before it
        if group and (needed > left or (most_items is not None and len(group) >= most_items)):
            yield {**common, "Items": group}
            group, left, needed = [], room, size
        group.append(item)
        left -= needed
    if group:
        yield {**common, "Items": group}


def _size(value: JSON) -> int:
    return len(json_text.dumps(value).encode("utf-8", "surrogatepass"))
