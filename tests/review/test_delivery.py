"""Answers against a real endpoint: what Step Functions says, and what becomes of the decision."""

import json
import time
import uuid

import pytest
from django.utils import timezone

from callboard import aws
from designer.models import Environment
from executions import polling
from executions.models import Execution
from review import delivery, linking, queues, selectors
from review.aborting import abort
from review.audit import broken_chains
from review.deciding import AlreadyDecided, decide
from review.embedded import DEAD_LETTERS, REVIEW_QUEUE, ensure_embedded_resources
from review.models import Decision, ReviewTask
from review.services import accept_message
from review.tasks import send_heartbeats, sweep_outbox

ROLE = "arn:aws:iam::000000000000:role/callboard-embedded"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def endpoint(db, localaws):
    environment = Environment.objects.create(name="Embedded", kind="embedded", endpoint_url=localaws.url)
    ensure_embedded_resources(environment)
    return environment


def ask(environment, *, retry=None, contract=True, **state):
    """Start a machine of one state that asks; the execution, mirrored."""
    body = {"taskToken.$": "$$.Task.Token", "title": "Go on?", "candidates": [{"title": "Yes", "description": "Go"}]}
    if contract:
        body |= {"execution.$": "$$.Execution.Id", "state.$": "$$.State.Name"}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": environment.review_queue_url, "MessageBody": body},
        "End": True,
        **state,
    }
    return start(environment, {"StartAt": "Ask", "States": {"Ask": state}})


def start(environment, definition):
    client = aws.client(environment, "stepfunctions")
    name = f"t-{uuid.uuid4().hex[:12]}"
    machine = client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]
    arn = client.start_execution(stateMachineArn=machine, name=name, input="{}")["executionArn"]
    now = timezone.now()
    return Execution.objects.create(
        environment=environment, arn=arn, name=name, state_machine_arn=machine, started_at=now, next_poll_at=now
    )


def look(execution):
    polling.watch(execution.pk)
    polling.poll(execution.pk)
    execution.refresh_from_db()


def arrives(environment, execution, count=1):
    """The execution's tasks, once there are ``count`` and their callbacks are known."""
    for _ in range(200):
        queues.poll(environment)
        look(execution)
        linking.link_execution(execution)
        tasks = list(ReviewTask.objects.filter(execution=execution).exclude(scheduled_event_id=None).order_by("pk"))
        if len(tasks) >= count:
            return tasks
        time.sleep(0.05)
    raise AssertionError("the task didn't arrive")


def ends(execution):
    for _ in range(200):
        look(execution)
        if execution.status != "RUNNING":
            return execution.status
        time.sleep(0.05)
    raise AssertionError("the execution didn't end")


def test_an_approval_resumes_the_workflow_with_its_output(endpoint, reviewer):
    execution = ask(endpoint)
    (task,) = arrives(endpoint, execution)
    decision = decide(task, by=reviewer, outcome="approve", candidate="A", comment="fine")
    assert delivery.deliver(decision.pk)
    assert ends(execution) == "SUCCEEDED"
    assert json.loads(execution.output) == decision.output
    task.refresh_from_db()
    assert task.status == "delivered"
    assert [event.kind for event in task.events.all()] == ["delivered", "decided", "asked"]


def test_a_rejection_fails_the_state_with_the_comment_as_its_cause(endpoint, reviewer):
    execution = ask(endpoint)
    (task,) = arrives(endpoint, execution)
    decide(task, by=reviewer, outcome="reject", comment="Not this video")
    sweep_outbox()
    assert ends(execution) == "FAILED"
    assert (execution.error, execution.cause) == ("Review.Rejected", "Not this video")


def test_a_doubled_hint_sends_once(endpoint, reviewer):
    execution = ask(endpoint)
    (task,) = arrives(endpoint, execution)
    decision = decide(task, by=reviewer, outcome="approve", candidate="A")
    assert delivery.deliver(decision.pk)
    assert not delivery.deliver(decision.pk)
    decision.refresh_from_db()
    assert decision.attempts == 1


def test_a_crash_after_sending_is_recognised_as_the_own_earlier_success(endpoint, reviewer):
    execution = ask(endpoint)
    (task,) = arrives(endpoint, execution)
    decision = decide(task, by=reviewer, outcome="approve", candidate="A")
    delivery._send(Decision.objects.select_related("task__environment").get(pk=decision.pk))  # and the worker dies here
    assert ends(execution) == "SUCCEEDED"
    assert delivery.deliver(decision.pk)
    decision.refresh_from_db()
    task.refresh_from_db()
    assert (decision.delivery_status, task.status) == ("delivered", "delivered")


