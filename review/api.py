"""`/api/v1/reviews` and `/api/v1/review-tokens`: the same services that the pages use. Contract: docs/review.md."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal, cast

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from ninja import Router, Status
from ninja.errors import HttpError

from callboard.access import Bearer
from review import api_schemas as shapes
from review import audit, bulk, handling, pages, selectors
from review.aborting import STOP, NotAborted, abort
from review.answers import InvalidDecision
from review.api_tokens import EITHER_WAY, review_access
from review.comments import Unsayable, comment
from review.contract import Unreadable, read_body, violations
from review.deciding import AlreadyDecided, Answer, TooLate, decide, undo
from review.inbox_query import InboxQuery
from review.ingest import sender_of
from review.models import Comment, ReviewTask, Vote
from review.services import accept_question

if TYPE_CHECKING:
    from django.contrib.auth.models import User

router = Router(tags=["review"])
MAX_PAGE = 200
MAX_OFFSET = 1_000_000  # a larger one is no page that anybody has
MAX_BODY_BYTES = 1024 * 1024  # SQS's own limit for a message
JSON = dict[str, Any]
VIEW, DECIDE = selectors.VIEW, selectors.DECIDE


@router.get("reviews", auth=review_access(VIEW), response=shapes.Page, openapi_extra=EITHER_WAY)
def list_reviews(
    request: HttpRequest,
    *,
    status: shapes.Folder = "open",
    q: str = "",
    sort: Literal["priority", "due", "newest", "oldest", "title"] = "priority",
    priority: Literal["", "urgent", "high", "normal", "low"] = "",
    workflow: int | None = None,
    environment: int | None = None,
    after: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> JSON:
    """A folder's tasks; ``workflow`` and ``environment`` are ids. ``after`` (an earlier answer's ``next``) gives the
    next page, however far down as quickly; ``offset`` counts from the beginning, or from there.
    """
    user, size = _user(request), min(max(limit, 1), MAX_PAGE)
    first = min(max(offset, 0), MAX_OFFSET)
    narrowed = {"workflow": workflow, "environment": environment, "after": after}
    given = {name: str(value) for name, value in narrowed.items() if value is not None}
    query = InboxQuery.of({"folder": status, "q": q, "sort": sort, "priority": priority, **given})
    if first:
        found = list(query.tasks(user)[first : first + size + 1])
        tasks, following = found[:size], found[size - 1].pk if len(found) > size else None
    else:
        tasks, following = pages.page(query.tasks(user), query.order, after=query.after, size=size)
    return {
        "tasks": [selectors.as_row(task) for task in tasks], "counts": selectors.counts(user), "next": following,
    }  # fmt: skip


@router.get("reviews/{task_id}", auth=review_access(VIEW), response=shapes.TaskDetail, openapi_extra=EITHER_WAY)
def get_review(request: HttpRequest, task_id: int) -> JSON:
    return selectors.as_detail(find(task_id), _user(request))


@router.post(
    "reviews/{task_id}/decisions",
    auth=review_access(DECIDE),
    response={201: shapes.Taken, 409: shapes.Lost, 422: shapes.Problem},
    openapi_extra=EITHER_WAY,
)
def post_decision(request: HttpRequest, task_id: int, body: shapes.DecisionIn) -> Status[JSON]:
    """Decide, at once. 409 says who was first."""
    task = find(task_id)
    if not selectors.may_decide(_user(request), task):
        raise HttpError(403, selectors.why_not(_user(request), task))
    try:
        taken = decide(
            task,
            by=_user(request),
            outcome=body.outcome,
            candidate=body.candidate,
            edited=body.edited.dict(exclude_none=True) if body.edited else None,
            comment=body.comment.strip(),
            data=body.data,
        )
    except AlreadyDecided as lost:
        return Status(409, {"message": lost.message, "decided_by": lost.decided_by, "decided_at": lost.decided_at})
    except InvalidDecision as error:
        return Status(422, {"message": str(error)})
    if isinstance(taken, Vote):
        return Status(201, {"decision": None, "answered": selectors.answered_by(task), "required": task.required})
    return Status(201, {"decision": selectors.as_decision(taken)})


@router.post(
    "review-decisions",
    auth=review_access(DECIDE),
    response={200: shapes.Results, 422: shapes.Problem},
    openapi_extra=EITHER_WAY,
)
def post_decisions(request: HttpRequest, body: shapes.ManyIn) -> Status[JSON]:
    """One answer for several tasks of one kind, each with its own result, the oldest first. A task that there isn't
    has none.
    """
    if not 1 <= len(body.tasks) <= bulk.MOST:
        return Status(422, {"message": f"Name 1 to {bulk.MOST} tasks."})
    tasks = bulk.chosen(body.tasks)
    answer = Answer(outcome=body.outcome, candidate=body.candidate, comment=body.comment.strip())
    try:
        done = bulk.decide_many(tasks, answer, by=_user(request))
    except InvalidDecision as error:
        return Status(422, {"message": str(error)})
    results = [{"id": each.task.pk, "taken": not each.problem, "message": each.problem or each.said} for each in done]
    return Status(200, {"results": results})


@router.post(
    "reviews/{task_id}/undo",
    auth=review_access(DECIDE),
    response={200: shapes.TaskOnly, 409: shapes.Problem},
    openapi_extra=EITHER_WAY,
)
def post_undo(request: HttpRequest, task_id: int) -> Status[JSON]:
    """Take back one's own decision that was made on a page and isn't sent yet."""
    try:
        undo(find(task_id), by=_user(request))
    except TooLate as error:
        return Status(409, {"message": str(error)})
    return Status(200, {"task": selectors.as_row(find(task_id))})


@router.post(
    "reviews/{task_id}/abort",
    auth=review_access(STOP),
    response={200: shapes.TaskOnly, 409: shapes.Lost, 422: shapes.Problem},
    openapi_extra=EITHER_WAY,
)
def post_abort(request: HttpRequest, task_id: int, body: shapes.ReasonIn) -> Status[JSON]:
    """Stop the run that asks."""
    try:
        abort(find(task_id), by=_user(request), reason=body.reason)
    except AlreadyDecided as lost:
        return Status(409, {"message": lost.message, "decided_by": lost.decided_by, "decided_at": lost.decided_at})
    except NotAborted as error:
        return Status(422, {"message": str(error)})
    return Status(200, {"task": selectors.as_row(find(task_id))})


@router.post(
    "reviews/{task_id}/handling",
    auth=review_access(DECIDE),
    response={200: shapes.TaskOnly, 409: shapes.Problem},
    openapi_extra=EITHER_WAY,
)
def post_handling(request: HttpRequest, task_id: int, body: shapes.HandlingIn) -> Status[JSON]:
    """Claim (and claim again, to renew), release or assign. 409 says who holds the task."""
    task, user = find(task_id), _user(request)
    if body.verb == "claim" and not selectors.may_decide(user, task):
        raise HttpError(403, selectors.why_not(user, task))
    try:
        match body.verb:
            case "claim":
                handling.claim(task, by=user)
            case "release":
                handling.release(task, by=user)
            case _:
                handling.assign(task, by=user, person=body.person, group=body.group)
    except handling.Refused as error:
        return Status(409, {"message": str(error)})
    return Status(200, {"task": selectors.as_row(find(task_id))})


@router.get("reviews/{task_id}/comments", auth=review_access(VIEW), response=shapes.Comments, openapi_extra=EITHER_WAY)
def list_comments(request: HttpRequest, task_id: int) -> JSON:  # noqa: ARG001
    return {"comments": [_as_comment(said) for said in find(task_id).comments.select_related("author")]}


@router.post(
    "reviews/{task_id}/comments",
    auth=review_access(VIEW),
    response={201: shapes.CommentOnly, 422: shapes.Problem},
    openapi_extra=EITHER_WAY,
)
def post_comment(request: HttpRequest, task_id: int, body: shapes.CommentIn) -> Status[JSON]:
    """Say something about a task; `@name` mentions a person, who is told."""
    try:
        said = comment(find(task_id), by=_user(request), text=body.text)
    except Unsayable as error:
        return Status(422, {"message": str(error)})
    return Status(201, {"comment": _as_comment(said)})


@router.get("reviews/{task_id}/history", auth=review_access(VIEW), response=shapes.Lines, openapi_extra=EITHER_WAY)
def get_history(request: HttpRequest, task_id: int) -> JSON:  # noqa: ARG001
    """What happened to a task: its lines of the audit."""
    return {"lines": list(audit.rows(find(task_id).events.all()))}


def _as_comment(said: Comment) -> JSON:
    return {"id": said.pk, "author": str(said.author) if said.author else None, "text": said.text, "at": said.at}


@router.post("review-tokens", auth=Bearer(sender_of), response={202: shapes.Created, 401: JSON, 413: JSON, 422: JSON})
def post_review_token(request: HttpRequest) -> Status[JSON]:
    if len(request.body) > MAX_BODY_BYTES:
        return Status(
            413, {"message": f"A message has at most {MAX_BODY_BYTES // 1024} KiB. Put media into S3 and name it."}
        )
    sender = request.auth  # type: ignore[attr-defined]
    if not sender.has_signed(request.body, request.headers):
        return Status(401, {"message": "The signature is missing, wrong or older than five minutes."})
    try:
        body = json.loads(request.body)
        question = read_body(body)
    except (ValueError, RecursionError):
        return Status(422, {"message": "The body is not JSON, or nested too deeply."})
    except Unreadable as error:
        return Status(422, {"message": str(error)})
    wrong = violations(body)
    if wrong:
        errors = [{"path": "/" + "/".join(map(str, path)), "message": message} for path, message in wrong]
        return Status(422, {"message": "The message breaks the review contract.", "errors": errors})
    task = accept_question(sender.environment, question)
    return Status(202, {"id": task.pk, "url": selectors.url_of(task), "status": task.status})


def find(task_id: int) -> ReviewTask:
    try:
        return selectors.get_task(task_id)
    except ReviewTask.DoesNotExist:
        raise HttpError(404, "There is no such review task.") from None


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # session() lets nobody else in
