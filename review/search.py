"""Text in questions: titles, topics, states and names of executions, whatever the case.

PostgreSQL has a trigram index of exactly this expression (migration 0012); SQLite reads the questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from review.models import ReviewTask

# An execution's name is the last part of its ARN.
_NAME = Func(F("execution_arn"), Value(":"), Value(8), function="split_part")
_TEXT: Any = Func(
    F("title"),
    F("topic"),
    F("state_name"),
    _NAME,
    template="lower(%(expressions)s)",
    arg_joiner=" || chr(10) || ",
    output_field=TextField(),
)


def narrow(tasks: QuerySet[ReviewTask], text: str) -> QuerySet[ReviewTask]:
    """Those of ``tasks`` that have ``text``."""
    if connection.vendor == "postgresql":
        return tasks.alias(searched=_TEXT).filter(searched__contains=Lower(Value(text)))
    return tasks.filter(
        Q(title__icontains=text)
        | Q(topic__icontains=text)
        | Q(state_name__icontains=text)
        | Q(execution__name__icontains=text)
    )