def test_an_answer_after_somebody_elses_answer_is_not_taken_for_our_own(endpoint, reviewer):
    execution = ask(endpoint)
    (task,) = arrives(endpoint, execution)
    decision = decide(task, by=reviewer, outcome="approve", candidate="A")
    token = delivery.tokens.unseal(task.sealed_token)
    aws.client(endpoint, "stepfunctions").send_task_success(taskToken=token, output='"by hand"')
    assert delivery.deliver(decision.pk)
    decision.refresh_from_db()
    task.refresh_from_db()
    assert (decision.delivery_status, task.status) == ("refused", "cancelled")
    assert "Another program" in task.status_reason


def test_an_answer_that_comes_too_late_says_so(endpoint, reviewer):
    execution = ask(endpoint, TimeoutSeconds=1)
    (task,) = arrives(endpoint, execution)
    assert task.due_at is not None
    decision = decide(task, by=reviewer, outcome="approve", candidate="A")
    assert ends(execution) == "FAILED"
    assert delivery.deliver(decision.pk)
    task.refresh_from_db()
    assert task.status == "expired"
    assert "timed out before the answer" in task.status_reason


def test_a_token_that_step_functions_does_not_know_is_orphaned(endpoint, reviewer):
    task = accept_message(endpoint, {"taskToken": "no token of anybody"})
    decision = decide(task, by=reviewer, outcome="approve")
    assert delivery.deliver(decision.pk)
    task.refresh_from_db()
    assert task.status == "orphaned"


def test_an_endpoint_that_is_away_is_tried_again_later_and_the_task_says_so(db, reviewer):
    nowhere = Environment.objects.create(name="Away", kind="embedded", endpoint_url="http://127.0.0.1:9")
    task = accept_message(nowhere, {"taskToken": "x"})
    decision = decide(task, by=reviewer, outcome="approve")
    assert not delivery.deliver(decision.pk)
    decision.refresh_from_db()
    assert decision.delivery_status == "pending"
    assert decision.next_attempt_at > timezone.now()
    assert "can't be reached" in decision.last_error
    version = task.version
    task.refresh_from_db()
    assert task.version > version  # an open page reads it again, and says so
    assert not delivery.deliver(decision.pk)  # not due yet
    decision.refresh_from_db()
    assert decision.attempts == 1


def test_a_process_that_starts_alone_takes_over_what_it_was_sending_and_leaves_what_may_be_undone(db, reviewer):
    nowhere = Environment.objects.create(name="Away", kind="embedded", endpoint_url="http://127.0.0.1:9")
    begun = decide(accept_message(nowhere, {"taskToken": "x"}), by=reviewer, outcome="approve")
    undoable = decide(accept_message(nowhere, {"taskToken": "y"}), by=reviewer, outcome="approve", undo_seconds=30)
    delivery.deliver(begun.pk)
    delivery.lapse_claims()
    assert list(Decision.objects.filter(next_attempt_at__lte=timezone.now())) == [begun]
    assert Decision.objects.get(pk=undoable.pk).next_attempt_at == undoable.undo_until


def test_a_stopped_execution_closes_its_task(endpoint):
    execution = ask(endpoint)
    (task,) = arrives(endpoint, execution)
    aws.client(endpoint, "stepfunctions").stop_execution(executionArn=execution.arn)
    assert ends(execution) == "ABORTED"
    task.refresh_from_db()
    assert (task.status, task.status_reason) == ("cancelled", "The execution was stopped")


def test_a_failing_sibling_branch_closes_the_task(endpoint):
    question = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": endpoint.review_queue_url, "MessageBody": {"taskToken.$": "$$.Task.Token"}},
        "End": True,
    }
    parallel = {
        "Type": "Parallel",
        "Branches": [
            {"StartAt": "Ask", "States": {"Ask": question}},
            {
                "StartAt": "Pause",
                "States": {
                    "Pause": {"Type": "Wait", "Seconds": 1, "Next": "Fail"},
                    "Fail": {"Type": "Fail", "Error": "Oh"},
                },
            },
        ],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rest"}],
        "End": True,
    }
    execution = start(
        endpoint, {"StartAt": "P", "States": {"P": parallel, "Rest": {"Type": "Wait", "Seconds": 60, "End": True}}}
    )
    (task,) = arrives(endpoint, execution)  # the message named no execution: the history told
    assert task.state_name == "Ask"
    for _ in range(100):
        look(execution)
        task.refresh_from_db()
        if task.status != "open":
            break
        time.sleep(0.05)
    assert task.status == "cancelled"
    assert "Another branch failed" in task.status_reason
    assert execution.status == "RUNNING"
    aws.client(endpoint, "stepfunctions").stop_execution(executionArn=execution.arn)


