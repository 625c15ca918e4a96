"""The reads of the review application: whose tasks, in which order, and what of them may be shown.

No function here returns a task token in any form.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser, Group, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from designer.models import Environment, StateMachine
from executions.models import Execution
from review import pages, policies
from review.contract import KEYS
from review.media import kind_of, media_of
from review.models import Decision, ReviewTask, Vote
from review.search import narrow
from review.word_diff import word_diff

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

JSON = Any
Status, Priority = ReviewTask.Status, ReviewTask.Priority
VIEW, DECIDE = "review.view_reviewtask", "review.decide_reviewtask"
FOLDERS = ("mine", "own", "groups", "unassigned", "overdue", "open", "decided")
MOST_NAMED = 200  # workflows or environments to choose from
MOST_COUNTED = 1_000  # of a folder: shown as "999+"
ORDERS: dict[str, pages.Order] = {
    "priority": (("priority", False), ("due_at", False), ("created_at", False), ("pk", False)),
    "due": (("due_at", False), ("created_at", False), ("pk", False)),
    "newest": (("created_at", True), ("pk", True)),
    "oldest": (("created_at", False), ("pk", False)),
    "title": (("title", False), ("pk", False)),
}
CLOSED_LAST: pages.Order = (("closed_at", True), ("pk", True))
SORTS = tuple(ORDERS)
PRIORITIES = {name.lower(): priority for name, priority in Priority.__members__.items()}


_NAMED: Any = ReviewTask.people.through.objects


def open_tasks() -> QuerySet[ReviewTask]:
    return ReviewTask.objects.filter(status=Status.OPEN)


def addressed_to(user: User) -> Q:
    """Tasks that ask this person: by name, or nobody by name and everybody or one of the person's groups."""
    groups = Q(group__in=["", *_groups(user)])
    answered = Q(required__gt=1) & Exists(Vote.objects.filter(task=OuterRef("pk"), voter=user))
    started = Exists(Execution.objects.filter(pk=OuterRef("execution"), started_by=user))
    own = Q(four_eyes=True) & (Q(execution=None) | started)
    others = Q(people_only=True) & Q(~Exists(_NAMED.filter(reviewtask=OuterRef("pk"), user=user)))
    asked: Q = Q(assigned_to=user) | (Q(assigned_to=None) & groups)
    return asked & ~others & ~answered & ~own


def _groups(user: User) -> list[str]:
    """By name, and as values: the database plans better for names that it sees."""
    return list(user.groups.values_list("name", flat=True))


def open_count(user: User | AnonymousUser) -> int:
    """How many open tasks ask this person, at most `MOST_COUNTED`: the figure beside "Review"."""
    if not isinstance(user, User) or not user.has_perm(DECIDE):
        return 0
    return _count(open_tasks().filter(addressed_to(user)))


def _count(tasks: QuerySet[ReviewTask]) -> int:
    return tasks.order_by()[:MOST_COUNTED].count()


def may_decide(user: User, task: ReviewTask) -> bool:
    """Whether the person's rights, group and the task's assignment let them; a claim for a while is another matter."""
    return may_be_asked(user, task) and (user.is_superuser or task.assigned_to_id in (None, user.pk))


def may_be_asked(user: User, task: ReviewTask) -> bool:
    """Whether the person may decide it once nobody else is asked by name."""
    if not user.has_perm(DECIDE) or policies.bar(task, user):
        return False
    if user.is_superuser:
        return True
    if task.people_only:
        return task.people.filter(pk=user.pk).exists()
    return not task.group or user.groups.filter(name=task.group).exists()


def asked_of(task: ReviewTask) -> str:
    """Who may decide it, as a sentence says it."""
    if task.people_only:
        names = sorted(person.get_full_name() or person.get_username() for person in task.people.all())
        return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "nobody who is still here"
    return f"members of {task.group}" if task.group else "every reviewer"


