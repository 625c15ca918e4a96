"""What is stored of an execution: only what changed, and enough to go on from."""

import json

from asl.effects import Continue
from asl.events import (
    Continued,
    ExecutionRedriven,
    HeartbeatReceived,
    MapRunFailed,
    MapRunSucceeded,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)
from asl.execution import load
from asl.interpreter import handle, start
from asl.parse import parse
from asl.testing import IDENTITY, SEED, Playbook
from tests.asl.definitions import distributed

SQS = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
ASK = {"Type": "Task", "Resource": SQS, "HeartbeatSeconds": 60, "End": True}


def begin(states, text="{}", **fields):
    machine = parse(json.dumps({"StartAt": next(iter(states)), "States": states, **fields}))
    execution, transition = start(machine, identity=IDENTITY, input=text, at=1.0, seed=SEED, budget=1_000_000)
    return machine, execution, transition


def size(changes):
    return len(json.dumps([changes.header, changes.frames]))


def test_the_row_that_never_changes_is_stored_once():
    _, execution, _ = begin({"A": ASK}, '{"a":  1}')
    first = execution.take_changes()
    assert first.frames[0]["input"] == '{"a":  1}'
    handle(execution, HeartbeatReceived(at=2.0, task_id=1))
    assert 0 not in execution.take_changes().frames


def test_nothing_is_stored_but_the_header_when_nothing_happened():
    _, execution, _ = begin({"A": ASK})
    execution.take_changes()
    assert execution.take_changes().frames == {}


def test_larger_data_is_not_written_again_while_the_state_goes_on():
    _, execution, _ = begin({"A": ASK}, json.dumps({"a": "x" * 200_000}))
    assert size(execution.take_changes()) > 200_000
    handle(execution, TaskStarted(at=2.0, task_id=1))
    assert size(execution.take_changes()) < 2_000


def test_data_that_became_small_again_gives_its_row_back():
    states = {"A": {**ASK, "Next": "B"}, "B": {**ASK, "Resource": SQS}}
    del states["A"]["End"]
    machine, execution, _ = begin(states, json.dumps({"a": "x" * 5_000}))
    rows = dict(execution.take_changes().frames)
    handle(execution, TaskSucceeded(at=2.0, task_id=1, output="1"))
    changes = execution.take_changes()
    assert None in changes.frames.values()
    rows = {row: content for row, content in {**rows, **changes.frames}.items() if content is not None}
    loaded = load(machine, changes.header, rows)
    assert loaded.frames[1].data == 1


def test_what_a_delivery_stores_does_not_grow_with_the_map_it_is_in():
    def stored(count):
        states = {"M": {"Type": "Map", "ItemProcessor": {"StartAt": "A", "States": {"A": ASK}}, "End": True}}
        _, execution, _ = begin(states, json.dumps(list(range(count))))
        execution.take_changes()
        handle(execution, TaskSucceeded(at=2.0, task_id=1, output="1"))
        return size(execution.take_changes())

    assert stored(5_000) < stored(50) * 1.2


def test_a_loaded_execution_answers_as_the_original_does():
    inner = {"StartAt": "A", "States": {"A": ASK}}
    states = {"P": {"Type": "Parallel", "Branches": [inner], "End": True}}
    machine, execution, transition = begin(states, TimeoutSeconds=500)
    changes = execution.take_changes()
    header, rows = json.loads(json.dumps([changes.header, list(changes.frames.items())]))
    loaded = load(machine, header, dict(rows))
    token = next(effect.token for effect in transition.effects if hasattr(effect, "token"))
    assert loaded.token_is_open(token)
    assert (loaded.status, loaded.last_event_id, loaded.identity) == ("RUNNING", execution.last_event_id, IDENTITY)
    event = TaskSucceeded(at=9.0, task_id=1, output='"done"')
    assert handle(loaded, event) == handle(execution, event)
    assert loaded.output == execution.output == '["done"]'
    assert loaded.take_changes() == execution.take_changes()


def test_an_ended_execution_keeps_its_result_in_the_header():
    machine, execution, _ = begin({"A": {"Type": "Succeed"}}, '{"a": 1}')
    changes = execution.take_changes()
    assert set(changes.frames) == {0}, "what came and went in between is never stored"
    loaded = load(machine, changes.header, changes.frames)
    assert (loaded.status, loaded.output, loaded.stopped_at) == ("SUCCEEDED", '{"a": 1}', 1.0)
    assert handle(loaded, Continued(at=2.0)).history == []


def test_a_slice_is_continued_from_the_store():
    states = {f"S{index}": {"Type": "Pass", "Next": f"S{index + 1}"} for index in range(9)} | {
        "S9": {"Type": "Succeed"}
    }
    machine = parse(json.dumps({"StartAt": "S0", "States": states}))
    execution, transition = start(machine, identity=IDENTITY, input="{}", at=1.0, seed=SEED, budget=3)
    assert transition.effects == [Continue()]
    changes = execution.take_changes()
    loaded = load(machine, changes.header, changes.frames)
    history = handle(loaded, Continued(at=1.0), budget=100).history
    assert history[0][:2] == ("PassStateEntered", 7)
    assert loaded.status == "SUCCEEDED"


