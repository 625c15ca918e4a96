"""Two definitions side by side: any two revisions, or a revision and what runs in an environment (drift).

A side is named ``r3`` (a revision) or ``e2`` (what the environment with that key runs, asked when the page is opened).
"""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from asl.diff import Absent, FieldChange, StateChange, compare
from asl.findings import unescaped
from callboard.aws import client
from designer import selectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from designer.models import Deployment, StateMachine

CONTEXT_LINES = 3


class NoSide(Exception):  # noqa: N818 - it says what happened
    """One side can't be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Side:
    key: str  # "r3", "e2"
    title: str  # "Revision 3", "What runs in Embedded"
    definition: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    path: str
    before: str | None  # None where the side has no such field
    after: str | None


@dataclass(frozen=True, slots=True)
class StateRow:
    name: str
    words: str  # "added", "moved and changed"
    kind: str  # the first of the kinds: what the row's mark shows
    pointer: str  # JSON Pointer in the newer text; in the older one for a removed state
    was: str  # the former name of a renamed state
    moved_from: str  # what held it before
    moved_to: str
    fields: Sequence[FieldRow]


@dataclass(frozen=True, slots=True)
class Comparison:
    before: Side
    after: Side
    machine: Sequence[FieldRow] = ()
    states: Sequence[StateRow] = ()
    lines: Sequence[str] = field(default=())  # a text diff, where a side isn't JSON
    reformatted: bool = False  # the texts differ, what they mean doesn't

    @property
    def is_same(self) -> bool:
        return not (self.machine or self.states or self.lines or self.reformatted)


def side(machine: StateMachine, key: str) -> Side:
    """Raises `NoSide`."""
    number = selectors.as_key(key[1:])
    if key.startswith("r") and number is not None:
        revision = machine.revisions.filter(number=number).first()
        if revision is not None:
            return Side(key, f"Revision {number}", revision.definition)
    elif key.startswith("e") and number is not None:
        found = [row for row in selectors.in_force([machine.pk])[machine.pk] if row.environment_id == number]
        if found:
            return Side(key, f"What runs in {found[0].environment}", running(found[0]))
        raise NoSide(f"{machine} isn't deployed there.")
    raise NoSide(f"{machine} has no revision {key.removeprefix('r')}.")


def running(deployment: Deployment) -> str:
    """The definition that the environment has now. Raises `NoSide`."""
    environment = deployment.environment
    try:
        found = client(environment, "stepfunctions").describe_state_machine(stateMachineArn=deployment.arn)
    except ClientError as error:
        said = error.response["Error"]
        if said.get("Code") == "StateMachineDoesNotExist":
            raise NoSide(f"{environment} has no such state machine any more. Deploy it again.") from error
        raise NoSide(f"{environment} answered {said.get('Code')}: {said.get('Message', '')}") from error
    except (BotoCoreError, ValueError) as error:
        raise NoSide(f"{environment} can't be reached: {error}") from error
    return str(found["definition"])


def comparison(before: Side, after: Side) -> Comparison:
    if before.definition == after.definition:
        return Comparison(before, after)
    try:
        documents = json.loads(before.definition), json.loads(after.definition)
        found = compare(*documents)
    except (ValueError, RecursionError):
        texts = (before.definition.splitlines(), after.definition.splitlines())
        lines = difflib.unified_diff(*texts, before.title, after.title, "", "", CONTEXT_LINES)
        return Comparison(before, after, lines=[line.rstrip("\n") for line in lines])
    return Comparison(
        before,
        after,
        machine=[field_row(change) for change in found.machine],
        states=[_state(change) for change in found.states],
        reformatted=not found,
    )


def marks(difference: Sequence[StateRow]) -> dict[str, dict[str, str]]:
    """What the graph shows at each state, by its JSON Pointer."""
    return {row.pointer: {"kind": row.kind, "words": row.words} for row in difference}


def _state(change: StateChange) -> StateRow:
    is_moved, is_renamed = "moved" in change.kinds, "renamed" in change.kinds
    return StateRow(
        name=change.name,
        words=" and ".join(change.kinds),
        kind=change.kinds[0],
        pointer=change.after or change.before or "",
        was=_name(change.before) if is_renamed else "",
        moved_from=_holder(change.before) if is_moved else "",
        moved_to=_holder(change.after) if is_moved else "",
        fields=[field_row(item) for item in change.fields],
    )


def _name(pointer: str | None) -> str:
    return unescaped((pointer or "").rsplit("/", 1)[-1])


def _holder(pointer: str | None) -> str:
    """The state that holds the one at ``pointer``, in words."""
    parts = (pointer or "").split("/")[:-2]
    if len(parts) < 3:
        return "the workflow's own level"
    if parts[-2] == "Branches":
        return f"branch {int(parts[-1]) + 1} of {unescaped(parts[-3])}"
    return unescaped(parts[-2])


def field_row(change: FieldChange) -> FieldRow:
    """A difference as pages show it."""
    path = " › ".join(unescaped(part) for part in change.path.split("/")[1:]) or "(all of it)"
    return FieldRow(path, _text(change.before), _text(change.after))


def _text(value: Any) -> str | None:
    if isinstance(value, Absent):
        return None
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
