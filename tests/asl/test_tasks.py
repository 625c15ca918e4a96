"""A Task state between schedule and outcome: events, timers, tokens, results."""

import json

import pytest

from asl import tasks
from asl.effects import CancelTask, CancelTimer, StartTimer
from asl.events import HeartbeatReceived, TaskFailed, TaskStarted, TaskSubmitted, TaskSucceeded, TimerFired
from asl.interpreter import start as begin
from asl.parse import parse
from asl.testing import IDENTITY, Playbook

SQS = "arn:aws:states:::sqs:sendMessage"
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:work"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:work"


def one_task(resource, following=None, **fields):
    state = {"Type": "Task", "Resource": resource, **fields, **({"Next": "After"} if following else {"End": True})}
    states = {"Work": state} | ({"After": following} if following else {})
    return json.dumps({"StartAt": "Work", "States": states})


def start(resource=SQS, text='{"a": 1}', following=None, **fields):
    return Playbook(parse(one_task(resource, following, **fields)), input=text, reload=True)


def at(playbook, event_type, **fields):
    return playbook.reply(event_type(at=playbook.now, task_id=max(playbook.tasks), **fields))


def test_a_request_and_its_response():
    playbook = start(Parameters={"MessageBody.$": "$.a"}, TimeoutSeconds=60, ResultPath="$.sent")
    task = playbook.task()
    assert (task.state_name, task.resource, task.parameters) == ("Work", SQS, {"MessageBody": 1})
    assert (task.timeout, task.heartbeat, task.token, task.credentials) == (60, None, None, None)
    at(playbook, TaskSucceeded, output='{"MessageId": "1"}')
    events = playbook.rendered()
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert events[2]["taskScheduledEventDetails"] == {
        "resourceType": "sqs",
        "resource": "sendMessage",
        "region": "us-east-1",
        "parameters": '{"MessageBody":1}',
        "timeoutInSeconds": 60,
    }
    assert events[4]["taskSucceededEventDetails"] == {
        "resourceType": "sqs",
        "resource": "sendMessage",
        "output": '{"MessageId": "1"}',
        "outputDetails": {"truncated": False},
    }
    assert json.loads(playbook.execution.output) == {"a": 1, "sent": {"MessageId": "1"}}
    assert playbook.timers == {}, "the time-out is called off"


