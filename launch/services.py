"""Asking for a run: from a button, the API, a message of some other program or a new video, always through the queue.

A request is a row and a message. The message's deduplication id names the execution, so StartExecution itself sees to
it that a copy starts nothing twice; the row tells the person what became of the request.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from botocore.exceptions import BotoCoreError, ClientError
from django.db import transaction
from django.utils import timezone
from jsonschema import Draft202012Validator

from callboard import aws
from executions.models import Execution
from executions.services import NotStarted
from executions.services import start_execution as start_mirrored
from launch import catalogue, live
from launch.models import Launch
from review.embedded import LAUNCH_QUEUE, VIDEOS
from review.tokens import is_storable, strings_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from designer.models import Deployment, Environment
    from launch.catalogue import Runnable

JSON = Any
logger = logging.getLogger(__name__)
Status = Launch.Status
NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")  # what a STANDARD execution's name may hold everywhere (CloudWatch included)
MEDIA_TYPES = (".mp4", ".webm", ".mp3", ".wav")
MAX_INPUT_BYTES = 262_144
MAX_IDENTITY = 128  # characters


class NotLaunchable(Exception):  # noqa: N818
    """The run can't be asked for; ``str(error)`` is for the person."""


class BadIdentity(NotLaunchable):
    """The deduplication id can't be one."""


class OtherInput(NotLaunchable):
    """A run with the same deduplication id was asked for with another input, or of another workflow."""


class Unreadable(Exception):  # noqa: N818
    """A message of the launch queue that starts nothing; ``str(error)`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A message of the launch queue, understood."""

    workflow: str
    input: JSON
    deduplication_id: str


def new_deduplication_id(runnable: Runnable) -> str:
    """One that reads well as an execution's name: `video-1122-140351-3fa2c1`."""
    return f"{runnable.slug[:40]}-{timezone.now():%m%d-%H%M%S}-{secrets.token_hex(3)}"


def request_launch(runnable: Runnable, given: JSON, *, by: User | None, deduplication_id: str | None = None) -> Launch:
    """Put a run on the queue. The same deduplication id with the same input again gives the same launch.

    Raises `NotLaunchable`; `BadIdentity` and `OtherInput` are about the deduplication id.
    """
    if deduplication_id is not None:
        check_identity(deduplication_id)
    deployment = catalogue.deployment_of(runnable)
    if deployment is None:
        raise NotLaunchable(
            f"{runnable.title} isn't deployed anywhere yet. Open it under Workflows and deploy it first."
        )
    check_input(runnable, given)
    launch = record_launch(deployment, given, deduplication_id or new_deduplication_id(runnable), by=by)
    if launch.input != given or launch.state_machine_id != deployment.revision.state_machine_id:
        raise OtherInput(
            f"{deduplication_id} was used for another run, {launch.execution_name}: its input or its workflow is "
            "different. Ask with the same input to get that run, or with another deduplication id to start one."
        )
    if not launch.message_id and launch.status == Status.QUEUED:
        send(launch)
    return launch


def check_identity(deduplication_id: str) -> None:
    """Raises `BadIdentity` for what the database or SQS couldn't take as one."""
    if not 1 <= len(deduplication_id) <= MAX_IDENTITY:
        raise BadIdentity(f"A deduplication id has 1 to {MAX_IDENTITY} characters; this has {len(deduplication_id)}.")
    if not is_storable(deduplication_id):
        raise BadIdentity("The deduplication id holds a NUL character or half of a surrogate pair. Remove it.")


def check_input(runnable: Runnable, given: JSON) -> None:
    if not all(is_storable(text) for text in strings_in(given)):
        raise NotLaunchable("The input holds a NUL character or half of a surrogate pair. Remove it.")
    if len(json.dumps(given, ensure_ascii=False).encode()) > MAX_INPUT_BYTES:
        raise NotLaunchable(
            "The input is over 256 KiB, and Step Functions takes no more. Put the data into S3 and pass its key."
        )
    wrong = sorted(
        Draft202012Validator(runnable.schema).iter_errors(given), key=lambda error: list(map(str, error.absolute_path))
    )
    if wrong:
        raise NotLaunchable("; ".join(_words(error, runnable) for error in wrong))
    if runnable.form == "video":
        key = catalogue.value_at(given, "$.input.key")
        if not isinstance(key, str) or not key.startswith(VIDEOS) or not key.lower().endswith(MEDIA_TYPES):
            raise NotLaunchable(
                f"Choose a video: input.key names an object under {VIDEOS} that ends in {', '.join(MEDIA_TYPES)}."
            )


