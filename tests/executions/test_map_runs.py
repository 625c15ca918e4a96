"""A Map Run's page: counts, executions by status, limits changed where it runs."""

import json
import time

import pytest
from django.urls import reverse

from designer.models import Deployment
from executions import map_runs
from executions.mirror import copy_history
from executions.models import Execution
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
    assert len(page.context["children"]) == 3
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


def test_an_execution_of_a_map_run_is_a_page_with_a_way_back(client, person, deployed, embedded, monkeypatch):
    client.force_login(person("Operator"))
    states = {
        "Odd?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "Bad"}],
            "Default": "Good",
        },
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail", "Error": "Bad"},
    }
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Odd?",
        "States": states,
    }
    each = {"Type": "Map", "ItemProcessor": processor, "End": True}
    machine = deployed({"StartAt": "Each", "States": {"Each": each}})
    execution = begun(start_execution(state_machine=machine, environment=embedded, input="[1, 2, 3]"))
    while execution.status == "RUNNING":
        copy_history(execution)
    event = execution.events.get(type="MapRunStarted")
    address = reverse("map-run", args=[execution.pk, event.event_id])
    page = client.get(address)
    assert (page.context["state"], page.context["redrivable"]) == ("Each", True)
    children = page.context["children"]
    assert children[0].status == "FAILED"
    # Pages keep what is wrong first, whatever began when.
    monkeypatch.setattr(map_runs, "PAGE", 1)
    run = map_runs.describe(execution, map_runs.arn_of(event))
    paged, token = [], ""
    while True:
        rows, token = map_runs.children(execution, map_runs.arn_of(event), run, "", token)
        paged += rows
        if not token:
            break
    assert [row.name for row in paged] == [row.name for row in children]
    answer = client.get(reverse("map-run-child", args=[execution.pk, event.event_id, children[0].name]))
    child = Execution.objects.get(parent=execution)
    assert answer["Location"] == reverse("execution", args=[child.pk])
    assert json.loads(child.definition)["States"] == states
    copy_history(child)
    assert (child.status, child.input, child.state_machine) == ("FAILED", "2", None)
    origin = client.get(answer["Location"]).context["boot"]["origin"]
    assert origin == {
        "kind": "item",
        "name": execution.name,
        "state": "Each",
        "url": reverse("execution", args=[execution.pk]) + "?state=Each",
        "map_run": address,
    }
    assert client.get(reverse("map-run-child", args=[execution.pk, event.event_id, "none"]), follow=True).context[
        "messages"
    ]
    assert client.get(reverse("map-run-child", args=[execution.pk, event.event_id, "a*b"])).status_code == 404
    client.post(reverse("map-run-redrive", args=[execution.pk, event.event_id]))
    execution.refresh_from_db()
    assert execution.events.filter(type="ExecutionRedriven").exists()
    end = time.monotonic() + 15
    while not child.events.filter(type="ExecutionRedriven").exists():
        assert time.monotonic() < end, "its execution isn't redriven"
        client.get(reverse("map-run-child", args=[execution.pk, event.event_id, children[0].name]))
        child.refresh_from_db()
        copy_history(child)
    client.force_login(person("Reviewer"))
    assert client.post(reverse("map-run-redrive", args=[execution.pk, event.event_id])).status_code == 403


def test_nested_executions_are_linked_both_ways(client, person, deployed, embedded):
    client.force_login(person("Operator"))
    inner = deployed({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
    arn = Deployment.objects.get(revision__state_machine=inner).arn
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": arn, "Input": {"n": 1}},
        "End": True,
    }
    outer = deployed({"StartAt": "Call", "States": {"Call": task}})
    execution = start_execution(state_machine=outer, environment=embedded, input="{}")
    while execution.status == "RUNNING":
        copy_history(execution)
    child = Execution.objects.get(state_machine=inner)
    assert (child.parent, child.revision.state_machine) == (execution, inner)
    submitted = execution.events.get(type="TaskSubmitted").event_id
    opened = client.get(reverse("nested", args=[execution.pk, submitted]))
    assert opened["Location"] == reverse("execution", args=[child.pk])
    origin = client.get(opened["Location"]).context["boot"]["origin"]
    assert (origin["kind"], origin["state"], origin["map_run"]) == ("task", "Call", None)
    assert client.get(reverse("nested", args=[execution.pk, 1])).status_code == 404
    # Not known yet, and of a workflow that isn't ours: taken in when it is opened.
    child.delete()
    Deployment.objects.filter(revision__state_machine=inner).delete()
    client.get(reverse("nested", args=[execution.pk, submitted]))
    again = Execution.objects.get(parent=execution)
    assert (again.parent_event_id, again.state_machine, json.loads(again.definition)["StartAt"]) == (
        submitted, None, "Only",
    )  # fmt: skip
