"""Simulations and saved test cases: through the API, from the command line, with the samples' own cases."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command

from designer.models import TestCase
from designer.services import Refused, create_state_machine
from designer.test_cases import LARGEST_CASE, run_cases, run_once, runnable, save_case

SAMPLES = Path(__file__).parents[2] / "samples"
ASK = {
    "StartAt": "Ask",
    "States": {
        "Ask": {"Type": "Task", "Resource": "${AskFunction}", "TimeoutSeconds": 60, "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 31536000, "End": True},
    },
}
DEFINITION = json.dumps(ASK)
CASE = {"name": "a year passes", "input": {}, "mocks": {"Ask": {"0": {"Return": 1}}}, "expected": {"output": 1}}


@pytest.fixture
def designer(client, person):
    client.force_login(person("Designer"))
    return client


@pytest.fixture
def machine(db):
    return create_state_machine(name="ask", definition=DEFINITION, by=None)


def post(client, path, body):
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_a_simulation_needs_no_deployment_and_no_time(designer):
    answer = post(designer, "simulations", {"definition": DEFINITION, "mocks": CASE["mocks"]})
    found = answer.json()
    assert (answer.status_code, found["status"], found["seconds"], found["path"]) == (
        200,
        "SUCCEEDED",
        31536000,
        ["Ask", "Wait"],
    )
    assert [event["id"] for event in found["events"]] == list(range(1, len(found["events"]) + 1))
    assert found["events"][0]["timestamp"].endswith("Z")
    assert found["calls"] == [
        {"state": "Ask", "number": 0, "resource": "arn:aws:lambda:us-east-1:123456789012:function:AskFunction"}
    ]


def test_a_state_without_a_mock_is_named(designer):
    found = post(designer, "simulations", {"definition": DEFINITION}).json()
    assert (found["status"], found["stuck_at"]) == ("STUCK", "Ask")
    assert "Ask has no mock" in found["problem"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"definition": "{"}, "The definition has errors"),
        ({"definition": DEFINITION.replace('"Ask", "States"', '"Ax", "States"')}, "at /StartAt"),
        ({"definition": DEFINITION, "input": "{"}, "The input isn't JSON"),
        ({"definition": DEFINITION, "mocks": {"Ask": {"x": {}}}}, "A mock can't be understood"),
    ],
)
def test_what_cant_be_simulated_is_refused_in_words(designer, body, words):
    answer = post(designer, "simulations", body)
    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_a_history_too_large_for_a_page_is_cut_and_says_so(designer, monkeypatch):
    monkeypatch.setattr("designer.test_cases.LARGEST_HISTORY", 500)
    found = post(designer, "simulations", {"definition": DEFINITION, "mocks": CASE["mocks"]}).json()
    assert found["truncated"]
    assert 0 < len(found["events"]) < 6


def test_cases_are_saved_changed_run_and_deleted(designer, machine):
    base = f"state-machines/{machine.pk}/test-cases"
    saved = post(designer, base, {"document": CASE})
    assert saved.status_code == 201
    ran = post(designer, f"{base}/run", {"definition": DEFINITION}).json()
    assert ran["outcomes"] == [{"name": "a year passes", "wrong": [], "status": "SUCCEEDED"}]
    assert ran["coverage"] == {
        "states": {"/States/Ask": 1, "/States/Wait": 1},
        "transitions": {"/States/Ask>/States/Wait": 1},
    }

    place = f"/api/v1/test-cases/{saved.json()['id']}"
    changed = {**CASE, "expected": {"output": 2}}
    assert designer.put(place, json.dumps({"document": changed}), content_type="application/json").status_code == 200
    ran = post(designer, f"{base}/run", {"definition": DEFINITION}).json()
    assert ran["outcomes"][0]["wrong"] == ["Expected the output 2, but it is 1"]
    assert [case["document"] for case in designer.get(f"/api/v1/{base}").json()["test_cases"]] == [changed]

    assert designer.delete(place).status_code == 204
    assert designer.get(f"/api/v1/{base}").json() == {"test_cases": []}


def test_two_cases_have_two_names(designer, machine):
    base = f"state-machines/{machine.pk}/test-cases"
    post(designer, base, {"document": CASE})
    again = post(designer, base, {"document": CASE})
    assert (again.status_code, again.json()["message"]) == (
        422,
        "There is a test case named a year passes already. Choose another name.",
    )


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "has a name"),
        ({"name": "x", "mocks": {"A": 1}}, "A: expected an object"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"name": "x", "input": "\x00"}, "NUL character"),
        ({"name": "x", "input": "y" * LARGEST_CASE}, "larger than 256 KiB"),
    ],
)
def test_what_isnt_a_case_isnt_saved(machine, document, words):
    with pytest.raises(Refused, match=words):
        save_case(machine, document, by=None)
    assert not TestCase.objects.exists()


def test_a_workflow_has_room_for_so_many_cases(machine, monkeypatch):
    monkeypatch.setattr("designer.test_cases.MOST_CASES", 1)
    save_case(machine, CASE, by=None)
    with pytest.raises(Refused, match="at most 1 test cases"):
        save_case(machine, {**CASE, "name": "another"}, by=None)


def test_who_may_only_look_sees_cases_and_runs_none(client, machine, person):
    client.force_login(person("Reviewer"))
    assert client.get(f"/api/v1/state-machines/{machine.pk}/test-cases").status_code == 200
    assert post(client, f"state-machines/{machine.pk}/test-cases", {"document": CASE}).status_code == 403
    assert post(client, f"state-machines/{machine.pk}/test-cases/run", {"definition": DEFINITION}).status_code == 403
    assert post(client, "simulations", {"definition": DEFINITION}).status_code == 403


def test_the_samples_pass_their_cases_and_these_go_everywhere(tmp_path, capsys):
    call_command("test_workflows", str(SAMPLES), junit=tmp_path / "junit.xml")
    said = capsys.readouterr().out
    assert "video-title-and-avatar: 21 of 21 states, 22 of 22 transitions covered" in said
    suites = ET.parse(tmp_path / "junit.xml").getroot()
    assert {suite.get("name"): suite.get("failures") for suite in suites} == {
        folder.parent.name: "0" for folder in SAMPLES.glob("*/tests.json")
    }


def test_a_failing_case_fails_the_command_and_says_why(machine, tmp_path, capsys):
    save_case(machine, CASE, by=None)
    save_case(machine, {**CASE, "name": "\x1b two", "expected": {"path": ["Ask"]}}, by=None)
    with pytest.raises(CommandError, match="1 of 2 test cases failed"):
        call_command("test_workflows", junit=tmp_path / "junit.xml")
    assert "Step 2 of the path should be the end, but is Wait" in capsys.readouterr().out
    (suite,) = ET.parse(tmp_path / "junit.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    with pytest.raises(CommandError, match="No test cases were found"):
        call_command("test_workflows", workflow="another")


def test_a_folder_with_mistakes_is_refused_with_the_file(tmp_path):
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("test_workflows", str(tmp_path / "nowhere"))
    (tmp_path / "a.asl.json").write_text(DEFINITION)
    with pytest.raises(CommandError, match="No test cases"):
        call_command("test_workflows", str(tmp_path))
    (tmp_path / "a.tests.json").write_text('{"tests": [{"name": ""}]}')
    with pytest.raises(CommandError, match=r"a\.tests\.json: A test case has a name"):
        call_command("test_workflows", str(tmp_path))
    (tmp_path / "a.tests.json").write_text('{"name": "x"}')
    (tmp_path / "a.asl.json").write_text("{}")
    with pytest.raises(CommandError, match="a: The definition has errors"):
        call_command("test_workflows", str(tmp_path))


def test_placeholders_stand_for_themselves():
    assert run_once(DEFINITION, "{}", CASE["mocks"]).status == "SUCCEEDED"
    assert run_cases(DEFINITION, []).covered["states"] == {"/States/Ask": 0, "/States/Wait": 0}
    with pytest.raises(Refused):
        runnable(DEFINITION.replace("31536000", '"${Seconds}"'))
