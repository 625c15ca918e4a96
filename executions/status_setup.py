"""The EventBridge rule and the queue that bring status changes: what Callboard offers to make in an environment.

Reading the queue is `executions/status_events.py`. The rule takes the status changes of all state machines of the
account and Region: what isn't of Callboard's deployments is thrown away unread by whom it doesn't concern.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from callboard import aws
from designer import provisioning
from designer.provisioning import Queue, Step
from designer.services import Refused
from executions.status_events import DETAIL_TYPE

if TYPE_CHECKING:
    from designer.models import Environment
    from designer.provisioning import Place

JSON = Any
NAME, COLUMN = "callboard-status", "status_queue_url"
TARGET = "callboard"
PATTERN: dict[str, JSON] = {"source": ["aws.states"], "detail-type": [DETAIL_TYPE]}
RETENTION_SECONDS = 86_400  # what is older the sweep of ListExecutions has found


def plan(environment: Environment, name: str) -> list[Step]:
    """The steps to an environment that hears of status changes. Raises `Refused`, or botocore's errors."""
    provisioning.check_name(environment, COLUMN, name)
    place = provisioning.place_of(environment)
    queue = Queue(
        name=name,
        attributes={"MessageRetentionPeriod": str(RETENTION_SECONDS), "SqsManagedSseEnabled": "true"},
        statements=[provisioning.over_tls(place.arn("sqs", name)), _from_rule(place, name)],
    )
    return [
        *provisioning.queue_steps(environment, place, queue),
        *_rule_steps(environment, place, name),
        provisioning.reading_step(environment, COLUMN, name),
    ]


def _from_rule(place: Place, name: str) -> dict[str, JSON]:
    return {
        "Sid": f"{provisioning.OWN_SIDS}FromRule",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": place.arn("sqs", name),
        "Condition": {"ArnEquals": {"aws:SourceArn": place.arn("events", f"rule/{name}")}},
    }


def _rule_steps(environment: Environment, place: Place, name: str) -> list[Step]:
    events = aws.client(environment, "events")
    rule = {
        "Name": name,
        "Description": "Status changes of executions, for Callboard",
        "EventPattern": json.dumps(PATTERN),
        "State": "ENABLED",
    }
    target = {"Id": TARGET, "Arn": place.arn("sqs", name)}
    there = _rule(events, name)
    same = there is not None and there["State"] == "ENABLED" and json.loads(there["EventPattern"]) == PATTERN
    if there is not None and not same and json.loads(there.get("EventPattern") or "{}") != PATTERN:
        raise Refused(f"There is a rule {name} with another pattern. Give another name.")
    targets = events.list_targets_by_rule(Rule=name)["Targets"] if there is not None else []
    aimed = any(one["Arn"] == target["Arn"] for one in targets)
    return [
        Step(
            what=f"The rule {name} takes status changes" if same else f"Make the rule {name}",
            api="events:PutRule",
            details={**rule, "EventPattern": PATTERN},
            done=same,
            perform=lambda: events.put_rule(**rule),
        ),
        Step(
            what="The rule puts them into the queue" if aimed else "Have the rule put status changes into the queue",
            api="events:PutTargets",
            details={"Rule": name, "Targets": [target]},
            done=aimed,
            perform=lambda: _aim(events, name, target),
        ),
    ]


def _aim(events: Any, name: str, target: dict[str, str]) -> None:
    """PutTargets answers 200 also where a target was refused."""
    failed = events.put_targets(Rule=name, Targets=[target]).get("FailedEntries", [])
    if failed:
        code, message = failed[0].get("ErrorCode", ""), failed[0].get("ErrorMessage", "")
        raise ClientError({"Error": {"Code": code, "Message": message}}, "PutTargets")


def _rule(events: Any, name: str) -> dict[str, JSON] | None:
    try:
        found: dict[str, JSON] = events.describe_rule(Name=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return found
