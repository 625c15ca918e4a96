"""What the review API takes and answers, as its OpenAPI document describes it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 (Ninja reads the annotations)
from typing import Any, Literal

from ninja import Schema

JSON = dict[str, Any]
Folder = Literal["open", "mine", "own", "groups", "unassigned", "overdue", "decided"]
Outcome = Literal["approve", "regenerate", "reject"]


class Problem(Schema):
    message: str


class Lost(Problem):
    """Somebody was first: who, and when. Both are null where the workflow itself closed the task."""

    decided_by: str | None = None
    decided_at: datetime | None = None


class Edited(Schema):
    """Those members that were rewritten. Of a candidate that is data, ``text`` is its JSON."""

    title: str | None = None
    description: str | None = None
    text: str | None = None


class AnswerIn(Schema):
    outcome: Outcome
    candidate: str = ""
    comment: str = ""


class DecisionIn(AnswerIn):
    edited: Edited | None = None
    data: dict[str, str | int | float | bool] | None = None


class ManyIn(AnswerIn):
    """One answer for tasks of one kind, at most 200."""

    tasks: list[int]


class HandlingIn(Schema):
    verb: Literal["claim", "release", "assign"]
    person: str = ""
    group: str = ""


class ReasonIn(Schema):
    reason: str = ""


class CommentIn(Schema):
    text: str


class AwayIn(Schema):
    """``until``: the last day away. ``substitute``: a user name; empty: everybody who may decide."""

    until: str
    substitute: str = ""


class ViewIn(Schema):
    """``query``: the inbox's query string, as in its address."""

    name: str
    query: str = ""


class Run(Schema):
    id: int
    name: str
    url: str


class DecisionOut(Schema):
    outcome: str
    candidate: str
    edited: dict[str, str] | None
    comment: str
    data: JSON | None
    decided_by: str | None
    policy_reason: str
    decided_at: datetime
    delivery_status: str


class Task(Schema):
    id: int
    url: str
    title: str
    status: str
    status_reason: str
    group: str
    assigned_to: str | None
    claimed_by: str | None
    claimed_until: datetime | None
    version: int
    due_at: datetime | None
    priority: str
    created_at: datetime
    state_name: str
    execution: Run | None
    decision: DecisionOut | None


class Demands(Schema):
    demands: list[str]
    required: int
    answered: list[str]


class TaskDetail(Task):
    """``candidates``: {key, label, title, description, text, is_data, json?, kind, media_url, media_note,
    media_elsewhere, transcript_url, model, prompt, parameters}, as this person may see them.
    """

    instructions: str
    topic: str
    people: list[str]
    times_out_at: datetime | None
    answer: str
    context: str
    media_url: str
    media_note: str
    candidates: list[JSON]
    form: JSON
    policy: Demands


class Counts(Schema):
    mine: int
    open: int


class Page(Schema):
    """``next``: what to give as ``after`` for the next page; null where there is none."""

    tasks: list[Task]
    counts: Counts
    next: int | None


class Taken(Schema):
    """Where several people must answer and others are still missing, ``decision`` is null and the rest is there."""

    decision: DecisionOut | None
    answered: list[str] | None = None
    required: int | None = None


class Result(Schema):
    id: int
    taken: bool
    message: str


class Results(Schema):
    results: list[Result]


class TaskOnly(Schema):
    task: Task


class CommentOut(Schema):
    id: int
    author: str | None
    text: str
    at: datetime


class CommentOnly(Schema):
    comment: CommentOut


class Comments(Schema):
    comments: list[CommentOut]


class Lines(Schema):
    """Lines of the audit, the oldest first: {task, sequence, kind, who_name, at, origin, text, data, before, after,
    previous_hash, hash}.
    """

    lines: list[JSON]


class Away(Schema):
    until: datetime | None
    substitute: str | None


class View(Schema):
    id: int
    name: str
    query: str


class Views(Schema):
    views: list[View]


class Created(Schema):
    id: int
    url: str
    status: str
