"""The API's quotas, at the limit and one past it, through the wire."""

import http.client
import json
import time

import pytest
from botocore.exceptions import ClientError
from served import PASS, ROLE, create, events, finished, machine

LARGEST_PAYLOAD = 262_144  # bytes
LARGEST_DEFINITION = 1_048_576  # characters


def refusal(call, **given):
    with pytest.raises(ClientError) as refused:
        call(**given)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def definition_of(size):
    empty = machine(A={"Type": "Succeed", "Comment": ""})
    return empty.replace('""', '"' + "x" * (size - len(empty)) + '"')


def test_a_definition_has_at_most_a_mebibyte(sfn):
    assert sfn.describe_state_machine(stateMachineArn=create(sfn, definition_of(LARGEST_DEFINITION)))["name"]
    code, message = refusal(
        sfn.create_state_machine, name="large", definition=definition_of(LARGEST_DEFINITION + 1), roleArn=ROLE
    )
    assert code == "ValidationException"
    assert "at 'definition' failed to satisfy constraint" in message
    assert message.endswith(f"Member must have length less than or equal to {LARGEST_DEFINITION}")


@pytest.mark.parametrize("letter", ["x", "é"])
def test_an_input_has_at_most_256_kib_of_utf_8(sfn, letter):
    arn = create(sfn, PASS)
    letters = (LARGEST_PAYLOAD - 2) // len(letter.encode())
    fits = json.dumps(letter * letters, ensure_ascii=False)
    found = finished(sfn, sfn.start_execution(stateMachineArn=arn, input=fits)["executionArn"])
    assert (found["status"], found["input"]) == ("SUCCEEDED", fits)
    large = json.dumps(letter * (letters + 1), ensure_ascii=False)
    code, _ = refusal(sfn.start_execution, stateMachineArn=arn, input=large)
    assert code in {"InvalidExecutionInput", "ValidationException"}


def test_an_answer_to_a_task_has_at_most_256_kib(sfn):
    activity = sfn.create_activity(name="large-answers")["activityArn"]
    arn = create(sfn, machine(A={"Type": "Task", "Resource": activity, "End": True}))
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    token = sfn.get_activity_task(activityArn=activity)["taskToken"]
    assert len(token) <= 2048
    code, _ = refusal(sfn.send_task_success, taskToken=token, output=json.dumps("é" * (LARGEST_PAYLOAD // 2)))
    assert code in {"InvalidOutput", "ValidationException"}
    largest = json.dumps("x" * (LARGEST_PAYLOAD - 2))
    sfn.send_task_success(taskToken=token, output=largest)
    assert finished(sfn, execution)["output"] == largest


def test_a_history_has_25000_events_and_says_why_it_ends(sfn):
    forever = machine(A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "Next": "A"})
    execution = sfn.start_execution(stateMachineArn=create(sfn, forever))["executionArn"]
    found = finished(sfn, execution, limit=30)
    assert (found["status"], found["error"], found["cause"]) == (
        "FAILED",
        "States.Runtime",
        "The execution reached the maximum number of history events (25000).",
    )
    history = events(sfn, execution, PaginationConfig={"PageSize": 1000})
    assert len(history) == 25_000
    assert history[-1]["type"] == "ExecutionFailed"


def test_names_have_1_to_80_characters(sfn):
    arn = create(sfn, PASS, "n" * 80)
    assert sfn.start_execution(stateMachineArn=arn, name="e" * 80)["executionArn"].endswith("e" * 80)
    too_long = f"at 'name' failed to satisfy constraint: Member must have length less than or equal to {80}"
    for call, given in (
        (sfn.create_state_machine, {"definition": PASS, "roleArn": ROLE}),
        (sfn.start_execution, {"stateMachineArn": arn}),
        (sfn.create_activity, {}),
    ):
        code, message = refusal(call, name="n" * 81, **given)
        assert (code, message.endswith(too_long)) == ("ValidationException", True)
        assert refusal(call, name="", **given)[0] == "ValidationException"
        assert refusal(call, name="a b", **given) == ("InvalidName", "Invalid Name: 'a b'")


def test_a_resource_has_at_most_50_tags(sfn):
    arn = create(sfn, PASS)
    sfn.tag_resource(resourceArn=arn, tags=[{"key": f"k{number}", "value": ""} for number in range(50)])
    assert refusal(sfn.tag_resource, resourceArn=arn, tags=[{"key": "one", "value": "more"}])[0] == "TooManyTags"


def test_a_request_that_no_operation_needs_is_refused_unread(endpoint):
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
    connection.request(
        "POST", "/", body=b" " * (5 * 1024 * 1024), headers={"X-Amz-Target": "AWSStepFunctions.ListStateMachines"}
    )
    assert connection.getresponse().status == 413


def test_a_query_that_would_never_end_is_given_up(sfn):
    endless = "{% $map([1..1000000], function($a) { $map([1..1000000], function($b) { $b }) }) %}"
    definition = machine(A={"Type": "Pass", "QueryLanguage": "JSONata", "Output": endless, "End": True})
    began = time.monotonic()
    execution = sfn.start_execution(stateMachineArn=create(sfn, definition))["executionArn"]
    assert finished(sfn, execution, limit=30)["error"] == "States.QueryEvaluationError"
    assert time.monotonic() - began < 20
