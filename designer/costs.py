"""What a run of a design costs: its state transitions (or an EXPRESS run's request and memory) and models' tokens.

An estimate, with everything that it assumes shown and changeable. Prices are a dated table (``prices.json``, its source
named in it; another file by CALLBOARD_PRICES). What the called services themselves cost isn't in it.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from asl.resource import parse_resource
from asl.walk import Place, states
from designer import visits
from designer.plain_words import condition
from designer.services import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

LETTERS_A_TOKEN = 4  # of English text, about
ANSWER_TOKENS = 500  # where the body doesn't say how many there may be
_REGIONAL = re.compile(r"(?:us|eu|apac|us-gov|global|jp|au|ca)\.")
_LIMITS = ("max_tokens", "max_tokens_to_sample", "maxTokens", "maxTokenCount", "max_gen_len", "max_new_tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody assumes; by the states' JSON Pointers."""

    visits: visits.Assumptions = field(default_factory=visits.Assumptions)
    tokens: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # in, out
    attempts: Mapping[str, float] = field(default_factory=dict)  # of a Task, on average
    measured: Mapping[str, float] | None = None  # visits by a state's name, of past runs
    runs: float = 1000  # a month
    seconds: float = 5  # an EXPRESS run's
    megabytes: float = 64


def prices() -> dict[str, Any]:
    """Raises `Refused` for a file that can't be read."""
    path = settings.CALLBOARD_PRICES
    return _read(str(path) if path else str(Path(__file__).with_name("prices.json")))


