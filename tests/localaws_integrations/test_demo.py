"""The founding demo: its definition as it was published, nothing changed but its placeholders, against a real endpoint."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from localaws.testing import Endpoint

ROOT = Path(__file__).parents[2]
DEFINITION = (
    ROOT.parent / "shared/definitions/aws-stepfunctions-examples-usecases-genai-prompt-chaining-hitl-src-workflow.json"
)
CAPTIONS = ROOT / "samples/media/serverless-generative-ai.vtt"
REGION = "us-east-1"

# Hands the token to a queue; answers the last call with the picture's address.
FUNCTION = """
import json, os, boto3

def handler(event, context):
    if event["type"] == "message":
        sqs = boto3.client("sqs", endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name="us-east-1",
                           aws_access_key_id="test", aws_secret_access_key="test")
        sqs.send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=json.dumps(event))
        return {"sent": True}
    return {"avatar": event["avatar_uri"]}
"""

pytestmark = pytest.mark.skipif(not DEFINITION.exists(), reason=f"{DEFINITION.name} is not on this machine")


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[Endpoint]:
    with Endpoint(tmp_path / "home", LOCALAWS_TRANSCRIBE_DELAY="1") as endpoint:
        yield endpoint


@pytest.fixture
def client(endpoint: Endpoint) -> Any:
    return endpoint.client


def zipped(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("handler.py", code)
    return buffer.getvalue()


def received(sqs: Any, queue: str) -> dict[str, Any]:
    for _ in range(20):
        messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=2).get("Messages", [])
        if messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=messages[0]["ReceiptHandle"])
            return json.loads(messages[0]["Body"])
    raise AssertionError("no task token arrived")


def ended(stepfunctions: Any, arn: str) -> dict[str, Any]:
    for _ in range(400):
        found = stepfunctions.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.05)
    raise AssertionError("the execution did not end")


def test_the_published_demo_runs_to_its_avatar_with_one_regeneration_on_the_way(
    client: Any, endpoint: Endpoint
) -> None:
    s3, sqs, stepfunctions = client("s3"), client("sqs"), client("stepfunctions")
    s3.create_bucket(Bucket="media")
    s3.put_object(Bucket="media", Key="videos/talk.mp4", Body=b"not really a film")
    s3.put_object(Bucket="media", Key="videos/talk.vtt", Body=CAPTIONS.read_bytes())
    queue = sqs.create_queue(QueueName="tokens")["QueueUrl"]
    function = client("lambda").create_function(
        FunctionName="send-response",
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/function",
        Handler="handler.handler",
        Code={"ZipFile": zipped(FUNCTION)},
        Timeout=30,
        Environment={"Variables": {"QUEUE_URL": queue}},
    )["FunctionArn"]
    connection = client("events").create_connection(
        Name="model",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "Authorization", "ApiKeyValue": "Bearer any-key"}},
    )["ConnectionArn"]
    text = DEFINITION.read_text()
    for placeholder, value in {
        "${bucket}": "media",
        "${TranscriptionJob}": "job",
        "${region}": REGION,
        "${eb_connection_arn}": connection,
        "${public_inference_endpoint}": f"{endpoint.url}/_models/openai/v1/chat/completions",
        "${send_response_lambda}": function,
    }.items():
        text = text.replace(placeholder, value)
    # The demo waits a minute for the transcript; a test has less time. Nothing else differs.
    text = text.replace('"Seconds": 60', '"Seconds": 1')
    machine = stepfunctions.create_state_machine(
        name="demo", definition=text, roleArn="arn:aws:iam::000000000000:role/demo"
    )["stateMachineArn"]
    arn = stepfunctions.start_execution(
        stateMachineArn=machine, name="run", input=json.dumps({"input": {"key": "videos/talk.mp4"}})
    )["executionArn"]

    first = received(sqs, queue)
    titles = [
        json.loads(branch["Bedrock" if "Bedrock" in branch else "publicmodel"]["model_response"])
        for branch in first["response_payload"]
    ]
    assert [set(each) for each in titles] == [{"title", "description"}] * 2
    assert titles[0]["title"] != titles[1]["title"]
    assert first["response_payload"][1]["publicmodel"]["model"] == "gpt-3.5-turbo (stand-in)"
    stepfunctions.send_task_success(
        taskToken=first["taskToken"], output=json.dumps({"message": "regenerate", "topic": "t", "approved": "no"})
    )
    second = received(sqs, queue)
    assert second["taskToken"] != first["taskToken"]
    stepfunctions.send_task_success(
        taskToken=second["taskToken"], output=json.dumps({"message": titles[0], "topic": "t", "approved": "yes"})
    )

    done = ended(stepfunctions, arn)
    assert done["status"] == "SUCCEEDED", done
    assert json.loads(done["output"]) == {"avatar": "s3://media/avatar/videos/talk.mp4.png"}
    picture = s3.get_object(Bucket="media", Key="avatar/videos/talk.mp4.png")
    assert picture["ContentType"] == "image/png"
    with Image.open(io.BytesIO(picture["Body"].read())) as image:
        assert image.size == (512, 512)
    entered = [
        event["stateEnteredEventDetails"]["name"]
        for event in stepfunctions.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        if "stateEnteredEventDetails" in event
    ]
    assert entered.count("Wait") >= 1, "the wait loop is seen to loop"
    assert entered.count("Read Transcript") == 2
