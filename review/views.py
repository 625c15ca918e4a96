"""The review pages. A GET never decides; what a POST may do is decided by the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from callboard.access import requires
from callboard.roles import allowed
from executions.api import SEE
from review import answer_form, handling, policies, selectors
from review.aborting import STOP, NotAborted, abort
from review.answers import InvalidDecision
from review.comments import Unsayable, comment, mentioned_in
from review.deciding import AlreadyDecided, TooLate, decide, undo
from review.inbox_query import InboxQuery
from review.media import kind_of, media_of
from review.models import ReviewTask, SavedView, Vote
from review.services import open_task

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FOLDER_WORDS = (
    ("mine", "For me"), ("own", "Mine"), ("groups", "My groups"), ("unassigned", "Unassigned"), ("overdue", "Overdue"),
    ("open", "All open"), ("decided", "Done"),
)  # fmt: skip
EDITED = ("title", "description", "text")
PARTIAL = "X-Callboard-Partial"  # asked for by frontend/src/review/review.ts: the pane alone, with the status that fits


@never_cache
@requires(selectors.VIEW)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The list, with the first task of the folder beside it where the screen has room."""
    user = _user(request)
    shown = _list(user, InboxQuery.of(request.GET))
    chosen = selectors.get_task(shown["tasks"][0].pk) if shown["tasks"] else None
    return render(request, "review/inbox.html", {**shown, **_pane(user, chosen), "only_list": True})


@never_cache
@requires(selectors.VIEW)
@require_GET
def inbox_list(request: HttpRequest) -> HttpResponse:
    current = request.GET.get("task", "")
    shown = _list(_user(request), InboxQuery.of(request.GET))
    return render(request, "review/_list.html", {**shown, "current": int(current) if current.isdecimal() else None})


@never_cache
@requires(selectors.VIEW)
@require_GET
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    user, found = _user(request), _find(task_id)
    if selectors.may_decide(user, found):
        open_task(found, by=user)
    query = InboxQuery.of(request.GET, folder="open" if found.status == ReviewTask.Status.OPEN else "decided")
    return render(request, "review/inbox.html", {**_list(user, query), **_pane(user, found)})


@never_cache
@requires(selectors.VIEW)
@require_GET
def pane(request: HttpRequest, task_id: int) -> HttpResponse:
    return render(request, "review/_pane.html", _pane(_user(request), _find(task_id)))


@never_cache
@requires(selectors.DECIDE)
@require_POST
def decide_task(request: HttpRequest, task_id: int) -> HttpResponse:
    user, found = _user(request), _find(task_id)
    if not selectors.may_decide(user, found):
        return _answer(request, found, 403, selectors.why_not(user, found))
    form = request.POST
    written = {name: form.get(name, "").strip() for name in EDITED if name in form}
    try:
        decide(
            found,
            by=user,
            outcome=form.get("outcome", ""),
            candidate=form.get("candidate", ""),
            edited=written or {"title": ""} if form.get("edit") else None,
            undo_seconds=settings.CALLBOARD_UNDO_SECONDS,
            data=answer_form.read(found.form, form) if found.form else None,
            comment=form.get("reason" if form.get("outcome") == "reject" else "comment", "").strip(),
        )
    except AlreadyDecided as lost:
        return _answer(request, lost.task, 409, lost.message)
    except InvalidDecision as error:
        return _answer(request, found, 422, str(error))
    return _done(request, found)


@never_cache
@requires(selectors.DECIDE)
@require_POST
def undo_decision(request: HttpRequest, task_id: int) -> HttpResponse:
    user, found = _user(request), _find(task_id)
    try:
        undo(found, by=user)
    except TooLate as error:
        return _answer(request, found, 409, str(error))
    return _done(request, found)


@never_cache
@requires(STOP)
@requires(selectors.VIEW)
@require_POST
def abort_run(request: HttpRequest, task_id: int) -> HttpResponse:
    user, found = _user(request), _find(task_id)
    try:
        abort(found, by=user, reason=request.POST.get("reason", ""))
    except AlreadyDecided as lost:
        return _answer(request, lost.task, 409, lost.message)
    except NotAborted as error:
        return _answer(request, found, 422, str(error))
    return _done(request, found)


@never_cache
@requires(selectors.VIEW)
@require_POST
def comment_on_task(request: HttpRequest, task_id: int) -> HttpResponse:
    user, found = _user(request), _find(task_id)
    try:
        comment(found, by=user, text=request.POST.get("remark", ""))
    except Unsayable as error:
        return _answer(request, found, 422, str(error))
    return _done(request, found)


