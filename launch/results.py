"""A launch's result: when it is final, what it shows, and the outbox rows that tell others of it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from callboard.celery import hint
from executions.models import Execution
from launch import catalogue
from launch.models import Launch, Notice
from review.media import media_of

if TYPE_CHECKING:
    from launch.catalogue import Runnable

JSON = Any
LINK_SECONDS = 7 * 24 * 3600  # the longest that a presigned link may live
EVENT_TYPE = "launch.result.ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the page shows. Links are made when it is viewed."""

    title: str
    description: str
    picture_url: str
    download_url: str
    picture_note: str  # why there is a picture, but no link


def settle(launch: Launch, execution: Execution) -> bool:
    """Keep the result of an execution that succeeded and write its notices, once; True where this call did."""
    if execution.status != Execution.Status.SUCCEEDED:
        return False
    output = _loads(execution.output)
    with transaction.atomic():
        settled = Launch.objects.filter(pk=launch.pk, result_notified_at=None).update(
            result=output, result_notified_at=timezone.now(), execution=execution
        )
        if settled:
            notices = [_notice(launch, execution, output, channel) for channel in channels()]
            transaction.on_commit(lambda: _hint(notices))
    return bool(settled)


def channels() -> list[str]:
    webhook = [Notice.Channel.WEBHOOK] if settings.CALLBOARD_LAUNCH_WEBHOOK_URL else []
    return [*webhook, Notice.Channel.EVENT]


def _notice(launch: Launch, execution: Execution, output: JSON, channel: str) -> Notice:
    data = {
        "launch": launch.pk,
        "workflow": launch.state_machine.name,
        "execution_arn": execution.arn,
        "execution_name": execution.name,
        "deduplication_id": launch.deduplication_id,
        "input": launch.input,
        "result": output,
        "url": settings.CALLBOARD_PUBLIC_URL + page_of(launch),
    }
    now = timezone.now()
    return Notice.objects.create(
        launch=launch,
        channel=channel,
        webhook_id=f"msg_{uuid.uuid4().hex}",
        body={"type": EVENT_TYPE, "timestamp": now.isoformat(), "data": data},
        next_attempt_at=now,
    )


def page_of(launch: Launch) -> str:
    """The run's own page."""
    runnable = catalogue.by_machine(launch.state_machine)
    slug = runnable.slug if runnable else launch.state_machine.name
    return reverse("launch-run", args=[slug, launch.pk])


def result_of(launch: Launch, runnable: Runnable) -> Result | None:
    """What a finished run shows; None while there is nothing."""
    if launch.result is None:
        return None
    at = {name: catalogue.value_at(launch.result, path) for name, path in runnable.result.items()}
    picture = at.get("picture")
    shown = media_of(launch.environment, picture, seconds=LINK_SECONDS)
    return Result(
        title=_text(at.get("title")),
        description=_text(at.get("description")) if "description" in runnable.result else _text(launch.result),
        picture_url=shown.url,
        download_url=media_of(launch.environment, picture, seconds=LINK_SECONDS, download=True).url,
        picture_note=shown.why,
    )


def _text(value: JSON) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def _loads(text: str) -> JSON:
    try:
        return json.loads(text.replace("\\u0000", "\\ufffd"))  # PostgreSQL stores no NUL in JSON
    except ValueError:
        return text


def _hint(notices: list[Notice]) -> None:
    from launch.tasks import send_notice

    for notice in notices:
        hint(send_notice, notice.pk)
