"""The talk's demo through the services, against a real endpoint: everything but the browser."""

import json
import uuid

import httpx
import pytest

from callboard import aws
from executions.models import HistoryEvent
from launch import catalogue, queues
from launch.models import Launch, Notice
from launch.results import result_of
from launch.selectors import run_view
from launch.services import Request, request_launch, start
from review.deciding import decide
from review.models import ReviewTask
from tests.launch.conftest import deploy, open_task, until

pytestmark = pytest.mark.django_db(transaction=True)
VIDEO = {"input": {"key": "videos/serverless-generative-ai.mp4"}}


def test_a_video_gets_a_title_after_one_regeneration_and_its_avatar(environment, video_sample, operator, settings):
    runnable = catalogue.find("video")
    launch = request_launch(runnable, VIDEO, by=operator)
    assert launch.message_id

    first = until(environment, open_task)
    launch.refresh_from_db()
    assert first.execution == launch.execution
    assert first.state_name == "Ask a person"
    assert [candidate["model"] for candidate in first.candidates] == [
        "anthropic.claude-3-haiku-20240307-v1:0",
        "mistralai/Mistral-7B-Instruct-v0.2",
    ]
    assert all(candidate["title"] for candidate in first.candidates)
    view = run_view(launch, runnable, operator)
    assert view["heading"] == "It’s your turn"
    assert [step.kind for step in view["steps"]] == ["ok", "ok", "ok", "wait", "idle", "idle"]

    decide(first, by=operator, outcome="regenerate", comment="Name the conductor, please")
    second = until(environment, lambda: (task := open_task()) and task.pk != first.pk and task)
    assert "Name the conductor, please" in second.candidates[0]["prompt"]
    first.refresh_from_db()
    assert first.status == "delivered"
    assert first.decision.delivery_status == "delivered"

    decide(
        second,
        by=operator,
        outcome="approve",
        candidate="B",
        edited={"title": "Edited title", "description": "Edited words"},
    )
    until(environment, lambda: Launch.objects.filter(pk=launch.pk).exclude(result_notified_at=None).exists())
    launch.refresh_from_db()
    assert launch.result["title"] == "Edited title"
    result = result_of(launch, runnable)
    picture = httpx.get(result.picture_url)
    assert picture.status_code == 200
    assert picture.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert "attachment" in httpx.get(result.download_url).headers["content-disposition"]
    view = run_view(launch, runnable, operator)
    assert {step.kind for step in view["steps"]} == {"ok"}
    assert view["steps"][3].title == "operator chose a title"
    assert view["steps"][3].detail == "“Edited title”"

    notice = until(environment, lambda: Notice.objects.filter(launch=launch, status="sent").first())
    assert notice.channel == "event"

    # The tokens that were used are nowhere in what we keep.
    tokens = tokens_of(environment, launch.execution_arn)
    assert len(tokens) == 2
    kept = json.dumps(
        [list(model.objects.values()) for model in (ReviewTask, HistoryEvent, Launch, Notice)], default=str
    )
    assert not [token for token in tokens if token in kept]


def test_the_same_deduplication_id_starts_nothing_twice(environment, video_sample, operator):
    runnable = catalogue.find("video")
    step_functions = aws.client(environment, "stepfunctions")
    before = step_functions.list_executions(stateMachineArn=video_sample.arn)["executions"]
    identity = f"only-{uuid.uuid4().hex}"
    launch = request_launch(runnable, VIDEO, by=operator, deduplication_id=identity)
    again = request_launch(runnable, VIDEO, by=operator, deduplication_id=identity)
    assert again.pk == launch.pk
    sqs = aws.client(environment, "sqs")
    url = sqs.get_queue_url(QueueName="callboard-launch")["QueueUrl"]
    copy = {"workflow": "video-title-and-avatar", "input": VIDEO, "deduplicationId": identity}
    for _ in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(copy))
    until(environment, lambda: Launch.objects.get(pk=launch.pk).execution_arn)
    until(environment, lambda: waiting(sqs, url) == 0)
    started = step_functions.list_executions(stateMachineArn=video_sample.arn)["executions"]
    assert len(started) == len(before) + 1
    assert started[0]["name"] == identity
    step_functions.stop_execution(executionArn=started[0]["executionArn"])


