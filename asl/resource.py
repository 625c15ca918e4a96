"""What a Task's Resource ARN says: which service and action, by which integration pattern, or which function or activity."""

import re
from dataclasses import dataclass

PATTERNS = (".sync:2", ".sync", ".waitForTaskToken")

_integration = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:(?P<type>(?:aws-sdk:)?[^:]+):(?P<action>.+)")
_lambda = re.compile(r"arn:[^:]*:lambda:[^:]*:[^:]*:function:.+")
_activity = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:activity:.+")


@dataclass(frozen=True, slots=True)
class Resource:
    style: str  # "task", "lambda" or "activity"
    resource_type: str  # "sqs", "aws-sdk:dynamodb"; "" for functions and activities
    action: str  # with its pattern: "sendMessage.waitForTaskToken"
    pattern: str  # "", "sync", "sync:2", "waitForTaskToken"


def parse_resource(arn: str) -> Resource | None:
    """None where the text is no ARN that a Task can name."""
    if _activity.fullmatch(arn):
        return Resource("activity", "", "", "")
    if _lambda.fullmatch(arn):
        return Resource("lambda", "", "", "")
    found = _integration.fullmatch(arn)
    if found is None:
        return None
    pattern = next((suffix[1:] for suffix in PATTERNS if found["action"].endswith(suffix)), "")
    return Resource("task", found["type"], found["action"], pattern)
