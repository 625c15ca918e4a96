"""What a Map Run makes of its items: the inputs of its child executions, one at a time.

Items go through the ItemSelector, then into batches. Nothing is held but what is under way, so that a Map Run of
millions of items needs no more room than one of a few. Given the same items it makes the same inputs again: whoever
went on after a fault skips those that have been started.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from asl import json_text
from asl.fields import JSONATA
from asl.item_batches import make_batches
from asl.json_types import JSON
from asl.jsonata_flow import compile_query
from asl.map_item import STATE_DATA, Items, about_items, as_inputs
from asl.template import compile_template


@dataclass(frozen=True, slots=True)
class ChildInput:
    text: str  # JSON text
    items: int  # how many items it holds


class _AsEntered:
    """The `asl.scope.Scope` of an ItemSelector: what the state saw when it was entered, and the item."""

    def __init__(self, selector: Mapping[str, JSON]) -> None:
        self._context: dict[str, JSON] = selector["context"]
        self._variables: dict[str, JSON] = selector["variables"]
        self.item: JSON = None

    def context(self) -> JSON:
        return {**self._context, "Map": {"Item": self.item}}

    def now(self) -> float:
        return time.time()

    def variable(self, name: str) -> JSON:
        return self._variables[name]

    def random_bits(self) -> int:
        return secrets.randbits(256)


def child_inputs(
    settings: Mapping[str, JSON], data_set: Items, source: Callable[[], str] = lambda: STATE_DATA
) -> Iterator[ChildInput]:
    """``settings`` are those of `asl.effects.StartMapRun`; ``source`` says where the item that was read last lies.

    Raises `StatesError` where a selector or a batch fails.
    """
    selected = "selector" in settings
    items = _selected(settings["selector"], data_set, source) if selected else as_inputs(data_set)
    if "batch" not in settings:
        for item in items:
            yield ChildInput(json_text.dumps(item), 1)
        return
    for batch in make_batches(settings["batch"], items):
        yield ChildInput(json_text.dumps(batch), len(batch["Items"]))


def _selected(selector: Mapping[str, JSON], data_set: Items, source: Callable[[], str]) -> Iterator[JSON]:
    definition, scope = selector["definition"], _AsEntered(selector)
    is_jsonata = selector["language"] == JSONATA
    select = compile_query(definition, "ItemSelector") if is_jsonata else compile_template(definition)
    for scope.item in about_items(data_set, source):
        yield select(selector["input"], scope)


def joined(outputs: Iterable[str]) -> str:
    """The result of a Map Run without a ResultWriter: its children's outputs, each as it came."""
    return f"[{','.join(outputs)}]"
