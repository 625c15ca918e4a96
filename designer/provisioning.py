"""Making what an environment lacks: a plan of steps that can be read before it is run, and run again when it broke off.

A plan is made from what is there now, so a step that is done already says so and isn't done again. Nothing is ever
deleted, and of a queue's policy only statements that are ours (`OWN_SIDS`) are replaced. Whoever makes a plan decides
what is wanted; here it is compared, shown and done.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError

from callboard import aws
from designer.connections import check_queue_url
from designer.models import Environment
from designer.services import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)
JSON = Any
OWN_SIDS = "Callboard"  # how the Sid of each of our statements begins
QUEUE_NAME = re.compile(r"[A-Za-z0-9_-]{1,70}")  # SQS takes 80; a dead-letter queue's name adds four
DEAD_LETTERS = "-dlq"
RETENTION_SECONDS = 14 * 86_400  # SQS's maximum
MAX_RECEIVES = 5  # then SQS itself moves a message to the dead-letter queue
MISSING_QUEUE = frozenset({"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``what`` will be done by ``api``; ``details`` is what is sent, as people read it. ``done``: it is so already."""

    what: str
    api: str = ""
    details: Mapping[str, JSON] = field(default_factory=dict)
    done: bool = False
    perform: Callable[[], object] | None = None

    @property
    def text(self) -> str:
        return json.dumps(self.details, indent=2) if self.details else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a step: ``already`` so, ``done``, ``failed`` with the reason, ``waiting`` behind a failed one."""

    step: Step
    state: str
    reason: str = ""


def run(environment: Environment, steps: Sequence[Step], *, by: User) -> list[Outcome]:
    """Do the steps in order, up to the first that fails, and note who had what done."""
    outcomes: list[Outcome] = []
    for step in steps:
        if outcomes and outcomes[-1].state in ("failed", "waiting"):
            outcomes.append(Outcome(step=step, state="waiting"))
        elif step.done or step.perform is None:
            outcomes.append(Outcome(step=step, state="already"))
        else:
            outcomes.append(_do(environment, step))
    changed = [outcome.step.what for outcome in outcomes if outcome.state == "done"]
    if changed:
        message = json.dumps([{"changed": {"fields": changed}}])
        LogEntry.objects.log_actions(by.pk, Environment.objects.filter(pk=environment.pk), CHANGE, message)
    return outcomes


def _do(environment: Environment, step: Step) -> Outcome:
    assert step.perform is not None
    try:
        step.perform()
    except (ClientError, BotoCoreError, OSError, ValidationError) as error:
        logger.warning("In %s a step failed (%s): %s", environment, step.what, type(error).__name__)
        return Outcome(step=step, state="failed", reason=reason_of(environment, error))
    return Outcome(step=step, state="done")


def reason_of(environment: Environment, error: Exception) -> str:
    """Why a step failed, and what to do about it."""
    if isinstance(error, ClientError):
        said = error.response["Error"]
        code = said.get("Code", "")
        if "AccessDenied" in code or "NotAuthorized" in code:
            return f"{environment} doesn't allow it ({code}): {said.get('Message', '')}"
        return f"{environment} answered {code}: {said.get('Message', '')}"
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return f"{environment} can't be reached ({type(error).__name__})."


def made_by(environment: Environment, limit: int = 5) -> QuerySet[LogEntry]:
    """Who had what made in the environment, the newest first."""
    rows = LogEntry.objects.filter(
        content_type__app_label="designer", content_type__model="environment", object_id=str(environment.pk)
    )
    return rows.select_related("user").order_by("-action_time")[:limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an environment's names lie: what ARNs are made of."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, name: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{name}"


def place_of(environment: Environment) -> Place:
    """Asks STS who we are: a role or a profile may have been pointed elsewhere since. Raises botocore's errors."""
    account = str(aws.client(environment, "sts").get_caller_identity()["Account"])
    if environment.account != account and environment.kind == Environment.Kind.AWS:
        Environment.objects.filter(pk=environment.pk).update(account=account)
    partition = get_session().get_partition_for_region(environment.region)
    return Place(partition=partition, region=environment.region, account=account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue as it should be. ``statements`` are ours in its policy; ``dead_letters``: the one that takes what can't
    be read.
    """

    name: str
    attributes: Mapping[str, str]
    statements: Sequence[Mapping[str, JSON]]
    dead_letters: bool = False


def queue_steps(environment: Environment, place: Place, queue: Queue) -> list[Step]:
    """The steps to a queue (and its dead-letter queue) from what is there. Raises botocore's errors."""
    sqs = aws.client(environment, "sqs")
    there = attributes_of(sqs, queue.name)
    arn = place.arn("sqs", queue.name)
    wanted = dict(queue.attributes)
    steps: list[Step] = []
    if queue.dead_letters and not (there and there.get("RedrivePolicy")):
        letters = queue.name + DEAD_LETTERS
        kept = {
            "MessageRetentionPeriod": str(RETENTION_SECONDS),
            "SqsManagedSseEnabled": "true",
            "RedriveAllowPolicy": json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [arn]}),
        }
        statements = [over_tls(place.arn("sqs", letters))]
        steps.append(_queue_step(sqs, letters, attributes_of(sqs, letters), kept, statements))
        policy = {"deadLetterTargetArn": place.arn("sqs", letters), "maxReceiveCount": MAX_RECEIVES}
        wanted["RedrivePolicy"] = json.dumps(policy)
    steps.append(_queue_step(sqs, queue.name, there, wanted, queue.statements))
    return steps


