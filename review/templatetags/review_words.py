"""Times, model names and states as the pages say them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from callboard.templatetags.words import elapsed
from review.comments import MENTION
from review.models import ReviewTask, TaskEvent
from review.word_diff import word_diff

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

register = template.Library()
MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
BEDROCK = re.compile(r"^(?:[a-z]{2}\.)?(?:anthropic|amazon|cohere|meta|ai21|mistral|stability|deepseek)\.(.+)$")
DUE_SOON_SECONDS = 3600
PARAMETERS = {
    "temperature": "temperature {}", "top_p": "top P {}", "top_k": "top K {}", "max_tokens": "{} tokens",
    "max_new_tokens": "{} tokens", "max_gen_len": "{} tokens", "max_tokens_to_sample": "{} tokens",
}  # fmt: skip
GLYPHS = {
    ReviewTask.Status.OPEN: "wait", ReviewTask.Status.DECIDED: "run", ReviewTask.Status.DELIVERED: "ok",
    ReviewTask.Status.EXPIRED: "time", ReviewTask.Status.CANCELLED: "stop", ReviewTask.Status.SUPERSEDED: "stop",
    ReviewTask.Status.ORPHANED: "fail",
}  # fmt: skip


@register.filter
def of(counts: Mapping[str, int], name: str) -> int:
    return counts[name]


@register.filter
def ago(moment: datetime | None) -> str:
    if moment is None:
        return ""
    seconds = (timezone.now() - moment).total_seconds()
    return "just now" if seconds < 10 else f"{elapsed(seconds)} ago"


@register.filter
def seconds_since(moment: datetime | None) -> float:
    return (timezone.now() - moment).total_seconds() if moment else 0


@register.filter
def time_left(task: ReviewTask) -> str:
    if task.due_at is None:
        return ""
    seconds = (task.due_at - timezone.now()).total_seconds()
    return f"{elapsed(seconds)} left" if seconds > 0 else "overdue"


@register.filter
def until_words(moment: datetime) -> str:
    seconds = (moment - timezone.now()).total_seconds()
    return f"{elapsed(seconds)} left" if seconds > 0 else "now"


@register.filter
def due_soon(task: ReviewTask) -> bool:
    return task.due_at is not None and (task.due_at - timezone.now()).total_seconds() < DUE_SOON_SECONDS


@register.filter
def part_left(task: ReviewTask) -> float:
    """Percent of the time that is left, to a tenth."""
    if task.due_at is None:
        return 0
    total = (task.due_at - task.created_at).total_seconds()
    left = (task.due_at - timezone.now()).total_seconds()
    return round(min(max(left / total, 0), 1) * 100, 1) if total > 0 else 0


@register.filter
def total_time(task: ReviewTask) -> str:
    """`24 h`, `90 m`: the whole time, as people set it."""
    if task.due_at is None:
        return ""
    minutes = round((task.due_at - task.created_at).total_seconds() / 60)
    for size, unit in ((1440, "d"), (60, "h"), (1, "m")):
        if minutes >= 2 * size and minutes % size == 0:
            return f"{minutes // size} {unit}"
    return elapsed(max(minutes, 1) * 60)


@register.filter
def binary_size(size: int) -> str:
    """`437 KiB`, `186 MiB`."""
    kib = size / 1024
    return f"{kib:.0f} KiB" if kib < 1000 else f"{kib / 1024:.0f} MiB"


@register.filter
def model_name(model: str) -> str:
    """`Claude 3 Haiku` of `anthropic.claude-3-haiku-20240307-v1:0`: the part that people say."""
    match = BEDROCK.match(model)
    if match is None and "/" not in model:
        return model
    name = re.sub(r"(-\d{8})?(-v[\d.]+)?(:\d+)*$", "", match[1] if match else model.rsplit("/", 1)[-1])
    return " ".join(word.capitalize() if word.isalpha() and word.islower() else word for word in name.split("-"))


@register.filter
def model_house(model: str) -> str:
    if BEDROCK.match(model):
        return "Bedrock"
    return "Hugging Face" if "/" in model else ""


@register.filter
def parameter_words(parameters: Mapping[str, Any]) -> str:
    """`temperature 0.4, 200 tokens`."""
    return ", ".join(
        # A name is the workflow's own text: only ours are templates.
        (PARAMETERS[name].format(_plain(value)) if name in PARAMETERS else f"{name.replace('_', ' ')} {_plain(value)}")
        for name, value in parameters.items()
    )


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) else json.dumps(value)


@register.filter
def candidate_words(candidate: Mapping[str, Any]) -> str:
    """What a candidate is, in a line: its title, else its text, its data, or the name of its picture, sound or film."""
    if said := candidate.get("title") or candidate.get("text"):
        return str(said)
    if "json" in candidate:
        return json.dumps(candidate["json"], ensure_ascii=False)
    media = candidate.get("media") or ""
    return str(media.get("key", "") if isinstance(media, dict) else media).rsplit("/", 1)[-1]


@register.filter
def glyph(task: ReviewTask) -> str:
    return GLYPHS[ReviewTask.Status(task.status)]


@register.filter
def outcome_words(task: ReviewTask) -> str:
    """The line under a closed task in the list."""
    decision = getattr(task, "decision", None)
    if decision is None or task.status in {
        ReviewTask.Status.EXPIRED,
        ReviewTask.Status.CANCELLED,
        ReviewTask.Status.ORPHANED,
    }:
        return task.status_reason or task.get_status_display()
    if decision.policy_reason:
        return str(decision.policy_reason)
    who = str(decision.decided_by or "Someone")
    match decision.outcome:
        case "approve":
            return f"{who} chose {decision.candidate}" if decision.candidate else f"{who} approved"
        case "regenerate":
            return f"{who} asked for a new version"
        case _:
            return f"{who} rejected it"


@register.filter
def what_now(task: ReviewTask) -> str:
    """What can be done about a task that nobody can answer any more."""
    match task.status:
        case ReviewTask.Status.EXPIRED:
            return (
                "The state ended with States.Timeout: where it has a Retry, it asks again as a new task; where it has "
                "a Catch, the workflow went on without an answer. An execution that failed of it can be redriven."
            )
        case ReviewTask.Status.CANCELLED:
            return "Nothing is left to answer. If the question still matters, redrive the execution or start another."
        case ReviewTask.Status.ORPHANED:
            return (
                f"No answer can reach it. Look whether {task.environment.name} has the account and the Region that the "
                "execution runs in; then redrive the execution, which asks with a new token."
            )
        case ReviewTask.Status.SUPERSEDED:
            return "Answer the new question instead."
        case _:
            return ""


@register.filter
def edit_of(task: ReviewTask, member: str) -> list[tuple[str, str]]:
    """The reviewer's `title` or `description` against the chosen candidate's, in runs of words."""
    decision = task.decision
    chosen: dict[str, Any] = next((found for found in task.candidates if found["key"] == decision.candidate), {})
    original = chosen.get(member) or (chosen.get("text") if member == "description" else "") or ""
    if member == "text" and "json" in chosen:
        original = json.dumps(chosen["json"], indent=2, ensure_ascii=False)
    return word_diff(original, (decision.edited or {}).get(member) or "")


@register.filter
def markdown(text: str) -> SafeString:
    """CommonMark as HTML: no HTML of the writer's, no pictures (they'd tell others who looks), no links to scripts."""
    return mark_safe(str(MARKDOWN.render(text)))  # noqa: S308 (the renderer escapes everything it is given)


@register.filter
def with_mentions(text: str, people: Collection[str]) -> SafeString:
    """The text, its mentions of these people in bold: a name that stayed plain was told nobody."""

    def said(found: re.Match[str]) -> str:
        return f"<b>{found[0]}</b>" if found[1] in people else found[0]

    return mark_safe(MENTION.sub(said, escape(text)))  # noqa: S308 (escaped first; a name has no markup)


@register.filter
def event_who(event: TaskEvent) -> str:
    if event.who is not None:
        return str(event.who)
    if event.kind == TaskEvent.Kind.ASKED:
        return f"Run {event.task.execution.name}" if event.task.execution else "The workflow"
    return "Callboard"


@register.filter
def event_text(event: TaskEvent) -> str:
    return event.text or TaskEvent.Kind(event.kind).label
