"""What the Context Object says of a Map's item, and what an iteration is given of it (developer guide, "ItemsPath").

A data set is an array or, of a distributed Map, an object: each of its members is an item then. Expressions see the
member's name as Key and its value as Value; an iteration without an ItemSelector is given the pair.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from asl.json_types import JSON

STATE_DATA: Final = "STATE_DATA"  # the source of items that came with the state's input; of others it is a URI in S3
Items: TypeAlias = Iterable[JSON] | Mapping[str, JSON]


def about_item(index: int, value: JSON, source: str = STATE_DATA) -> dict[str, JSON]:
    """``$$.Map.Item`` of an array's item."""
    return {"Index": index, "Value": value, "Source": source}


def about_items(items: Items, source: Callable[[], str] = lambda: STATE_DATA) -> Iterator[dict[str, JSON]]:
    """``$$.Map.Item`` of each; ``source`` says where the item that was read last lies."""
    if not isinstance(items, Mapping):
        for index, item in enumerate(items):
            yield about_item(index, item, source())
        return
    for index, (key, value) in enumerate(items.items()):
        yield {"Index": index, "Key": key, "Value": value, "Source": source()}


def as_inputs(items: Items) -> Iterable[JSON]:
    """What the iterations of a Map without an ItemSelector are given."""
    return [{"Key": key, "Value": value} for key, value in items.items()] if isinstance(items, Mapping) else items