def test_what_cannot_be_read_goes_to_the_dead_letter_queue_with_a_reason(environment, video_sample):
    sqs = aws.client(environment, "sqs")
    url = sqs.get_queue_url(QueueName="callboard-launch")["QueueUrl"]
    for body in ("not json", '{"workflow": "nobody-knows", "input": {}, "deduplicationId": "x"}'):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    dead = sqs.get_queue_url(QueueName="callboard-launch-dlq")["QueueUrl"]
    before = waiting(sqs, dead)
    until(environment, lambda: waiting(sqs, url) == 0 and waiting(sqs, dead) == before + 2)
    found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
    reasons = {message["MessageAttributes"]["CallboardReason"]["StringValue"] for message in found}
    assert "The message is not JSON." in reasons
    assert any("nobody-knows" in reason for reason in reasons)
    for message in found:
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])


def test_a_video_that_arrives_in_the_bucket_starts_a_run(environment, video_sample):
    s3 = aws.client(environment, "s3")
    s3.put_object(
        Bucket="callboard-media",
        Key="videos/arrived by hand.vtt",
        Body=b"WEBVTT\n\n00:00.000 --> 00:02.000\nA talk on queues.\n",
    )
    s3.put_object(Bucket="callboard-media", Key="videos/arrived by hand.mp4", Body=b"\0\0\0\x18ftypmp42")
    launch = until(environment, lambda: Launch.objects.exclude(execution_arn="").first())
    assert launch.input == {"input": {"key": "videos/arrived by hand.mp4"}}
    assert launch.execution_name.startswith("upload-")
    assert Launch.objects.count() == 1  # the captions start nothing
    aws.client(environment, "stepfunctions").stop_execution(executionArn=launch.execution_arn)


def waiting(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(
        int(value) for value in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()
    )


def tokens_of(environment, arn):
    events = aws.client(environment, "stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)["events"]
    parameters = [event.get("taskScheduledEventDetails", {}).get("parameters", "{}") for event in events]
    bodies = [json.loads(text).get("MessageBody") for text in parameters]
    return [body["taskToken"] for body in bodies if isinstance(body, dict) and "taskToken" in body]


def test_a_run_whose_start_was_not_noted_is_taken_up_though_it_ended(environment, operator):
    """Killed after StartExecution and before the commit: the message comes again, when the run is over."""
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
    runnable = catalogue.find("summary")
    deployment = deploy(environment, runnable.name, json.dumps(definition))
    name = f"killed-{uuid.uuid4().hex[:8]}"
    step_functions = aws.client(environment, "stepfunctions")
    arn = step_functions.start_execution(stateMachineArn=deployment.arn, name=name, input=json.dumps(runnable.example))[
        "executionArn"
    ]
    until(environment, lambda: step_functions.describe_execution(executionArn=arn)["status"] == "SUCCEEDED")
    launch = start(environment, Request(workflow=runnable.name, input=runnable.example, deduplication_id=name))
    assert (launch.status, launch.execution_arn) == ("started", arn)
    other = Request(workflow=runnable.name, input={"text": "Something else " * 5}, deduplication_id=name)
    Launch.objects.all().delete()
    assert start(environment, other).status == "duplicate"


@pytest.mark.parametrize(
    "text", ['{"workflow": "video", "input": {"a": "\\ud800"}, "deduplicationId": "half"}', "[" * 100_000]
)
def test_a_message_that_no_database_stores_is_buried_and_holds_up_no_other(environment, video_sample, text):
    sqs = aws.client(environment, "sqs")
    url = sqs.get_queue_url(QueueName="callboard-launch")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=text)
    assert queues.poll(environment) == 1
    dead = sqs.get_queue_url(QueueName="callboard-launch-dlq")["QueueUrl"]
    found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10).get("Messages", [])
    assert text in [message["Body"] for message in found]
    for message in found:
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
