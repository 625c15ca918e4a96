"""Text in executions: names, errors, inputs and outputs, among any number of them.

PostgreSQL looks in `SearchText`, which a trigger keeps (migration 0009) and a trigram index finds. Text that a great
many executions have is found by reading the newest ones instead; which of the two it is, is tried rather than taken
from statistics, which know nothing of what stands inside a text. SQLite reads the executions themselves. Text without
three letters or digits in a row is in no trigram: where it is rare, everything is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import Lower, StrIndex

from designer.models import Environment
from executions.models import Execution, SearchText

if TYPE_CHECKING:
    from django.db.models import QuerySet

NAMES, DATA = "names", "data"
_COLUMNS = {NAMES: ("name", "error"), DATA: ("input", "output")}
# Of so many newest executions, so many that have the text make it a common one: a page of them is soon read.
_NEWEST, _COMMON = 2_000, 20
_MOST = 5_000  # that the index is asked for


def narrow(rows: QuerySet[Execution], column: str, text: str) -> tuple[QuerySet[Execution], bool]:
    """Those of ``rows`` that have ``text`` in their names and errors (`NAMES`), whatever its case, or are of that ARN;
    or in their inputs and outputs (`DATA`). And whether it is soon known how many they are.
    """
    if column == NAMES and text.startswith("arn:"):
        # By environment, as the index of ARNs is.
        return rows.filter(arn=text, environment__in=list(Environment.objects.values_list("pk", flat=True))), True
    if connection.vendor != "postgresql":
        found = Q()
        for name in _COLUMNS[column]:
            found |= Q(**{f"{name}__icontains": text})
        return rows.filter(found), True
    newest = list(rows.order_by("-started_at", "-pk").values_list("pk", flat=True)[:_NEWEST])
    place = StrIndex(column, Lower(Value(text)))
    read = SearchText.objects.filter(pk__in=newest).alias(place=place).filter(place__gt=0)
    having = list(read.values_list("pk", flat=True))
    if len(newest) < _NEWEST:
        return rows.filter(pk__in=having), True
    if len(having) < _COMMON:
        has_text = SearchText.objects.filter(**{f"{column}__contains": Lower(Value(text))})
        having = list(has_text.values_list("pk", flat=True)[: _MOST + 1])
        if len(having) <= _MOST:
            return rows.filter(pk__in=having), True
    # In words that no index knows: one execution after the other is looked at, the newest first.
    return rows.alias(**{column: StrIndex(f"search_text__{column}", Lower(Value(text)))}).filter(
        **{f"{column}__gt": 0}
    ), False
