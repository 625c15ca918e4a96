"""Runs compared with each other, and states over many runs."""

import pytest
from django.urls import reverse

from executions import run_comparison, state_visits
from executions.mirror import copy_history
from executions.services import start_execution

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
    assert [change.path for change in comparison.data["Input"]] == ["/go", "/n"]
    assert all(row.first.seconds is not None for row in comparison.rows if row.first)
    client.force_login(person("Reviewer"))
    text = client.get(reverse("runs-compare", args=[bad.pk])).content.decode()
    assert text.count("data-differs") == 4
    assert "not entered" in text
    assert client.get(reverse("runs-compare", args=[bad.pk]), {"with": bad.pk}).status_code == 404


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
