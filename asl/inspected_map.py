"""A Map state under test: what it makes of its input before any iteration would begin, each step by AWS's name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from asl.definition import DistributedMap, Map
from asl.flow_states import effective_input
from asl.frames import Frame
from asl.item_batches import compile_batcher, evaluate_batcher, make_batches
from asl.item_reader import compile_config, read_items
from asl.json_types import JSON
from asl.map_item import Items, about_items, as_inputs
from asl.run import Run
from asl.tested_state import TestedState
from asl.tolerance import compile_tolerance

Note: TypeAlias = Callable[[str, JSON], None]


@dataclass(frozen=True, slots=True)
class Iterations:
    """How many inputs the Map has for its iterations, and how many failures it bears."""

    total: int
    tolerated: int | None
    tolerated_percentage: float | None


@dataclass(frozen=True, slots=True)
class MapInspection:
    """``data_set`` is what an ItemReader would have read."""

    run: Run
    frame: Frame
    tested: TestedState
    note: Note
    data_set: str | None

    def prepare(self) -> Iterations:
        """Raises `StatesError` where the state fails on its way."""
        work = self.frame.state.work
        assert isinstance(work, Map | DistributedMap)
        run, effective = self.run, effective_input(self.run, self.frame)
        inputs = self._inputs(work, effective, self._items(work, effective))
        self.note("maxConcurrency", work.max_concurrency(effective, run))
        tolerance = compile_tolerance(self.tested.definition, is_jsonata=self.tested.is_jsonata)
        tolerated = percentage = None
        if tolerance.count is not None:
            tolerated = tolerance.count(effective, run)
            self.note("toleratedFailureCount", tolerated)
        if tolerance.percentage is not None:
            percentage = tolerance.percentage(effective, run)
            self.note("toleratedFailurePercentage", percentage)
        return Iterations(len(inputs), tolerated, percentage)

    def _items(self, work: Map | DistributedMap, effective: JSON) -> Items:
        if "ItemReader" not in self.tested.definition:
            found: Items = work.items(effective, self.run)
            if not self.tested.is_jsonata:
                self.note("afterItemsPath", found)
            return found
        declared = self.tested.definition["ItemReader"].get("ReaderConfig", {})
        config = compile_config(declared, is_jsonata=self.tested.is_jsonata)(effective, self.run)
        items = list(read_items([self.data_set or "[]"], config))
        if "ItemsPointer" in config:
            self.note("afterItemsPointer", items)
        return items

    def _inputs(self, work: Map | DistributedMap, effective: JSON, data_set: Items) -> list[JSON]:
        items = list(as_inputs(data_set))
        if work.item_selector is not None:
            items = [self._selected(work, effective, item) for item in about_items(data_set)]
            self.note("afterItemSelector", items)
        if "ItemBatcher" in self.tested.definition:
            batcher = compile_batcher(self.tested.definition, is_jsonata=self.tested.is_jsonata)
            items = list(make_batches(evaluate_batcher(batcher, effective, self.run), items))
            self.note("afterItemBatcher", items)
        return items

    def _selected(self, work: Map | DistributedMap, effective: JSON, item: JSON) -> JSON:
        assert work.item_selector is not None
        self.run.item = item
        try:
            return work.item_selector(effective, self.run)
        finally:
            self.run.item = None