def _words(error: Any, runnable: Runnable) -> str:
    """A schema's complaint with the field's own title."""
    path = [str(part) for part in error.absolute_path]
    label = runnable.schema.get("properties", {}).get(path[0], {}).get("title", path[0]) if path else "The input"
    match error.validator:
        case "minLength":
            return f"{label}: at least {error.validator_value} characters, please"
        case "maxLength":
            return f"{label}: at most {error.validator_value:,} characters, please"
        case _:
            return f"{label}: {error.message[:200]}"


def record_launch(deployment: Deployment, given: JSON, deduplication_id: str, *, by: User | None = None) -> Launch:
    """The row of a deduplication id, made if it is new."""
    launch, _ = Launch.objects.get_or_create(
        deduplication_id=deduplication_id,
        defaults={
            "state_machine": deployment.revision.state_machine,
            "environment": deployment.environment,
            "input": given,
            "execution_name": execution_name_of(deduplication_id),
            "requested_by": by,
        },
    )
    return launch


def execution_name_of(deduplication_id: str) -> str:
    """The id itself where it can name an execution, else a digest of it: equal ids, equal names."""
    if NAME.fullmatch(deduplication_id):
        return deduplication_id
    return "launch-" + hashlib.sha256(deduplication_id.encode()).hexdigest()[:40]


def send(launch: Launch) -> bool:
    """Put a launch's message on the queue; False where that has to be tried again (the sweep does)."""
    body = {
        "workflow": launch.state_machine.name,
        "input": launch.input,
        "deduplicationId": launch.deduplication_id,
    }
    try:
        sqs = aws.client(launch.environment, "sqs")
        url = sqs.get_queue_url(QueueName=LAUNCH_QUEUE)["QueueUrl"]
        answer = sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body, ensure_ascii=False))
    except (ClientError, BotoCoreError, OSError) as error:
        reason = f"The queue {LAUNCH_QUEUE} can't be reached ({type(error).__name__}). Callboard keeps trying."
        Launch.objects.filter(pk=launch.pk, status=Status.QUEUED).update(status_reason=reason)
        logger.warning("Launch %s is not on its queue yet: %s", launch.pk, type(error).__name__)
        return False
    launch.message_id = answer["MessageId"]
    Launch.objects.filter(pk=launch.pk).update(message_id=launch.message_id, status_reason="")
    return True


def read_message(text: str) -> list[Request]:
    """What a message asks for: a request of ours, or new videos in S3. Raises `Unreadable`."""
    try:
        body = json.loads(text)
    except ValueError as error:
        raise Unreadable("The message is not JSON.") from error
    except RecursionError as error:
        raise Unreadable("The message's JSON is nested too deeply.") from error
    if not isinstance(body, dict):
        raise Unreadable("The message is not a JSON object.")
    if body.get("Event") == "s3:TestEvent":  # S3 says hello when a notification is set up
        return []
    if isinstance(body.get("Records"), list):
        return _read_s3(body["Records"])
    workflow, deduplication_id = body.get("workflow"), body.get("deduplicationId")
    if not isinstance(workflow, str) or not workflow:
        raise Unreadable("The message names no workflow.")
    if not isinstance(deduplication_id, str):
        raise Unreadable("The message has no deduplicationId.")
    try:
        check_identity(deduplication_id)
    except BadIdentity as error:
        raise Unreadable(str(error)) from error
    if not isinstance(body.get("input"), dict):
        raise Unreadable("The message's input is not a JSON object.")
    return [Request(workflow=workflow, input=body["input"], deduplication_id=deduplication_id)]


def _read_s3(records: list[JSON]) -> list[Request]:
    runnable = catalogue.for_videos()
    if runnable is None:
        raise Unreadable("A video arrived, but no workflow here takes one.")
    requests = []
    for record in records:
        try:
            bucket, entry = record["s3"]["bucket"]["name"], record["s3"]["object"]
            key = unquote_plus(entry["key"])
        except (KeyError, TypeError) as error:
            raise Unreadable("The message looks like an S3 event, but a record names no object.") from error
        if key.startswith(VIDEOS) and key.lower().endswith(MEDIA_TYPES):
            identity = upload_id(bucket, key, str(entry.get("eTag", "")))
            requests.append(Request(workflow=runnable.name, input={"input": {"key": key}}, deduplication_id=identity))
    return requests


