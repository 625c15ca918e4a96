"""Starting, reading, listing and stopping executions, and their histories, through boto3."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from served import PASS, create, events, finished, machine, waits


def refused(call, **options):
    with pytest.raises(ClientError) as caught:
        call(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def loop(turns):
    """A machine that counts to ``turns``: three transitions a turn."""
    return machine(
        Count={"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
        More={
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": turns, "Next": "Count"}],
            "Default": "Done",
        },
        Done={"Type": "Succeed"},
    )


def test_an_execution_runs_to_its_end_and_can_be_read(sfn):
    arn = sfn.start_execution(stateMachineArn=create(sfn, PASS), input='{"a": [1,  2]}')["executionArn"]
    found = finished(sfn, arn)
    assert (found["status"], found["output"], found["input"]) == ("SUCCEEDED", '{"done":true}', '{"a": [1,  2]}')
    assert found["stopDate"] >= found["startDate"]
    assert (found["redriveCount"], found["redriveStatus"]) == (0, "NOT_REDRIVABLE")
    assert found["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    types = [event["type"] for event in events(sfn, arn)]
    assert types == ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]


def test_the_metadata_of_an_execution_can_be_read_without_its_data(sfn):
    arn = sfn.start_execution(stateMachineArn=create(sfn, PASS))["executionArn"]
    finished(sfn, arn)
    found = sfn.describe_execution(executionArn=arn, includedData="METADATA_ONLY")
    assert found["status"] == "SUCCEEDED"
    assert not {"input", "output"} & found.keys()


def test_a_long_execution_is_run_in_slices_to_its_end(sfn):
    arn = sfn.start_execution(stateMachineArn=create(sfn, loop(1500)), input='{"n": 0}')["executionArn"]
    assert json.loads(finished(sfn, arn)["output"]) == {"n": 1500}
    history = events(sfn, arn)
    assert [event["id"] for event in history] == list(range(1, len(history) + 1))


def test_the_same_name_and_input_while_it_runs_is_the_same_execution(sfn):
    arn = create(sfn, waits(30))
    first = sfn.start_execution(stateMachineArn=arn, name="once", input='{"a": 1}')
    again = sfn.start_execution(stateMachineArn=arn, name="once", input='{"a": 1}')
    assert (again["executionArn"], again["startDate"]) == (first["executionArn"], first["startDate"])
    code, message = refused(sfn.start_execution, stateMachineArn=arn, name="once", input='{"a": 2}')
    assert (code, message) == ("ExecutionAlreadyExists", f"Execution Already Exists: '{first['executionArn']}'")
    sfn.stop_execution(executionArn=first["executionArn"])
    code, _ = refused(sfn.start_execution, stateMachineArn=arn, name="once", input='{"a": 1}')
    assert code == "ExecutionAlreadyExists"


def test_many_starts_of_one_name_at_once_start_one_execution(sfn):
    arn = create(sfn, waits(30))
    with ThreadPoolExecutor(16) as threads:
        starts = [threads.submit(sfn.start_execution, stateMachineArn=arn, name="one") for _ in range(64)]
    assert len({start.result()["executionArn"] for start in starts}) == 1
    assert len(sfn.list_executions(stateMachineArn=arn)["executions"]) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Invalid execution input."),
        (
            "not some json",
            (
                "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', "
                "'true' or 'false')"
            ),
        ),
        ("{'not': 'json'", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
    ],
)
def test_input_that_is_not_json_is_refused_in_awss_words(sfn, text, reason):
    code, message = refused(sfn.start_execution, stateMachineArn=create(sfn, PASS), input=text)
    assert (code, message) == ("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{reason}'")


@pytest.mark.parametrize("text", ["2", '"text"', "null", '"\\ud83c\\udfac"', "12345678901234567890123", "[1.0]"])
def test_any_json_value_is_an_input_and_is_echoed_to_the_byte(sfn, text):
    arn = sfn.start_execution(stateMachineArn=create(sfn, machine(Only={"Type": "Succeed"})), input=text)[
        "executionArn"
    ]
    assert finished(sfn, arn)["input"] == text
    assert events(sfn, arn)[0]["executionStartedEventDetails"]["input"] == text


def test_executions_are_listed_newest_first_by_pages_and_status(sfn):
    arn = create(sfn, PASS)
    started = [sfn.start_execution(stateMachineArn=arn, name=f"e{number}")["executionArn"] for number in range(7)]
    for execution in started:
        finished(sfn, execution)
    first = sfn.list_executions(stateMachineArn=arn, maxResults=5)
    second = sfn.list_executions(stateMachineArn=arn, maxResults=5, nextToken=first["nextToken"])
    found = [one["executionArn"] for one in first["executions"] + second["executions"]]
    assert found == started[::-1]
    assert "nextToken" not in second
    assert sfn.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"] == []
    assert len(sfn.list_executions(stateMachineArn=arn, statusFilter="SUCCEEDED")["executions"]) == 7


def test_a_history_reads_the_same_in_pages_and_backwards(sfn):
    arn = sfn.start_execution(stateMachineArn=create(sfn, loop(400)), input='{"n": 0}')["executionArn"]
    finished(sfn, arn)
    whole = events(sfn, arn, PaginationConfig={"PageSize": 1000})
    assert len(whole) > 1200
    assert events(sfn, arn, PaginationConfig={"PageSize": 37}) == whole
    assert events(sfn, arn, reverseOrder=True, PaginationConfig={"PageSize": 100}) == whole[::-1]
    page = sfn.get_execution_history(executionArn=arn)
    assert len(page["events"]) == 100
    code, _ = refused(sfn.get_execution_history, executionArn=arn, nextToken=page["nextToken"], reverseOrder=True)
    assert code == "InvalidToken"


def test_a_history_can_be_read_without_execution_data(sfn):
    arn = sfn.start_execution(stateMachineArn=create(sfn, PASS), input='{"secret": 1}')["executionArn"]
    finished(sfn, arn)
    assert "secret" not in str(sfn.get_execution_history(executionArn=arn, includeExecutionData=False)["events"])


def test_a_stopped_execution_is_aborted_with_the_error_and_cause_given(sfn):
    arn = sfn.start_execution(stateMachineArn=create(sfn, waits(30)))["executionArn"]
    stopped = sfn.stop_execution(executionArn=arn, error="Operator", cause="No longer needed")
    found = sfn.describe_execution(executionArn=arn)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Operator", "No longer needed")
    assert found["stopDate"] == stopped["stopDate"]
    assert sfn.stop_execution(executionArn=arn)["stopDate"] == stopped["stopDate"]
    assert [event["type"] for event in events(sfn, arn)][-1] == "ExecutionAborted"


def test_an_execution_that_is_not_there_is_told_apart_from_a_wrong_arn(sfn):
    arn = f"arn:aws:states:us-east-1:000000000000:execution:none:{uuid.uuid4()}"
    for call in (sfn.describe_execution, sfn.get_execution_history, sfn.stop_execution):
        assert refused(call, executionArn=arn) == ("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        assert refused(call, executionArn="nothing")[1] == "Invalid Arn: 'Invalid ARN prefix: nothing'"


def test_a_wait_ends_when_it_is_due(sfn):
    arn = sfn.start_execution(stateMachineArn=create(sfn, waits(1)))["executionArn"]
    found = finished(sfn, arn)
    assert 1.0 <= (found["stopDate"] - found["startDate"]).total_seconds() < 1.6


def test_an_express_execution_answers_when_it_has_ended(sfn):
    arn = create(sfn, PASS, type="EXPRESS")
    found = sfn.start_sync_execution(stateMachineArn=arn, name="quick", input="{}")
    assert (found["status"], found["output"], found["name"]) == ("SUCCEEDED", '{"done":true}', "quick")
    assert ":express:" in found["executionArn"]
    asynchronous = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    message = "Invalid Arn: 'Resource type not valid in this context: express'"
    for call in (sfn.describe_execution, sfn.get_execution_history, sfn.stop_execution):
        assert refused(call, executionArn=asynchronous) == ("InvalidArn", message)
    assert refused(sfn.list_executions, stateMachineArn=arn)[0] == "StateMachineTypeNotSupported"
    assert refused(sfn.start_sync_execution, stateMachineArn=create(sfn, PASS))[0] == "StateMachineTypeNotSupported"


def test_the_sync_prefix_that_boto3_puts_before_the_host_is_tolerated(endpoint):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port)
    headers = {"Host": f"sync-localhost:{endpoint.port}", "X-Amz-Target": "AWSStepFunctions.ListStateMachines"}
    connection.request("POST", "/", body="{}", headers=headers)
    assert connection.getresponse().status == 200


def test_a_workflow_starts_another_through_the_sdk_integration(sfn):
    inner = create(sfn, PASS)
    outer = create(
        sfn,
        machine(
            Start={
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sfn:startExecution",
                "Parameters": {"StateMachineArn": inner, "Input": "{}"},
                "End": True,
            }
        ),
    )
    found = finished(sfn, sfn.start_execution(stateMachineArn=outer)["executionArn"])
    assert found["status"] == "SUCCEEDED"
    assert finished(sfn, json.loads(found["output"])["ExecutionArn"])["status"] == "SUCCEEDED"
