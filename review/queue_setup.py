"""The review queue that Callboard offers to make: which name, which attributes, who may send to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from designer import provisioning
from designer.provisioning import Queue, Step

if TYPE_CHECKING:
    from designer.models import Environment
    from designer.provisioning import Place

JSON = Any
NAME, COLUMN = "callboard-review", "review_queue_url"
VISIBILITY_SECONDS = 60  # a batch is stored in far less; what failed for a passing reason comes back after it


def plan(environment: Environment, name: str, *, topics: bool = False) -> list[Step]:
    """The steps to an environment that reads its own review queue. ``topics``: SNS topics of the account may send.

    Raises `designer.services.Refused`, or botocore's errors.
    """
    provisioning.check_name(environment, COLUMN, name)
    place = provisioning.place_of(environment)
    steps = provisioning.queue_steps(environment, place, queue(place, name, topics=topics))
    return [*steps, provisioning.reading_step(environment, COLUMN, name)]


def queue(place: Place, name: str, *, topics: bool = False) -> Queue:
    return Queue(
        name=name,
        attributes={
            "VisibilityTimeout": str(VISIBILITY_SECONDS),
            "MessageRetentionPeriod": str(provisioning.RETENTION_SECONDS),
            "SqsManagedSseEnabled": "true",
        },
        statements=statements(place, name, topics=topics),
        dead_letters=True,
    )


def statements(place: Place, name: str, *, topics: bool) -> list[dict[str, JSON]]:
    """Roles of the account need no statement: their own policies let them send."""
    arn = place.arn("sqs", name)
    from_topics = {
        "Sid": f"{provisioning.OWN_SIDS}FromTopics",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": place.account}},
    }
    return [provisioning.over_tls(arn), *([from_topics] if topics else [])]
