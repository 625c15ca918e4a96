"""TestState through boto3: what is shown at which level, what may be mocked for which state, and real calls."""

import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError
from served import ROLE

INVOKE = "arn:aws:states:::lambda:invoke"
SQS = "arn:aws:states:::sqs:sendMessage"
TASK = {"Type": "Task", "Resource": SQS, "Parameters": {"QueueUrl.$": "$.q", "MessageBody": "m"}, "End": True}
MAP = {"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}, "End": True}
PASS = {"Type": "Pass", "End": True}


def trial(sfn, definition, data=None, **options):
    answer = sfn.test_state(
        definition=json.dumps(definition), input=json.dumps({} if data is None else data), **options
    )
    answer.pop("ResponseMetadata")
    return answer


def refused(sfn, definition, **options):
    with pytest.raises(ClientError) as caught:
        trial(sfn, definition, **options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def mock(**members):
    return {"mock": members}


# -- levels -------------------------------------------------------------------------------------------


def test_info_is_the_outcome_and_debug_shows_how_it_came_about(sfn):
    definition = {"Type": "Pass", "Result": {"r": 1}, "Assign": {"v": 2}, "Next": "N"}
    assert trial(sfn, definition) == {"status": "SUCCEEDED", "output": '{"r":1}', "nextState": "N"}
    shown = trial(sfn, definition, inspectionLevel="DEBUG")["inspectionData"]
    assert shown == {
        "input": "{}",
        "result": '{"r":1}',
        "afterResultSelector": '{"r":1}',
        "afterResultPath": '{"r":1}',
        "variables": '{"v":2}',
    }


def test_the_input_is_an_empty_object_where_there_is_none(sfn):
    assert sfn.test_state(definition=json.dumps(PASS))["output"] == "{}"


def test_nothing_of_a_test_is_stored(sfn):
    before = sfn.list_state_machines()["stateMachines"]
    trial(sfn, PASS)
    assert sfn.list_state_machines()["stateMachines"] == before


# -- real calls ---------------------------------------------------------------------------------------


def test_a_task_really_calls_its_service(sfn, sqs):
    url = sqs.create_queue(QueueName=f"q{uuid.uuid4().hex}")["QueueUrl"]
    answer = trial(sfn, TASK, {"q": url}, roleArn=ROLE, inspectionLevel="TRACE")
    assert answer["status"] == "SUCCEEDED"
    assert json.loads(answer["inspectionData"]["afterParameters"]) == {"QueueUrl": url, "MessageBody": "m"}
    assert json.loads(answer["inspectionData"]["result"])["MessageId"] == json.loads(answer["output"])["MessageId"]
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "m"


def test_a_service_that_refuses_is_the_states_failure(sfn, sqs):
    url = sqs.create_queue(QueueName=f"q{uuid.uuid4().hex}")["QueueUrl"]
    sqs.delete_queue(QueueUrl=url)
    catching = {**TASK, "Retry": [{"ErrorEquals": ["States.ALL"], "MaxDelaySeconds": 7, "IntervalSeconds": 30}]}
    catching["Retry"][0]["IntervalSeconds"] = 5
    answer = trial(sfn, catching, {"q": url}, roleArn=ROLE, inspectionLevel="DEBUG")
    assert answer["status"] == "RETRIABLE"
    assert answer["error"].startswith("SQS.")
    assert answer["inspectionData"]["errorDetails"] == {"retryIndex": 0, "retryBackoffIntervalSeconds": 5}


def test_parameters_that_do_not_fit_fail_the_state(sfn):
    answer = trial(sfn, {**TASK, "Parameters": {"Nonsense": 1}}, roleArn=ROLE)
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Runtime")
    assert "Nonsense" in answer["cause"]


def test_a_wait_waits(sfn):
    began = time.monotonic()
    assert trial(sfn, {"Type": "Wait", "Seconds": 1, "End": True})["status"] == "SUCCEEDED"
    assert time.monotonic() - began >= 1


# -- what isn't taken ---------------------------------------------------------------------------------

ONE_OF = "A test mock should have only one of the following fields: [result, errorOutput]."
UNSUPPORTED = (
    "TestState API does not support Map or Parallel states. "
    "Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]"
)
PATTERNS = "TestState API does not support '.sync' or '.waitForTaskToken' integration patterns."


@pytest.mark.parametrize(
    ("definition", "options", "message"),
    [
        (TASK, {}, "RoleArn must be specified when testing a Task state"),
        (PASS, mock(result="{}"), "State type 'Pass' is not supported when a mock is specified"),
        ({"Type": "Wait", "Seconds": 1, "End": True}, mock(result="{}"), "State type 'Wait' is not supported when a mock is specified"),
        (TASK, mock(), ONE_OF),
        (TASK, mock(result="{}", errorOutput={"error": "E"}), ONE_OF),
        (TASK, mock(errorOutput={"cause": "c"}), "An error was not specified in the mocked error output."),
        (TASK, mock(result="{"), "Mocked result must be valid JSON"),
        (TASK, mock(result="{}") | {"revealSecrets": True}, "TestState does not support RevealSecrets when a mock is specified."),
        (TASK, {"roleArn": ROLE, "context": "{}"}, "TestState does not support Context when a mock is not specified."),
        (TASK, {"roleArn": ROLE, "stateConfiguration": {"retrierRetryCount": 1}}, "TestState does not support RetrierRetryCount when a mock is not specified."),
        (PASS, {"variables": "[]"}, "Variables must be a JSON object."),
        (PASS, {"variables": "{"}, "Variables must be a JSON object."),
        (MAP, mock(result="{}"), "Mocked result must be an array."),
        (MAP, mock(result="[1]"), "Input array does not equal the mocked result array's size."),
        (MAP, mock(result="[1, 2]") | {"stateConfiguration": {"mapIterationFailureCount": 3}}, "Map iteration failure count must be less than or equal to the number of Map iterations."),
        (TASK, mock(result="{}") | {"context": "{"}, "Invalid Context object provided: Context object must be valid JSON"),
        (TASK, mock(result="{}") | {"context": "[]"}, "Invalid Context object provided: Context object must be a JSON object"),
        (TASK, mock(result="{}") | {"context": '{"State": {"RetryCount": "1"}}'}, "Invalid Context object provided: Field 'RetryCount' must be a number"),
        (TASK, mock(result="{}") | {"context": '{"State": 1}'}, "Invalid Context object provided: Field 'State' must be an object"),
        (TASK, mock(result="{}") | {"context": '{"Other": {}}'}, "Invalid Context object provided: Field 'Other' is not allowed"),
    ],
)  # fmt: skip
def test_what_cant_be_tested_is_refused_in_words(sfn, definition, options, message):
    data = [1, 2] if definition is MAP else {"q": "u"}
    assert refused(sfn, definition, data=data, **options) == ("ValidationException", message)


@pytest.mark.parametrize(
    ("definition", "code", "message"),
    [
        (MAP, "InvalidDefinition", UNSUPPORTED),
        ({**TASK, "Resource": f"{SQS}.waitForTaskToken"}, "InvalidDefinition", PATTERNS),
        (
            {**TASK, "Resource": "arn:aws:states:us-east-1:000000000000:activity:a"},
            "InvalidDefinition",
            "TestState API does not support Activity tasks.",
        ),
    ],
)
def test_some_states_need_a_mock(sfn, definition, code, message):
    assert refused(sfn, definition, roleArn=ROLE) == (code, message)


def test_a_reader_needs_its_data(sfn):
    reader = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}
    processor = {**MAP["ItemProcessor"], "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    message = "ItemReader data must be specified when testing a Map state with ItemReader specified."
    definition = {**MAP, "ItemReader": reader, "ItemProcessor": processor}
    assert refused(sfn, definition, **mock(result="[]")) == ("ValidationException", message)


def test_input_role_and_members_are_checked_as_everywhere(sfn):
    with pytest.raises(ClientError, match="Invalid State Machine Execution Input"):
        sfn.test_state(definition=json.dumps(PASS), input="{")
    assert refused(sfn, PASS, roleArn="arn:aws:iam::1:user/x")[0] == "InvalidArn"
    code, message = refused(sfn, PASS, inspectionLevel="ALL", **mock(result="{}", fieldValidationMode="SOME"))
    assert code == "ValidationException"
    assert message.startswith("2 validation errors detected: ")


def test_a_token_of_the_tests_own_goes_into_the_parameters(sfn):
    parameters = {"QueueUrl": "u", "MessageBody": {"t.$": "$$.Task.Token"}}
    definition = {**TASK, "Resource": f"{SQS}.waitForTaskToken", "Parameters": parameters}
    options = {"context": '{"Task": {"Token": "mine"}}', "inspectionLevel": "DEBUG", **mock(result="[1]")}
    answer = trial(sfn, definition, **options)
    assert json.loads(answer["inspectionData"]["afterParameters"])["MessageBody"] == {"t": "mine"}
    assert answer["output"] == "[1]"
