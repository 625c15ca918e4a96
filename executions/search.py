"""Text in executions: names, errors, inputs and outputs, among any number of them.

PostgreSQL looks in `SearchText`, which a trigger keeps (migration 0009) and a trigram index finds. Text that a great
many executions have is found by reading the newest ones instead; which of the two it is, is tried rather than taken
from statistics, which know nothing of what stands inside a text. Where the index takes too long (its trigrams are in
very many places, or the text has none), only the newest are looked at unless all are asked for, and the page says so.
SQLite reads the executions themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower, StrIndex
from psycopg.errors import QueryCanceled

from designer.models import Environment
from executions.models import Execution, SearchText

if TYPE_CHECKING:
    from django.db.models import QuerySet

NAMES, DATA = "names", "data"
_COLUMNS = {NAMES: ("name", "error"), DATA: ("input", "output")}
# Of so many newest executions, so many that have the text make it a common one: a page of them is soon read.
_NEWEST, _COMMON = 2_000, 20
_MOST = 5_000  # that the index is asked for
_PATIENCE = 50  # milliseconds that the index has
LOOKED_AT = 5_000  # newest executions, where it took longer; a text that so many of them have is common, too
_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a list is narrowed to; ``is_counted``: whether it is soon known how many they are; ``is_whole``: whether all
    were looked at, and not only the `LOOKED_AT` newest.
    """

    rows: QuerySet[Execution]
    is_counted: bool = True
    is_whole: bool = True


def narrow(rows: QuerySet[Execution], column: str, text: str, *, patient: bool) -> Narrowed:
    """Those of ``rows`` that have ``text`` in their names and errors (`NAMES`), whatever its case, or are of that ARN;
    or in their inputs and outputs (`DATA`). ``patient``: all are looked at, however long it takes.
    """
    if column == NAMES and text.startswith("arn:"):
        environments = list(Environment.objects.values_list("pk", flat=True))  # as the index of ARNs begins
        return Narrowed(rows=rows.filter(arn=text, environment__in=environments))
    if connection.vendor != "postgresql":
        found = Q()
        for name in _COLUMNS[column]:
            found |= Q(**{f"{name}__icontains": text})
        return Narrowed(rows=rows.filter(found))
    newest = rows.order_by("-started_at", "-pk").values("pk")
    having = _having(column, text, newest[:_NEWEST])
    if newest[:_NEWEST].count() < _NEWEST:
        return Narrowed(rows=rows.filter(pk__in=having))
    if len(having) < _COMMON:
        indexed = _indexed(column, text, patient=patient)
        if indexed is not None and len(indexed) <= _MOST:
            return Narrowed(rows=rows.filter(pk__in=indexed))
        having = having if indexed else _having(column, text, newest[:LOOKED_AT])
        if indexed is None and len(having) < _A_PAGE:
            return Narrowed(rows=rows.filter(pk__in=having), is_whole=False)
    # In words that no index knows: one execution after the other is looked at, the newest first.
    reading = rows.alias(**{column: StrIndex(f"search_text__{column}", Lower(Value(text)))})
    return Narrowed(rows=reading.filter(**{f"{column}__gt": 0}), is_counted=False)


def _having(column: str, text: str, keys: QuerySet[Execution, Any]) -> list[int]:
    """Those of ``keys`` that have it: each is read."""
    read = SearchText.objects.filter(pk__in=keys).alias(place=StrIndex(column, Lower(Value(text))))
    return list(read.filter(place__gt=0).values_list("pk", flat=True))


def _indexed(column: str, text: str, *, patient: bool) -> list[int] | None:
    """Of all executions, at most one more than `_MOST`; None where the index took too long."""
    has_text = SearchText.objects.filter(**{f"{column}__contains": Lower(Value(text))}).values_list("pk", flat=True)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if not patient:
                cursor.execute("SET LOCAL statement_timeout = %s", [_PATIENCE])
            found = list(has_text[: _MOST + 1])
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
            return found
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise
