"""Executions that start others: what the parent gets, who is stopped with whom, and what survives."""

import json
import time

import pytest
from served import PASS, asks, create, events, finished, machine, token_from, wait_until, waits

FAIL = machine(Only={"Type": "Fail", "Error": "Broken", "Cause": "no film"})


def starts(pattern="", **fields):
    return machine(
        Start={
            "Type": "Task",
            "Resource": f"arn:aws:states:::states:startExecution{pattern}",
            "Parameters": {"StateMachineArn.$": "$.arn", "Input": {"from.$": "$$.Execution.Name"}},
            "End": True,
            **fields,
        }
    )


def start(client, definition, child):
    given = json.dumps({"arn": child})
    return client.start_execution(stateMachineArn=create(client, definition), input=given)["executionArn"]


def children(client, machine_arn):
    return client.list_executions(stateMachineArn=machine_arn)["executions"]


def submitted(client, arn):
    """The child that a parent waits for."""

    def found():
        last = events(client, arn)[-1]
        return last if last["type"] == "TaskSubmitted" else None

    return json.loads(wait_until(found, "the child is started")["taskSubmittedEventDetails"]["output"])["ExecutionArn"]


def test_a_started_execution_is_named_and_not_waited_for(sfn):
    child = create(sfn, waits(60))
    parent = start(sfn, starts(), child)
    found = json.loads(finished(sfn, parent)["output"])
    (running,) = children(sfn, child)
    assert found["ExecutionArn"] == running["executionArn"]
    assert found["SdkHttpMetadata"]["HttpStatusCode"] == 200
    assert isinstance(found["StartDate"], int)
    given = json.loads(sfn.describe_execution(executionArn=running["executionArn"])["input"])
    assert given == {"from": parent.rsplit(":", 1)[1]}
    assert running["status"] == "RUNNING"
    sfn.stop_execution(executionArn=running["executionArn"])


@pytest.mark.parametrize(("pattern", "parsed"), [(".sync", False), (".sync:2", True)])
def test_a_sync_task_has_the_childs_description_as_its_result(sfn, pattern, parsed):
    child = create(sfn, PASS)
    parent = start(sfn, starts(pattern), child)
    found = json.loads(finished(sfn, parent)["output"])
    (ended,) = children(sfn, child)
    assert (found["ExecutionArn"], found["Status"]) == (ended["executionArn"], "SUCCEEDED")
    output = {"done": True}
    assert found["Output"] == (output if parsed else '{"done":true}')
    assert isinstance(found["Input"], dict if parsed else str)
    assert list(found) == sorted(found)
    types = [event["type"] for event in events(sfn, parent)]
    assert types[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


@pytest.mark.parametrize("pattern", [".sync", ".sync:2"])
def test_a_failed_child_fails_its_task_with_its_description_as_the_cause(sfn, pattern):
    parent = start(sfn, starts(pattern), create(sfn, FAIL))
    found = finished(sfn, parent)
    cause = json.loads(found["cause"])
    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "Broken", "no film")


def test_a_state_machine_that_does_not_exist_fails_the_task(sfn):
    missing = create(sfn, PASS) + "-not"
    for pattern, event in (("", "TaskFailed"), (".sync", "TaskSubmitFailed")):
        parent = start(sfn, starts(pattern), missing)
        found = finished(sfn, parent)
        assert found["error"] == "StepFunctions.StateMachineDoesNotExistException"
        assert found["cause"].startswith(f"State Machine Does Not Exist: '{missing}' (Service: AWSStepFunctions;")
        assert events(sfn, parent)[-2]["type"] == event


def test_a_name_that_was_used_fails_the_task(sfn):
    child = create(sfn, PASS)
    parameters = {"StateMachineArn": child, "Name": "again"}
    arn = create(sfn, starts(".sync", Parameters=parameters))
    runs = [finished(sfn, sfn.start_execution(stateMachineArn=arn)["executionArn"]) for _ in range(2)]
    assert runs[0]["status"] == "SUCCEEDED"
    assert runs[1]["error"] == "StepFunctions.ExecutionAlreadyExistsException"


def test_a_stopped_parent_stops_its_child_and_the_childs_child(sfn):
    inner = create(sfn, waits(60))
    outer = create(
        sfn,
        machine(
            Start={
                "Type": "Task",
                "Resource": "arn:aws:states:::states:startExecution.sync:2",
                "Parameters": {"StateMachineArn": inner},
                "End": True,
            }
        ),
    )
    parent = start(sfn, starts(".sync:2"), outer)
    child = submitted(sfn, parent)
    grandchild = submitted(sfn, child)
    sfn.stop_execution(executionArn=parent)
    for arn in (parent, child, grandchild):
        assert sfn.describe_execution(executionArn=arn)["status"] == "ABORTED"


def test_a_task_that_times_out_stops_its_child(sfn):
    child = create(sfn, waits(60))
    parent = start(sfn, starts(".sync", TimeoutSeconds=1), child)
    assert finished(sfn, parent)["error"] == "States.Timeout"
    assert children(sfn, child)[0]["status"] == "ABORTED"


def test_a_stopped_child_fails_its_task(sfn):
    parent = start(sfn, starts(".sync"), create(sfn, waits(60)))
    sfn.stop_execution(executionArn=submitted(sfn, parent), error="Enough")
    found = finished(sfn, parent)
    assert found["error"] == "States.TaskFailed"
    assert json.loads(found["cause"])["Status"] == "ABORTED"


