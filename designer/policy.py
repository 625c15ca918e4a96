"""The least that a state machine's role must be allowed, read from its definition.

Every Task is looked at, wherever it lies: its Resource says the action; literal parameters say on which resource.
What is only known while the workflow runs (an expression, a placeholder) becomes ``*`` and is said in a note.

Sources: the developer guide, "IAM policies for integrated services"; the service authorization reference for actions
that aren't called as the API's operations are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.loaders import Loader

from asl.resource import Resource, parse_resource
from asl.service_names import botocore_service_name
from asl.walk import Place, is_distributed, states
from designer.iam_actions import (
    ACTIONS,
    EMR_OPERATIONS,
    JOBS,
    LOG_ACTIONS,
    MODELS,
    PREFIXES,
    RULE_ACTIONS,
    TRACE_ACTIONS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ANY = "*"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


@dataclass(frozen=True, slots=True)
class Needed:
    """A policy document, and where a person must look because the definition doesn't say enough."""

    policy: dict[str, Any]
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Collected:
    """Actions by the resources that they are needed on."""

    region: str
    account: str
    actions: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def allow(self, actions: Iterable[str], *resources: str) -> None:
        self.actions.setdefault(resources or (ANY,), set()).update(actions)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def arn(self, service: str, rest: str, *, region: bool = True, account: bool = True) -> str:
        return f"arn:aws:{service}:{self.region if region else ''}:{self.account if account else ''}:{rest}"


def needed(
    document: Any,
    *,
    region: str = ANY,
    account: str = ANY,
    logging: bool = False,
    tracing: bool = False,
    kms_key: str = "",
) -> Needed:
    """For a parsed definition; what isn't a right one yields what can be read of it."""
    found = _Collected(region or ANY, account or ANY)
    for place in states(document):
        if isinstance(place.state, dict):
            _of_state(found, place)
    if logging:
        found.allow(LOG_ACTIONS)
    if tracing:
        found.allow(TRACE_ACTIONS)
    if kms_key:
        _with_key(found, kms_key)
    statements = [
        {"Effect": "Allow", "Action": sorted(actions), "Resource": on[0] if len(on) == 1 else list(on)}
        for on, actions in sorted(found.actions.items())
    ]
    return Needed({"Version": "2012-10-17", "Statement": statements}, found.notes)


def _with_key(found: _Collected, key: str) -> None:
    """The developer guide, "Data at rest encryption": what the role needs on a customer managed key."""
    actions = ["kms:Decrypt", "kms:GenerateDataKey"]
    if key.startswith("alias/") or ":alias/" in key:
        found.allow(actions)
        found.note("A policy names keys, not aliases: narrow kms:Decrypt and kms:GenerateDataKey to the alias's key.")
    else:
        found.allow(actions, key if key.startswith("arn:") else found.arn("kms", f"key/{key}"))


def _of_state(found: _Collected, place: Place) -> None:
    state = place.state
    if state.get("Type") == "Map" and is_distributed(state):
        _of_distributed_map(found, place)
    if state.get("Type") != "Task" or not isinstance(state.get("Resource"), str):
        return
    role = state.get("Credentials", {}).get("RoleArn") if isinstance(state.get("Credentials"), dict) else None
    if isinstance(role, str) and role.startswith("arn:"):
        found.allow(["sts:AssumeRole"], role)
        found.note(f"{place.name} works as {role}: that role needs the action's permission, and must trust this one.")
        return
    resource = parse_resource(_filled(found, state["Resource"]))
    if resource is None:
        found.note(f"{place.name}: what {state['Resource']} needs isn't known; add it by hand.")
    elif resource.kind == "lambda":
        found.allow(["lambda:InvokeFunction"], *_function(_filled(found, state["Resource"])))
    elif resource.kind != "activity":
        _of_call(found, place, resource, _parameters(state))


def _filled(found: _Collected, text: str) -> str:
    """With CloudFormation's pseudo parameters as they will be."""
    pseudo = {"AWS::Partition": "aws", "AWS::Region": found.region, "AWS::AccountId": found.account}
    return re.sub(r"\$\{(AWS::\w+)\}", lambda match: pseudo.get(match[1], match[0]), text)


