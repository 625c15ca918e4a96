"""Generated state machines and scripts of events for them, for the property tests."""

import json

from hypothesis import strategies as st

from asl.events import (
    ExecutionStopped,
    HeartbeatReceived,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)

RESOURCES = [
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "arn:aws:states:::aws-sdk:dynamodb:getItem",
    "arn:aws:lambda:us-east-1:123456789012:function:work",
    "arn:aws:states:us-east-1:123456789012:activity:work",
    "arn:aws:states:::states:startExecution.sync:2",
]
ERRORS = ["States.ALL", "States.TaskFailed", "States.Timeout", "Broken"]
VALUES = st.sampled_from([{}, {"a": 1}, {"a": {"b": [1, 2]}}, [1, 2, 3], [], "text", 7, None])

retriers = st.lists(
    st.fixed_dictionaries(
        {"ErrorEquals": st.sampled_from(ERRORS[1:]).map(lambda name: [name]), "MaxAttempts": st.integers(0, 2)},
        optional={"JitterStrategy": st.just("FULL"), "IntervalSeconds": st.integers(1, 5)},
    ),
    max_size=2,
)


@st.composite
def branches(draw, depth, prefix="S"):
    """A branch of one to three states whose names no other branch has."""
    count = draw(st.integers(1, 3))
    names = [f"{prefix}{index}" for index in range(count)]
    states = {}
    for index, name in enumerate(names):
        state = draw(states_of(depth, name))
        if state["Type"] not in ("Succeed", "Fail", "Choice"):
            state |= {"End": True} if index == count - 1 else {"Next": names[index + 1]}
        if state["Type"] == "Choice":
            last = names[min(index + 1, count - 1)]
            state["Choices"] = [{"Variable": "$", "IsString": True, "Next": last}]
            if last == name:
                state = {"Type": "Succeed"}
            else:
                state["Default"] = last
        if "Catch" in state:
            state["Catch"] = [{**catcher, "Next": names[-1]} for catcher in state["Catch"]] if name != names[-1] else []
        states[name] = state
    return {"StartAt": names[0], "States": states}


@st.composite
def states_of(draw, depth, name):
    kinds = ["Pass", "Wait", "Task", "Choice", "Succeed", "Fail", *(["Parallel", "Map"] if depth else [])]
    kind = draw(st.sampled_from(kinds))
    state = {"Type": kind}
    if kind == "Pass":
        state |= draw(st.sampled_from([{}, {"ResultPath": "$.x"}, {"Parameters": {"now.$": "$$.State.Name"}}]))
        if draw(st.booleans()):
            state["Result"] = draw(VALUES)
    elif kind == "Wait":
        state["Seconds"] = draw(st.integers(0, 5))
    elif kind == "Fail":
        state |= draw(st.sampled_from([{}, {"Error": "Broken", "Cause": "On purpose"}]))
    elif kind == "Task":
        state["Resource"] = draw(st.sampled_from(RESOURCES))
        state |= draw(st.sampled_from([{}, {"TimeoutSeconds": 9}, {"TimeoutSeconds": 9, "HeartbeatSeconds": 3}]))
        state |= draw(st.sampled_from([{}, {"ResultPath": "$.r"}, {"ResultPath": None}, {"OutputPath": "$.a"}]))
    elif kind == "Parallel":
        count = draw(st.integers(1, 3))
        state["Branches"] = [draw(branches(depth - 1, f"{name}p{index}")) for index in range(count)]
    elif kind == "Map":
        state["ItemProcessor"] = draw(branches(depth - 1, f"{name}m"))
        state |= draw(st.sampled_from([{}, {"MaxConcurrency": 1}, {"MaxConcurrency": 2, "ItemsPath": "$.items"}]))
    if kind not in ("Succeed", "Fail") and draw(st.booleans()):
        # a variable is the scope's own: no inner scope may assign an outer one's name
        state["Assign"] = {f"v{len(name)}": draw(VALUES), "name_" + name: name}
    if kind in ("Pass", "Wait", "Task") and draw(st.integers(0, 3)) == 0:
        state = in_jsonata(state, draw)
    if kind in ("Task", "Parallel", "Map"):
        state["Retry"] = draw(retriers)
        state["Catch"] = draw(
            st.lists(st.sampled_from(ERRORS[:1]).map(lambda error: {"ErrorEquals": [error]}), max_size=1)
        )
    return state


EXPRESSIONS = [
    "{% $states.input %}",
    "{% $states.input.a + 1 %}",
    "{% [$states.input, $uuid(), $random()] %}",
    "{% $merge([{'at': $now()}, $states.context.State]) %}",
    "{% $string($states) %}",
    {"deep": ["{% $nothing %}"]},
]


def in_jsonata(state, draw):
    """The same state without what JSONPath alone has, and with an Output that may fail."""
    kept = ("Type", "Resource", "TimeoutSeconds", "HeartbeatSeconds", "Seconds", "Assign")
    fields = {key: value for key, value in state.items() if key in kept}
    return {**fields, "QueryLanguage": "JSONata", "Output": draw(st.sampled_from(EXPRESSIONS))}


machines = branches(2).map(json.dumps)
inputs = st.sampled_from(['{"items": [1, 2, 3]}', "[1, [2], {}]", "[[1, 2],  [3]]", '"text"', "{}"])

# What may come next, as (kind, which of the outstanding ones): made into an event when its turn comes.
scripts = st.lists(
    st.tuples(
        st.sampled_from(["started", "submitted", "succeeded", "failed", "heartbeat", "timer", "stale", "stop"]),
        st.integers(0, 20),
    ),
    max_size=25,
)


def make_event(playbook, kind, choice):
    """The event, or None where nothing of the kind is outstanding. It may be for a task or timer that never was."""
    if kind == "stop":
        return ExecutionStopped(at=playbook.now, error="Stopped") if choice == 0 else None
    task_ids = sorted(playbook.tasks)
    if kind == "stale":
        return TaskSucceeded(at=playbook.now, task_id=10_000 + choice, output="{}")
    if not task_ids:
        return None
    task_id, at = task_ids[choice % len(task_ids)], playbook.now
    match kind:
        case "started":
            return TaskStarted(at=at, task_id=task_id, worker_name="w")
        case "submitted":
            return TaskSubmitted(at=at, task_id=task_id, output='{"MessageId": "1"}')
        case "succeeded":
            return TaskSucceeded(at=at, task_id=task_id, output=['{"a":  1}', "[1, 2]", "not json"][choice % 3])
        case "failed":
            return TaskFailed(at=at, task_id=task_id, error=["Broken", None][choice % 2], cause="c")
        case "heartbeat":
            return HeartbeatReceived(at=at, task_id=task_id)
    return None
