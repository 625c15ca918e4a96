"""What a question demands of its answer: how many people, which people, in which order they see what, and what happens
when nobody answers. The rules come with the message (contract, `policy`); here they are read, never applied.

Deciding by them is `review/deciding.py`, acting when a time has come `review/clock.py`.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from callboard.templatetags.words import elapsed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from review.models import ReviewTask

JSON = Any
REMINDED_BEFORE = timedelta(hours=1)
BEFORE_TIMEOUT = timedelta(seconds=5)  # the default answer goes out so long before the state itself times out
HIDDEN_WHEN_BLIND = {"model": "", "prompt": "", "parameters": {}}


def holds(bound: Mapping[str, JSON], score: float) -> bool:
    """Whether ``score`` keeps to ``atLeast`` and ``atMost``."""
    return bool(bound.get("atLeast", score) <= score <= bound.get("atMost", score))


def group_by_route(policy: Mapping[str, JSON]) -> str:
    """The group that the score routes to; empty where no route holds."""
    score = policy.get("score")
    if score is None:
        return ""
    return next((route["group"] for route in policy.get("routes", []) if holds(route, score)), "")


def auto_approval(policy: Mapping[str, JSON], token_hash: str) -> str:
    """Why no person is asked; empty where one is: by the score, or because the task is in the sample.

    The sample is drawn by the token's hash: a message that comes twice is drawn the same.
    """
    rule = policy.get("autoApprove")
    if rule is None or not holds(rule, policy["score"]):
        return ""
    if int(token_hash[:8], 16) / 2**32 < rule.get("sample", 0):
        return ""
    return f"Approved without asking: its score {policy['score']:g} is {_bound_words(rule)}"


def _bound_words(bound: Mapping[str, JSON]) -> str:
    least = [f"at least {bound['atLeast']:g}"] if "atLeast" in bound else []
    most = [f"at most {bound['atMost']:g}"] if "atMost" in bound else []
    return " and ".join([*least, *most])


def bar(task: ReviewTask, user: User) -> str:
    """Why a task with four eyes isn't this person's to decide; empty where it is. A superuser has two eyes, too."""
    if not task.four_eyes:
        return ""
    if task.execution is None:
        return "Its question asks for a second pair of eyes, and who started the run isn't known yet."
    if task.execution.started_by_id == user.pk:
        return "You started this run, and its question asks for a second pair of eyes."
    return ""


def demands(task: ReviewTask) -> list[str]:
    """What the task's policy demands, a sentence each, as its page says it."""
    policy, said = task.policy, []
    if task.required > 1:
        others = ", and nobody may answer otherwise" if policy.get("unanimous") else ""
        said.append(f"{task.required} people must give the same answer{others}.")
    if task.four_eyes:
        said.append("Whoever started the run may not decide.")
    if policy.get("blind"):
        said.append("Who made which candidate is hidden until the answer.")
    if policy.get("shuffle"):
        said.append("Each person sees the candidates in another order.")
    if "score" in policy:
        said += _score_words(policy)
    for number, level in enumerate(policy.get("escalate", [])):
        after = elapsed(level["afterSeconds"])
        is_past = number < task.escalation_level
        said.append(f"{'Was passed' if is_past else 'Passed'} on to {level['group']} after {after} without an answer.")
    if "onTimeout" in policy:
        done = {"approve": "approved", "regenerate": "asked for again", "reject": "rejected"}
        within = elapsed(task.payload["dueSeconds"])
        said.append(f"Without an answer within {within} it is {done[policy['onTimeout']['outcome']]}.")
    return said


def _score_words(policy: Mapping[str, JSON]) -> list[str]:
    said = [f"Its score is {policy['score']:g}."]
    if rule := policy.get("autoApprove"):
        sample = f", but for {rule['sample']:.0%} that people look at" if rule.get("sample") else ""
        said.append(f"Approved without asking where the score is {_bound_words(rule)}{sample}.")
    routes = policy.get("routes", [])
    return said + [f"{route['group']} decides where the score is {_bound_words(route)}." for route in routes]


def is_settled(votes: list[Any], required: int, *, unanimous: bool) -> bool:
    """Whether the newest vote's answer has enough of its kind, and nobody against it where all must agree."""
    if not votes:
        return False
    newest = max(votes, key=lambda vote: vote.at)
    same = sum(vote.answer() == newest.answer() for vote in votes)
    return same >= required and (not unanimous or same == len(votes))


def shown_order(task: ReviewTask, user: User, candidates: list[dict[str, JSON]]) -> list[dict[str, JSON]]:
    """The candidates as a person sees them: in an order of their own where it is shuffled (the same at each look)."""
    if not is_shuffled(task):
        return candidates

    def place(candidate: dict[str, JSON]) -> str:
        return hashlib.sha256(f"{task.token_hash}/{user.pk}/{candidate['key']}".encode()).hexdigest()

    return sorted(candidates, key=place)


def is_shuffled(task: ReviewTask) -> bool:
    return bool(task.policy.get("shuffle")) and task.status == "open"


def is_blind(task: ReviewTask) -> bool:
    """Who made what is hidden until the answer stands."""
    return bool(task.policy.get("blind")) and task.status == "open"


def next_clock(task: ReviewTask) -> datetime | None:
    """When something is due that no person does: a reminder, the next escalation, or the default answer."""
    moments = (reminder_at(task), escalation_at(task), default_at(task))
    return min((moment for moment in moments if moment is not None), default=None)


def reminder_at(task: ReviewTask) -> datetime | None:
    """An hour before the task is due, or when a quarter of a shorter time is left."""
    if task.reminded or task.due_at is None:
        return None
    return task.due_at - min(REMINDED_BEFORE, (task.due_at - task.created_at) / 4)


def escalation_at(task: ReviewTask) -> datetime | None:
    levels = task.policy.get("escalate", [])
    if task.escalation_level >= len(levels):
        return None
    return task.created_at + timedelta(seconds=levels[task.escalation_level]["afterSeconds"])


def default_at(task: ReviewTask) -> datetime | None:
    """When the default answer is given: at the due time, but before the state times out if that is sooner."""
    if "onTimeout" not in task.policy or task.due_at is None:
        return None
    asked = task.created_at + timedelta(seconds=task.payload["dueSeconds"])
    if task.due_at >= asked:
        return asked
    return task.due_at - min(BEFORE_TIMEOUT, (task.due_at - task.created_at) / 2)