def test_a_child_that_is_given_the_task_token_ends_the_task(sfn, sqs):
    queue = sqs.create_queue(QueueName="nested")["QueueUrl"]
    child = create(
        sfn,
        machine(
            Send={
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl": queue, "MessageBody.$": "$"},
                "End": True,
            }
        ),
    )
    parameters = {"StateMachineArn": child, "Input": {"token.$": "$$.Task.Token"}}
    parent = start(sfn, starts(".waitForTaskToken", Parameters=parameters), child)
    sfn.send_task_success(taskToken=token_from(sqs, queue), output='"yes"')
    assert finished(sfn, parent)["output"] == '"yes"'


def test_an_alias_can_be_started_by_a_task(sfn):
    child = create(sfn, PASS)
    version = sfn.publish_state_machine_version(stateMachineArn=child)["stateMachineVersionArn"]
    prod = sfn.create_state_machine_alias(
        name="PROD", routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}]
    )["stateMachineAliasArn"]
    found = json.loads(finished(sfn, start(sfn, starts(".sync:2"), prod))["output"])
    assert (found["StateMachineAliasArn"], found["StateMachineVersionArn"]) == (prod, version)


def test_an_sdk_task_calls_step_functions_in_process(sfn):
    activity = sfn.create_activity(name="by-sdk")["activityArn"]
    worker = create(
        sfn,
        machine(
            Take={
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sfn:getActivityTask",
                "Parameters": {"ActivityArn": activity},
                "Next": "Send",
            },
            Send={
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess",
                "Parameters": {"TaskToken.$": "$.TaskToken", "Output.$": "$.Input"},
                "End": True,
            },
        ),
    )
    work = create(sfn, machine(Work={"Type": "Task", "Resource": activity, "End": True}))
    polling = sfn.start_execution(stateMachineArn=worker)["executionArn"]
    time.sleep(0.3)
    done = sfn.start_execution(stateMachineArn=work, input='{"cut": 1}')["executionArn"]
    assert json.loads(finished(sfn, done)["output"]) == {"cut": 1}
    assert finished(sfn, polling)["status"] == "SUCCEEDED"


def test_an_sdk_task_that_is_refused_has_the_sdks_error(sfn):
    arn = create(
        sfn,
        machine(
            Ask={
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sfn:describeExecution",
                "Parameters": {"ExecutionArn": "arn:aws:states:us-east-1:000000000000:execution:no:no"},
                "End": True,
            }
        ),
    )
    found = finished(sfn, sfn.start_execution(stateMachineArn=arn)["executionArn"])
    assert found["error"] == "Sfn.ExecutionDoesNotExistException"
    assert found["cause"].startswith("Execution Does Not Exist: ")


def test_parents_and_children_survive_kill_9(own):
    own.start()
    client, sqs = own.client(), own.client("sqs")
    queue = sqs.create_queue(QueueName="child")["QueueUrl"]
    asking, waiting = create(client, asks(queue)), create(client, waits(60))
    answered, stopped = start(client, starts(".sync:2"), asking), start(client, starts(".sync"), waiting)
    token, child = token_from(sqs, queue), submitted(client, stopped)
    own.kill()
    client = own.start().client()
    client.send_task_success(taskToken=token, output='"yes"')
    assert json.loads(finished(client, answered)["output"])["Output"] == "yes"
    client.stop_execution(executionArn=stopped)
    assert client.describe_execution(executionArn=child)["status"] == "ABORTED"
    assert [len(children(client, one)) for one in (asking, waiting)] == [1, 1]


def test_under_load_every_child_is_started_once_whenever_the_process_is_killed(own):
    own.start()
    client = own.client()
    child = create(client, waits(1))
    parents = create(client, starts(".sync", Parameters={"StateMachineArn": child}))
    started = [client.start_execution(stateMachineArn=parents)["executionArn"] for _ in range(60)]
    own.kill()
    client = own.start().client()
    for arn in started:
        assert finished(client, arn)["status"] == "SUCCEEDED"
    assert len(children(client, child)) == 60


def test_a_machine_of_another_account_is_started_by_a_role_of_that_account_alone(endpoint, sfn):
    other = endpoint.client(aws_access_key_id="222222222222")
    child = create(other, PASS)
    assert child.split(":")[4] == "222222222222", "an access key id of twelve digits is an account"
    refused = finished(sfn, start(sfn, starts(".sync:2"), child))
    assert refused["error"] == "StepFunctions.AWSStepFunctionsException"
    assert refused["cause"].startswith(
        "User: arn:aws:sts::000000000000:assumed-role/states is not authorized to perform: states:StartExecution on "
        f"resource: {child} (Service: AWSStepFunctions; Status Code: 400; Error Code: AccessDeniedException; "
    )
    role = {"RoleArn": "arn:aws:iam::222222222222:role/trusted"}
    found = finished(sfn, start(sfn, starts(".sync:2", Credentials=role), child))
    assert json.loads(found["output"])["Status"] == "SUCCEEDED"
    assert len(children(other, child)) == 1
    assert all(machine["stateMachineArn"] != child for machine in sfn.list_state_machines()["stateMachines"])
