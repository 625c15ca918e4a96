"""What runs cost, estimated: what they used (`executions.usage`) at the dated prices of `designer.costs`.

An estimate, for the first tier and without the free one; what the called services cost themselves isn't in it, and a
model without a price adds nothing but its name. The embedded endpoint bills nothing: it is what AWS would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, FloatField, Sum
from django.db.models.functions import Cast

from designer.costs import price_of, prices
from designer.services import Refused
from executions.models import Execution, ExpressRun, ModelUse, RunUsage

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(slots=True, kw_only=True)
class Cost:
    """Of several runs, in the table's currency."""

    runs: int = 0  # counted
    transitions: int = 0
    engine: float = 0.0
    tokens: float = 0.0
    unpriced: list[str] = field(default_factory=list)  # models

    @property
    def amount(self) -> float:
        return self.engine + self.tokens


def costs(rows: QuerySet[Execution], by: str) -> dict[int, Cost]:
    """Of the executions in ``rows`` that have ended, by the key of ``by`` ("state_machine" or "environment").

    {} where the table of prices can't be read.
    """
    try:
        table = prices()
    except Refused:
        return {}
    found: dict[int, Cost] = {}
    among, key = rows.order_by().values("pk"), f"execution__{by}"
    used = RunUsage.objects.filter(execution__in=among).order_by().values_list(key)
    for subject, runs, transitions in used.annotate(Count("pk"), Sum("transitions")):
        one = found.setdefault(subject, Cost())
        one.runs, one.transitions = runs, transitions
        one.engine += transitions * float(table["transition"])
    _add_express(found, among, key, table)
    uses = ModelUse.objects.filter(execution__in=among).order_by().values_list(key, "model")
    for subject, model, tokens_in, tokens_out in uses.annotate(Sum("tokens_in"), Sum("tokens_out")):
        one, price = found.setdefault(subject, Cost()), price_of(model, table)
        if price is None:
            one.unpriced.append(model)
        else:
            one.tokens += (tokens_in * price[0] + tokens_out * price[1]) / 1e6
    return found


def _add_express(found: dict[int, Cost], among: Any, key: str, table: dict[str, Any]) -> None:
    """Those whose bill is known: Step Functions says it of what was started from here."""
    billed = ExpressRun.objects.filter(
        execution__in=among, billed_milliseconds__isnull=False, billed_megabytes__isnull=False
    )
    used = Cast(F("billed_milliseconds"), FloatField()) * F("billed_megabytes") / 1000 / 1024
    for subject, runs, gigabyte_seconds in billed.order_by().values_list(key).annotate(Count("pk"), used=Sum(used)):
        one = found.setdefault(subject, Cost())
        one.runs += runs
        one.engine += runs * float(table["express_request"]) + gigabyte_seconds * float(table["express_gb_second"])


def price_words() -> str:
    """From when and where the prices are; "" without any."""
    try:
        table = prices()
    except Refused:
        return ""
    return f"{table.get('as_of', '')}, {table.get('region', '')}"


def for_page() -> dict[str, Any] | None:
    """The table of prices as the execution page reckons with it."""
    names = ("as_of", "region", "currency", "source", "transition", "express_request", "express_gb_second")
    try:
        table = prices()
    except Refused:
        return None
    return {**{name: table.get(name) for name in names}, "models": table["models_per_million_tokens"]}
