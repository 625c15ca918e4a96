"""Previews of a state's fields, and TestState through the web application: what is answered, and what is refused."""

import json

import pytest

from designer import preview
from designer.services import Refused
from designer.state_tests import Order, request_of

CALL = "arn:aws:lambda:us-east-1:123456789012:function:call"
TASK = {"Type": "Task", "Resource": CALL, "Parameters": {"x.$": "$.a", "y.$": "$.b"}, "ResultPath": "$.r", "End": True}


@pytest.fixture
def designer(client, person):
    client.force_login(person("Designer"))
    return client


def post(client, path, body):
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def previewed(client, state, language="JSONPath", **sample):
    texts = {name: json.dumps(value) for name, value in sample.items()}
    body = {"name": "S", "state": json.dumps(state), "query_language": language, "sample": texts}
    answer = post(client, "previews", body)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    steps = {step.pop("path"): step for step in found["steps"]}
    return steps, found


# -- previews -----------------------------------------------------------------------------------------


def test_each_field_shows_its_value_or_the_engines_error_with_its_place(designer):
    steps, found = previewed(designer, TASK, input={"a": 1}, result="ok")
    assert steps["/Parameters"] == {
        "value": None,
        "error": "States.Runtime",
        "cause": "The JSONPath '$.b' specified for the field 'y.$' could not be found in the input '{\"a\":1}'",
        "at": "/Parameters/y.$",
    }
    assert json.loads(steps["/ResultPath"]["value"]["text"]) == {"a": 1, "r": "ok"}
    assert json.loads(found["output"]["text"]) == {"a": 1, "r": "ok"}


def test_jsonata_sees_variables_and_the_context(designer):
    state = {"Type": "Pass", "Output": {"v": "{% $v %}", "n": "{% $states.context.State.Name %}"}, "End": True}
    steps, _ = previewed(designer, state, "JSONata", variables={"v": [1]})
    assert json.loads(steps["/Output"]["value"]["text"]) == {"v": [1], "n": "S"}


def test_a_value_too_large_for_a_page_is_cut_and_says_how_large_it_is(designer, monkeypatch):
    monkeypatch.setattr(preview, "LONGEST_SHOWN", 10)
    steps, _ = previewed(designer, {"Type": "Pass", "InputPath": "$.a", "End": True}, input={"a": "x" * 100})
    assert steps["/InputPath"]["value"] == {"text": '"' + "x" * 9, "size": 102, "cut": True}


def test_expressions_that_take_too_long_end_together(designer, monkeypatch):
    monkeypatch.setattr(preview, "SECONDS", 0.2)
    slow = "{% ($f := function() { $f() }; $f()) %}"
    steps, _ = previewed(
        designer, {"Type": "Pass", "Output": [slow] * 50, "Assign": {"x": slow}, "End": True}, "JSONata"
    )
    assert "timeout" in steps["/Assign"]["cause"]
    assert "too long" in steps["/Output"]["cause"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "{"}, "The state isn't JSON"),
        ({"state": "[]"}, "The state isn't a JSON object"),
        ({"query_language": "SQL"}, "no query language"),
        ({"sample": {"input": "{"}}, "The input isn't JSON"),
        ({"sample": {"variables": "[]"}}, "The variables isn't a JSON object"),
        ({"sample": {"items": "{}"}}, "items aren't an array"),
        ({"sample": {"input": '"' + "x" * 262_144 + '"'}}, "more than 262,144 characters"),
    ],
)
def test_what_is_no_sample_is_refused_in_words(designer, change, words):
    answer = post(designer, "previews", {"name": "S", "state": json.dumps(TASK), **change})
    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_a_preview_waits_for_its_turn_but_not_for_long(designer, monkeypatch):
    monkeypatch.setattr(preview, "PATIENCE", 0.01)
    with preview._turn(), preview._turn():
        answer = post(designer, "previews", {"name": "S", "state": json.dumps(TASK)})
    assert answer.status_code == 503
    assert previewed(designer, TASK)[0]


# -- a run to a state ---------------------------------------------------------------------------------


