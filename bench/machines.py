"""The state machines that are measured, and how many states a run of each enters."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Workload:
    name: str
    definition: dict[str, Any]
    transitions: int
    input: str = "{}"

    @property
    def text(self) -> str:
        return json.dumps(self.definition)


def chain(length: int) -> dict[str, Any]:
    states: dict[str, Any] = {f"S{number}": {"Type": "Pass", "Next": f"S{number + 1}"} for number in range(length)}
    states[f"S{length - 1}"] = {"Type": "Pass", "End": True}
    return {"StartAt": "S0", "States": states}


def choice_loop(rounds: int) -> dict[str, Any]:
    return {
        "StartAt": "Init",
        "States": {
            "Init": {"Type": "Pass", "Result": {"i": 0}, "Next": "Add"},
            "Add": {"Type": "Pass", "Parameters": {"i.$": "States.MathAdd($.i, 1)"}, "Next": "More"},
            "More": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.i", "NumericLessThan": rounds, "Next": "Add"}],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
        },
    }


def jsonata_loop(rounds: int) -> dict[str, Any]:
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Init",
        "States": {
            "Init": {"Type": "Pass", "Output": {"i": 0}, "Next": "Add"},
            "Add": {"Type": "Pass", "Output": {"i": "{% $states.input.i + 1 %}"}, "Next": "More"},
            "More": {
                "Type": "Choice",
                "Choices": [{"Condition": f"{{% $states.input.i < {rounds} %}}", "Next": "Add"}],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
        },
    }


def map_of(inner: int) -> dict[str, Any]:
    return {
        "StartAt": "M",
        "States": {
            "M": {
                "Type": "Map",
                "ItemsPath": "$.items",
                "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **chain(inner)},
                "End": True,
            }
        },
    }


def workloads(size: int) -> dict[str, Workload]:
    """The loops, the Map and the chain at ``size`` rounds, items or states."""
    items = json.dumps({"items": list(range(size))})
    return {
        "choice": Workload(f"Choice loop {size:,}", choice_loop(size), 2 * size + 2),
        "map": Workload(f"Map {size:,} x 3", map_of(3), 1 + 3 * size, items),
        "chain": Workload(f"chain of {size:,} Pass", chain(size), size),
        "jsonata": Workload(f"JSONata loop {size:,}", jsonata_loop(size), 2 * size + 2),
    }


def tasks(resource: str, count: int, **fields: Any) -> dict[str, Any]:
    """``count`` Tasks one after the other, each fed with the last one's result."""
    states: dict[str, Any] = {
        f"T{number}": {"Type": "Task", "Resource": resource, "Next": f"T{number + 1}", **fields}
        for number in range(count)
    }
    last = states[f"T{count - 1}"]
    del last["Next"]
    last["End"] = True
    return {"StartAt": "T0", "States": states}


def task_loop(resource: str, **fields: Any) -> dict[str, Any]:
    """A Task that is entered again with its own result, for ever."""
    return {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": resource, "Next": "T", **fields}}}


def asks(queue_url: str, **fields: Any) -> dict[str, Any]:
    """A Task that puts its token on a queue and waits for the answer."""
    parameters = {"QueueUrl": queue_url, "MessageBody": {"token.$": "$$.Task.Token"}}
    return {
        "StartAt": "Ask",
        "States": {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": parameters,
                "End": True,
                **fields,
            }
        },
    }