@lru_cache(maxsize=4)
def _read(path: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        float(found["transition"])
        dict(found["models_per_million_tokens"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"The prices can't be read (CALLBOARD_PRICES): {error}") from error
    return found


def estimate(definition: str, type: str, given: Given) -> dict[str, Any]:  # noqa: A002 - the API's own word
    """Amounts in the table's currency. Raises `Refused` for what isn't a definition."""
    try:
        document = json.loads(definition)
    except (ValueError, RecursionError) as error:
        raise Refused(f"The definition isn't JSON yet: {error}.") from error
    if not isinstance(document, dict) or not isinstance(document.get("States"), dict):
        raise Refused("The definition has no States.")
    table = prices()
    found = visits.expected(document, given.visits)
    counts = {**found.own, **found.children}
    places = [place for place in states(document) if isinstance(place.state, dict)]
    if given.measured is not None:
        counts |= {place.path: given.measured.get(place.name, 0.0) for place in places}
    lines = [_line(place, counts.get(place.path, 0.0), given, table) for place in places]
    transitions = 1 + found.executions + sum(line["transitions"] for line in lines)
    tokens = sum(line["cost"] or 0.0 for line in lines)
    engine = _engine(type, transitions, given, table)
    return {
        "per_run": engine + tokens,
        "engine": engine,
        "tokens": tokens,
        "transitions": transitions,
        "per_month": _month(
            given, table, express=type == "EXPRESS", transitions=transitions, run=engine + tokens, tokens=tokens
        ),
        "runs": given.runs,
        "lines": lines,
        "choices": [_choice(place, given) for place in places if place.state.get("Type") == "Choice"],
        "maps": [_map(place, given) for place in places if place.state.get("Type") == "Map"],
        "notes": _notes(found, lines),
        "prices": {name: table.get(name, "") for name in ("as_of", "region", "currency", "source")},
    }


def _engine(type: str, transitions: float, given: Given, table: Mapping[str, Any]) -> float:  # noqa: A002
    if type != "EXPRESS":
        return transitions * float(table["transition"])
    return express_cost(given.seconds, given.megabytes, table)


def _month(
    given: Given, table: Mapping[str, Any], *, express: bool, transitions: float, run: float, tokens: float
) -> float:
    if express:
        return run * given.runs
    billed = max(0.0, transitions * given.runs - float(table.get("free_transitions", 0)))
    return billed * float(table["transition"]) + tokens * given.runs


def _line(place: Place, count: float, given: Given, table: Mapping[str, Any]) -> dict[str, Any]:
    attempts = max(1.0, float(given.attempts.get(place.path, 1.0))) if place.state.get("Retry") else 1.0
    model = _model(place.state)
    line: dict[str, Any] = {
        "state": place.path,
        "name": place.name,
        "visits": count,
        "attempts": attempts,
        "retries": bool(place.state.get("Retry")),
        "transitions": count * attempts,
        "model": model,
        "tokens_in": None,
        "tokens_out": None,
        "cost": None,
        "priced": True,
    }
    if model is None:
        return line
    sent, answered = given.tokens.get(place.path) or _tokens(place.state)
    price = price_of(model, table)
    cost = 0.0 if price is None else (sent * price[0] + answered * price[1]) / 1e6 * count * attempts
    return line | {"tokens_in": sent, "tokens_out": answered, "cost": cost, "priced": price is not None}


def _model(state: Mapping[str, Any]) -> str | None:
    """The id of the model that a state asks; "" where only the run knows it; None for a state that asks none."""
    resource = parse_resource(state["Resource"]) if isinstance(state.get("Resource"), str) else None
    if resource is None or not resource.service.lower().startswith("bedrock"):
        return None
    if resource.action.lower() not in ("invokemodel", "converse"):
        return None
    model = _arguments(state).get("ModelId")
    return model if isinstance(model, str) and not re.search(r"\$\{|\{%|^\$", model) else ""


def price_of(model: str, table: Mapping[str, Any]) -> tuple[float, float] | None:
    """Of a million tokens in and out; None for a model whose price isn't known.

    The longest name in the table that the model's begins with. An inference profile of a region ("us.") has a price of
    its own where the table says so, else its model's.
    """
    whole = model.rsplit("/", 1)[-1]
    known: Mapping[str, list[float]] = table["models_per_million_tokens"]
    for name in (whole, _REGIONAL.sub("", whole, count=1)):
        fits = sorted((key for key in known if name.startswith(key)), key=len)
        if fits:
            return float(known[fits[-1]][0]), float(known[fits[-1]][1])
    return None


def express_cost(seconds: float, megabytes: float, table: Mapping[str, Any]) -> float:
    """Of one EXPRESS run: billed in chunks of 64 MB and steps of 100 ms, here at the first tier's price."""
    memory = math.ceil(megabytes / 64) * 64 / 1024
    duration = math.ceil(seconds * 10) / 10
    return float(table["express_request"]) + memory * duration * float(table["express_gb_second"])


def _arguments(state: Mapping[str, Any]) -> Mapping[str, Any]:
    given = state.get("Arguments", state.get("Parameters"))
    return given if isinstance(given, dict) else {}


def _tokens(state: Mapping[str, Any]) -> tuple[float, float]:
    """Of the body that stands in the definition: its texts, and the longest answer that it allows."""
    given = _arguments(state)
    body = given.get("Body", given.get("Messages", given))
    sent = math.ceil(sum(len(text) for text in _texts(body)) / LETTERS_A_TOKEN)
    limits = [value for name, value in _members(given) if name in _LIMITS and isinstance(value, int | float)]
    return float(max(1, sent)), float(limits[0]) if limits else float(ANSWER_TOKENS)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for member in members for text in _texts(member)]


def _members(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, list):
        return [pair for member in value for pair in _members(member)]
    if not isinstance(value, dict):
        return []
    return [pair for name, member in value.items() for pair in ((name.removesuffix(".$"), member), *_members(member))]


def _choice(place: Place, given: Given) -> dict[str, Any]:
    found = visits.ways(place.state, place.path, given.visits)
    rules = place.state.get("Choices")
    ways = [
        {
            "key": key,
            "target": target,
            "share": share,
            "words": "otherwise" if key == "default" else condition(rules[int(key)]),
        }
        for key, target, share in found
    ]
    return {"state": place.path, "name": place.name, "ways": ways}


def _map(place: Place, given: Given) -> dict[str, Any]:
    count = given.visits.iterations.get(place.path, visits.ITERATIONS)
    return {"state": place.path, "name": place.name, "iterations": count}


def _notes(found: visits.Visits, lines: list[dict[str, Any]]) -> list[str]:
    notes = ["What the called services cost themselves isn't in it: functions, queues, storage, transfer."]
    if found.endless:
        notes.append("Some of it goes round for ever under these assumptions: the figures are too low.")
    if found.executions:
        notes.append("Each item of a distributed Map is a run of its own; its start is counted as one transition.")
    for line in lines:
        if line["model"] == "":
            notes.append(f"{line['name']}: only the run knows which model it asks, so its tokens aren't priced.")
        elif not line["priced"]:
            notes.append(f"{line['name']}: there is no price for {line['model']} in the table.")
    return notes