def attributes_of(sqs: Any, name: str) -> dict[str, str] | None:
    """None where there is no such queue."""
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return dict(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING_QUEUE:
            return None
        raise


def over_tls(arn: str) -> dict[str, JSON]:
    """AWS's own advice for a queue: nobody sends or reads in the clear."""
    return {
        "Sid": f"{OWN_SIDS}OverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def reader_of(environment: Environment, column: str, name: str) -> Environment | None:
    """Another environment of the same account and Region that reads the queue of this name: ``column`` has its URL."""
    others = Environment.objects.exclude(pk=environment.pk).filter(
        region=environment.region, endpoint_url=environment.endpoint_url, **{f"{column}__endswith": f"/{name}"}
    )
    return next((one for one in others if not one.account or one.account == environment.account), None)


def proposed_name(environment: Environment, column: str, name: str) -> str:
    """Of the queue it has; else the ordinary ``name``, or one of its own where another environment reads that one."""
    url: str = getattr(environment, column)
    if url:
        return url.rpartition("/")[2]
    return name if reader_of(environment, column, name) is None else f"{name}-{environment.pk}"


def check_name(environment: Environment, column: str, name: str) -> None:
    """Raises `designer.services.Refused`."""
    if not QUEUE_NAME.fullmatch(name):
        raise Refused("A queue's name here has 1 to 70 letters, digits, hyphens and underscores.")
    reader = reader_of(environment, column, name)
    if reader is not None:
        raise Refused(f"{reader} reads the queue {name}: each message would come to one of the two. Give another name.")


def reading_step(environment: Environment, column: str, name: str) -> Step:
    """The last step: the environment's row says which queue is read."""

    def read() -> None:
        # As the service tells it; botocore sends to the URL's own host, so it is checked as one that a person writes.
        url = str(aws.client(environment, "sqs").get_queue_url(QueueName=name)["QueueUrl"])
        if environment.kind != Environment.Kind.EMBEDDED:
            check_queue_url(url, endpoint_url=environment.endpoint_url)
        setattr(environment, column, url)
        environment.save(update_fields=[column])

    is_read = getattr(environment, column).rpartition("/")[2] == name
    words = f"{environment} reads {name}" if is_read else f"Read {name} for {environment}"
    return Step(what=words, done=is_read, perform=read)


def _queue_step(
    sqs: Any,
    name: str,
    there: Mapping[str, str] | None,
    attributes: Mapping[str, str],
    statements: Sequence[Mapping[str, JSON]],
) -> Step:
    wanted = {**attributes, "Policy": json.dumps(with_statements((there or {}).get("Policy", ""), statements))}
    if there is None:
        return Step(
            what=f"Create the queue {name}",
            api="sqs:CreateQueue",
            details=_readable(wanted),
            perform=lambda: sqs.create_queue(QueueName=name, Attributes=wanted),
        )
    if there.get("KmsMasterKeyId"):  # encrypted with a key of one's own: that is more, not less
        wanted.pop("SqsManagedSseEnabled", None)
    changes = {key: value for key, value in wanted.items() if _normal(there.get(key, "")) != _normal(value)}
    if not changes:
        return Step(what=f"The queue {name} is as it should be", details=_readable(wanted), done=True)

    def change() -> None:
        sqs.set_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], Attributes=changes)

    return Step(
        what=f"Change the queue {name}", api="sqs:SetQueueAttributes", details=_readable(changes), perform=change
    )


def with_statements(policy: str, statements: Sequence[Mapping[str, JSON]]) -> dict[str, JSON]:
    """A queue's policy (JSON text) with our statements; those of others stay as they are."""
    given = json.loads(policy) if policy else {}
    own = {statement["Sid"] for statement in statements}
    others = [one for one in given.get("Statement", []) if one.get("Sid") not in own]
    return {"Version": "2012-10-17", **given, "Statement": [*others, *map(dict, statements)]}


def _normal(value: str) -> JSON:
    try:
        parsed = json.loads(value)
    except ValueError:
        return value
    if isinstance(parsed, dict) and isinstance(parsed.get("Statement"), list):
        parsed["Statement"] = sorted(json.dumps(one, sort_keys=True) for one in parsed["Statement"])
    return {key: str(item) for key, item in parsed.items()} if isinstance(parsed, dict) else value


def _readable(attributes: Mapping[str, str]) -> dict[str, JSON]:
    """Attributes whose JSON in JSON is unfolded."""
    return {key: json.loads(value) if value.startswith("{") else value for key, value in attributes.items()}
