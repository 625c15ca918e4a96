"""The audit: one line for each thing that happened to a task, chained by hashes, added to and never changed.

A line says who, what, when and from where, and the task's state before and after. Its hash is SHA-256 over its own
content and the hash of the line before it; the task keeps the number and the hash of its last line, so a line that was
changed, removed from the middle or cut off the end is found by `broken_chains`. Whoever may write to the database could
write a whole chain anew: an export kept elsewhere has the hashes to compare with.
"""

from __future__ import annotations

import hashlib
import json
from contextvars import ContextVar
from datetime import UTC
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware

from review.models import Decision, ReviewTask, TaskEvent

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

JSON = Any
WORKER = "a worker"
MEMBERS = ("sequence", "kind", "who_name", "at", "origin", "text", "data", "before", "after")
COLUMNS = ("task", *MEMBERS, "previous_hash", "hash")
_origin: ContextVar[str] = ContextVar("review_origin", default=WORKER)


@sync_and_async_middleware
def origin_middleware(
    get_response: Callable[[HttpRequest], Any],
) -> Callable[[HttpRequest], HttpResponse] | Callable[[HttpRequest], Awaitable[HttpResponse]]:
    """Middleware: what a request does to tasks is noted with the connection's address and the page or route."""
    if iscoroutinefunction(get_response):

        async def noted_async(request: HttpRequest) -> HttpResponse:
            token = _origin.set(origin_of(request))
            try:
                return await get_response(request)  # type: ignore[no-any-return]
            finally:
                _origin.reset(token)

        return noted_async

    def noted(request: HttpRequest) -> HttpResponse:
        token = _origin.set(origin_of(request))
        try:
            return get_response(request)  # type: ignore[no-any-return]
        finally:
            _origin.reset(token)

    return noted


def origin_of(request: HttpRequest) -> str:
    """`192.0.2.7 POST /review/5/decide/`: never a query, which may hold what people typed."""
    return f"{request.META.get('REMOTE_ADDR') or 'no address'} {request.method} {request.path}"[:200]


def record(task: ReviewTask, kind: str, *, who: User | None = None, text: str = "", data: JSON = None) -> TaskEvent:
    """Add a line to the task's audit, after the change that it speaks of and in its transaction."""
    with transaction.atomic():
        # The update takes the row's lock: lines of one task are written one after the other.
        ReviewTask.objects.filter(pk=task.pk).update(audit_count=F("audit_count") + 1)
        row = ReviewTask.objects.select_related("decision__decided_by", "assigned_to", "claimed_by").get(pk=task.pk)
        last = row.events.order_by("-sequence").first()
        line = TaskEvent(
            task=row,
            sequence=row.audit_count,
            kind=kind,
            who=who,
            who_name=who.get_username() if who else "",
            text=text[:500],
            data=data or {},
            at=timezone.now(),
            origin=_origin.get(),
            before=last.after if last else {},
            after=state_of(row),
            previous_hash=row.audit_head,
        )
        line.hash = hash_of(line)
        line.save()
        ReviewTask.objects.filter(pk=task.pk).update(audit_head=line.hash)
    return line


def state_of(task: ReviewTask) -> dict[str, JSON]:
    """What a person could ask about later: never the token or what came with it."""
    decision: Decision | None = getattr(task, "decision", None)
    return {
        "status": task.status,
        "group": task.group,
        "assigned_to": task.assigned_to.get_username() if task.assigned_to else None,
        "claimed_by": task.claimed_by.get_username() if task.claimed_by else None,
        "due_at": _moment(task.due_at),
        "decision": {
            "outcome": decision.outcome,
            "candidate": decision.candidate,
            "edited": decision.edited,
            "comment": decision.comment,
            **({"data": decision.data} if decision.data else {}),
            "by": decision.decided_by.get_username() if decision.decided_by else None,
        }
        if decision
        else None,
    }


def hash_of(line: TaskEvent) -> str:
    content = {"task": line.task_id, **{name: _member(line, name) for name in MEMBERS}}
    text = json.dumps([line.previous_hash, content], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def broken_chains(tasks: QuerySet[ReviewTask]) -> Iterator[str]:
    """What is wrong, a sentence for each task whose lines don't fit each other."""
    for task in tasks.order_by("pk").iterator(chunk_size=500):
        wrong = _first_break(task)
        if wrong:
            yield f"Task {task.pk}: {wrong}"


def _first_break(task: ReviewTask) -> str:
    previous, count = "", 0
    for line in task.events.order_by("sequence").iterator(chunk_size=500):
        count += 1
        if line.sequence != count:
            return f"line {count} is missing"
        if line.previous_hash != previous:
            return f"line {count} doesn't follow the one before it"
        if line.hash != hash_of(line):
            return f"line {count} was changed"
        previous = line.hash
    if (count, previous) != (task.audit_count, task.audit_head):
        return f"it ends after line {count}, and had {task.audit_count}"
    return ""


def rows(lines: QuerySet[TaskEvent]) -> Iterator[dict[str, JSON]]:
    """Each line as it is exported, the oldest first."""
    for line in lines.order_by("pk").iterator(chunk_size=500):
        members = {name: _member(line, name) for name in MEMBERS}
        yield {"task": line.task_id, **members, "previous_hash": line.previous_hash, "hash": line.hash}


def _member(line: TaskEvent, name: str) -> JSON:
    return _moment(line.at) if name == "at" else getattr(line, name)


def _moment(moment: Any) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None
