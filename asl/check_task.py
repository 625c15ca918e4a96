"""Is a Task state right? What it calls, its time-outs, and what a callback needs."""

from collections.abc import Mapping

from asl import repairs
from asl.check_queries import check_jsonata, check_path, check_template, is_jsonata, passes_token
from asl.fields import JSONATA, LONGEST_SECONDS
from asl.findings import Findings, at
from asl.json_types import JSON
from asl.resource import WAIT_FOR_TASK_TOKEN, Resource, near_resources, parse_resource


def check_task(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    _check_seconds(findings, state, path, language)
    if "Credentials" in state:
        _check_credentials(findings, state["Credentials"], at(path, "Credentials"), language)
    if "Resource" not in state:
        findings.missing(path, "Resource")
        return
    arn, place = state["Resource"], at(path, "Resource")
    if not findings.is_string(arn, place):
        return
    resource = parse_resource(arn)
    if (resource is None or not resource.is_recognized()) and not findings.is_placeholder(arn):
        findings.error(
            place,
            f"The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is "
            "not available in this region.",
            fix=repairs.one_of(arn, near_resources(arn)),
        )
        return
    if resource is None:
        return
    if findings.express:
        _check_express(findings, resource, arn, place)
    if resource.pattern == WAIT_FOR_TASK_TOKEN:
        _check_callback(findings, state, path)
    elif resource.kind == "activity":
        _check_deadline(findings, state, path, "An activity task")


def _check_seconds(findings: Findings, state: Mapping[str, JSON], path: str, language: str) -> None:
    for field in ("TimeoutSeconds", "HeartbeatSeconds"):
        if f"{field}Path" in state:
            check_path(findings, state[f"{field}Path"], at(path, f"{field}Path"))
        value = state.get(field)
        if language == JSONATA and is_jsonata(value):
            check_jsonata(findings, value, at(path, field))
        elif field in state:
            findings.is_integer(value, at(path, field), 1, LONGEST_SECONDS)
    timeout, heartbeat = state.get("TimeoutSeconds"), state.get("HeartbeatSeconds")
    if isinstance(timeout, int) and isinstance(heartbeat, int) and heartbeat >= timeout:
        findings.error(at(path, "HeartbeatSeconds"), "HeartbeatSeconds must be smaller than TimeoutSeconds")


def _check_credentials(findings: Findings, credentials: JSON, path: str, language: str) -> None:
    if not findings.is_object(credentials, path):
        return
    if "RoleArn" not in credentials and "RoleArn.$" not in credentials:
        findings.error(path, "The field 'RoleArn' is required but was missing", fix=repairs.add("RoleArn"))
    if language == JSONATA:
        check_jsonata(findings, credentials, path)
    else:
        check_template(findings, credentials, path)


def _check_express(findings: Findings, resource: Resource, arn: str, path: str) -> None:
    fix = repairs.replace(arn.removesuffix(f".{resource.pattern}"))
    if resource.kind == "activity":
        findings.error(path, "Express state machine does not support Activity ARN")
    elif resource.pattern == WAIT_FOR_TASK_TOKEN:
        # AWS's own message ends in a blank here
        findings.error(path, "Express state machine does not support '.waitForTaskToken' service integration ", fix=fix)
    elif resource.pattern:
        findings.error(path, "Express state machine does not support '.sync' service integration", fix=fix)


def _check_callback(findings: Findings, state: Mapping[str, JSON], path: str) -> None:
    _check_deadline(findings, state, path, "A task that waits for a callback")
    field = "Arguments" if "Arguments" in state else "Parameters"
    template = state.get(field)
    if not passes_token(template) and not findings.is_placeholder(template):
        findings.warning(
            at(path, field) if field in state else path,
            "TOKEN_NOT_PASSED",
            "The task token ($$.Task.Token) is not in what the task is called with: nobody could ever answer",
        )


def _check_deadline(findings: Findings, state: Mapping[str, JSON], path: str, what: str) -> None:
    fields = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")
    if not any(field in state for field in fields):
        findings.warning(
            path,
            "CALLBACK_WITHOUT_TIMEOUT",
            f"{what} without TimeoutSeconds or HeartbeatSeconds may wait for a year",
            fix=repairs.add("TimeoutSeconds"),
        )
