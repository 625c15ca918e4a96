"""How often each state of a definition is entered in one run, on average, under assumptions that a person can change.

A run is a walk: each rule of a Choice has a share of the ways, a Map does what is in it so many times, a Parallel each
branch once. Loops go round as often as the shares say; one that nothing leads out of is said, not counted for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asl.findings import at
from asl.walk import inner_scopes, is_distributed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROUNDS = 2000  # of the walk; what is under way then goes round for ever
ENOUGH = 1e-7  # of a run
ITERATIONS = 10  # of a Map, unless somebody knows better


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """By the states' JSON Pointers."""

    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # of a Choice: {"0": 3, "default": 1}
    iterations: Mapping[str, float] = field(default_factory=dict)  # of a Map


@dataclass(slots=True)
class Visits:
    """``own`` are visits within the execution itself, ``children`` those in executions of a distributed Map."""

    own: dict[str, float] = field(default_factory=dict)
    children: dict[str, float] = field(default_factory=dict)
    executions: float = 0.0  # of distributed Maps
    endless: list[str] = field(default_factory=list)  # scopes that nothing leads out of


def expected(document: Any, assumptions: Assumptions) -> Visits:
    found = Visits()
    _scope(found, document, "", 1.0, assumptions, is_child=False)
    return found


def ways(state: Any, pointer: str, assumptions: Assumptions) -> list[tuple[str, str, float]]:
    """Where a Choice leads: (key, target, share); the shares add up to 1."""
    rules = state.get("Choices") if isinstance(state, dict) else None
    found = [
        (str(index), rule["Next"])
        for index, rule in enumerate(rules if isinstance(rules, list) else ())
        if isinstance(rule, dict) and isinstance(rule.get("Next"), str)
    ]
    if isinstance(state.get("Default"), str):
        found.append(("default", state["Default"]))
    given = assumptions.shares.get(pointer, {})
    weights = [max(0.0, float(given.get(key, 1.0))) for key, _ in found]
    total = sum(weights)
    return [
        (key, target, weight / total if total else 0.0) for (key, target), weight in zip(found, weights, strict=True)
    ]


def _scope(found: Visits, scope: Any, path: str, times: float, assumptions: Assumptions, *, is_child: bool) -> None:
    members = scope.get("States") if isinstance(scope, dict) else None
    if not isinstance(members, dict):
        return
    counts = dict.fromkeys(members, 0.0)
    under_way = {scope.get("StartAt"): times}
    for _ in range(ROUNDS):
        arriving: dict[str, float] = {}
        for name, weight in under_way.items():
            if name not in members or weight < ENOUGH:
                continue
            counts[name] += weight
            for target, share in _leads(members[name], at(at(path, "States"), name), assumptions):
                arriving[target] = arriving.get(target, 0.0) + weight * share
        under_way = arriving
        if not under_way:
            break
    if sum(under_way.values()) > times / 2:
        found.endless.append(path)
    place = found.children if is_child else found.own
    for name, count in counts.items():
        here = at(at(path, "States"), name)
        place[here] = count
        state = members[name]
        each, starts = _repeated(state, here, assumptions)
        if starts:
            found.executions += count * each
        for inner, inner_path in inner_scopes(state, here):
            _scope(found, inner, inner_path, count * each, assumptions, is_child=is_child or starts)


def _leads(state: Any, pointer: str, assumptions: Assumptions) -> Iterator[tuple[str, float]]:
    if not isinstance(state, dict):
        return
    if state.get("Type") == "Choice":
        for _, target, share in ways(state, pointer, assumptions):
            yield target, share
    elif isinstance(state.get("Next"), str):
        yield state["Next"], 1.0


def _repeated(state: Any, pointer: str, assumptions: Assumptions) -> tuple[float, bool]:
    """How often what is inside is done, and whether each time is an execution of its own."""
    if not isinstance(state, dict) or state.get("Type") != "Map":
        return 1.0, False
    return max(0.0, float(assumptions.iterations.get(pointer, ITERATIONS))), is_distributed(state)
