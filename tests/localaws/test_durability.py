"""kill -9 and start again: what was acknowledged is there, timers fire, parked tokens work."""

import json
import random
import threading
import time
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from served import PASS, asks, create, events, finished, machine, token_from, wait_until, waits


def test_what_was_acknowledged_is_there_after_kill_9(own):
    own.start()
    client = own.client()
    passes, parked = create(client, PASS, "passes"), create(client, waits(60), "parked")
    ended = [
        client.start_execution(stateMachineArn=passes, input=json.dumps({"n": n}))["executionArn"] for n in range(20)
    ]
    running = [client.start_execution(stateMachineArn=parked)["executionArn"] for _ in range(20)]
    before = {arn: events(client, finished(client, arn)["executionArn"]) for arn in ended}
    own.kill()
    client = own.start().client()
    for arn in ended:
        assert client.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"
        assert events(client, arn) == before[arn]
    found = client.list_executions(stateMachineArn=parked, statusFilter="RUNNING")["executions"]
    assert {one["executionArn"] for one in found} == set(running)
    assert own.health()["timers"] == 20


def test_a_timer_fires_after_a_restart_even_when_it_was_due_while_nothing_ran(own):
    own.start()
    client = own.client()
    soon = client.start_execution(stateMachineArn=create(client, waits(1)))["executionArn"]
    later = client.start_execution(stateMachineArn=create(client, waits(6)))["executionArn"]
    own.kill()
    time.sleep(1.2)
    client = own.start().client()
    up_again = datetime.now(UTC)
    assert finished(client, soon)["status"] == "SUCCEEDED"
    found = finished(client, later)
    due = found["startDate"] + timedelta(seconds=6)
    # Neither before its time nor long after: a restart that takes longer than the wait has it fire as soon as it is up.
    assert due <= found["stopDate"] < max(due, up_again) + timedelta(seconds=1.5)


def test_a_parked_token_works_after_a_restart(own):
    own.start()
    client, sqs = own.client(), own.client("sqs")
    queue = sqs.create_queue(QueueName="review")["QueueUrl"]
    arn = client.start_execution(stateMachineArn=create(client, asks(queue, TimeoutSeconds=3600)))["executionArn"]
    token = token_from(sqs, queue)
    wait_until(lambda: events(client, arn)[-1]["type"] == "TaskSubmitted", "the message counts as sent")
    own.kill()
    client = own.start().client()
    types = [event["type"] for event in events(client, arn)]
    assert types[-1] == "TaskSubmitted", "the message is not sent a second time"
    client.send_task_success(taskToken=token, output='"yes"')
    assert finished(client, arn)["output"] == '"yes"'


def test_a_call_that_had_no_recorded_answer_is_made_again(own):
    """A queue that isn't there yet makes the call fail and be retried: the retry is owed across the restart."""
    own.start()
    client, sqs = own.client(), own.client("sqs")
    queue = sqs.create_queue(QueueName="late")["QueueUrl"]
    sqs.delete_queue(QueueUrl=queue)
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 1}]
    arn = client.start_execution(stateMachineArn=create(client, asks(queue, Retry=retry)))["executionArn"]
    time.sleep(0.5)
    own.kill()
    own.start()
    client, sqs = own.client(), own.client("sqs")
    sqs.create_queue(QueueName="late")
    client.send_task_success(taskToken=token_from(sqs, queue), output="{}")
    assert finished(client, arn)["status"] == "SUCCEEDED"


def test_a_long_loop_goes_on_where_it_was_when_the_process_was_killed(own):
    own.start()
    client = own.client()
    definition = machine(
        Count={"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
        More={
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 6000, "Next": "Count"}],
            "Default": "Done",
        },
        Done={"Type": "Succeed"},
    )
    arn = create(client, definition)
    started = [client.start_execution(stateMachineArn=arn, input='{"n": 0}')["executionArn"] for _ in range(12)]
    own.kill()
    client = own.start().client()
    for execution in started:
        assert json.loads(finished(client, execution, limit=30)["output"]) == {"n": 6000}
        history = client.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=1)["events"]
        assert history[0]["type"] == "ExecutionSucceeded"


def test_under_load_no_acknowledged_start_or_answer_is_lost(own):
    own.start()
    client, sqs = own.client(), own.client("sqs")
    queue = sqs.create_queue(QueueName="load")["QueueUrl"]
    passes, parked = create(client, PASS), create(client, asks(queue))
    acknowledged: list[str] = []
    answered: list[str] = []
    threads = [
        threading.Thread(target=_start_until_refused, args=(own.client(), passes, acknowledged)) for _ in range(3)
    ] + [threading.Thread(target=_ask_and_answer, args=(own, parked, queue, acknowledged, answered))]
    for thread in threads:
        thread.start()
    time.sleep(random.uniform(0.6, 1.0))
    own.kill()
    for thread in threads:
        thread.join()
    assert len(acknowledged) > 20
    client = own.start().client()
    for arn in acknowledged:
        client.describe_execution(executionArn=arn)
    for arn in answered:
        assert finished(client, arn)["status"] == "SUCCEEDED"


def _start_until_refused(client, machine_arn, acknowledged):
    try:
        while True:
            acknowledged.append(client.start_execution(stateMachineArn=machine_arn)["executionArn"])
    except (BotoCoreError, ClientError):
        return


def _ask_and_answer(own, machine_arn, queue, acknowledged, answered):
    client, sqs = own.client(), own.client("sqs")
    try:
        while True:
            arn = client.start_execution(stateMachineArn=machine_arn)["executionArn"]
            acknowledged.append(arn)
            client.send_task_success(taskToken=token_from(sqs, queue), output="{}")
            answered.append(arn)
    except (BotoCoreError, ClientError):
        return
