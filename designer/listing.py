"""What an environment has that a form can offer: functions, queues, tables and the like, by name.

Only names and ARNs are read, never contents or secrets. A person without the right in AWS is told so and types instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from callboard.aws import client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from designer.models import Environment

MOST = 500  # names: whoever has more types the rest


class Listing(NamedTuple):
    """``rows`` is JMESPath to objects of value and label over one page of ``operation``'s answer."""

    service: str
    operation: str
    rows: str


LISTINGS: Mapping[str, Listing] = {
    "functions": Listing("lambda", "list_functions", "Functions[].{value: FunctionArn, label: FunctionName}"),
    "queues": Listing("sqs", "list_queues", "QueueUrls[].{value: @, label: @}"),
    "topics": Listing("sns", "list_topics", "Topics[].{value: TopicArn, label: TopicArn}"),
    "tables": Listing("dynamodb", "list_tables", "TableNames[].{value: @, label: @}"),
    "buckets": Listing("s3", "list_buckets", "Buckets[].{value: Name, label: Name}"),
    "state-machines": Listing(
        "stepfunctions", "list_state_machines", "stateMachines[].{value: stateMachineArn, label: name}"
    ),
    "event-buses": Listing("events", "list_event_buses", "EventBuses[].{value: Name, label: Name}"),
    "clusters": Listing("ecs", "list_clusters", "clusterArns[].{value: @, label: @}"),
    "job-queues": Listing("batch", "describe_job_queues", "jobQueues[].{value: jobQueueArn, label: jobQueueName}"),
    "jobs": Listing("glue", "list_jobs", "JobNames[].{value: @, label: @}"),
}


def listed(environment: Environment, kind: str) -> dict[str, Any]:
    """``{items: [{value, label}], problem: words}``. Raises KeyError for a kind that isn't in `LISTINGS`."""
    listing = LISTINGS[kind]
    try:
        rows = _rows(environment, listing)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        refused = "AccessDenied" in code or code in {"AuthorizationError", "UnauthorizedOperation"}
        said = f"{environment} doesn't let Callboard list them ({code})" if refused else f"{environment} says {code}"
        return {"items": [], "problem": f"{said}. Type the name instead."}
    except BotoCoreError as error:
        return {
            "items": [],
            "problem": f"{environment} can't be reached ({type(error).__name__}). Type the name instead.",
        }
    items = [{"value": row["value"], "label": _short(row["label"])} for row in rows[:MOST]]
    return {"items": sorted(items, key=lambda item: item["label"].lower()), "problem": ""}


def _rows(environment: Environment, listing: Listing) -> list[dict[str, str]]:
    service = client(environment, listing.service)
    if not service.can_paginate(listing.operation):
        return jmespath.search(listing.rows, getattr(service, listing.operation)()) or []
    rows: list[dict[str, str]] = []
    for page in service.get_paginator(listing.operation).paginate():
        rows += jmespath.search(listing.rows, page) or []
        if len(rows) >= MOST:
            break
    return rows


def _short(label: str) -> str:
    """The last part of an ARN or a URL."""
    return label.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
