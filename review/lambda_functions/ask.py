"""The Lambda function of the talk's workflow: hands a waiting state's task token to Callboard, and shares pictures.

    {"type": "message", "input", "response_payload", "taskToken"}   the whole event goes to the review queue
    {"type": "avatar", "input", "avatar_uri"}                       gives back a link to the picture, for seven days

Standard library and boto3 only: it runs as a function, in AWS or in the embedded endpoint, not in the web application.
"""

import json
import os

import boto3
from botocore.config import Config

LINK_SECONDS = 7 * 24 * 3600


def handler(event, context):  # noqa: ANN001, ANN201, ARG001  (Lambda's own signature)
    if event["type"] == "message":
        return ask(event)
    if event["type"] == "avatar":
        return share(event["avatar_uri"])
    raise ValueError(f"Unknown type {event['type']!r}: this function knows 'message' and 'avatar'.")


def ask(event):  # noqa: ANN001, ANN201
    """The workflow waits until somebody answers; what is returned here is only noted in its history."""
    client("sqs").send_message(QueueUrl=os.environ["REVIEW_QUEUE_URL"], MessageBody=json.dumps(event))
    return {"asked": True}


def share(uri):  # noqa: ANN001, ANN201
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return client("s3", public=True).generate_presigned_url(
        "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=LINK_SECONDS
    )


def client(service, *, public=False):  # noqa: ANN001, ANN201
    """With AWS_ENDPOINT_URL, the client of that endpoint; links are signed for the address that a browser uses."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint and public:
        endpoint = os.environ.get("PUBLIC_ENDPOINT_URL", endpoint)
    if service != "s3":
        return boto3.client(service, endpoint_url=endpoint)
    style = {"addressing_style": "path"} if endpoint else {}
    return boto3.client(service, endpoint_url=endpoint, config=Config(signature_version="s3v4", s3=style))
