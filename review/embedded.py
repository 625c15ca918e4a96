"""What the samples and the founding talk's own workflow use in the embedded endpoint: queues, a bucket, functions.

Made at every start; what is there already stays as it is. Nothing here is needed against AWS, where people name their
own queues and buckets.
"""

from __future__ import annotations

import io
import json
import mimetypes
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from django.conf import settings

from callboard import aws
from designer import provisioning
from designer.provisioning import DEAD_LETTERS
from review import queue_setup

if TYPE_CHECKING:
    from designer.models import Environment

REVIEW_QUEUE = queue_setup.NAME
LAUNCH_QUEUE = "callboard-launch"
MEDIA_BUCKET = "callboard-media"
VIDEOS = "videos/"
FUNCTION = "callboard-ask"
ROLE = "callboard-embedded"
CONNECTIONS = {"stand-in-openai": "Authorization", "stand-in-huggingface": "Authorization"}
FUNCTION_CODE = Path(__file__).with_name("lambda_functions") / "ask.py"
SAMPLE_MEDIA = Path(settings.BASE_DIR) / "samples" / "media"


def ensure_embedded_resources(environment: Environment) -> None:
    """Make what is missing, and tell the environment its review queue. Safe to repeat and to race."""
    review_queue_url = ensure_queue(environment, REVIEW_QUEUE)
    ensure_queue(environment, LAUNCH_QUEUE)
    if environment.review_queue_url != review_queue_url:
        environment.review_queue_url = review_queue_url
        environment.save(update_fields=["review_queue_url"])
    ensure_media(environment)
    ensure_function(environment, review_queue_url)
    for name, header in CONNECTIONS.items():
        ensure_connection(environment, name, header)


def substitutions(environment: Environment) -> dict[str, str]:
    """Values for the placeholders of the samples, and of the founding talk's own definition."""
    endpoint = environment.endpoint_url.rstrip("/")
    sqs = aws.client(environment, "sqs")
    connections = {name: connection_arn(environment, name) for name in CONNECTIONS}
    return {
        "MediaBucket": MEDIA_BUCKET,
        "ReviewQueueUrl": environment.review_queue_url,
        "DeadLetterQueueUrl": sqs.get_queue_url(QueueName=LAUNCH_QUEUE + DEAD_LETTERS)["QueueUrl"],
        "HuggingFaceEndpoint": f"{endpoint}/_models/huggingface/models/mistralai/Mistral-7B-Instruct-v0.2",
        "HuggingFaceConnectionArn": connections["stand-in-huggingface"],
        "ShareFunction": FUNCTION,
        "bucket": MEDIA_BUCKET,
        "region": environment.region,
        "TranscriptionJob": "TranscriptionJob",
        "eb_connection_arn": connections["stand-in-openai"],
        "public_inference_endpoint": f"{endpoint}/_models/openai/v1/chat/completions",
        "send_response_lambda": FUNCTION,
    }


def ensure_queue(environment: Environment, name: str) -> str:
    """The queue and its dead-letter queue; the queue's URL."""
    sqs = aws.client(environment, "sqs")
    try:
        return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])
    except ClientError as error:
        if "NonExistentQueue" not in error.response["Error"]["Code"]:
            raise
    place = provisioning.place_of(environment)
    for step in provisioning.queue_steps(environment, place, queue_setup.queue(place, name)):
        if step.perform is not None and not step.done:
            step.perform()
    return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])


def queue_arn(environment: Environment, url: str) -> str:
    sqs = aws.client(environment, "sqs")
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def ensure_media(environment: Environment) -> None:
    """The bucket, the sample videos in it, and only then the notification that starts a run for every new video."""
    s3 = aws.client(environment, "s3")
    if not exists(s3.head_bucket, Bucket=MEDIA_BUCKET):
        s3.create_bucket(Bucket=MEDIA_BUCKET)
    missing = [
        path
        for path in sorted(SAMPLE_MEDIA.glob("*"))
        if path.suffix not in {".md", ""} and not exists(s3.head_object, Bucket=MEDIA_BUCKET, Key=VIDEOS + path.name)
    ]
    if missing:
        s3.put_bucket_notification_configuration(Bucket=MEDIA_BUCKET, NotificationConfiguration={})
    for path in missing:
        kind = "text/vtt" if path.suffix == ".vtt" else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        s3.put_object(Bucket=MEDIA_BUCKET, Key=VIDEOS + path.name, Body=path.read_bytes(), ContentType=kind)
    if missing or not s3.get_bucket_notification_configuration(Bucket=MEDIA_BUCKET).get("QueueConfigurations"):
        _notify_of_videos(environment, s3)


def _notify_of_videos(environment: Environment, s3: Any) -> None:
    url = aws.client(environment, "sqs").get_queue_url(QueueName=LAUNCH_QUEUE)["QueueUrl"]
    configuration = {
        "Id": "callboard-videos",
        "QueueArn": queue_arn(environment, url),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": VIDEOS}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket=MEDIA_BUCKET, NotificationConfiguration={"QueueConfigurations": [configuration]}
    )


def ensure_function(environment: Environment, review_queue_url: str) -> None:
    """The function `callboard-ask`, with the code of this release."""
    client = aws.client(environment, "lambda")
    variables = {
        "REVIEW_QUEUE_URL": review_queue_url,
        "AWS_ENDPOINT_URL": environment.endpoint_url,
        "PUBLIC_ENDPOINT_URL": environment.public_endpoint_url or environment.endpoint_url,
    }
    configuration = {
        "FunctionName": FUNCTION,
        "Runtime": "python3.12",
        "Handler": "ask.handler",
        "Role": ensure_role(environment),
        "Timeout": 20,
        "Environment": {"Variables": variables},
    }
    if exists(client.get_function, FunctionName=FUNCTION):
        client.update_function_code(FunctionName=FUNCTION, ZipFile=zipped(FUNCTION_CODE))
        client.update_function_configuration(**configuration)
    else:
        client.create_function(**configuration, Code={"ZipFile": zipped(FUNCTION_CODE)})


def ensure_role(environment: Environment) -> str:
    """A role for the function: the embedded endpoint checks no permission, but a function names one."""
    iam = aws.client(environment, "iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    try:
        return str(iam.get_role(RoleName=ROLE)["Role"]["Arn"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NoSuchEntity", "NoSuchEntityException"}:
            raise
    return str(iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"])


def ensure_connection(environment: Environment, name: str, header: str) -> None:
    """An EventBridge connection to a stand-in. Its key opens nothing: the stand-ins ask for none in particular."""
    events = aws.client(environment, "events")
    if exists(events.describe_connection, Name=name):
        return
    key = {"ApiKeyName": header, "ApiKeyValue": "Bearer stand-in"}
    events.create_connection(
        Name=name,
        Description="A stand-in on this machine",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": key},
    )


def connection_arn(environment: Environment, name: str) -> str:
    return str(aws.client(environment, "events").describe_connection(Name=name)["ConnectionArn"])


def zipped(path: Path) -> bytes:
    """A Lambda package of one file; the same bytes for the same file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(path.name, date_time=(1980, 1, 1, 0, 0, 0))
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def exists(call: Any, **arguments: Any) -> bool:
    """Whether a describing call finds its object."""
    try:
        call(**arguments)
    except ClientError as error:
        missing = {"404", "NoSuchBucket", "NoSuchKey", "NotFound", "ResourceNotFoundException"}
        if error.response["Error"]["Code"] in missing:
            return False
        raise
    return True
