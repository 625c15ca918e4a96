"""Who is told what about a question. Each function writes into the outbox, in its caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.urls import reverse

from notifications.outbox import tell
from review import selectors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

    from review.models import Comment, ReviewTask

MOST_PEOPLE = 200  # of one occasion: whoever asks everybody in a large company means the inbox


def asked(task: ReviewTask) -> None:
    subject, people = f"To decide: {task.title}", _askable(task)
    tell("review.asked", f"task-{task.pk}", subject=subject, text=_what(task), people=people, **_about(task))


def assigned(task: ReviewTask, by: User) -> None:
    if task.assigned_to is not None and task.assigned_to_id != by.pk:
        tell(
            "review.assigned",
            f"task-{task.pk}-{task.version}",
            subject=f"You are asked: {task.title}",
            text=f"{by} asks you by name.\n\n{_what(task)}",
            people=[task.assigned_to],
            programs=False,
            **_about(task),
        )


def escalated(task: ReviewTask) -> None:
    tell(
        "review.escalated",
        f"task-{task.pk}-level-{task.escalation_level}",
        subject=f"Passed on: {task.title}",
        text=f"Nobody has answered so far; now {task.group} is asked.\n\n{_what(task)}",
        people=_askable(task),
        **_about(task),
    )


def due_soon(task: ReviewTask) -> None:
    until = f"{task.due_at:%Y-%m-%d %H:%M} UTC"
    text = f"It is due at {until}, and nobody has answered.\n\n{_what(task)}"
    people = [task.assigned_to] if task.assigned_to else _askable(task)
    tell("review.due", f"task-{task.pk}", subject=f"Due soon: {task.title}", text=text, people=people, **_about(task))


def mentioned(comment: Comment, people: Iterable[User]) -> None:
    task = comment.task
    text = f"{comment.author} wrote about “{task.title}”:\n\n{comment.text}"
    tell(
        "review.mentioned",
        f"comment-{comment.pk}",
        subject=f"{comment.author} mentions you",
        text=text,
        people=people,
        programs=False,
        **_about(task),
    )


def _about(task: ReviewTask) -> dict[str, Any]:
    return {"path": reverse("review-task", args=[task.pk]), "group": task.group, "data": _data(task)}


def _askable(task: ReviewTask) -> list[User]:
    """Who may decide it and has an address."""
    people = selectors.deciders().filter(~Q(email=""))
    if task.people_only:
        people = people.filter(pk__in=task.people.values("pk"))
    elif task.group:
        people = people.filter(groups__name=task.group)
    return [user for user in people.distinct()[:MOST_PEOPLE] if selectors.may_decide(user, task)]


def _what(task: ReviewTask) -> str:
    """Never what the candidates say: mail is read by more than the one it is for."""
    lines = [task.instructions] if task.instructions else []
    lines.append(f"A workflow in {task.environment.name} waits for the answer" + _until(task))
    return "\n\n".join(lines)


def _until(task: ReviewTask) -> str:
    return f" until {task.due_at:%Y-%m-%d %H:%M} UTC." if task.due_at else "."


def _data(task: ReviewTask) -> dict[str, Any]:
    return {
        "task": task.pk,
        "title": task.title,
        "group": task.group,
        "environment": task.environment.name,
        "state": task.state_name,
        "execution": task.execution_arn,
        "due_at": task.due_at.isoformat() if task.due_at else None,
    }