def why_not(user: User, task: ReviewTask) -> str:
    """Why the person may not decide it, where `may_decide` says so."""
    if not user.has_perm(DECIDE):
        return "You may look at this task; deciding needs the Reviewer role."
    if barred := policies.bar(task, user):
        return barred
    if may_be_asked(user, task) and task.assigned_to is not None:
        return f"{task.assigned_to} was asked to decide this task."
    return f"Only {asked_of(task)} decide{'s' if task.people_only and task.people.count() == 1 else ''} this task."


def inbox(
    user: User,
    folder: str = "mine",
    *,
    search: str = "",
    sort: str = "priority",
    priority: str = "",
    workflow: int | None = None,
    environment: int | None = None,
) -> QuerySet[ReviewTask]:
    """One folder, what is urgent on top and of that what is due first; of `decided` what was closed last.

    ``priority`` (a name of `PRIORITIES`), ``workflow`` and ``environment`` (keys): only what has it, or is asked there.
    """
    tasks = (
        ReviewTask.objects.select_related(
            "execution__state_machine", "environment", "decision__decided_by", "assigned_to", "claimed_by"
        )
        .defer("sealed_token", *(f"execution__{text}" for text in ("definition", "input", "output", "cause")))
        .filter(_in_folder(user, folder))
    )
    if priority in PRIORITIES:
        tasks = tasks.filter(priority=PRIORITIES[priority])
    if workflow is not None:
        tasks = tasks.filter(execution__state_machine_id=workflow)
    if environment is not None:
        tasks = tasks.filter(environment_id=environment)
    if search:
        tasks = narrow(tasks, search)
    return tasks.order_by(*pages.as_order_by(order_of(folder, sort)))


def order_of(folder: str, sort: str) -> pages.Order:
    if folder == "decided" and sort in ("priority", "due"):
        return CLOSED_LAST
    return ORDERS.get(sort, ORDERS["priority"])


def workflow_names(chosen: int | None = None) -> list[tuple[int, str]]:
    """What the inbox can be narrowed to: keys and names, at most `MOST_NAMED`, the ``chosen`` one among them."""
    machines = StateMachine.objects.order_by("name").values_list("pk", "name")
    found = list(machines[:MOST_NAMED])
    return found if chosen is None or chosen in dict(found) else [*machines.filter(pk=chosen), *found]


def environment_names() -> list[tuple[int, str]]:
    return list(Environment.objects.order_by("name").values_list("pk", "name")[:MOST_NAMED])


def _in_folder(user: User, folder: str) -> Q:
    waiting = Q(status=Status.OPEN)
    match folder:
        case "decided":
            return ~waiting
        case "open":
            return waiting
        case "own":
            return waiting & (Q(assigned_to=user) | Q(claimed_by=user, claimed_until__gt=timezone.now()))
        case "groups":
            return waiting & Q(group__in=_groups(user))
        case "unassigned":
            return waiting & Q(assigned_to=None)
        case "overdue":
            return waiting & Q(due_at__lt=timezone.now())
        case _:
            return waiting & addressed_to(user)


def counts(user: User) -> dict[str, int]:
    return {"mine": open_count(user), "open": _count(open_tasks())}


def folder_counts(user: User) -> dict[str, int]:
    """How many each folder of open tasks holds, at most `MOST_COUNTED` each."""
    folders = [name for name in FOLDERS if name not in ("decided", "mine")]
    counted = {name: _count(ReviewTask.objects.filter(_in_folder(user, name))) for name in folders}
    return {**counted, "mine": open_count(user)}


def deciders() -> QuerySet[User]:
    """People whose groups or own rights let them decide; a person may come twice: ask for `distinct()`."""
    return User.objects.filter(is_active=True).filter(
        Q(groups__permissions__codename="decide_reviewtask") | Q(user_permissions__codename="decide_reviewtask")
    )


def asking_groups() -> list[str]:
    """Groups with somebody in them who may decide: those that a task can be handed to; at most `MOST_NAMED`."""
    return list(
        Group.objects.filter(user__in=deciders())
        .distinct()
        .order_by("name")
        .values_list("name", flat=True)[:MOST_NAMED]
    )


def people_for(task: ReviewTask) -> list[str]:
    """Who may be asked by name, sorted; at most 200."""
    people = deciders()
    if task.people_only:
        people = people.filter(pk__in=task.people.values("pk"))
    elif task.group:
        people = people.filter(pk__in=User.objects.filter(groups__name=task.group))
    return list(people.distinct().order_by("username").values_list("username", flat=True)[:200])


def closed_without(user: User, limit: int = 5) -> QuerySet[ReviewTask]:
    """The last tasks that asked this person and were settled by somebody or something else."""
    others = inbox(user, "decided").filter(addressed_to(user))
    return others.exclude(decision__decided_by=user).exclude(status=Status.SUPERSEDED)[:limit]


def get_task(task_id: int) -> ReviewTask:
    """Raises ReviewTask.DoesNotExist."""
    return ReviewTask.objects.select_related(
        "execution__state_machine", "environment", "decision__decided_by", "supersedes", "assigned_to", "claimed_by"
    ).get(pk=task_id)


def for_execution(execution: Execution) -> list[dict[str, JSON]]:
    """The tasks of an execution, oldest first, as the execution page needs them to mark its states."""
    tasks = ReviewTask.objects.filter(environment_id=execution.environment_id, execution_arn=execution.arn).order_by(
        "created_at", "pk"
    )
    return [
        {
            "id": task.pk,
            "url": url_of(task),
            "state_name": task.state_name,
            "task_scheduled_event_id": task.scheduled_event_id,
            "status": task.status,
            "group": task.group,
            "person": (task.assigned_to.get_full_name() or task.assigned_to.get_username()) if task.assigned_to else "",
        }
        for task in tasks.select_related("assigned_to")
    ]


def waiting_executions(execution_ids: Collection[int]) -> set[int]:
    """Which of these executions ask a person something right now."""
    waiting = open_tasks().filter(execution_id__in=execution_ids)
    return {pk for pk in waiting.values_list("execution_id", flat=True) if pk is not None}


def waits_since(before: datetime) -> list[tuple[int, int]]:
    """(execution, task) of the questions that are open since ``before`` or longer, the longest waiting first."""
    rows = open_tasks().filter(created_at__lte=before).exclude(execution=None).order_by("created_at")
    return [(pk, task) for pk, task in rows.values_list("execution_id", "pk") if pk is not None]


def open_task_of(environment: Environment, execution_arn: str) -> ReviewTask | None:
    """The question that an execution asks right now, the longest waiting first."""
    if not execution_arn:
        return None
    return open_tasks().filter(environment=environment, execution_arn=execution_arn).order_by("created_at").first()


def url_of(task: ReviewTask) -> str:
    return reverse("review-task", args=[task.pk])


def as_row(task: ReviewTask) -> dict[str, JSON]:
    """A task without its candidates: what lists and sockets carry."""
    return {
        "id": task.pk,
        "url": url_of(task),
        "title": task.title,
        "status": task.status,
        "status_reason": task.status_reason,
        "group": task.group,
        "assigned_to": str(task.assigned_to) if task.assigned_to else None,
        "claimed_by": str(task.claimed_by) if task.is_claimed() else None,
        "claimed_until": task.claimed_until if task.is_claimed() else None,
        "version": task.version,
        "due_at": task.due_at,
        "priority": Priority(task.priority).name.lower(),
        "created_at": task.created_at,
        "state_name": task.state_name,
        "execution": execution_of(task),
        "decision": as_decision(getattr(task, "decision", None)),
    }


def as_detail(task: ReviewTask, user: User) -> dict[str, JSON]:
    media = media_of(task.environment, task.payload.get("media")) if isinstance(task.payload, dict) else None
    return {
        **as_row(task),
        "instructions": task.instructions,
        "topic": task.topic,
        "people": [person.get_username() for person in task.people.order_by("username")] if task.people_only else [],
        "times_out_at": task.times_out_at,
        "answer": task.answer,
        "context": context_of(task),
        "media_url": media.url if media else "",
        "media_note": media.why if media else "",
        "candidates": candidates_of(task, user),
        "form": task.form,
        "policy": {"demands": policies.demands(task), "required": task.required, "answered": answered_by(task)},
    }


