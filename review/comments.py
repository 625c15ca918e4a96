"""What people say to each other about a task, and whom they mention by @name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from review import live, tokens, told
from review.audit import record
from review.models import Comment, ReviewTask, TaskEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH = 10_000
# Django's own user names: letters, digits and @ . + - _; a full stop at the end is the sentence's.
MENTION = re.compile(r"(?<![\w@.+-])@([\w.+-]*[\w+-])")
VIEW = "review.view_reviewtask"


class Unsayable(Exception):  # noqa: N818
    """The comment can't be kept; ``str(error)`` is for the person."""


def comment(task: ReviewTask, *, by: User, text: str) -> Comment:
    """Keep what ``by`` says about the task, open or closed, and tell those who are mentioned and may see it."""
    said = text.strip()
    if not said:
        raise Unsayable("Write something first.")
    if len(said) > MAX_LENGTH:
        raise Unsayable(f"A comment has at most {MAX_LENGTH:,} characters; this one has {len(said):,}.")
    if not tokens.is_storable(said):
        raise Unsayable("The text holds a NUL character or half of a surrogate pair. Remove it.")
    with transaction.atomic():
        kept = Comment.objects.create(task=task, author=by, text=said)
        ReviewTask.objects.filter(pk=task.pk).update(version=F("version") + 1)
        people = mentioned_in(said)
        names = ", ".join(person.get_username() for person in people)
        record(task, TaskEvent.Kind.COMMENTED, who=by, text=f"commented, mentioning {names}" if names else "commented")
        told.mentioned(kept, [person for person in people if person != by])
    task.refresh_from_db()
    live.task_changed(task)
    return kept


def mentioned_in(text: str) -> list[User]:
    """The people who are mentioned and may see review tasks, in the order of their names."""
    names: Iterable[str] = dict.fromkeys(MENTION.findall(text))
    found = User.objects.filter(username__in=list(names), is_active=True).order_by("username")
    return [person for person in found if person.has_perm(VIEW)]
