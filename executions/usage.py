"""What a run used that is billed: state transitions as Step Functions counts them, and tokens of the models it asked.

Counted once a run has ended and its history is whole, and kept, so that figures over many runs needn't read histories.
That it is owed is stored with the end, so that no crash between the two leaves a run out of the figures.
Tokens are those that the models' own answers say; what is asked over HTTP or by a function isn't known here.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from executions.mirror import GOING, is_whole
from executions.models import HistoryEvent, ModelUse, RunUsage, UncountedRun
from executions.turns import writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from executions.models import Execution

logger = logging.getLogger(__name__)

_AGAIN: Final = timedelta(hours=1)
_AT_ONCE: Final = 200
_MODELS: Final = ("bedrock", "aws-sdk:bedrockruntime")
_RESOURCE: Final = "details__taskScheduledEventDetails__resourceType"
# As Anthropic's, Amazon's, Meta's and others' answers call them, and Converse.
_IN: Final = (
    *("input_tokens", "inputTokens", "InputTokens"),
    *("prompt_tokens", "prompt_token_count", "inputTextTokenCount"),
)
_OUT: Final = (
    *("output_tokens", "outputTokens", "OutputTokens"),
    *("completion_tokens", "generation_token_count", "tokenCount"),
)


@dataclass(slots=True)
class Tokens:
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


def count(execution: Execution) -> None:
    """Of a run that has ended, with its whole history here; of any other nothing."""
    if execution.status in GOING or not is_whole(execution):
        return
    if hasattr(execution, "express"):  # billed by time and memory, and its history is what was logged
        UncountedRun.objects.filter(execution=execution).delete()
        return
    transitions, tokens = transitions_of(execution), tokens_of(execution)
    with writing(), transaction.atomic():
        RunUsage.objects.update_or_create(execution=execution, defaults={"transitions": transitions})
        ModelUse.objects.filter(execution=execution).delete()
        ModelUse.objects.bulk_create(
            ModelUse(
                execution=execution,
                model=model[:256],
                calls=used.calls,
                tokens_in=used.tokens_in,
                tokens_out=used.tokens_out,
            )
            for model, used in tokens.items()
        )
        UncountedRun.objects.filter(execution=execution).delete()


def count_when_ended(execution: Execution, new_events: Sequence[HistoryEvent]) -> None:
    """After a change of an execution: once at its end, and again when it was redriven."""
    if execution.status not in GOING and (new_events or not RunUsage.objects.filter(execution=execution).exists()):
        count(execution)


def sweep(now: datetime) -> int:
    """Count what a process that died left uncounted; how many runs were taken up."""
    owed = UncountedRun.objects.filter(due_at__lte=now).exclude(execution__status__in=GOING)
    found = [row.execution for row in owed.select_related("execution__express").order_by("due_at")[:_AT_ONCE]]
    for execution in found:
        # First, so that a run that can't be counted keeps nobody waiting: it comes again in an hour.
        UncountedRun.objects.filter(execution=execution).update(due_at=now + _AGAIN)
        try:
            count(execution)
        except Exception:
            logger.exception("What %s used was not counted", execution)
    return len(found)


def transitions_of(execution: Execution) -> int:
    """The start counts as one, so does each state that is entered, and each retry (Step Functions' pricing page)."""
    entered: set[int] = set()
    begun: set[int] = set()  # those of them that a first attempt followed
    retries = 0
    rows = HistoryEvent.objects.filter(execution=execution).order_by("event_id")
    for number, previous, kind in rows.values_list("event_id", "previous_event_id", "type").iterator(5000):
        if kind.endswith("StateEntered"):
            entered.add(number)
        elif kind.endswith("Scheduled"):
            retries += previous not in entered or previous in begun  # a redrive's attempt follows the entry, too
            begun.add(previous)
    return 1 + len(entered) + retries


def tokens_of(execution: Execution) -> dict[str, Tokens]:
    """By the model's id, of the calls that say how many."""
    rows = HistoryEvent.objects.filter(execution=execution)
    asked = {row.event_id: _details(row) for row in rows.filter(**{f"{_RESOURCE}__in": _MODELS})}
    if not asked:
        return {}
    began: dict[int, int] = {}  # by event: the one that asked
    found: dict[str, Tokens] = {}
    for row in rows.filter(type__startswith="Task").order_by("event_id").iterator(1000):
        began[row.event_id] = number = row.event_id if row.event_id in asked else began.get(row.previous_event_id, 0)
        if row.type != "TaskSucceeded" or number not in asked:
            continue
        model = _object(asked[number].get("parameters")).get("ModelId")
        used = answered(_details(row).get("output"))
        if isinstance(model, str) and used is not None:
            one = found.setdefault(model, Tokens())
            one.calls += 1
            one.tokens_in += used[0]
            one.tokens_out += used[1]
    return found


def answered(output: Any) -> tuple[int, int] | None:
    """Tokens in and out as a model's answer says them: of InvokeModel in its body, of Converse beside it."""
    answer = _object(output)
    body = _object(answer.get("Body")) or answer
    usage = _object(body.get("usage") or body.get("Usage"))
    results = body.get("results")
    first = _object(results[0]) if isinstance(results, list) and results else {}
    tokens_in, tokens_out = (_number(names, usage, body, first) for names in (_IN, _OUT))
    return None if tokens_in is None and tokens_out is None else (tokens_in or 0, tokens_out or 0)


def _number(names: tuple[str, ...], *holders: Mapping[str, Any]) -> int | None:
    values = [holder[name] for holder in holders for name in names if name in holder]
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)


def _details(event: HistoryEvent) -> dict[str, Any]:
    found: Any = next(iter(event.details.values()), {})
    return found if isinstance(found, dict) else {}


def _object(value: Any) -> dict[str, Any]:
    """An object, also where it is written as JSON text; {} for anything else."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}