def _parameters(state: Mapping[str, Any]) -> Mapping[str, Any]:
    given = state.get("Arguments", state.get("Parameters"))
    return given if isinstance(given, dict) else {}


def _of_call(found: _Collected, place: Place, resource: Resource, parameters: Mapping[str, Any]) -> None:
    if resource.service == "http":
        _of_http(found, place, parameters)
        return
    operation = _operation(resource)
    if operation is None:
        found.note(f"{place.name}: {resource.resource} isn't an action that is known here; add its permission by hand.")
        return
    actions = ACTIONS.get(operation, (operation,))
    on = _RESOURCES.get(operation, _RESOURCES.get(operation.split(":")[0] + ":*"))
    resources = on(found, parameters) if on is not None else None
    if resources is None:
        resources = [ANY]
        found.note(f"{place.name}: {', '.join(actions)} on every resource; narrow it to those that you mean.")
    found.allow(actions, *resources)
    if resource.pattern in ("sync", "sync:2") and resource.service in JOBS:
        more, rule = JOBS[resource.service]
        found.allow(more)
        if rule:
            found.allow(RULE_ACTIONS, found.arn("events", f"rule/{rule}"))
    if "RoleArn" in parameters or "TaskRoleArn" in parameters:
        found.allow(["iam:PassRole"])
        found.note(f"{place.name} hands a role on: narrow iam:PassRole to it.")


def _of_http(found: _Collected, place: Place, parameters: Mapping[str, Any]) -> None:
    found.allow(["states:InvokeHTTPEndpoint"])
    if _literal(parameters.get("ApiEndpoint")) is None:
        found.note(f"{place.name}: narrow states:InvokeHTTPEndpoint with the conditions HTTPMethod and HTTPEndpoint.")
    authentication = parameters.get("Authentication", parameters.get("InvocationConfig", {}))
    connection = _literal(authentication.get("ConnectionArn")) if isinstance(authentication, dict) else None
    found.allow(["events:RetrieveConnectionCredentials"], connection or ANY)
    found.allow(
        ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
        found.arn("secretsmanager", "secret:events!connection/*"),
    )


def _of_distributed_map(found: _Collected, place: Place) -> None:
    found.allow(
        ["states:StartExecution", "states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"]
    )
    found.note(f"{place.name} starts child executions of this state machine: narrow states:StartExecution to its ARN.")
    reader = place.state.get("ItemReader")
    if isinstance(reader, dict):
        _of_bucket(found, reader, "s3:GetObject", "s3:ListBucket")
    writer = place.state.get("ResultWriter")
    if isinstance(writer, dict):
        _of_bucket(
            found, writer, "s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"
        )


