"""What a recording only names: queues, tables, functions and machines that were there before, made anew for a replay."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from .functions import HANDLERS, make_function

if TYPE_CHECKING:
    from .replay import Stage

ROLE = "arn:aws:iam::000000000000:role/sfn-role"
OTHER_ACCOUNT = "222222222222"
TRUSTED_ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/trusted"
IN_ANOTHER_ACCOUNT = "<secondary_test_aws_account_id>"
UNCHANGED = "returns event unchanged"
MASKED = ("sqs_queue_url", "state-machine-arn", "execution-arn", "lambda_function_name")
_VARIANT = re.compile(r"#\w+$")  # of LocalStack's mocks; what AWS was asked for had none
_FUNCTION_ARN = re.compile(r"arn:aws:lambda:us-east-1:\d{12}:function:(lambda_\w+)")
_NAMES = {"QueueUrl": "sqs_queue_url", "StateMachineArn": "state-machine-arn"}


def child(stage: Stage, history: list[dict[str, Any]], *, account: str | None = None) -> dict[str, Any]:
    """A machine that gives what the recorded child gave; one that got its parent's token hands it on and waits."""
    details = [next((value for key, value in event.items() if key.endswith("EventDetails")), {}) for event in history]
    parameters = next((about["parameters"] for about in details if "parameters" in about), {})
    if "TaskToken" in json.dumps(parameters):
        states = {
            "Ask": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl.$": "$.QueueUrl", "MessageBody": {"TaskToken.$": "$.TaskToken"}},
                "Next": "Wait",
            },
            "Wait": {"Type": "Wait", "Seconds": 600, "End": True},
        }
        machine = {"StartAt": "Ask", "States": states}
    else:
        results = [about["output"] for about in details if isinstance(about.get("output"), dict)]
        given = next((result["Output"] for result in results if "Output" in result), None)
        result = json.loads(given) if isinstance(given, str) else given
        machine = {"StartAt": "Give", "States": {"Give": {"Type": "Pass", "Result": result or {}, "End": True}}}
    params = {"name": f"child-{uuid.uuid4().hex[:8]}", "definition": json.dumps(machine), "roleArn": ROLE}
    return stage.call("stepfunctions", "CreateStateMachine", params, account=account)


def of_a_script(stage: Stage, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps of a script whose set-up wasn't recorded, with the names of what is made here in them."""
    history = [event for step in steps for event in recorded_events(step)]
    made: list[dict[str, Any]] = []
    for step in steps:
        params = dict(step.get("params") or {})
        if "definition" in params:
            params["definition"] = _FUNCTION_ARN.sub(lambda found: function(stage, found[1]), params["definition"])
        if "stateMachineArn" in params:
            params["stateMachineArn"] = _VARIANT.sub("", params["stateMachineArn"])
        if step.get("op") in ("StartExecution", "StartSyncExecution") and "input" in params:
            params["input"] = json.dumps(_with_what_it_names(stage, json.loads(params["input"]), history))
        made.append({**step, "params": params} if step.get("op") else step)
    return made


def recorded_events(step: dict[str, Any]) -> list[dict[str, Any]]:
    values = [expected["value"] for expected in step.get("expect", [])]
    return [event for value in values if isinstance(value, dict) for event in value.get("events", [])]


def function(stage: Stage, name: str) -> str:
    """Those that recordings name without a word on what they do gave back what they got."""
    return make_function(stage.client("lambda"), name, UNCHANGED, ROLE)


def _with_what_it_names(stage: Stage, given: dict[str, Any], history: list[dict[str, Any]]) -> dict[str, Any]:
    if given.get("QueueUrl") == _NAMES["QueueUrl"]:
        given["QueueUrl"] = stage.call("sqs", "CreateQueue", {"QueueName": f"queue-{uuid.uuid4().hex[:8]}"})["QueueUrl"]
    if given.get("StateMachineArn") == _NAMES["StateMachineArn"]:
        given["StateMachineArn"] = child(stage, history)["stateMachineArn"]
    if str(given.get("FunctionName", "")).startswith("lambda_"):
        function(stage, given["FunctionName"])
    if "TableName" in given:
        key = [{"AttributeName": "id", "KeyType": "HASH"}]
        kinds = [{"AttributeName": "id", "AttributeType": "S"}]
        table = {"TableName": given["TableName"], "KeySchema": key, "AttributeDefinitions": kinds}
        stage.call("dynamodb", "CreateTable", {**table, "BillingMode": "PAY_PER_REQUEST"})
    return given


assert UNCHANGED in HANDLERS
