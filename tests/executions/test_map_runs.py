"""A Map Run's page: counts, executions by status, limits changed where it runs."""

import time

import pytest
from django.urls import reverse

from executions.mirror import copy_history
from executions.services import start_execution, stop_execution

pytestmark = pytest.mark.django_db(transaction=True)


def each(state, **fields):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = {"ProcessorConfig": config, "StartAt": "Do", "States": {"Do": state}}
    return {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}}}


def begun(execution):
    end = time.monotonic() + 15
    while not execution.events.filter(type="MapRunStarted").exists():
        assert time.monotonic() < end, "no Map Run began"
        copy_history(execution)
    return execution


def test_a_map_run_shows_its_counts_and_its_executions_by_status(client, person, deployed, embedded):
    client.force_login(person("Operator"))
    machine = deployed(each({"Type": "Fail", "Error": "Bad"}, ToleratedFailurePercentage=100))
    execution = start_execution(state_machine=machine, environment=embedded, input="[1, 2, 3]")
    begun(execution)
    while execution.status == "RUNNING":
        copy_history(execution)
    page = client.get(reverse("map-runs", args=[execution.pk]), {"state": "Each"}, follow=True)
    text = page.content.decode()
    assert "100.0% of at most 100%" in text
    assert text.count('font-mono text-xs">') == 3
    address = page.redirect_chain[-1][0]
    assert "None of them" in client.get(address, {"status": "SUCCEEDED"}).content.decode()
    assert (
        "has begun no Map Run"
        in client.get(reverse("map-runs", args=[execution.pk]), {"state": "Other"}, follow=True).content.decode()
    )


def test_a_running_ones_limits_are_changed_by_who_may(client, person, deployed, embedded):
    machine = deployed(each({"Type": "Wait", "Seconds": 300, "End": True}, MaxConcurrency=1))
    execution = begun(start_execution(state_machine=machine, environment=embedded, input="[1, 2, 3]"))
    event = execution.events.get(type="MapRunStarted")
    address = reverse("map-run-change", args=[execution.pk, event.event_id])
    client.force_login(person("Reviewer"))
    assert client.post(address).status_code == 403
    client.force_login(person("Operator"))
    form = {"concurrency": "2", "percentage": "12.5", "count": "1"}
    text = client.post(address, form, follow=True).content.decode()
    assert "goes on with these limits" in text
    assert 'name="concurrency" value="2"' in text
    assert 'name="percentage" value="12.5"' in text
    assert "Not changed" in client.post(address, {**form, "percentage": "nan"}, follow=True).content.decode()
    stop_execution(execution)