def test_a_callback_is_submitted_before_it_succeeds():
    playbook = start(SQS + ".waitForTaskToken", Parameters={"T.$": "$$.Task.Token"})
    at(playbook, TaskStarted)
    at(playbook, TaskSubmitted, output='{"MessageId": "1"}')
    at(playbook, TaskStarted)
    at(playbook, TaskSubmitted, output='{"MessageId": "again"}')
    at(playbook, TaskSucceeded, output='"yes"')
    assert playbook.types()[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    assert playbook.rendered()[4]["taskSubmittedEventDetails"]["resource"] == "sendMessage.waitForTaskToken"
    assert playbook.execution.output == '"yes"'


def early(kind, **outcome):
    """A callback whose outcome came by the token before the call that carried it had its answer."""
    fields = {"TimeoutSeconds": 2, "HeartbeatSeconds": 1, "Parameters": {"T.$": "$$.Task.Token"}}
    playbook = start(SQS + ".waitForTaskToken", **fields)
    token = playbook.task().token
    at(playbook, kind, by_token=True, **outcome)
    assert playbook.types()[-1] == "TaskScheduled", "it is kept"
    assert not playbook.execution.token_is_open(token), "and the token is used up"
    return playbook


@pytest.mark.parametrize(
    ("kind", "outcome", "status"),
    [
        (TaskSucceeded, {"output": "1"}, "SUCCEEDED"),
        (TaskFailed, {"error": None, "cause": "no"}, "FAILED"),
    ],
)
def test_a_reply_that_comes_before_the_submission_is_told_after_it(kind, outcome, status):
    playbook = early(kind, **outcome)
    playbook.now += 3
    at(playbook, TaskSubmitted, output="{}")
    assert playbook.types()[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", kind.__name__]
    assert playbook.execution.status == status
    assert playbook.timers == {}


def test_a_reply_waits_some_seconds_for_a_submission_that_never_comes():
    playbook = early(TaskSucceeded, output="1")
    began = playbook.now
    playbook.run()
    assert playbook.now == began + tasks.SUBMISSION_SECONDS
    assert playbook.types()[2:5] == ["TaskScheduled", "TaskStarted", "TaskSucceeded"]
    assert playbook.execution.status == "SUCCEEDED"


def test_a_reply_counts_though_the_call_that_carried_the_token_failed():
    playbook = early(TaskSucceeded, output="1")
    at(playbook, TaskFailed, error="SQS.SdkClientException", cause="the connection broke", submit=True)
    assert playbook.execution.output == "1"


def test_a_job_has_a_token_too():
    playbook = start("arn:aws:states:::states:startExecution.sync", Parameters={"Input": {"T.$": "$$.Task.Token"}})
    assert playbook.task().parameters["Input"]["T"] == playbook.task().token
    assert playbook.execution.token_is_open(playbook.task().token)


def test_what_the_driver_refuses_fails_before_it_is_scheduled_and_cannot_be_caught():
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "After"}]
    text = one_task(ACTIVITY, {"Type": "Pass", "End": True}, Catch=catch)
    execution, transition = begin(
        parse(text),
        identity=IDENTITY,
        input="{}",
        at=0.0,
        seed=b"secret" * 4,
        refusal=lambda resource, parameters: f"The activity {resource} does not exist.",
    )
    assert [event[0] for event in transition.history] == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    where = "An error occurred while executing the state 'Work' (entered at the event id #2). "
    assert (execution.error, execution.cause) == ("States.Runtime", f"{where}The activity {ACTIVITY} does not exist.")
    assert transition.effects == []


def test_a_function_writes_its_own_family_of_events():
    playbook = start(LAMBDA, text='{"a":  1}')
    at(playbook, TaskSubmitted, output="{}")
    at(playbook, TaskSucceeded, output='{"b": 2}')
    assert playbook.types()[2:5] == ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]
    scheduled = playbook.rendered()[2]["lambdaFunctionScheduledEventDetails"]
    assert scheduled["input"] == '{"a":  1}', "what came in as text is echoed as it came"
    assert "lambdaFunctionStartedEventDetails" not in playbook.rendered()[3]
    assert playbook.execution.output == '{"b": 2}'


def test_an_activity_names_its_worker_and_its_heartbeat_begins_when_one_takes_it():
    playbook = start(ACTIVITY, HeartbeatSeconds=10, TimeoutSeconds=100)
    assert sorted(playbook.timers.values()) == [playbook.now + 100]
    playbook.now += 50
    at(playbook, TaskStarted, worker_name="w1")
    assert sorted(playbook.timers.values()) == [playbook.now + 10, playbook.now + 50]
    at(playbook, TaskSucceeded, output="{}")
    assert playbook.types()[2:5] == ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
    assert playbook.rendered()[2]["activityScheduledEventDetails"] == {
        "resource": ACTIVITY,
        "timeoutInSeconds": 100,
        "heartbeatInSeconds": 10,
        "input": '{"a": 1}',
        "inputDetails": {"truncated": False},
    }
    assert playbook.rendered()[3]["activityStartedEventDetails"] == {"workerName": "w1"}


def test_a_heartbeat_starts_the_window_again_and_writes_nothing():
    playbook = start(SQS + ".waitForTaskToken", HeartbeatSeconds=10, Parameters={"T.$": "$$.Task.Token"})
    before = len(playbook.history)
    playbook.now += 9
    transition = at(playbook, HeartbeatReceived)
    assert len(playbook.history) == before
    kinds = [type(effect) for effect in transition.effects]
    assert kinds == [CancelTimer, StartTimer]
    assert list(playbook.timers.values()) == [playbook.now + 10]
    playbook.run()
    assert playbook.execution.error == "States.Timeout"
    assert playbook.rendered()[3]["taskTimedOutEventDetails"]["error"] == "States.Timeout"


