"""Large definitions to measure with: chains, choices, loops and containers in containers, all of one seedless rule."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

DEEPEST = 3
JSONValue = dict[str, Any]


def nested(states: int) -> bytes:
    """A machine of ``states`` states, or the few more that its last container needs."""
    numbers = count(1)
    return json.dumps(_scope(numbers, 0, until=states), indent=2).encode()


def _scope(numbers: count[int], depth: int, *, length: int = 0, until: int = 0) -> JSONValue:
    """Of ``length`` states, or on until the machine has ``until``."""
    states: dict[str, JSONValue] = {}
    last = 0
    while len(states) < length or last < until:
        name = f"Step {next(numbers)}"
        states[name] = _state(numbers, len(states), depth)
        last = _spent(numbers)
    names = list(states)
    for place, (name, state) in enumerate(states.items()):
        onward = names[place + 1] if place + 1 < len(names) else None
        if state["Type"] == "Choice" and onward:
            state["Choices"] = [{"Variable": "$.again", "BooleanEquals": True, "Next": names[max(0, place - 2)]}]
            state["Default"] = onward
        elif onward:
            state["Next"] = onward
        elif state["Type"] == "Choice":
            states[name] = {"Type": "Succeed"}
        else:
            state["End"] = True
    return {"StartAt": names[0], "States": states}


def _spent(numbers: count[int]) -> int:
    """How many numbers are taken: ``count(5)`` says so itself."""
    return int(repr(numbers)[len("count(") : -1]) - 1


def _state(numbers: count[int], place: int, depth: int) -> JSONValue:
    if place % 5 == 3 and depth < DEEPEST:
        return {
            "Type": "Parallel",
            "Branches": [_scope(numbers, depth + 1, length=5), _scope(numbers, depth + 1, length=5)],
        }
    if place % 5 == 4 and depth < DEEPEST:
        return {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": _scope(numbers, depth + 1, length=4)}
    if place % 5 == 2:
        return {"Type": "Choice"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:step", "Payload.$": "$"},
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
    }


def flat(states: int) -> bytes:
    """One scope, every third state a Choice that jumps anywhere: harder than anything that people write."""
    made: dict[str, JSONValue] = {}
    for number in range(states):
        if number == states - 1:
            made[f"s{number}"] = {"Type": "Succeed"}
        elif number % 3 == 0:
            rule = {"Variable": "$.x", "IsNull": True, "Next": f"s{number + 1}"}
            made[f"s{number}"] = {"Type": "Choice", "Choices": [rule], "Default": f"s{number * 7 % states}"}
        else:
            made[f"s{number}"] = {"Type": "Pass", "Next": f"s{number + 1}"}
    return json.dumps({"StartAt": "s0", "States": made}, indent=2).encode()
