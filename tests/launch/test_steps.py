from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from launch.catalogue import Step
from launch.steps import progress

START = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = [
    Step(states=("Listen", "Wait"), title="Listen", done="We listened", detail="Speech to text."),
    Step(states=("Propose",), title="Propose", done="Proposed", detail=""),
    Step(states=("Ask",), title="Which one?", done="You chose", detail=""),
    Step(states=("Draw",), title="Draw", done="Drawn", detail=""),
]


@dataclass
class Event:
    name: str
    after: float
    type: str = "TaskStateEntered"

    @property
    def timestamp(self):
        return START + timedelta(seconds=self.after)

    @property
    def details(self):
        return {"stateEnteredEventDetails": {"name": self.name}}


def kinds(views):
    return [view.kind for view in views]


def test_a_loop_within_a_step_stays_in_the_step():
    events = [Event("Listen", 0), Event("Wait", 1), Event("Listen", 3), Event("Propose", 4)]
    views = progress(STEPS, events, status="RUNNING")
    assert kinds(views) == ["ok", "run", "idle", "idle"]
    assert views[0].seconds == 4
    assert views[0].title == "We listened"
    assert views[1].since == START + timedelta(seconds=4)


def test_going_back_makes_the_later_steps_open_again_and_adds_the_time():
    events = [Event("Listen", 0), Event("Propose", 1), Event("Ask", 2), Event("Propose", 10)]
    assert kinds(progress(STEPS, events, status="RUNNING")) == ["ok", "run", "idle", "idle"]
    again = progress(STEPS, [*events, Event("Ask", 13)], status="RUNNING", waiting_state="Ask")
    assert kinds(again) == ["ok", "ok", "wait", "idle"]
    assert again[1].seconds == 1 + 3


def test_a_question_that_came_before_the_mirror_knew_is_shown_at_its_step():
    assert kinds(progress(STEPS, [Event("Listen", 0)], status="RUNNING", waiting_state="Ask")) == [
        "ok",
        "ok",
        "wait",
        "idle",
    ]


def test_the_step_that_failed_says_why_and_the_rest_was_not_reached():
    views = progress(
        STEPS, [Event("Listen", 0)], status="FAILED", stopped_at=START + timedelta(seconds=2), problem="No transcript"
    )
    assert kinds(views) == ["fail", "idle", "idle", "idle"]
    assert views[0].detail == "No transcript"
    assert views[0].seconds == 2


def test_the_last_step_ends_with_the_run():
    events = [Event("Listen", 0), Event("Propose", 1), Event("Ask", 2), Event("Draw", 3)]
    views = progress(STEPS, events, status="SUCCEEDED", stopped_at=START + timedelta(seconds=7))
    assert kinds(views) == ["ok"] * 4
    assert views[3].seconds == 4


def test_states_that_no_step_names_change_nothing():
    views = progress(STEPS, [Event("Listen", 0), Event("Keep for later", 1)], status="RUNNING")
    assert kinds(views) == ["run", "idle", "idle", "idle"]


def test_a_stopped_and_a_timed_out_run_look_different():
    events = [Event("Listen", 0)]
    assert kinds(progress(STEPS, events, status="ABORTED"))[0] == "stop"
    assert kinds(progress(STEPS, events, status="TIMED_OUT"))[0] == "time"
