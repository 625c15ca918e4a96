"""What holds for every machine and every order of events."""

import json
import os

from hypothesis import HealthCheck, given, settings

from asl.effects import ScheduleTask
from asl.events import TimerFired
from asl.frames import Joining
from asl.history import render
from asl.parse import parse
from asl.testing import Playbook
from tests.asl.machines import inputs, machines, make_event, scripts

settings.register_profile(
    "asl",
    max_examples=int(os.environ.get("ASL_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("asl")


def play(machine, text, script, **options):
    """Run a script to its end, then answer whatever is still outstanding."""
    playbook = Playbook(machine, input=text, **options)
    for kind, choice in script:
        playbook.run(until=playbook.now)
        if kind == "timer" and playbook.timers:
            timer_id, due = min(playbook.timers.items(), key=lambda timer: timer[::-1])
            playbook.now = max(playbook.now, due)
            del playbook.timers[timer_id]
            playbook.reply(TimerFired(at=playbook.now, timer_id=timer_id))
            continue
        event = make_event(playbook, kind, choice)
        if event is not None:
            playbook.reply(event)
    for _ in range(400):
        playbook.run()
        if playbook.execution.status != "RUNNING":
            break
        event = make_event(playbook, "succeeded", 0)
        assert event is not None, "a running execution awaits an outstanding task or timer"
        playbook.reply(event)
    return playbook


@given(machines, inputs, scripts)
def test_storing_and_loading_between_events_changes_nothing(definition, text, script):
    machine = parse(definition)
    straight = play(machine, text, script)
    stored = play(machine, text, script, reload=True)
    assert stored.rendered() == straight.rendered()
    assert stored.stored()[0] == straight.stored()[0]


@given(machines, inputs, scripts)
def test_how_large_the_slices_are_changes_nothing(definition, text, script):
    machine = parse(definition)
    assert play(machine, text, script, budget=1).rendered() == play(machine, text, script, budget=10_000).rendered()


@given(machines, inputs, scripts)
def test_every_run_ends_and_leaves_nothing_behind(definition, text, script):
    playbook = play(parse(definition), text, script)
    execution = playbook.execution
    assert execution.status in ("SUCCEEDED", "FAILED", "ABORTED")
    assert not playbook.tasks
    assert not playbook.timers
    if execution.status == "SUCCEEDED":
        assert set(playbook.stored()[1]) == {0}, "it keeps the row that never changes, and no other"
    assert (execution.output is not None) == (execution.status == "SUCCEEDED")


@given(machines, inputs, scripts)
def test_a_history_is_well_formed(definition, text, script):
    playbook = play(parse(definition), text, script)
    assert playbook.execution.last_event_id == len(playbook.history)
    for number, event in enumerate(playbook.history, 1):
        assert 0 <= event[1] < number, "an event follows one before it"
        assert render(number, json.loads(json.dumps(event))) == render(number, event)
    types = playbook.types()
    assert types[0] == "ExecutionStarted"
    assert types[-1] in ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted")
    assert sum(kind.startswith("Execution") for kind in types) == 2


@given(machines, inputs)
def test_a_token_is_open_exactly_while_its_task_is_outstanding(definition, text):
    playbook = Playbook(parse(definition), input=text)
    playbook.run(until=playbook.now)
    waiting = [task for task in playbook.tasks.values() if task.token is not None]
    for task in waiting:
        assert isinstance(task, ScheduleTask)
        assert playbook.execution.token_is_open(task.token)
    frames = playbook.execution.frames.values()
    assert all(frame.work is not None or frame.id in playbook.execution.ready for frame in frames)
    for frame in frames:
        if isinstance(frame.work, Joining):
            assert frame.work.children, "a Parallel or Map state that goes on has children"
    play(parse(definition), text, [])
    playbook.reply(make_event(playbook, "stale", 0))
    if playbook.execution.status == "RUNNING":
        for task in waiting:
            assert playbook.execution.token_is_open(task.token)