def upload_id(bucket: str, key: str, etag: str) -> str:
    """The deduplication id of an upload: the page that uploaded and S3's own notification agree on it."""
    digest = hashlib.sha256("\n".join([bucket, key, etag.strip('"')]).encode()).hexdigest()
    return f"upload-{digest[:40]}"


def start(environment: Environment, request: Request) -> Launch:
    """Start the execution that a message asks for. Raises `Unreadable`, or botocore's errors to try again."""
    runnable = catalogue.find(request.workflow)
    deployment = catalogue.deployment_of(runnable, environment.pk) if runnable else None
    if runnable is None or deployment is None:
        raise Unreadable(f"No workflow {request.workflow!r} is deployed in {environment}.")
    try:
        check_input(runnable, request.input)
    except NotLaunchable as error:
        for asked in Launch.objects.filter(deduplication_id=request.deduplication_id):
            _finish(asked, Status.DEAD, str(error))
        raise Unreadable(str(error)) from error
    launch = record_launch(deployment, request.input, request.deduplication_id)
    if launch.execution_arn:
        return launch
    if launch.input != request.input:
        raise Unreadable("Another input was queued with the same deduplicationId before.")
    try:
        arn = start_execution(deployment, launch)
    except NotStarted as error:
        _finish(launch, Status.DEAD, str(error))
        raise Unreadable(str(error)) from error
    except ClientError as error:
        arn = _started_before(deployment, launch, error)
        if not arn:
            return _not_started(launch, error)
    started = Launch.objects.filter(pk=launch.pk, execution_arn="").update(
        status=Status.STARTED, status_reason="", execution_arn=arn,
        execution=Execution.objects.filter(environment=environment, arn=arn).first(),
    )  # fmt: skip
    launch.refresh_from_db()
    if started:
        live.launch_changed(launch)
    return launch


def start_execution(deployment: Deployment, launch: Launch) -> str:
    """Through the executions application, so that the mirror knows the execution from its first moment."""
    execution = start_mirrored(
        state_machine=deployment.revision.state_machine,
        environment=deployment.environment,
        input=json.dumps(launch.input, ensure_ascii=False),
        name=launch.execution_name,
        by=launch.requested_by,
    )
    return execution.arn


def _started_before(deployment: Deployment, launch: Launch, error: ClientError) -> str:
    """The ARN of this very request's execution where a process that died had started it, and it ended meanwhile."""
    if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
        return ""
    arn = f"{deployment.arn.replace(':stateMachine:', ':execution:')}:{launch.execution_name}"
    described = aws.client(deployment.environment, "stepfunctions").describe_execution(executionArn=arn)
    return arn if json.loads(described.get("input", "null")) == launch.input else ""


def _not_started(launch: Launch, error: ClientError) -> Launch:
    code = error.response["Error"]["Code"]
    if code == "ExecutionAlreadyExists":  # with another input: this request starts nothing
        _finish(launch, Status.DUPLICATE, "An execution of this name exists already; nothing was started twice.")
    elif code in {"InvalidExecutionInput", "InvalidName", "StateMachineDoesNotExist", "InvalidArn"}:
        reason = f"Step Functions refused the start: {code}"
        _finish(launch, Status.DEAD, reason)
        raise Unreadable(reason) from error
    else:
        raise error
    return launch


def _finish(launch: Launch, status: str, reason: str) -> None:
    with transaction.atomic():
        Launch.objects.filter(pk=launch.pk, status=Status.QUEUED).update(status=status, status_reason=reason[:500])
    launch.refresh_from_db()
    live.launch_changed(launch)


def as_input(runnable: Runnable, values: Mapping[str, str]) -> JSON:
    """A form's values as the input its schema describes."""
    if runnable.form == "video":
        return {"input": {"key": values.get("key", "")}}
    properties = runnable.schema.get("properties", {})
    return {
        name: _typed(values[name], rule.get("type"))
        for name, rule in properties.items()
        if values.get(name, "").strip()
    }


def _typed(text: str, kind: str | None) -> JSON:
    try:
        match kind:
            case "integer":
                return int(text)
            case "number":
                return float(text)
            case "boolean":
                return text in {"on", "true"}
    except ValueError:
        pass  # the schema says what it wanted
    return text.strip()
