"""Runs compared with each other, and states over many runs."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from executions import costs, run_comparison, state_visits, storing, usage
from executions.database_threads import DatabaseThreads
from executions.mirror import copy_history
from executions.models import Execution, HistoryEvent, ModelUse, RunUsage, UncountedRun
from executions.services import start_execution
from executions.telling import telling_by

pytestmark = pytest.mark.django_db(transaction=True)
FORK = {
    "StartAt": "Fork",
    "States": {
        "Fork": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.go", "BooleanEquals": True, "Next": "Both"}],
            "Default": "Bad",
        },
        "Bad": {"Type": "Fail", "Error": "Bad"},
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}} for name in ("Left", "Right")
            ],
            "End": True,
        },
    },
}


@pytest.fixture
def runs(deployed, embedded):
    machine = deployed(FORK)
    found = []
    for text in ('{"go": true, "n": 1}', '{"go": false, "n": 2}'):
        execution = start_execution(state_machine=machine, environment=embedded, input=text)
        while execution.status == "RUNNING":
            copy_history(execution)
        found.append(execution)
    return found


def test_two_runs_are_compared_by_path_and_data(client, person, runs):
    good, bad = runs
    comparison = run_comparison.compare(good, bad)
    assert [(row.name, row.first is not None, row.second is not None) for row in comparison.rows if row.differs] == [
        ("Both", True, False), ("Left", True, False), ("Right", True, False), ("Bad", False, True),
    ]  # fmt: skip
    assert [change.path for change in comparison.data["Input"]] == ["go", "n"]
    assert [(row.name, sorted(row.data)) for row in comparison.states_with_data] == [("Fork", ["input", "output"])]
    assert [(one.path, one.before, one.after) for one in comparison.rows[0].data["output"]][1:] == [("n", "1", "2")]
    assert comparison.definition.is_same
    assert all(row.first.seconds is not None for row in comparison.rows if row.first)
    client.force_login(person("Reviewer"))
    text = client.get(reverse("runs-compare", args=[bad.pk])).content.decode()
    assert text.count("data-differs") == 4
    assert 'href="#state-1">input, output</a>' in text
    assert "The same definition." in text
    bad.revision = None
    bad.definition = json.dumps(FORK).replace('"Error": "Bad"', '"Error": "Worse"')
    bad.save(update_fields=["revision", "definition"])
    text = client.get(reverse("runs-compare", args=[bad.pk])).content.decode()
    assert "Worse" in text.partition("data-definition")[2]
    assert "not entered" in text
    assert client.get(reverse("runs-compare", args=[bad.pk]), {"with": bad.pk}).status_code == 404


def test_what_runs_cost_is_counted_when_they_end_and_shown_per_workflow_and_environment(client, person, runs):
    good, bad = runs
    assert [run.usage.transitions for run in runs] == [5, 3]  # the start is one
    ModelUse.objects.create(
        execution=good, model="us.amazon.nova-lite-v1:0", calls=1, tokens_in=10**6, tokens_out=10**6
    )
    ModelUse.objects.create(execution=bad, model="somebody.s-model", calls=1, tokens_in=1, tokens_out=1)
    (cost,) = costs.costs(Execution.objects.all(), "environment").values()
    assert (cost.runs, cost.transitions, cost.unpriced) == (2, 8, ["somebody.s-model"])
    assert cost.amount == pytest.approx(8 * 0.000025 + 0.30)
    client.force_login(person("Reviewer"))
    page = client.get("/dashboard/").content.decode()
    assert page.count("$0.30 and more") == 2
    assert "price unknown: somebody.s-model" in page


def test_what_a_killed_process_left_uncounted_is_counted_by_a_sweep(deployed, embedded):
    execution = start_execution(state_machine=deployed(FORK), environment=embedded, input='{"go": false}')
    with telling_by(DatabaseThreads(0, "killed")):  # what it was to tell waits, and goes with it
        while execution.status == "RUNNING":
            copy_history(execution)
    assert not RunUsage.objects.filter(execution=execution).exists()
    assert usage.sweep(timezone.now()) == 0, "whoever stored the end has a moment to count it"
    later = timezone.now() + storing.GRACE
    assert usage.sweep(later) == 1
    assert RunUsage.objects.get(execution=execution).transitions == 3
    assert usage.sweep(later + timedelta(days=1)) == 0


def test_a_run_that_was_counted_or_goes_on_owes_nothing(runs):
    assert not UncountedRun.objects.exists()
    UncountedRun.objects.create(execution=runs[0], due_at=timezone.now())
    Execution.objects.filter(pk=runs[0].pk).update(status="RUNNING")
    assert usage.sweep(timezone.now()) == 0


def test_tokens_are_what_the_models_own_answers_say(runs):
    run = runs[0]
    asked = {"resourceType": "bedrock", "resource": "invokeModel", "parameters": json.dumps({"ModelId": "m"})}
    answer = {"output": json.dumps({"Body": {"usage": {"input_tokens": 7, "output_tokens": 3}}})}
    later = [("TaskScheduled", asked), ("TaskStarted", {}), ("TaskSucceeded", answer), ("TaskScheduled", asked)]
    last = run.last_event_id
    for number, (kind, details) in enumerate(later, start=last + 1):
        key = f"{kind[0].lower()}{kind[1:]}EventDetails"
        HistoryEvent.objects.create(
            execution=run, event_id=number, previous_event_id=number - 1, type=kind, timestamp=run.started_at,
            details={key: details},
        )  # fmt: skip
    assert usage.tokens_of(run) == {"m": usage.Tokens(calls=1, tokens_in=7, tokens_out=3)}
    assert usage.answered('{"usage": {"inputTokens": 2, "outputTokens": 1}}') == (2, 1)
    assert usage.answered('{"Body": {"results": [{"tokenCount": 4}], "inputTextTokenCount": 5}}') == (5, 4)
    assert usage.answered('{"Body": "text') is None


def test_states_over_the_last_runs_say_how_often_and_how_well(client, person, runs):
    figures, count = state_visits.figures(runs)
    by_name = {one.name: one for one in figures}
    assert count == 2
    assert (by_name["Fork"].visits, by_name["Fork"].reached, by_name["Left"].reached) == (2, 100, 50)
    assert by_name["Left"].median is not None
    client.force_login(person("Designer"))
    text = client.get(reverse("heat", args=[runs[0].state_machine_id]), {"last": "20"}).content.decode()
    assert "2 ended runs" in text
    assert '"Left": {"tone": "ok"' in text