@never_cache
@requires(selectors.DECIDE)
@require_POST
def handle_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Claim, renew, release, assign: `verb`, and for assigning `to` (`person:NAME`, `group:NAME` or empty)."""
    user, found = _user(request), _find(task_id)
    try:
        if not _handle(found, user, request.POST.get("verb", ""), request.POST.get("to", "")):
            return HttpResponse(status=409)
    except handling.Refused as error:
        return _answer(request, found, 409, str(error))
    if request.POST.get("verb") == "renew":
        return HttpResponse(status=204)
    return _done(request, found)


def _handle(found: ReviewTask, user: User, verb: str, to: str) -> bool:
    match verb:
        case "claim":
            if not selectors.may_decide(user, found):
                raise handling.Refused(selectors.why_not(user, found))
            handling.claim(found, by=user)
        case "renew":
            return handling.renew(found, by=user)
        case "release":
            handling.release(found, by=user)
        case "assign":
            kind, _, name = to.partition(":")
            names = {kind: name} if kind in ("person", "group") else {}
            handling.assign(found, by=user, **names)
        case _:
            raise handling.Refused("The verb is claim, renew, release or assign.")
    return True


def _done(request: HttpRequest, found: ReviewTask) -> HttpResponse:
    """What was asked for is done: the pane as it is now, or for a page without its script the page anew."""
    if request.headers.get(PARTIAL):
        return _answer(request, found, 200, "")
    return redirect("review-task", task_id=found.pk)


def _answer(request: HttpRequest, found: ReviewTask, status: int, problem: str) -> HttpResponse:
    user = _user(request)
    context = {**_pane(user, selectors.get_task(found.pk)), "problem": problem}
    if request.headers.get(PARTIAL):
        return render(request, "review/_pane.html", context, status=status)
    return render(request, "review/inbox.html", {**_list(user, InboxQuery()), **context}, status=status)


def _list(user: User, query: InboxQuery) -> dict[str, Any]:
    tasks, last = query.page(user)
    is_plain = query.folder == "mine" and not query.is_narrowed and query.after is None
    counts = selectors.folder_counts(user)
    return {
        "query": query,
        "folder": query.folder,
        "tasks": tasks,
        "next_page": query.behind(last) if last is not None else "",
        "closed": selectors.closed_without(user) if is_plain else [],
        "counts": counts,
        "review_count": counts["mine"],
        "saved_views": SavedView.objects.filter(owner=user),
        "folders": FOLDER_WORDS,
        "priorities": selectors.Priority.choices,
        "workflows": selectors.workflow_names(query.workflow),
        "environments": selectors.environment_names(),
    }


def _pane(user: User, found: ReviewTask | None) -> dict[str, Any]:
    if found is None:
        return {"task": None, "current": None}
    may_decide = selectors.may_decide(user, found)
    candidates = selectors.with_differences(selectors.candidates_of(found, user))
    own_vote = found.votes.filter(voter=user).first() if found.required > 1 else None
    said = getattr(found, "decision", None) or own_vote
    comments = list(found.comments.select_related("author"))
    is_open = found.status == ReviewTask.Status.OPEN
    may_now = may_decide and (not found.is_claimed() or found.claimed_by_id == user.pk)
    # A proposal for whoever answers now; to others it would look like a choice that nobody made.
    proposed = candidates[0]["key"] if candidates and is_open and may_now else ""
    chosen = (said.candidate if said else "") or proposed
    return {
        "task": found,
        "current": found.pk,
        "candidates": candidates,
        "chosen": chosen,
        "fields": answer_form.fields(found.form, said.data if said else None),
        "chosen_label": next((shown["label"] for shown in candidates if shown["key"] == chosen), chosen),
        "context_text": selectors.context_of(found),
        "media": media_of(found.environment, found.payload.get("media")),
        "media_kind": kind_of(found.payload.get("media")),
        "payload_text": "" if candidates else selectors.pretty_payload(found),
        "events": found.events.select_related("who")[:50],
        "comments": comments,
        "mentioned": {person.get_username() for person in mentioned_in("\n".join(line.text for line in comments))},
        "is_open": is_open,
        "is_blind": policies.is_blind(found),
        "may_decide": may_now,
        "may_handle": may_decide,
        "may_undo": hasattr(found, "decision") and found.decision.decided_by == user and found.decision.can_be_undone(),
        "held": policies.bar(found, user) or handling.held_words(found),
        "demands": policies.demands(found),
        "asked_of": selectors.asked_of(found),
        "why_not": "" if may_decide else selectors.why_not(user, found),
        "may_stop": found.execution is not None and allowed(user, STOP),
        "answered": selectors.answered_by(found),
        "own_vote": own_vote,
        "own_words": _vote_words(own_vote, candidates) if own_vote else "",
        "holds": found.is_claimed() and found.claimed_by_id == user.pk,
        "people": selectors.people_for(found) if may_decide and is_open else [],
        "groups": selectors.asking_groups() if may_decide and is_open else [],
        "execution": selectors.execution_of(found),
        "workflow": selectors.workflow_of(found),
        "may_see_run": allowed(user, SEE),
        "has_differences": any(shown.get("differences") for shown in candidates),
        "next_task": _next_task(user, found) if own_vote or not is_open else None,
        "newer": found.superseded_by.first() or _next_question(found),
    }


def _vote_words(vote: Vote, candidates: list[dict[str, Any]]) -> str:
    match vote.outcome:
        case "approve":
            label = next((shown["label"] for shown in candidates if shown["key"] == vote.candidate), "")
            return f"chose {label}" + (" and edited it" if vote.edited else "") if label else "approved"
        case "regenerate":
            return "asked for a new version"
        case _:
            return "rejected it"


def _next_task(user: User, found: ReviewTask) -> ReviewTask | None:
    """What asks this person next, once this one needs nothing of them."""
    return selectors.inbox(user, "mine").exclude(pk=found.pk).first()


def _next_question(found: ReviewTask) -> ReviewTask | None:
    """After a regeneration the same execution asks again."""
    if found.status == ReviewTask.Status.OPEN:
        return None
    return selectors.open_task_of(found.environment, found.execution_arn)


def _find(task_id: int) -> ReviewTask:
    try:
        return selectors.get_task(task_id)
    except ReviewTask.DoesNotExist:
        raise Http404("There is no such review task.") from None


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
