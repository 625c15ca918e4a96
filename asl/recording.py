"""Mocks from a history: what each Task was answered in a past run, in the form that `asl.simulation` reads.

Replaying them with the same input takes the same path, and so shows what a change of the definition would have done.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from asl.errors import TIMEOUT
from asl.json_types import JSON

_FAMILIES: Final = ("Task", "LambdaFunction", "Activity")
_SCHEDULED: Final = frozenset(f"{family}Scheduled" for family in _FAMILIES)
_SUCCEEDED: Final = frozenset(f"{family}Succeeded" for family in _FAMILIES)
_TIMED_OUT: Final = frozenset(f"{family}TimedOut" for family in _FAMILIES)
_FAILED: Final = frozenset(
    f"{family}{step}" for family in _FAMILIES for step in ("Failed", "StartFailed", "SubmitFailed", "ScheduleFailed")
)


def mocks_of(history: Iterable[Mapping[str, JSON]]) -> dict[str, dict[str, JSON]]:
    """By state and call; a Task that had no answer by the end has ``Never``. Events are GetExecutionHistory's."""
    state_of: dict[int, str] = {}  # by event, the state that it is in
    call_of: dict[int, tuple[str, str]] = {}  # by event, the call that it is about
    counts = Counter[str]()
    mocks: defaultdict[str, dict[str, JSON]] = defaultdict(dict)
    for event in history:
        number, previous, kind = event["id"], event.get("previousEventId", 0), event["type"]
        if kind.endswith("StateEntered"):
            state_of[number] = event["stateEnteredEventDetails"]["name"]
            continue
        if previous in state_of:
            state_of[number] = state_of[previous]
        if kind in _SCHEDULED:
            name = state_of.get(previous, "")
            call_of[number] = name, str(counts[name])
            counts[name] += 1
            mocks[name][call_of[number][1]] = {"Never": True}
        elif previous in call_of:
            name, call = call_of[number] = call_of[previous]
            answer = _answer(kind, _details(event))
            if answer is not None:
                mocks[name][call] = answer
    return {name: calls for name, calls in mocks.items() if name}


def _answer(kind: str, details: Mapping[str, JSON]) -> JSON:
    if kind in _SUCCEEDED:
        text = details.get("output")
        return {"Return": None if text is None else _value(text)}
    if kind in _FAILED:
        return {"Throw": {"Error": details.get("error") or "States.TaskFailed", "Cause": details.get("cause") or ""}}
    if kind in _TIMED_OUT:
        return {"Throw": {"Error": details.get("error") or TIMEOUT, "Cause": details.get("cause") or ""}}
    return None


def _value(text: str) -> JSON:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text  # cut short by whoever kept it


def _details(event: Mapping[str, JSON]) -> Mapping[str, JSON]:
    kind = event["type"]
    found = event.get(f"{kind[0].lower()}{kind[1:]}EventDetails")
    return found if isinstance(found, dict) else {}
