"""``variableReferences`` of a described state machine: which variables each state reads, by the name of the state."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from asl.json_types import JSON
from asl.jsonata import compile_jsonata, expression_text

_INNER = ("Branches", "ItemProcessor", "Iterator")
_LITERAL = ("Result", "Comment")
_variable = re.compile(r"(?<!\$)\$([^\W\d]\w*)")
_quoted = re.compile(r"'(?:[^'\\]|\\.)*'")


def variable_references(document: Mapping[str, JSON]) -> dict[str, list[str]]:
    """Of a definition that was found right; states that read none are left out."""
    assigned = frozenset(_assigned(document))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, state, is_jsonata in _states(document, is_jsonata=document.get("QueryLanguage") == "JSONata"):
        own = {field: value for field, value in state.items() if field not in _INNER}
        found[name].update(_in_jsonata(own, assigned) if is_jsonata else _in_paths(own, is_path=False))
    return {name: sorted(names) for name, names in found.items() if names}


def _states(branch: Mapping[str, JSON], *, is_jsonata: bool) -> Iterator[tuple[str, Mapping[str, JSON], bool]]:
    for name, state in branch["States"].items():
        own = state.get("QueryLanguage", "JSONata" if is_jsonata else "JSONPath") == "JSONata"
        yield name, state, own
        for field in _INNER:
            inner = state.get(field, [])
            for one in inner if isinstance(inner, list) else [inner]:
                yield from _states(one, is_jsonata=is_jsonata)


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