@pytest.mark.parametrize("name", ["States.Timeout", "States.HeartbeatTimeout"])
def test_a_missed_heartbeat_is_caught_by_either_name(name):
    playbook = start(
        SQS + ".waitForTaskToken",
        HeartbeatSeconds=10,
        Parameters={"T.$": "$$.Task.Token"},
        Catch=[{"ErrorEquals": [name], "Next": "After"}],
        following={"Type": "Succeed"},
    )
    playbook.run()
    assert playbook.execution.status == "SUCCEEDED"


def test_a_heartbeat_for_a_task_that_expects_none_changes_nothing():
    playbook = start()
    assert at(playbook, HeartbeatReceived).effects == []


def test_a_time_out_has_no_cause_and_calls_the_task_off():
    playbook = start(TimeoutSeconds=5)
    at(playbook, TaskStarted)
    (timer_id,) = playbook.timers
    playbook.now += 5
    transition = playbook.reply(TimerFired(at=playbook.now, timer_id=timer_id))
    assert CancelTask(task_id=1) in transition.effects
    timed_out = playbook.rendered()[4]["taskTimedOutEventDetails"]
    assert timed_out == {"resourceType": "sqs", "resource": "sendMessage", "error": "States.Timeout"}
    assert (playbook.execution.status, playbook.execution.error) == ("FAILED", "States.Timeout")
    assert playbook.execution.cause is None


@pytest.mark.parametrize(
    ("resource", "flags", "kind"),
    [
        (SQS, {}, "TaskFailed"),
        (SQS, {"submit": True}, "TaskSubmitFailed"),
        (SQS, {"start": True}, "TaskStartFailed"),
        (LAMBDA, {}, "LambdaFunctionFailed"),
        (LAMBDA, {"submit": True}, "LambdaFunctionFailed"),
        (LAMBDA, {"start": True}, "LambdaFunctionStartFailed"),
        (ACTIVITY, {}, "ActivityFailed"),
        (ACTIVITY, {"start": True}, "ActivityFailed"),
    ],
)
def test_a_failure_is_told_where_it_happened(resource, flags, kind):
    playbook = start(resource)
    at(playbook, TaskFailed, error="E", cause="C", **flags)
    assert playbook.types()[-2:] == [kind, "ExecutionFailed"]
    assert ("TaskStarted" in playbook.types()) is (resource == SQS and "start" not in flags)
    assert (playbook.execution.error, playbook.execution.cause) == ("E", "C")


def test_a_failure_may_have_neither_error_nor_cause():
    playbook = start()
    at(playbook, TaskFailed, error=None, cause=None)
    assert playbook.rendered()[-1]["executionFailedEventDetails"] == {}


def test_paths_give_the_time_out_and_the_heartbeat():
    text = '{"t": 30, "h": "10"}'
    playbook = start(SQS, text, TimeoutSecondsPath="$.t", HeartbeatSecondsPath="$.h")
    assert (playbook.task().timeout, playbook.task().heartbeat) == (30, 10)


def test_a_path_that_names_no_time_out_fails_before_anything_is_scheduled():
    playbook = start(TimeoutSecondsPath="$.none")
    assert playbook.types() == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    assert playbook.execution.cause == (
        "An error occurred while executing the state 'Work' (entered at the event id #2). "
        "Invalid path '$.none' : No results for path: $['none']"
    )


def test_credentials_are_shown_as_a_role():
    playbook = start(Credentials={"RoleArn.$": "$.role"}, text='{"role": "arn:aws:iam::1:role/r"}')
    assert playbook.task().credentials == {"RoleArn": "arn:aws:iam::1:role/r"}
    details = playbook.rendered()[2]["taskScheduledEventDetails"]
    assert details["taskCredentials"] == {"roleArn": "arn:aws:iam::1:role/r"}


