"""The API's quotas, at the limit and one past it, through the wire."""

import contextlib
import http.client
import json
import sqlite3
import time

import pytest
from botocore.exceptions import ClientError
from served import PASS, ROLE, Endpoint, create, events, finished, machine, waits

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
    enough = {"Variable": "$.enough", "IsPresent": True, "Next": "End"}
    forever = machine(
        A={"Type": "Pass", "Next": "B"},
        B={"Type": "Choice", "Choices": [enough], "Default": "A"},
        End={"Type": "Succeed"},
    )
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
    endless = "{% $map([1..800000], function($a) { $map([1..800000], function($b) { $b }) }) %}"
    definition = machine(A={"Type": "Pass", "QueryLanguage": "JSONata", "Output": endless, "End": True})
    began = time.monotonic()
    execution = sfn.start_execution(stateMachineArn=create(sfn, definition))["executionArn"]
    assert finished(sfn, execution, limit=30)["error"] == "States.QueryEvaluationError"
    assert time.monotonic() - began < 20


def test_an_execution_is_open_for_a_year_at_most(own):
    client = own.start().client()
    arn = create(client, waits(99_999_999))
    old, young = (client.start_execution(stateMachineArn=arn, name=name)["executionArn"] for name in ("old", "young"))
    own.stop()
    with contextlib.closing(sqlite3.connect(own.home / "stepfunctions.sqlite3")) as store:
        store.execute("UPDATE execution SET started_at = started_at - ? WHERE name = 'old'", (365 * 24 * 3600,))
        store.commit()
    client = own.start().client()
    found = finished(client, old)
    assert (found["status"], "error" in found, "cause" in found) == ("TIMED_OUT", False, False)
    assert found["redriveStatusReason"] == "Execution has exceeded the max execution time"
    last = events(client, old)[-1]
    assert (last["type"], last["executionTimedOutEventDetails"]) == ("ExecutionTimedOut", {"error": "States.Timeout"})
    assert client.describe_execution(executionArn=young)["status"] == "RUNNING"


def test_so_many_standard_executions_may_be_open_and_an_ended_one_makes_room(tmp_path):
    with Endpoint(tmp_path, LOCALAWS_OPEN_EXECUTIONS="2") as one:
        client = one.client()
        arn, express = create(client, waits(60)), create(client, PASS, type="EXPRESS")
        first = client.start_execution(stateMachineArn=arn, name="first")["executionArn"]
        client.start_execution(stateMachineArn=arn, name="second")
        words = (
            "The maximum number of running executions has been reached. Running executions must end or be stopped"
            " before a new execution can be started."
        )
        full = "ExecutionLimitExceeded", words
        assert refusal(client.start_execution, stateMachineArn=arn) == full
        assert client.start_execution(stateMachineArn=arn, name="first")["executionArn"] == first, "it runs already"
        assert client.start_sync_execution(stateMachineArn=express)["status"] == "SUCCEEDED"
        elsewhere = one.client(region="eu-west-1")
        elsewhere.start_execution(stateMachineArn=create(elsewhere, waits(60)))
        client.stop_execution(executionArn=first)
        client.start_execution(stateMachineArn=arn, name="third")
        assert refusal(client.redrive_execution, executionArn=first) == full
        one.kill()
        assert refusal(one.start().client().start_execution, stateMachineArn=arn) == full, "they are counted anew"
        parent = machine(
            A={
                "Type": "Task",
                "Resource": "arn:aws:states:::states:startExecution",
                "Parameters": {"StateMachineArn": arn},
                "End": True,
            }
        )
        client = one.client()
        client.stop_execution(executionArn=f"{arn.replace('stateMachine', 'execution')}:third")
        found = finished(client, client.start_execution(stateMachineArn=create(client, parent))["executionArn"])
        assert found["error"] == "StepFunctions.ExecutionLimitExceededException"


def filled(own, **rows):
    """The endpoint with so many rows more in its tables: (how many, how one is made of its number i)."""
    own.stop()
    with contextlib.closing(sqlite3.connect(own.home / "stepfunctions.sqlite3")) as store:
        for table, (count, columns, values) in rows.items():
            numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
            store.execute(f"{numbers} INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t, n")
        store.execute("UPDATE state_machine SET last_version = (SELECT coalesce(max(number), 0) FROM version)")
        store.commit()
    return own.start().client()


def test_state_machines_activities_versions_and_aliases_are_counted(own):
    client = own.start().client()
    arn, activity = create(client, PASS, "first", publish=True), client.create_activity(name="first")["activityArn"]
    alias = [{"stateMachineVersionArn": f"{arn}:1", "weight": 100}]
    client.create_state_machine_alias(name="a", routingConfiguration=alias)
    machine_columns = "type, status, role_arn, definition_id, created_at, updated_at, configuration"
    alias_columns = "state_machine_id, routing, created_at, updated_at"
    version_columns = "state_machine_id, definition_id, role_arn, created_at, configuration"
    client = filled(
        own,
        activity=(99_998, "arn, name, created_at, configuration", "arn || i, name || i, created_at, configuration"),
        state_machine=(99_998, f"arn, name, {machine_columns}", f"arn || i, name || i, {machine_columns}"),
        version=(998, f"number, revision_id, {version_columns}", f"i + 1, 'r' || i, {version_columns}"),
        alias=(98, f"name, {alias_columns}", f"name || i, {alias_columns}"),
    )
    for call, given, code in (
        (client.create_state_machine, {"definition": PASS, "roleArn": ROLE}, "StateMachineLimitExceeded"),
        (client.create_activity, {}, "ActivityLimitExceeded"),
        (client.create_state_machine_alias, {"routingConfiguration": alias}, "ServiceQuotaExceededException"),
    ):
        assert call(name="last", **given), "the last for which there is room"
        assert refusal(call, name="more", **given)[0] == code
        assert call(name="last", **given), "what is there already may be asked for again"
    for number, code in ((1, None), (2, "ServiceQuotaExceededException")):
        client.update_state_machine(
            stateMachineArn=arn, definition=machine(A={"Type": "Succeed", "Comment": f"{number}"})
        )
        if code is None:
            client.publish_state_machine_version(stateMachineArn=arn)
        else:
            assert refusal(client.publish_state_machine_version, stateMachineArn=arn)[0] == code
    client.delete_activity(activityArn=activity)
    assert client.create_activity(name="more")
