"""Which actions a search means, best first.

Every word typed must be found: in the action's name, in its service's, among words that people use for it, or in what
the documentation says it does. A name that is wholly typed comes before one that only begins so; an optimized
integration before the service's own action; what most workflows use before what few do. What AWS isn't known to support
comes after all that it is.
"""

from __future__ import annotations

import heapq
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from designer.catalogue import Action, index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_EMPTY = frozenset(
    {"a", "an", "the", "to", "from", "in", "into", "of", "on", "with", "for", "my", "over", "all", "aws", "amazon"}
)
# What people say for what AWS says, in whatever service. A word stands for itself as well.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "bucket": ("s3",),
    "call": ("invoke",),
    "container": ("ecs",),
    "cron": ("schedule",),
    "fetch": ("get",),
    "file": ("object", "files"),
    "function": ("lambda",),
    "image": ("images",),
    "insert": ("put",),
    "kubernetes": ("eks",),
    "mail": ("email",),
    "queue": ("sqs",),
    "read": ("get",),
    "record": ("item",),
    "run": ("start", "execute", "invoke"),
    "save": ("put",),
    "sql": ("athena", "statement"),
    "store": ("put",),
    "table": ("dynamodb",),
    "topic": ("sns",),
    "transcribe": ("transcription",),
    "trigger": ("start", "invoke"),
    "upload": ("put",),
    "workflow": ("states",),
    "write": ("put",),
}
# Services by how often workflows use them; the rest have no place.
_COMMON = (
    "lambda", "s3", "dynamodb", "sqs", "sns", "bedrock", "states", "events", "ecs", "http", "batch", "glue", "athena",
    "sagemaker", "transcribe", "bedrockruntime", "sesv2", "translate", "comprehend", "textract", "rekognition", "polly",
    "apigateway", "secretsmanager", "ssm", "scheduler", "eventbridge", "ec2", "rds", "rdsdata", "redshiftdata", "sfn",
    "mediaconvert", "elasticmapreduce", "eks", "ses", "cloudwatch", "kms", "iam", "redshift",
)  # fmt: skip
_PLACE = {service: place for place, service in enumerate(_COMMON)}
_BARE = 2  # letters that only a word's beginning is looked for
_WEAK, _WEAKEST = 5.0, 8.0  # what a word costs that only the documentation or the middle of a word has


def search(text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Actions that ``text`` means, best first. Without words: the optimized ones."""
    words = tuple(_words(text))
    if not words:
        found: Iterable[Action] = (action for action in index() if action.optimized)
        return [action.as_json() for action in heapq.nsmallest(limit, found, key=_usual)]
    return [action.as_json() for action in _ranked(words, limit)]


def _words(text: str) -> list[str]:
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text) if " " in text.strip() else text
    typed = re.findall(r"[a-z0-9]+", split.lower())
    return [word for word in typed if word not in _EMPTY] or typed


@lru_cache(maxsize=512)
def _ranked(words: tuple[str, ...], limit: int) -> list[Action]:
    rules = [_rule(word) for word in words]
    found = index()
    for word, pattern, _ in rules:
        if len(word) <= _BARE:
            found = [action for action in found if f" {word}" in action.words]
        elif pattern is None:
            found = [action for action in found if word in action.words or word in action.summary.lower()]
        else:
            found = [action for action in found if pattern.search(action.words) or word in action.summary.lower()]
    return heapq.nsmallest(limit, found, key=lambda action: _rank(action, rules))


@cache
def _rule(word: str) -> tuple[str, re.Pattern[str] | None, tuple[str, ...]]:
    also = _ALSO.get(word, ())
    return word, re.compile("|".join([word, *(f" {other} " for other in also)])) if also else None, also


def _rank(action: Action, rules: list[tuple[str, re.Pattern[str] | None, tuple[str, ...]]]) -> tuple[Any, ...]:
    own, of_service, known_as = action.words.split("|")
    covered, cost = 0, 0.0
    for word, _, also in rules:
        exact, begins = f" {word} ", f" {word}"
        if exact in own:
            covered += 1
        elif exact in of_service:
            cost += 0.4
        elif exact in known_as:
            cost += 0.8
        elif any(f" {other} " in own for other in also):
            covered += 1
            cost += 1
        elif any(f" {other} " in of_service for other in also):
            cost += 1
        elif begins in own:
            covered += 1
            cost += 1.5
        elif begins in of_service or begins in known_as:
            cost += 2
        else:
            cost += _WEAK if begins in f" {action.summary.lower()}" else _WEAKEST
    # Words of the name that weren't typed; those of what people call by other words count less.
    left = own.count(" ") - 1 - covered
    cost += left * (0.5 if known_as.strip() else 0.9) - (1.6 if action.optimized else 0)
    cost += min(1.2, 0.03 * _PLACE.get(action.service, 40))
    if own.startswith(f" {rules[0][0]} "):
        cost -= 0.3
    if len(rules) > 1 and f" {' '.join(word for word, _, _ in rules)} " in known_as:
        cost -= 2  # "speech to text" isn't "text to speech"
    return (not action.supported, round(cost, 3), action.service, action.action)


def _usual(action: Action) -> tuple[Any, ...]:
    return (_PLACE.get(action.service, 99), action.action)
