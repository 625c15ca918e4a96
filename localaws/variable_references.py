"""``variableReferences`` of a described state machine: which variables each state reads, by the name of the state."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from asl.fields import JSONATA
from asl.json_types import JSON
from asl.jsonata import compile_jsonata, expression_text
from asl.walk import states

_INNER = ("Branches", "ItemProcessor", "Iterator")
_LITERAL = ("Result", "Comment")
_variable = re.compile(r"(?<!\$)\$([^\W\d]\w*)")
_quoted = re.compile(r"'(?:[^'\\]|\\.)*'")


def variable_references(document: Mapping[str, JSON]) -> dict[str, list[str]]:
    """Of a definition that was found right; states that read none are left out."""
    assigned = frozenset(_assigned(document))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for place in states(document):
        own = {field: value for field, value in place.state.items() if field not in _INNER}
        is_jsonata = place.query_language == JSONATA
        found[place.name].update(_in_jsonata(own, assigned) if is_jsonata else _in_paths(own, is_path=False))
    return {name: sorted(names) for name, names in found.items() if names}


def _assigned(value: JSON) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "Assign" and isinstance(member, dict):
                yield from (name.removesuffix(".$") for name in member)
            else:
                yield from _assigned(member)
    elif isinstance(value, list):
        for element in value:
            yield from _assigned(element)


def _in_jsonata(value: JSON, assigned: frozenset[str]) -> Iterator[str]:
    """Functions are variables to JSONata, too: those count that a state assigns."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key not in _LITERAL:
                yield from _in_jsonata(member, assigned)
    elif isinstance(value, list):
        for element in value:
            yield from _in_jsonata(element, assigned)
    else:
        text = expression_text(value)
        if text is not None:
            yield from compile_jsonata(text).variables & assigned


def _in_paths(value: JSON, *, is_path: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            if key not in _LITERAL:
                yield from _in_paths(member, is_path=key.endswith((".$", "Path")) or key == "Variable")
    elif isinstance(value, list):
        for element in value:
            yield from _in_paths(element, is_path=False)
    elif is_path and isinstance(value, str):
        yield from _variable.findall(_quoted.sub("''", value))
