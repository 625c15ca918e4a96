"""What holds for every machine and every order of events."""

import json

from hypothesis import given
from hypothesis import strategies as st

from asl.effects import ScheduleTask
from asl.events import ExecutionRedriven, TimerFired
from asl.frames import Joining
from asl.history import render
from asl.parse import parse
from asl.testing import Playbook
from tests.asl.machines import inputs, machines
from tests.asl.orders import any_event, anything, make_event, scripts

ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"}
BEGINNINGS = {"ExecutionStarted", "ExecutionRedriven"}


class Watched(Playbook):
    """Remembers the events that it was given; after each of them an execution has ended or awaits something."""

    def __init__(self, *arguments, **options):
        self.events = []
        super().__init__(*arguments, **options)

    def reply(self, event):
        self.events.append(event)
        transition = super().reply(event)
        self.awaits_or_has_ended()
        return transition

    def awaits_or_has_ended(self):
        if self.execution.status == "RUNNING":
            assert self.tasks or self.timers or self.must_continue
            assert self.timers.keys() == self.execution.timers.keys()
        else:
            assert not self.tasks
            assert not self.timers
            assert not self.execution.timers
        assert self.tasks.keys() == self.execution.tasks.keys()


def play(machine, text, script, **options):
    """Run a script to its end, then answer whatever is still outstanding."""
    playbook = Watched(machine, input=text, **options)
    playbook.awaits_or_has_ended()
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
        playbook.run(until=playbook.now)
        if playbook.execution.status != "RUNNING":
            break
        event = make_event(playbook, "succeeded", 0)
        if event is None:
            playbook.run()
        else:
            playbook.reply(event)
    return playbook


@given(machines, inputs, scripts)
def test_storing_and_loading_between_events_changes_nothing(definition, text, script):
    machine = parse(definition)
    straight = play(machine, text, script)
    stored = play(machine, text, script, reload=True)
    assert stored.rendered() == straight.rendered()
    assert stored.stored()[0] == straight.stored()[0]


@given(machines, inputs, scripts, st.sampled_from([1, 3, 200]))
def test_the_same_events_give_the_same_history_and_effects_again(definition, text, script, budget):
    machine = parse(definition)
    first = play(machine, text, script, budget=budget)
    again = Playbook(machine, input=text, budget=budget)
    for event in first.events:
        again.reply(event)
    assert again.rendered() == first.rendered()
    assert again.stored() == first.stored()
    assert (again.tasks, again.execution.timers) == (first.tasks, first.execution.timers)


@given(machines, inputs, scripts)
def test_how_large_the_slices_are_changes_nothing(definition, text, script):
    machine = parse(definition)
    assert play(machine, text, script, budget=1).rendered() == play(machine, text, script, budget=10_000).rendered()


@given(machines, inputs, scripts)
def test_every_run_ends_and_leaves_nothing_behind(definition, text, script):
    playbook = play(parse(definition), text, script)
    execution = playbook.execution
    assert execution.status in ("SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT")
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
    assert types[-1] in ENDS
    ends = sum(kind in ENDS for kind in types)
    assert ends == sum(kind in BEGINNINGS for kind in types)
    assert ends == 1 + sum(isinstance(event, ExecutionRedriven) for event in playbook.events)


@given(machines, inputs, anything, st.sampled_from([1, 200]))
def test_no_order_of_events_breaks_it(definition, text, events, budget):
    """Whatever comes when: `handle` raises nothing, and goes on as it would after being stored and loaded."""
    machine = parse(definition)
    straight, stored = (Watched(machine, input=text, budget=budget, reload=reload) for reload in (False, True))
    for kind, number, seconds in events:
        for playbook in (straight, stored):
            playbook.timers.pop(number if kind == "timer" else None, None)
            playbook.reply(any_event(kind, number, playbook.now + seconds))
            playbook.must_continue = (playbook.must_continue and kind != "continue") or bool(playbook.execution.ready)
    assert stored.rendered() == straight.rendered()
    assert stored.stored() == straight.stored()


@given(machines, inputs)
def test_a_token_is_open_exactly_while_its_task_is_outstanding(definition, text):
    playbook = Playbook(parse(definition), input=text)
    playbook.run(until=playbook.now)
    waiting = [task for task in playbook.tasks.values() if task.token is not None]
    for task in waiting:
        assert isinstance(task, ScheduleTask)
        assert playbook.execution.token_is_open(task.token)
    frames = playbook.execution.frames.values()
    if playbook.execution.status == "RUNNING":
        assert all(frame.work is not None or frame.id in playbook.execution.ready for frame in frames)
    for frame in frames:
        if isinstance(frame.work, Joining) and playbook.execution.status == "RUNNING":
            assert frame.work.children, "a Parallel or Map state that goes on has children"
    play(parse(definition), text, [])
    playbook.reply(make_event(playbook, "stale", 0))
    if playbook.execution.status == "RUNNING":
        for task in waiting:
            assert playbook.execution.token_is_open(task.token)
