"""The Lambda function of the talk's workflow: hands a waiting state's task token to Callboard, and shares pictures.

    {"type": "message", "input", "response_payload", "taskToken"}   the whole event goes to the review queue
    {"type": "avatar", "input", "avatar_uri"}                       gives back a link to the picture, for seven days

Standard library and boto3 only: it runs as a function, in AWS or in the embedded endpoint, not in the web application.
"""  # noqa: INP001

import json
import os
from typing import Any

import boto3
from botocore.config import Config

LINK_SECONDS = 7 * 24 * 3600


def handler(event: dict[str, Any], context: object) -> Any:  # noqa: ARG001
    if event["type"] == "message":
        return ask(event)
    if event["type"] == "avatar":
        return share(event["avatar_uri"])
    raise ValueError(f"Unknown type {event['type']!r}: this function knows 'message' and 'avatar'.")


def ask(event: dict[str, Any]) -> dict[str, bool]:
    """The workflow waits until somebody answers; what is returned here is only noted in its history."""
    client("sqs").send_message(QueueUrl=os.environ["REVIEW_QUEUE_URL"], MessageBody=json.dumps(event))
    return {"asked": True}


def share(uri: str) -> str:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    parameters = {"Bucket": bucket, "Key": key}
    s3 = client("s3", public=True)
    return str(s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=LINK_SECONDS))


def client(service: str, *, public: bool = False) -> Any:
    """With AWS_ENDPOINT_URL, the client of that endpoint; links are signed for the address that a browser uses."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint and public:
        endpoint = os.environ.get("PUBLIC_ENDPOINT_URL", endpoint)
    boto: Any = boto3
    if service != "s3":
        return boto.client(service, endpoint_url=endpoint)
    style: Any = {"addressing_style": "path"} if endpoint else {}
    return boto.client(service, endpoint_url=endpoint, config=Config(signature_version="s3v4", s3=style))