def test_a_retry_after_the_time_out_supersedes_the_task_and_links_the_attempts(endpoint):
    execution = ask(
        endpoint, TimeoutSeconds=1, Retry=[{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    )
    first, second = arrives(endpoint, execution, count=2)
    first.refresh_from_db()
    assert first.status == "superseded"
    assert second.supersedes == first
    aws.client(endpoint, "stepfunctions").stop_execution(executionArn=execution.arn)


def test_iterations_of_a_map_that_wait_at_once_do_not_supersede_each_other(endpoint):
    question = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {
            "QueueUrl": endpoint.review_queue_url,
            "MessageBody": {
                "taskToken.$": "$$.Task.Token",
                "execution.$": "$$.Execution.Id",
                "state.$": "$$.State.Name",
            },
        },
        "End": True,
    }
    each = {
        "Type": "Map",
        "ItemProcessor": {"StartAt": "Ask", "States": {"Ask": question}},
        "End": True,
        "ItemsPath": "$.items",
    }
    items = {"Type": "Pass", "Result": {"items": [1, 2, 3]}, "Next": "Each"}
    execution = start(endpoint, {"StartAt": "Items", "States": {"Items": items, "Each": each}})
    tasks = arrives(endpoint, execution, count=3)
    assert [ReviewTask.objects.get(pk=task.pk).status for task in tasks] == ["open"] * 3
    aws.client(endpoint, "stepfunctions").stop_execution(executionArn=execution.arn)


def test_open_tasks_send_heartbeats_so_that_a_person_may_take_their_time(endpoint, reviewer):
    execution = ask(endpoint, HeartbeatSeconds=2)
    (task,) = arrives(endpoint, execution)
    assert task.heartbeat_seconds == 2
    end = time.monotonic() + 2.6  # longer than one heartbeat
    while time.monotonic() < end:
        send_heartbeats()
        time.sleep(0.2)
    look(execution)
    assert execution.status == "RUNNING"
    decision = decide(task, by=reviewer, outcome="approve", candidate="A")
    delivery.deliver(decision.pk)
    assert ends(execution) == "SUCCEEDED"


def test_an_unreadable_message_goes_to_the_dead_letter_queue_with_its_reason(endpoint):
    sqs = aws.client(endpoint, "sqs")
    sqs.send_message(QueueUrl=endpoint.review_queue_url, MessageBody='{"title": "no token"}')
    while queues.poll(endpoint):
        pass
    dead = sqs.get_queue_url(QueueName=REVIEW_QUEUE + DEAD_LETTERS)["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=dead, MessageAttributeNames=["All"], WaitTimeSeconds=1)["Messages"]
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    assert "no taskToken" in message["MessageAttributes"]["CallboardReason"]["StringValue"]


def test_making_the_resources_again_changes_nothing(endpoint):
    before = endpoint.review_queue_url
    ensure_embedded_resources(endpoint)
    endpoint.refresh_from_db()
    assert endpoint.review_queue_url == before


def test_the_talks_function_hands_its_token_over_and_shares_links(endpoint, reviewer):
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {
            "FunctionName": "callboard-ask",
            "Payload": {
                "type": "message",
                "input": {"key": "videos/a.mp4"},
                "response_payload": [
                    {
                        "Bedrock": {
                            "model": "anthropic.claude-v2",
                            "model_response": '{"title": "T", "description": "D"}',
                        }
                    }
                ],
                "taskToken.$": "$$.Task.Token",
            },
        },
        "ResultPath": "$.UserInput",
        "Next": "Share",
    }
    share = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "OutputPath": "$.Payload",
        "Parameters": {
            "FunctionName": "callboard-ask",
            "Payload": {"type": "avatar", "avatar_uri": "s3://callboard-media/videos/prompt-chaining.vtt"},
        },
        "End": True,
    }
    execution = start(
        endpoint, {"StartAt": "Wait for user feedback", "States": {"Wait for user feedback": state, "Share": share}}
    )
    (task,) = arrives(endpoint, execution)
    assert task.answer == "talk"
    assert task.state_name == "Wait for user feedback"
    decision = decide(task, by=reviewer, outcome="approve", candidate="A")
    delivery.deliver(decision.pk)
    assert ends(execution) == "SUCCEEDED"
    import httpx

    assert httpx.get(json.loads(execution.output)).text.startswith("WEBVTT")


def test_a_run_that_is_stopped_from_its_question_says_who_stopped_it_and_why(endpoint, reviewer):
    execution = ask(endpoint)
    (task,) = arrives(endpoint, execution)
    abort(selectors.get_task(task.pk), by=reviewer, reason="Wrong video")
    task.refresh_from_db()
    assert (task.status, task.status_reason) == ("cancelled", "reviewer stopped the run: Wrong video")
    assert task.closed_at is not None
    assert task.events.filter(kind="aborted", who=reviewer).exists()
    assert list(broken_chains(ReviewTask.objects.all())) == []
    assert ends(execution) == "ABORTED"
    assert (execution.error, execution.cause) == ("Review.Aborted", "Wrong video")
    with pytest.raises(AlreadyDecided, match="Wrong video"):
        abort(selectors.get_task(task.pk), by=reviewer)