def test_a_simulation_ends_where_a_state_is_entered_and_gives_its_sample(designer):
    states = {
        "First": {"Type": "Pass", "Result": 5, "Assign": {"v": 1}, "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Call"},
        "Call": {**TASK, "End": True},
    }
    definition = json.dumps({"StartAt": "First", "States": states})
    found = post(designer, "simulations", {"definition": definition, "to": "Call"}).json()
    assert (found["status"], found["path"], found["seconds"]) == ("REACHED", ["First", "Wait", "Call"], 60)
    assert found["reached"]["input"] == "5"
    assert found["reached"]["variables"] == {"v": 1}
    context = found["reached"]["context"]
    assert (context["Execution"]["Input"], context["State"]["EnteredTime"]) == ({}, "2027-01-15T08:01:00.000Z")
    assert found["events"][-1]["type"] == "TaskStateEntered"
    assert post(designer, "simulations", {"definition": definition, "to": "Nobody"}).json()["reached"] is None


# -- TestState ----------------------------------------------------------------------------------------

MACHINE = {
    "QueryLanguage": "JSONata",
    "StartAt": "A",
    "States": {"A": {"Type": "Pass", "Output": "{% 1 + 1 %}", "End": True}},
}


def order(**change):
    return Order(**{"definition": json.dumps(MACHINE), "state": "/States/A", **change})


def test_a_state_by_itself_keeps_its_machines_query_language():
    request = request_of(order(), "arn:role")
    assert json.loads(request["definition"])["QueryLanguage"] == "JSONata"
    assert (request["roleArn"], request["inspectionLevel"], "stateName" in request) == ("arn:role", "DEBUG", False)


def test_the_whole_machine_is_sent_with_the_states_name():
    request = request_of(order(alone=False, role_arn="arn:mine", reveal_secrets=True), "arn:role")
    assert request["definition"] == json.dumps(MACHINE)
    assert (request["stateName"], request["roleArn"], request["revealSecrets"]) == ("A", "arn:mine", True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "/States/B"}, "no state at /States/B"),
        ({"definition": "{"}, "isn't JSON"),
        ({"inspection_level": "ALL"}, "no inspection level"),
        ({"mock": {"outcome": "{}"}}, "mock has no outcome"),
        ({"configuration": {"retries": 1}}, "configuration has no retries"),
    ],
)
def test_what_is_no_test_is_refused_before_anything_is_sent(change, words):
    with pytest.raises(Refused, match=words):
        request_of(order(**change), "")


def test_a_state_is_performed_by_the_environment(designer, embedded):
    answer = post(
        designer, f"environments/{embedded.pk}/state-tests", {"definition": json.dumps(MACHINE), "state": "/States/A"}
    )
    found = answer.json()
    assert (answer.status_code, found["status"], found["output"]) == (200, "SUCCEEDED", "2")
    assert found["inspectionData"]["input"] == "{}"


def test_a_mocked_error_says_which_retrier_takes_it(designer, embedded):
    task = {**TASK, "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 4, "BackoffRate": 3}]}
    body = {
        "definition": json.dumps({"StartAt": "T", "States": {"T": task}}),
        "state": "/States/T",
        "input": '{"a": 1, "b": 2}',
        "mock": {"errorOutput": {"error": "Busy", "cause": "later"}},
        "configuration": {"retrierRetryCount": 1},
    }
    found = post(designer, f"environments/{embedded.pk}/state-tests", body).json()
    assert (found["status"], found["error"]) == ("RETRIABLE", "Busy")
    assert found["inspectionData"]["errorDetails"] == {"retryIndex": 0, "retryBackoffIntervalSeconds": 12}


def test_what_the_environment_refuses_is_told_in_its_words(designer, embedded):
    body = {"definition": json.dumps(MACHINE), "state": "/States/A", "mock": {"result": "1"}}
    answer = post(designer, f"environments/{embedded.pk}/state-tests", body)
    assert answer.status_code == 422
    assert "State type 'Pass' is not supported when a mock is specified" in answer.json()["message"]


def test_only_who_may_start_executions_may_test_a_state(client, person, embedded):
    client.force_login(person("Reviewer"))
    answer = post(client, f"environments/{embedded.pk}/state-tests", {"definition": "{}", "state": "/States/A"})
    assert answer.status_code == 403