def _of_bucket(found: _Collected, holder: Mapping[str, Any], *actions: str) -> None:
    bucket = _literal(_parameters(holder).get("Bucket"))
    found.allow(actions, *([f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"] if bucket else [ANY]))


@lru_cache(maxsize=512)
def _operation(resource: Resource) -> str | None:
    """``prefix:Operation`` as policies write it; None for what botocore doesn't know."""
    available = _available()
    if resource.kind == "optimized":
        service = MODELS.get(resource.service, resource.service)
        if resource.service == "apigateway":
            return "apigateway:Invoke"
        if resource.action == "createModelCustomizationJob":
            service = "bedrock"
    else:
        service = botocore_service_name(resource.service, available) or ""
    if service not in available:
        return None
    model = Loader().load_service_model(service, "service-2")
    operations = {name.lower(): name for name in model["operations"]}
    called = EMR_OPERATIONS.get(resource.action, resource.action) if service == "emr" else resource.action
    name = operations.get(called.lower())
    if name is None:
        return None
    metadata = model["metadata"]
    prefix = metadata.get("signingName") or metadata["endpointPrefix"]
    return f"{PREFIXES.get(prefix, prefix)}:{name}"


@lru_cache(maxsize=1)
def _available() -> frozenset[str]:
    return frozenset(Loader().list_available_services("service-2"))


# -- on which resources ---------------------------------------------------------------------------------


_unknown = re.compile(r"\$\{|\{%|^\$")


def _literal(value: Any) -> str | None:
    """A text that stands in the definition, not one that is only known while it runs."""
    return value if isinstance(value, str) and value and not _unknown.search(value) else None


def _function(name: str) -> list[str]:
    """A function with and without a version or alias."""
    bare = ":".join(name.split(":")[:7]) if name.startswith("arn:") else name.split(":", maxsplit=1)[0]
    return [bare, f"{bare}:*"]


def _on_function(found: _Collected, parameters: Mapping[str, Any]) -> list[str] | None:
    name = _literal(parameters.get("FunctionName"))
    if name is None:
        return None
    return _function(name if name.startswith("arn:") else found.arn("lambda", f"function:{name}"))


def _on_queue(found: _Collected, parameters: Mapping[str, Any]) -> list[str] | None:
    url = _literal(parameters.get("QueueUrl"))
    parts = urlsplit(url or "").path.strip("/").split("/")
    if len(parts) != 2:
        return None
    host = urlsplit(url or "").hostname or ""
    region = host.split(".")[1] if host.startswith("sqs.") else found.region
    return [f"arn:aws:sqs:{region}:{parts[0]}:{parts[1]}"]


def _on_arn(*names: str) -> Callable[[_Collected, Mapping[str, Any]], list[str] | None]:
    def on(_found: _Collected, parameters: Mapping[str, Any]) -> list[str] | None:
        arn = next((value for name in names if (value := _literal(parameters.get(name)))), None)
        return [arn] if arn is not None and arn.startswith("arn:") else None

    return on


def _on_table(found: _Collected, parameters: Mapping[str, Any]) -> list[str] | None:
    name = _literal(parameters.get("TableName"))
    if name is None:
        return None
    arn = name if name.startswith("arn:") else found.arn("dynamodb", f"table/{name}")
    return [arn, f"{arn}/index/*"] if parameters.get("IndexName") else [arn]


def _on_model(found: _Collected, parameters: Mapping[str, Any]) -> list[str] | None:
    name = _literal(parameters.get("ModelId"))
    if name is None:
        return None
    if name.startswith("arn:"):
        return [name]
    profile = re.match(r"(us|eu|apac|us-gov|global)\.(.+)", name)
    if profile is None:
        return [found.arn("bedrock", f"foundation-model/{name}", account=False)]
    models = f"arn:aws:bedrock:*::foundation-model/{profile[2]}"
    return [found.arn("bedrock", f"inference-profile/{name}"), models]


def _on_bucket(_found: _Collected, parameters: Mapping[str, Any]) -> list[str] | None:
    bucket = _literal(parameters.get("Bucket"))
    return None if bucket is None else [f"arn:aws:s3:::{bucket}"]


def _on_object(_found: _Collected, parameters: Mapping[str, Any]) -> list[str] | None:
    bucket, key = _literal(parameters.get("Bucket")), _literal(parameters.get("Key"))
    return None if bucket is None else [f"arn:aws:s3:::{bucket}/{key or ANY}"]


def _on_buses(found: _Collected, parameters: Mapping[str, Any]) -> list[str] | None:
    entries = parameters.get("Entries")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return None
    names = [_literal(entry.get("EventBusName", "default")) for entry in entries]
    if None in names or any("EventBusName.$" in entry for entry in entries):
        return None
    arns = {name if name.startswith("arn:") else found.arn("events", f"event-bus/{name}") for name in names if name}
    return sorted(arns)


_RESOURCES: Mapping[str, Callable[[_Collected, Mapping[str, Any]], list[str] | None]] = {
    "lambda:*": _on_function,
    "sqs:*": _on_queue,
    "sns:Publish": _on_arn("TopicArn", "TargetArn"),
    "sns:*": _on_arn("TopicArn"),
    "dynamodb:*": _on_table,
    "bedrock:InvokeModel": _on_model,
    "bedrock:Converse": _on_model,
    "s3:*": _on_object,
    "s3:ListObjectsV2": _on_bucket,
    "s3:ListObjects": _on_bucket,
    "s3:HeadBucket": _on_bucket,
    "events:PutEvents": _on_buses,
    "states:StartExecution": _on_arn("StateMachineArn"),
    "states:StartSyncExecution": _on_arn("StateMachineArn"),
    "secretsmanager:*": _on_arn("SecretId"),
}