def answered_by(task: ReviewTask) -> list[str]:
    """Who has answered a task that needs several; what they said stays theirs until it is decided."""
    return [str(vote.voter) for vote in task.votes.select_related("voter")] if task.required > 1 else []


def candidates_of(task: ReviewTask, user: User) -> list[dict[str, JSON]]:
    """The candidates as this person may see them, with links that a browser can open, made now, or a note of why there
    is none.
    """
    hidden = policies.HIDDEN_WHEN_BLIND if policies.is_blind(task) else {}
    shown = []
    for place, candidate in zip(KEYS, policies.shown_order(task, user, task.candidates), strict=False):
        visible = {
            name: value for name, value in {**candidate, **hidden}.items() if name not in ("media", "transcript")
        }
        given = candidate.get("media")
        media = media_of(task.environment, given)
        data = _data_in(candidate)
        # In another order its own letter would tell where it stood.
        label = place if policies.is_shuffled(task) else candidate["key"]
        shown.append(
            {
                **visible,
                "text": visible["text"] if data is None else data,
                "is_data": data is not None,
                "label": label,
                "kind": (candidate.get("kind") or kind_of(given)) if given else "",
                "media_url": media.url,
                "media_note": media.why,
                "media_elsewhere": media.elsewhere,
                "transcript_url": reverse("review-transcript", args=[task.pk, candidate["key"]])
                if candidate.get("transcript")
                else "",
            }
        )
    return shown


def _data_in(candidate: dict[str, JSON]) -> str | None:
    """A candidate that is JSON, as people read it; None for one that is text."""
    if "json" in candidate:
        return json.dumps(candidate["json"], indent=2, ensure_ascii=False)
    text = candidate.get("text") or ""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None


def context_of(task: ReviewTask) -> str:
    context = task.payload.get("context") if isinstance(task.payload, dict) else ""
    return context if isinstance(context, str) else ""


def with_differences(candidates: list[dict[str, JSON]]) -> list[dict[str, JSON]]:
    """Each candidate but the first with its texts word by word against the first one's, as `differences`."""
    first = candidates[0] if candidates else {}
    for candidate in candidates[1:]:
        candidate["differences"] = {
            name: word_diff(str(first.get(name) or ""), str(candidate[name]))
            for name in ("title", "description", "text")
            if candidate.get(name) and first.get(name)
        }
    return candidates


def as_decision(decision: Decision | None) -> dict[str, JSON] | None:
    if decision is None:
        return None
    return {
        "outcome": decision.outcome,
        "candidate": decision.candidate,
        "edited": decision.edited,
        "comment": decision.comment,
        "data": decision.data,
        "decided_by": str(decision.decided_by) if decision.decided_by else None,
        "policy_reason": decision.policy_reason,
        "decided_at": decision.decided_at,
        "delivery_status": decision.delivery_status,
    }


def execution_of(task: ReviewTask) -> dict[str, JSON] | None:
    if task.execution is None:
        return None
    return {"id": task.execution.pk, "name": task.execution.name, "url": reverse("execution", args=[task.execution.pk])}


def workflow_of(task: ReviewTask) -> str:
    """The name of the state machine that asks; empty where no execution is known."""
    if task.execution is None:
        return ""
    machine = task.execution.state_machine
    return machine.name if machine else task.execution.state_machine_arn.rpartition(":")[2]


def pretty_payload(task: ReviewTask) -> str:
    """What came, for a task with nothing better to show, less what its page shows anyway; empty where that was all."""
    if not isinstance(task.payload, dict):
        return json.dumps(task.payload, indent=2, ensure_ascii=False)
    shown = {"title": task.title, "instructions": task.instructions, "form": task.form, "policy": task.policy}
    rest = {name: value for name, value in task.payload.items() if name not in shown or value != shown[name]}
    return json.dumps(rest, indent=2, ensure_ascii=False) if rest else ""


def decided_before(task: ReviewTask) -> tuple[str | None, datetime | None]:
    decision = getattr(task, "decision", None)
    return (str(decision.decided_by), decision.decided_at) if decision else (None, task.closed_at)
