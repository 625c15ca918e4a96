"""From a right definition to the frozen machine: what each state type becomes, in both query languages."""

import json
from types import SimpleNamespace

import pytest

from asl.compile import compile_machine, compile_state
from asl.definition import Choice, DistributedMap, Fail, Map, Parallel, Pass, Succeed, Task, Wait
from asl.errors import StatesError
from tests.asl.definitions import distributed

SCOPE = SimpleNamespace(
    context=lambda: {"Items": [1]}, variable={"v": 1}.__getitem__, now=lambda: 0.0, random_bits=lambda: 0
)
INNER = {"StartAt": "I", "States": {"I": {"Type": "Succeed"}}}
SQS = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def paths(**definition):
    return compile_state("A", definition, "JSONPath")


def queries(**definition):
    return compile_state("A", definition, "JSONata")


def test_branches_are_numbered_from_the_outermost():
    document = {
        "Comment": "c",
        "TimeoutSeconds": 9,
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Parallel",
                "Branches": [INNER, {"StartAt": "J", "States": {"J": {"Type": "Succeed"}}}],
                "Next": "M",
            },
            "M": {"Type": "Map", "Iterator": INNER, "End": True},
        },
    }
    machine = compile_machine(json.dumps(document), document)
    assert [branch.start_at for branch in machine.branches] == ["A", "I", "J", "I"]
    assert (machine.comment, machine.timeout, machine.query_language) == ("c", 9, "JSONPath")
    assert isinstance(machine.branches[0].states["A"].work, Parallel)
    assert machine.branches[0].states["A"].next == "M"


def test_a_pass_that_changes_nothing_is_gone_through():
    assert paths(Type="Pass", Next="B").through == ("PassStateEntered", "PassStateExited", "A", "B")
    assert paths(Type="Pass", Result=1, End=True).through is None
    assert isinstance(queries(Type="Pass", Output=1, End=True).work, Pass)


@pytest.mark.parametrize("state", [paths, queries])
def test_states_without_fields(state):
    assert isinstance(state(Type="Succeed").work, Succeed)
    assert isinstance(state(Type="Parallel", Branches=[INNER], End=True).work, Parallel)
    fail = state(Type="Fail").work
    assert (fail.error, fail.cause) == (None, None)


def test_a_fail_state_reads_its_texts():
    fail = paths(Type="Fail", Error="E", CausePath="$.c").work
    assert isinstance(fail, Fail)
    assert (fail.error({}, SCOPE), fail.cause({"c": "why"}, SCOPE)) == ("E", "why")
    fail = queries(Type="Fail", Error="E", Cause="{% $states.input.c %}").work
    assert (fail.error({}, SCOPE), fail.cause({"c": "why"}, SCOPE)) == ("E", "why")


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        (paths, {"Variable": "$.a", "IsPresent": True, "Next": "B", "Assign": {"x": 1}}),
        (queries, {"Condition": "{% $exists($states.input.a) %}", "Next": "B", "Assign": {"x": 1}}),
    ],
)
def test_a_choices_rules_have_their_own_flow(state, rule):
    choice = state(Type="Choice", Choices=[rule], Default="C").work
    assert isinstance(choice, Choice)
    ((test, following, flow),) = choice.rules
    assert (test({"a": 1}, SCOPE), test({}, SCOPE), following, choice.default) == (True, False, "B", "C")
    assert flow.assign({}, {}, SCOPE) == {"x": 1}


def test_a_wait_knows_until_when():
    assert isinstance(paths(Type="Wait", Seconds=5, End=True).work, Wait)
    assert queries(Type="Wait", Seconds="{% 2 + 3 %}", End=True).work.until({}, SCOPE, 10.0) == 15.0


def test_a_task_reads_its_times_and_role():
    fields = {"TimeoutSecondsPath": "$.t", "HeartbeatSeconds": 5, "Credentials": {"RoleArn.$": "$.r"}}
    task = paths(Type="Task", Resource=SQS, End=True, **fields).work
    assert isinstance(task, Task)
    assert (task.style, task.resource_type, task.action, task.pattern) == (
        "task", "sqs", "sendMessage.waitForTaskToken", "waitForTaskToken",
    )  # fmt: skip
    data = {"t": 9, "r": "arn"}
    assert (task.timeout(data, SCOPE), task.heartbeat(data, SCOPE)) == (9, 5)
    assert task.credentials(data, SCOPE) == {"RoleArn": "arn"}
    task = queries(Type="Task", Resource=SQS, End=True, TimeoutSeconds="{% 9 %}").work
    assert (task.timeout({}, SCOPE), task.heartbeat, task.credentials) == (9, None, None)


def test_a_map_reads_its_items():
    work = paths(
        Type="Map", ItemProcessor=INNER, ItemsPath="$$.Items", ItemSelector={"a.$": "$"}, MaxConcurrency=2, End=True
    ).work
    assert isinstance(work, Map)
    assert (work.items({}, SCOPE), work.max_concurrency({}, SCOPE), work.item_selector(1, SCOPE)) == ([1], 2, {"a": 1})
    work = paths(Type="Map", Iterator=INNER, Parameters={"a": 1}, MaxConcurrencyPath="$.c", End=True).work
    assert (work.max_concurrency({"c": 3}, SCOPE), work.item_selector(1, SCOPE)) == (3, {"a": 1})
    with pytest.raises(StatesError, match='Reference path "\\$" must point to array'):
        work.items({}, SCOPE)
    work = queries(
        Type="Map", ItemProcessor=INNER, Items="{% [1, 2] %}", ItemSelector={"a": 1}, MaxConcurrency="{% 2 %}", End=True
    ).work
    assert (work.items({}, SCOPE), work.max_concurrency({}, SCOPE), work.item_selector(1, SCOPE)) == (
        [1, 2],
        2,
        {"a": 1},
    )
    assert queries(Type="Map", ItemProcessor=INNER, End=True).work.item_selector is None


def test_retriers_and_catchers_have_their_defaults():
    handlers = {
        "Retry": [{"ErrorEquals": ["E"], "JitterStrategy": "FULL"}],
        "Catch": [{"ErrorEquals": ["E"], "Next": "B"}],
    }
    state = paths(Type="Task", Resource=SQS, End=True, **handlers)
    (retrier,), (catcher,) = state.retry, state.catch
    assert (retrier.interval, retrier.max_attempts, retrier.backoff_rate, retrier.max_delay, retrier.jitter) == (
        1, 3, 2.0, None, True,
    )  # fmt: skip
    assert (catcher.next, catcher.output, catcher.assign) == ("B", None, None)
    handlers["Catch"][0]["Output"] = "{% $states.errorOutput.Error %}"
    (catcher,) = queries(Type="Task", Resource=SQS, End=True, **handlers).catch
    assert catcher.output({}, {"Error": "E"}, SCOPE) == "E"
    assert paths(Type="Pass", End=True, **handlers).catch == (), "a handler elsewhere has no effect"


@pytest.mark.parametrize(
    ("compiled", "field"), [(paths, {"ItemsPath": "$.a"}), (queries, {"Items": "{% $states.input.a %}"})]
)
def test_a_distributed_map_has_no_branch_of_its_own(compiled, field):
    work = compiled(**distributed(Label="L", MaxConcurrency=2, **field)).work
    assert type(work) is DistributedMap
    assert (work.label, work.items({"a": [1]}, SCOPE), work.max_concurrency({}, SCOPE)) == ("L", [1], 2)
