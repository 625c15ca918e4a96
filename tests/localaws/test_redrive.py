"""RedriveExecution through boto3: who may, what the API says of it, and what survives a kill."""

import json
import sqlite3
import time
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from served import PASS, ROLE, asks, create, events, finished, machine, token_from, wait_until, waits

from localaws.journal import ExecutionRow
from localaws.redrive import DAY, EVENTS, reason_against

FAIL = machine(Only={"Type": "Fail", "Error": "Broken", "Cause": "no film"})


def work(activity, **fields):
    return machine(
        First={"Type": "Pass", "Result": {"cut": 1}, "Next": "Work"},
        Work={"Type": "Task", "Resource": activity, "End": True, **fields},
    )


def refused(call, **options):
    with pytest.raises(ClientError) as caught:
        call(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def types(client, arn):
    return [event["type"] for event in events(client, arn)]


def start(client, definition, **options):
    return client.start_execution(stateMachineArn=create(client, definition), **options)["executionArn"]


@pytest.fixture
def activity(sfn, request):
    return sfn.create_activity(name=f"r-{abs(hash(request.node.name))}")["activityArn"]


def take(client, activity):
    return client.get_activity_task(activityArn=activity, workerName="tom")["taskToken"]


def failed(client, definition, activity):
    """An execution whose worker failed its task; with the task's token."""
    arn = start(client, definition)
    token = take(client, activity)
    client.send_task_failure(taskToken=token, error="Torn", cause="the film is torn")
    finished(client, arn)
    return arn, token


def test_a_redriven_execution_goes_on_under_its_arn(sfn, activity):
    arn, old = failed(sfn, work(activity), activity)
    before = sfn.describe_execution(executionArn=arn)
    assert (before["redriveCount"], before["redriveStatus"]) == (0, "REDRIVABLE")
    assert "redriveDate" not in before
    assert "redriveStatusReason" not in before
    answer = sfn.redrive_execution(executionArn=arn)
    running = sfn.describe_execution(executionArn=arn)
    assert (running["status"], running["redriveCount"]) == ("RUNNING", 1)
    assert running["redriveDate"] == answer["redriveDate"]
    assert running["redriveStatus"] == "NOT_REDRIVABLE"
    assert running["redriveStatusReason"] == "Execution is RUNNING and cannot be redriven"
    assert running["startDate"] == before["startDate"]
    assert not {"stopDate", "error", "cause", "output"} & set(running)
    new = take(sfn, activity)
    assert new != old
    assert refused(sfn.send_task_success, taskToken=old, output="1")[0] == "TaskTimedOut"
    sfn.send_task_success(taskToken=new, output='{"mended": true}')
    after = finished(sfn, arn)
    assert (after["status"], after["output"], after["redriveCount"]) == ("SUCCEEDED", '{"mended": true}', 1)
    assert after["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    found = events(sfn, arn)
    assert [event["id"] for event in found] == list(range(1, len(found) + 1))
    redriven = next(event for event in found if event["type"] == "ExecutionRedriven")
    assert redriven["executionRedrivenEventDetails"] == {"redriveCount": 1}
    assert types(sfn, arn).count("TaskStateEntered") == 1
    (listed,) = sfn.list_executions(stateMachineArn=after["stateMachineArn"])["executions"]
    assert (listed["redriveCount"], listed["redriveDate"]) == (1, answer["redriveDate"])


def test_what_cannot_be_redriven_is_refused_with_aws_reasons(sfn):
    succeeded, running = start(sfn, PASS), start(sfn, waits(60))
    finished(sfn, succeeded)
    for arn, status in ((succeeded, "SUCCEEDED"), (running, "RUNNING")):
        reason = f"Execution is {status} and cannot be redriven"
        message = f"Execution {arn} invalid for redrive as: {reason}"
        assert refused(sfn.redrive_execution, executionArn=arn) == ("ExecutionNotRedrivable", message)
    sfn.stop_execution(executionArn=running)
    missing = succeeded + "-not"
    message = f"Execution Does Not Exist: '{missing}'"
    assert refused(sfn.redrive_execution, executionArn=missing) == ("ExecutionDoesNotExist", message)
    assert refused(sfn.redrive_execution, executionArn="film")[0] == "InvalidArn"


def test_an_express_execution_has_no_redrive(sfn):
    express = create(sfn, FAIL, type="EXPRESS")
    arn = sfn.start_sync_execution(stateMachineArn=express)["executionArn"]
    message = "Invalid Arn: 'Resource type not valid in this context: express'"
    assert refused(sfn.redrive_execution, executionArn=arn) == ("InvalidArn", message)


def test_an_execution_of_a_state_machine_that_is_deleted_is_not_redrivable(sfn):
    arn = start(sfn, FAIL)
    found = finished(sfn, arn)
    sfn.delete_state_machine(stateMachineArn=found["stateMachineArn"])
    message = f"Execution {arn} invalid for redrive as: State machine is in DELETING status"
    assert refused(sfn.redrive_execution, executionArn=arn) == ("ExecutionNotRedrivable", message)
    assert sfn.describe_execution(executionArn=arn)["redriveStatus"] == "NOT_REDRIVABLE"


def test_a_clients_token_answers_with_the_redrive_that_it_began(sfn, activity):
    arn, _ = failed(sfn, work(activity), activity)
    first = sfn.redrive_execution(executionArn=arn, clientToken="a")["redriveDate"]
    assert sfn.redrive_execution(executionArn=arn, clientToken="a")["redriveDate"] == first
    assert refused(sfn.redrive_execution, executionArn=arn, clientToken="b")[0] == "ExecutionNotRedrivable"
    sfn.send_task_failure(taskToken=take(sfn, activity), error="Torn")
    finished(sfn, arn)
    assert sfn.redrive_execution(executionArn=arn, clientToken="a")["redriveDate"] == first
    assert sfn.describe_execution(executionArn=arn)["status"] == "FAILED", "the token is that of an earlier redrive"
    second = sfn.redrive_execution(executionArn=arn, clientToken="b")["redriveDate"]
    assert second > first
    sfn.send_task_success(taskToken=take(sfn, activity), output="1")
    assert finished(sfn, arn)["redriveCount"] == 2
    assert sfn.redrive_execution(executionArn=arn, clientToken="b")["redriveDate"] == second
    assert refused(sfn.redrive_execution, executionArn=arn, clientToken="c")[0] == "ExecutionNotRedrivable"


def test_the_last_ten_tokens_are_known(sfn):
    arn = start(sfn, FAIL)
    finished(sfn, arn)
    dates = []
    for number in range(12):
        dates.append(sfn.redrive_execution(executionArn=arn, clientToken=str(number))["redriveDate"])
        assert finished(sfn, arn)["redriveCount"] == number + 1
    assert sfn.redrive_execution(executionArn=arn, clientToken="2")["redriveDate"] == dates[2]
    assert sfn.redrive_execution(executionArn=arn, clientToken="1")["redriveDate"] > dates[11]
    assert finished(sfn, arn)["redriveCount"] == 13
    assert types(sfn, arn).count("ExecutionRedriven") == 13


def test_requests_at_the_same_time_redrive_once(endpoint, sfn, activity):
    import threading

    arn, _ = failed(sfn, work(activity), activity)
    answers = []

    def ask(number):
        try:
            answers.append(endpoint.client().redrive_execution(executionArn=arn, clientToken=f"t{number % 2}"))
        except ClientError as error:
            answers.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("ExecutionNotRedrivable") == 4
    assert types(sfn, arn).count("ExecutionRedriven") == 1
    sfn.stop_execution(executionArn=arn)


def test_a_redrive_runs_the_definition_that_the_execution_began_with(sfn, activity):
    arn, _ = failed(sfn, work(activity), activity)
    machine_arn = sfn.describe_execution(executionArn=arn)["stateMachineArn"]
    sfn.update_state_machine(stateMachineArn=machine_arn, definition=PASS)
    sfn.redrive_execution(executionArn=arn)
    sfn.send_task_success(taskToken=take(sfn, activity), output='"mended"')
    assert finished(sfn, arn)["output"] == '"mended"'


def test_a_redriven_execution_stays_with_its_version_and_alias(sfn, activity):
    made = sfn.create_state_machine(name="redriven-alias", definition=work(activity), roleArn=ROLE, publish=True)
    version = made["stateMachineVersionArn"]
    routing = [{"stateMachineVersionArn": version, "weight": 100}]
    alias = sfn.create_state_machine_alias(name="live", routingConfiguration=routing)["stateMachineAliasArn"]
    arn = sfn.start_execution(stateMachineArn=alias)["executionArn"]
    sfn.send_task_failure(taskToken=take(sfn, activity), error="Torn")
    finished(sfn, arn)
    sfn.redrive_execution(executionArn=arn)
    found = sfn.describe_execution(executionArn=arn)
    assert (found["stateMachineVersionArn"], found["stateMachineAliasArn"]) == (version, alias)
    sfn.stop_execution(executionArn=arn)


def test_an_execution_that_was_stopped_or_timed_out_goes_on_with_its_time_anew(sfn, activity):
    definition = json.loads(work(activity)) | {"TimeoutSeconds": 2}
    arn = start(sfn, json.dumps(definition))
    old = take(sfn, activity)
    assert finished(sfn, arn)["status"] == "TIMED_OUT"
    sfn.redrive_execution(executionArn=arn)
    assert refused(sfn.send_task_heartbeat, taskToken=old)[0] == "TaskTimedOut"
    take(sfn, activity)
    time.sleep(0.5)
    assert sfn.describe_execution(executionArn=arn)["status"] == "RUNNING"
    sfn.stop_execution(executionArn=arn)
    sfn.redrive_execution(executionArn=arn)
    sfn.send_task_success(taskToken=take(sfn, activity), output="1")
    assert finished(sfn, arn)["status"] == "SUCCEEDED"


def test_lists_of_a_state_machine_take_no_filter_for_map_runs(sfn):
    arn = create(sfn, PASS)
    said = "cannot be applied to ListExecutions call with StateMachine ARN"
    for options, name in (
        ({"redriveFilter": "REDRIVEN"}, "RedriveFilter"),
        ({"statusFilter": "PENDING_REDRIVE"}, "PENDING_REDRIVE StatusFilter"),
    ):
        message = f"{name} {said}"
        assert refused(sfn.list_executions, stateMachineArn=arn, **options) == ("ValidationException", message)


def test_event_rules_hear_of_a_redrive(endpoint, sfn, sqs):
    rules = endpoint.client("events")
    queue = sqs.create_queue(QueueName="redrives")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.states"], "detail": {"redriveCount": [1]}}
    rules.put_rule(Name="redrives", EventPattern=json.dumps(pattern))
    rules.put_targets(Rule="redrives", Targets=[{"Id": "queue", "Arn": queue_arn}])
    arn = start(sfn, FAIL)
    finished(sfn, arn)
    redriven = sfn.redrive_execution(executionArn=arn)["redriveDate"]
    found = []

    def both():
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        found.extend(json.loads(message["Body"])["detail"] for message in messages)
        return len(found) == 2

    wait_until(both, "the redrive and the end are told")
    running, ended = sorted(found, key=lambda detail: detail["status"], reverse=True)
    assert (running["status"], ended["status"]) == ("RUNNING", "FAILED")
    assert running["redriveDate"] == ended["redriveDate"] == int(redriven.timestamp() * 1000)
    assert running["redriveStatus"] == "NOT_REDRIVABLE"
    assert (ended["redriveStatus"], ended["redriveStatusReason"]) == ("REDRIVABLE", None)
    assert running["stopDate"] is None
    rules.remove_targets(Rule="redrives", Ids=["queue"])
    rules.delete_rule(Name="redrives")


@pytest.mark.parametrize("pattern", [".sync", ".sync:2"])
def test_a_redriven_parent_starts_its_child_anew(sfn, pattern, activity):
    child = create(sfn, work(activity))
    definition = machine(
        Start={
            "Type": "Task",
            "Resource": f"arn:aws:states:::states:startExecution{pattern}",
            "Parameters": {"StateMachineArn": child, "Input": {}},
            "End": True,
        }
    )
    parent = start(sfn, definition)
    sfn.send_task_failure(taskToken=take(sfn, activity), error="Torn")
    assert finished(sfn, parent)["error"] == "States.TaskFailed"
    sfn.redrive_execution(executionArn=parent)
    sfn.send_task_success(taskToken=take(sfn, activity), output='"mended"')
    found = json.loads(finished(sfn, parent)["output"])
    assert found["Status"] == "SUCCEEDED"
    listed = sfn.list_executions(stateMachineArn=child)["executions"]
    assert sorted(one["status"] for one in listed) == ["FAILED", "SUCCEEDED"]
    assert {one["redriveCount"] for one in listed} == {0}


def test_a_child_that_is_redriven_by_itself_is_nobodys_any_more(sfn, activity):
    child = create(sfn, work(activity))
    definition = machine(
        Start={
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync",
            "Parameters": {"StateMachineArn": child, "Input": {}},
            "End": True,
        }
    )
    parent = start(sfn, definition)
    sfn.send_task_failure(taskToken=take(sfn, activity), error="Torn")
    finished(sfn, parent)
    before = types(sfn, parent)
    (one,) = sfn.list_executions(stateMachineArn=child)["executions"]
    sfn.redrive_execution(executionArn=one["executionArn"])
    sfn.send_task_success(taskToken=take(sfn, activity), output="1")
    assert finished(sfn, one["executionArn"])["status"] == "SUCCEEDED"
    assert types(sfn, parent) == before


def test_a_redrive_outlives_kill_9_before_and_after(own):
    own.start()
    client, sqs = own.client(), own.client("sqs")
    queue = sqs.create_queue(QueueName="review")["QueueUrl"]
    arn = client.start_execution(stateMachineArn=create(client, asks(queue)))["executionArn"]
    old = token_from(sqs, queue)
    client.send_task_failure(taskToken=old, error="Torn")
    finished(client, arn)
    own.kill()
    client, sqs = own.start().client(), own.client("sqs")
    assert client.describe_execution(executionArn=arn)["redriveStatus"] == "REDRIVABLE"
    redriven = client.redrive_execution(executionArn=arn, clientToken="once")["redriveDate"]
    wait_until(lambda: types(client, arn)[-1] == "TaskSubmitted", "the message counts as sent")
    own.kill()
    client, sqs = own.start().client(), own.client("sqs")
    found = client.describe_execution(executionArn=arn)
    assert (found["status"], found["redriveCount"], found["redriveDate"]) == ("RUNNING", 1, redriven)
    assert client.redrive_execution(executionArn=arn, clientToken="once")["redriveDate"] == redriven
    token = token_from(sqs, queue)
    assert token != old
    assert refused(client.send_task_success, taskToken=old, output="1")[0] == "TaskTimedOut"
    client.send_task_success(taskToken=token, output='"mended"')
    assert finished(client, arn)["output"] == '"mended"'
    assert types(client, arn).count("ExecutionRedriven") == 1


def rows(home, arn):
    """How many rows of state the store holds for an execution."""
    with sqlite3.connect(f"file:{home}/stepfunctions.sqlite3?mode=ro", uri=True) as connection:
        (number,) = connection.execute("SELECT id FROM execution WHERE name = ?", (arn.rsplit(":", 1)[1],)).fetchone()
        counts = [
            connection.execute(f"SELECT count(*) FROM {table} WHERE execution_id = ?", (number,)).fetchone()[0]
            for table in ("frame", "task", "timer")
        ]
        (header,) = connection.execute("SELECT header FROM execution WHERE id = ?", (number,)).fetchone()
    connection.close()
    return [*counts, header is not None]


def test_only_what_may_be_redriven_leaves_state_in_the_store(own):
    own.start()
    client = own.client()
    done = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
    wide = {"Type": "Parallel", "Branches": [done, json.loads(waits(60))], "End": True}
    succeeded, broken, stopped = (start(client, text) for text in (waits(0), FAIL, machine(Wide=wide)))
    wait_until(lambda: "PassStateExited" in types(client, stopped), "one branch is over")
    client.stop_execution(executionArn=stopped)
    for arn in (succeeded, broken, stopped):
        finished(client, arn)
    assert rows(own.home, succeeded) == [0, 0, 0, False]
    assert rows(own.home, broken) == [2, 0, 0, True]
    assert rows(own.home, stopped) == [5, 0, 0, True], "the fixed row, the state and its counters, two branches"
    client.redrive_execution(executionArn=stopped)
    assert rows(own.home, stopped) == [5, 0, 1, True]


ROW = ExecutionRow(
    id=1,
    state_machine_id=1,
    name="e",
    definition_id=1,
    status="FAILED",
    started_at=1_000.0,
    stopped_at=2_000.0,
    last_event_id=7,
    role_arn=ROLE,
    trace_header=None,
    revision_id=None,
    version=None,
    alias=None,
    error=None,
    cause=None,
    machine_arn="arn",
    machine_type="STANDARD",
)


@pytest.mark.parametrize(
    ("change", "now", "reason"),
    [
        ({}, 2_000.0, None),
        ({"status": "ABORTED"}, 2_000.0 + 14 * DAY, None),
        ({"status": "TIMED_OUT"}, 2_000.1 + 14 * DAY, "Execution redrivable period exceeded"),
        ({"stopped_at": 365 * DAY}, 1_000.1 + 365 * DAY, "Execution has exceeded the max execution time"),
        ({"last_event_id": EVENTS - 1}, 2_000.0, None),
        ({"last_event_id": EVENTS}, 2_000.0, "Execution history event limit exceeded"),
        ({"has_state": False}, 2_000.0, "Execution was started before the launch of RedriveExecution"),
    ],
)
def test_an_execution_is_redrivable_for_two_weeks_and_while_its_history_has_room(change, now, reason):
    assert reason_against(replace(ROW, **change), deleting=False, now=now) == reason
