"""How reviewing goes: times, overdue questions, regenerations, edits, which models' candidates are chosen, and whether
reviewers agree. Counted over the questions of a period, the newest first, at most `MOST`.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from itertools import combinations
from statistics import NormalDist, median, quantiles
from typing import TYPE_CHECKING, Any

from django.db.models import Min, Q

from review.models import Decision, ReviewTask, TaskEvent, Vote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

JSON = Any
MOST = 10_000
PAIR_AT_LEAST = 5  # tasks that two people both answered; of fewer, kappa says nothing
_READ_OF_DECISIONS = tuple(
    f"decision__{name}"
    for name in ("task", "policy_reason", "outcome", "edited", "candidate", "decided_at", "decided_by__username")
)
Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``count`` of ``total``, with the 95% interval of the share (Wilson's, which holds for few and for extremes)."""

    count: int
    total: int

    @property
    def percent(self) -> float:
        return 100 * self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """In percent; of nothing, everything is possible."""
        if not self.total:
            return 0.0, 100.0
        n, p = self.total, self.count / self.total
        middle = p + Z * Z / (2 * n)
        spread = Z * ((p * (1 - p) + Z * Z / (4 * n)) / n) ** 0.5
        scale = 1 + Z * Z / n
        return max(0.0, 100 * (middle - spread) / scale), min(100.0, 100 * (middle + spread) / scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds; None where nothing was measured."""

    count: int
    median: float | None
    p95: float | None

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        if not seconds:
            return cls(count=0, median=None, p95=None)
        highest = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
        return cls(count=len(seconds), median=median(seconds), p95=highest)


def figures(since: datetime) -> dict[str, JSON]:
    """Everything the page shows of the questions that came since then."""
    tasks = list(
        ReviewTask.objects.filter(created_at__gte=since)
        .select_related("decision__decided_by")
        .only("created_at", "due_at", "status", "candidates", *_READ_OF_DECISIONS)
        .order_by("-created_at")[:MOST]
    )
    decided = [task for task in tasks if hasattr(task, "decision")]
    by_people = [task for task in decided if not task.decision.policy_reason]
    due = [task for task in tasks if task.due_at is not None and task.status != ReviewTask.Status.OPEN]
    approved = [task for task in by_people if task.decision.outcome == Decision.Outcome.APPROVE]
    return {
        "asked": len(tasks),
        "is_cut": len(tasks) == MOST,
        "decided": len(by_people),
        "by_policy": len(decided) - len(by_people),
        "to_claim": Times.of(_claim_times(since)),
        "to_decide": Times.of([(t.decision.decided_at - t.created_at).total_seconds() for t in by_people]),
        "overdue": Share(count=sum(_was_overdue(task) for task in due), total=len(due)),
        "regenerated": _share(by_people, lambda task: task.decision.outcome == Decision.Outcome.REGENERATE),
        "rejected": _share(by_people, lambda task: task.decision.outcome == Decision.Outcome.REJECT),
        "edited": _share(approved, lambda task: task.decision.edited is not None),
        "models": win_rates(approved),
        "people": _people(by_people),
        **agreement(Vote.objects.filter(task__created_at__gte=since).select_related("voter")[:MOST]),
    }


def win_rates(approved: Iterable[ReviewTask]) -> list[tuple[str, Share]]:
    """Per model: how often its candidate was chosen of the questions where another model's stood beside it."""
    shown: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for task in approved:
        models = {found["key"]: str(found.get("model") or "") for found in task.candidates}
        rivals = set(models.values()) - {""}
        if len(rivals) < 2:
            continue
        shown.update(rivals)
        if chosen := models.get(task.decision.candidate):
            won[chosen] += 1
    rates = [(model, Share(count=won[model], total=shown[model])) for model in shown]
    return sorted(rates, key=lambda rate: (-rate[1].percent, rate[0]))


def agreement(votes: Iterable[Vote]) -> dict[str, JSON]:
    """Krippendorff's alpha over all who answered the same tasks (1: all agree; 0: as chance has it; None: too few), and
    Cohen's kappa for each two people who answered enough of the same.
    """
    said = [(vote.voter.get_username(), str(vote.task_id), f"{vote.outcome} {vote.candidate}") for vote in votes]
    answered: dict[str, set[str]] = defaultdict(set)
    for who, task, _ in said:
        answered[who].add(task)
    pairs = [
        (one, other, len(common), _kappa(said, one, other, common))
        for one, other in combinations(sorted(answered), 2)
        if len(common := answered[one] & answered[other]) >= PAIR_AT_LEAST
    ]
    several = Counter(task for _, task, _ in said)
    shared = [line for line in said if several[line[1]] > 1]
    return {"alpha": _alpha(shared), "agreed_on": len({task for _, task, _ in shared}), "pairs": pairs}


def _kappa(said: Sequence[tuple[str, str, str]], one: str, other: str, common: set[str]) -> float | None:
    data = [line for line in said if line[0] in (one, other) and line[1] in common]
    if len({label for _, _, label in data}) < 2:  # both always gave the one and same answer: chance would, too
        return None
    from nltk.metrics.agreement import AnnotationTask  # a second to import

    return float(AnnotationTask(data=data).kappa_pairwise(one, other))


def _alpha(said: Sequence[tuple[str, str, str]]) -> float | None:
    if len({label for _, _, label in said}) < 2:
        return None
    from nltk.metrics.agreement import AnnotationTask

    return float(AnnotationTask(data=list(said)).alpha())


def _people(decided: Iterable[ReviewTask]) -> list[tuple[str, Times]]:
    taken: dict[str, list[float]] = defaultdict(list)
    for task in decided:
        who = str(task.decision.decided_by or "an account that is gone")
        taken[who].append((task.decision.decided_at - task.created_at).total_seconds())
    return sorted(((who, Times.of(seconds)) for who, seconds in taken.items()), key=lambda row: (-row[1].count, row[0]))


def _claim_times(since: datetime) -> list[float]:
    """From asking to the first claim, of those that were claimed."""
    claimed = (
        ReviewTask.objects.filter(created_at__gte=since)
        .annotate(first=Min("events__at", filter=Q(events__kind=TaskEvent.Kind.CLAIMED)))
        .exclude(first=None)
        .order_by("-created_at")
        .values_list("created_at", "first")[:MOST]
    )
    return [(first - asked).total_seconds() for asked, first in claimed]


def _was_overdue(task: ReviewTask) -> bool:
    if task.status == ReviewTask.Status.EXPIRED:
        return True
    decision: Decision | None = getattr(task, "decision", None)
    return decision is not None and task.due_at is not None and decision.decided_at > task.due_at


def _share(tasks: Sequence[ReviewTask], holds: Any) -> Share:
    return Share(count=sum(map(holds, tasks)), total=len(tasks))


def as_json(found: Mapping[str, JSON]) -> dict[str, JSON]:
    """The figures for programs."""

    def plain(value: JSON) -> JSON:
        match value:
            case Share():
                low, high = value.interval
                return {"count": value.count, "total": value.total, "percent": value.percent, "interval": [low, high]}
            case Times():
                return asdict(value)
            case _:
                return value

    named = {name: plain(value) for name, value in found.items() if name not in ("models", "people", "pairs")}
    return {
        **named,
        "models": [{"model": model, **plain(share)} for model, share in found["models"]],
        "people": [{"person": who, **plain(times)} for who, times in found["people"]],
        "pairs": [{"people": [one, other], "both": both, "kappa": kappa} for one, other, both, kappa in found["pairs"]],
    }


def preferences(since: datetime) -> Iterable[Mapping[str, JSON]]:
    """What people preferred, a pair each: the chosen text and one that wasn't, as preference training wants them.

    An edited candidate is preferred to what it was made of, too.
    """
    tasks = ReviewTask.objects.filter(
        created_at__gte=since, decision__outcome=Decision.Outcome.APPROVE, decision__policy_reason=""
    )
    for task in tasks.select_related("decision").order_by("pk").iterator(chunk_size=200):
        chosen = next((found for found in task.candidates if found["key"] == task.decision.candidate), None)
        if chosen is None:
            continue
        final = _text({**chosen, **_edited(task.decision)})
        others = [found for found in task.candidates if found is not chosen]
        for rejected in [*([chosen] if task.decision.edited else []), *others]:
            yield {
                "task": task.pk,
                "at": task.decision.decided_at.isoformat(),
                "topic": task.topic,
                "prompt": chosen.get("prompt", ""),
                "chosen": final,
                "rejected": _text(rejected),
                "chosen_model": chosen.get("model", ""),
                "rejected_model": rejected.get("model", ""),
                "edited": task.decision.edited is not None,
            }


def _edited(decision: Decision) -> dict[str, JSON]:
    """What the reviewer wrote, by the candidate's members; where data was edited, its text is the data."""
    edited = decision.edited or {}
    final = ((decision.output or {}).get("candidate") or {}) if edited else {}
    return {**edited, **({"json": final["json"], "text": ""} if "json" in final else {})}


def _text(candidate: Mapping[str, JSON]) -> str:
    parts = [candidate.get("title"), candidate.get("description"), candidate.get("text")]
    if "json" in candidate:
        parts.append(json.dumps(candidate["json"], ensure_ascii=False))
    return "\n".join(part for part in parts if part)