WAIT = {"Type": "Wait", "Seconds": 5, "End": True}
LARGE = "x" * 5_000


def branch(**states):
    return {"StartAt": next(iter(states)), "States": states}


def play(states, text="{}"):
    machine = parse(json.dumps({"StartAt": next(iter(states)), "States": states, "TimeoutSeconds": 99}))
    return Playbook(machine, input=text, reload=True)


def test_all_that_a_frame_may_wait_for_is_stored_and_loaded():
    """A wait, a task, a retry, results that came as text and as values, and branches inside branches."""
    retried = {**ASK, "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 5}]}
    branches = [
        branch(W=WAIT),
        branch(T=retried),
        branch(P={"Type": "Pass", "End": True}),
        branch(V={"Type": "Pass", "Parameters": {"a": 1}, "End": True}),
        branch(M={"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": branch(I=WAIT), "End": True}),
    ]
    playbook = play({"A": {"Type": "Parallel", "Branches": branches, "End": True}}, '{"items":  [1, 2]}')
    playbook.reply(TaskFailed(at=playbook.now, task_id=1, error="E", cause=None))
    playbook.run(until=playbook.now + 10)
    playbook.reply(TaskSubmitted(at=playbook.now, task_id=2, output="{}"))
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=2, output="7"))
    assert playbook.execution.output == '[{"items":  [1, 2]},7,{"items":  [1, 2]},{"a":1},[1,2]]'


def test_large_variables_have_a_row_while_they_are_large():
    wait = {"Type": "Wait", "Seconds": 5}
    large, small = {**wait, "Assign": {"v": LARGE}}, {**wait, "Assign": {"v": 1}}
    inner = branch(G={**wait, "Assign": {"w": LARGE}, "Next": "H"}, H=ASK)
    states = {
        "A": {**large, "Next": "B"},
        "B": {**wait, "Next": "C"},
        "C": {**small, "Next": "D"},
        "D": {**large, "Next": "E"},
        "E": {**wait, "Next": "F"},
        "F": {"Type": "Parallel", "Branches": [inner], "End": True},
    }
    playbook = play(states, json.dumps({"a": LARGE}))
    playbook.run(until=playbook.now + 40)
    playbook.reply(TaskSubmitted(at=playbook.now, task_id=1, output="{}"))
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output="1"))
    assert playbook.execution.output == "[1]"
    assert set(playbook.stored()[1]) == {0}


def test_what_stopped_is_stored_and_what_is_resumed_goes_on_in_slices():
    branches = [branch(T=ASK), branch(W=WAIT), branch(M={"Type": "Parallel", "Branches": [branch(U=ASK)], "End": True})]
    machine = parse(json.dumps(branch(A={"Type": "Parallel", "Branches": branches, "End": True})))
    playbook = Playbook(machine, budget=1, reload=True)
    playbook.run(until=playbook.now)
    assert not playbook.execution.can_be_redriven
    playbook.reply(TaskFailed(at=playbook.now, task_id=1, error="E", cause=None))
    assert playbook.execution.can_be_redriven
    playbook.reply(ExecutionRedriven(at=playbook.now))
    playbook.run(until=playbook.now)
    assert playbook.types().count("ExecutionRedriven") == 1
    assert sorted(task.state_name for task in playbook.tasks.values()) == ["T", "U"]
    assert playbook.execution.input_value == {}


def test_a_token_is_known_by_its_task():
    playbook = play({"A": ASK})
    token = playbook.task().token
    assert playbook.execution.token_is_open(token)
    assert not playbook.execution.token_is_open("no token at all")
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output="1", by_token=True))
    assert not playbook.execution.token_is_open(token)
    assert playbook.execution.task(7) is None


def test_an_input_is_read_once_and_again_when_it_was_loaded():
    machine, execution, _ = begin({"A": ASK}, '{"a":  1}')
    assert execution.input_value is execution.input_value
    changes = execution.take_changes()
    assert load(machine, changes.header, changes.frames).input_value == {"a": 1}


def test_a_map_run_is_stored_while_it_is_under_way_and_after_it_failed():
    playbook = play({"M": distributed()}, "[1]")
    (asked,) = playbook.map_runs.values()
    playbook.reply(MapRunFailed(at=playbook.now, task_id=asked.task_id, error="E", cause=None))
    playbook.reply(ExecutionRedriven(at=playbook.now))
    (again,) = playbook.map_runs.values()
    assert again.arn == asked.arn, "a stored failure knows its Map Run"
    playbook.reply(MapRunSucceeded(at=playbook.now, task_id=again.task_id, output="[2]"))
    assert playbook.execution.output == "[2]", "and a stored execution the one that is under way"