def test_a_result_over_the_limit_is_the_tasks_failure_and_can_be_caught():
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "After"}]
    playbook = start(following={"Type": "Pass", "End": True}, Catch=catch)
    at(playbook, TaskSucceeded, output=json.dumps("é" * 131_072, ensure_ascii=False))
    failed = playbook.rendered()[4]
    assert failed["type"] == "TaskFailed"
    assert failed["taskFailedEventDetails"]["error"] == "States.DataLimitExceeded"
    assert playbook.execution.status == "SUCCEEDED"


def test_an_output_over_the_limit_cannot_be_caught():
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "After"}]
    text = json.dumps({"a": "x" * 200_000})
    playbook = start(text=text, following={"Type": "Pass", "End": True}, Catch=catch, ResultPath="$.r")
    at(playbook, TaskSucceeded, output=json.dumps("y" * 100_000))
    assert (playbook.execution.status, playbook.execution.error) == ("FAILED", "States.DataLimitExceeded")
    assert playbook.execution.cause.startswith("The state/task 'Work' returned a result with a size exceeding")


def test_parameters_over_the_limit_fail_before_the_task_is_scheduled():
    text = json.dumps({"a": "x" * 200_000})
    playbook = start(text=text, Parameters={"one.$": "$.a", "two.$": "$.a"})
    assert playbook.types()[-1] == "ExecutionFailed"
    assert playbook.execution.error == "States.DataLimitExceeded"


def test_a_result_that_is_no_json_is_a_runtime_error():
    playbook = start()
    at(playbook, TaskSucceeded, output="{not json")
    assert playbook.execution.error == "States.Runtime"


def test_a_runtime_error_of_the_driver_cannot_be_caught():
    playbook = start(following={"Type": "Pass", "End": True}, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "After"}])
    at(playbook, TaskFailed, error="States.Runtime", cause="The activity does not exist.")
    assert playbook.execution.status == "FAILED"


@pytest.mark.parametrize("event_type", [TaskStarted, HeartbeatReceived])
def test_events_for_a_task_that_is_over_change_nothing(event_type):
    playbook = start(following={"Type": "Wait", "Seconds": 5, "End": True})
    at(playbook, TaskSucceeded, output="{}")
    before = list(playbook.history)
    playbook.reply(event_type(at=playbook.now, task_id=1))
    playbook.reply(TaskSucceeded(at=playbook.now, task_id=1, output="{}"))
    playbook.reply(TaskFailed(at=playbook.now, task_id=99, error="E", cause=None))
    playbook.reply(TimerFired(at=playbook.now, timer_id=99))
    assert playbook.history == before


def test_an_output_that_comes_through_unchanged_keeps_its_text():
    playbook = start(following={"Type": "Pass", "End": True})
    at(playbook, TaskSucceeded, output='{"a":   1.0}')
    assert playbook.execution.output == '{"a":   1.0}'
    assert playbook.rendered()[-2]["stateExitedEventDetails"]["output"] == '{"a":   1.0}'


def test_a_discarded_result_keeps_the_inputs_text():
    playbook = start(ResultPath=None, text='{"a":   1.0}')
    at(playbook, TaskSucceeded, output="{}")
    assert playbook.execution.output == '{"a":   1.0}'


def test_time_outs_that_are_due_together_are_told_together():
    branches = [
        {"StartAt": name, "States": {name: {"Type": "Task", "Resource": SQS, "TimeoutSeconds": seconds, "End": True}}}
        for name, seconds in (("A", 5), ("B", 5), ("C", 9))
    ]
    state = {"Type": "Parallel", "Branches": branches, "End": True}
    playbook = Playbook(parse(json.dumps({"StartAt": "P", "States": {"P": state}})), reload=True)
    playbook.run()
    assert playbook.types().count("TaskTimedOut") == 2
