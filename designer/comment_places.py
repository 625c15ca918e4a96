"""Comments go with the state that they are about when it gets another name."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from asl.diff import compare
from asl.walk import states
from designer.models import RevisionComment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from designer.models import Revision


def follow(before: Revision, after: Revision, said: Mapping[str, str]) -> None:
    """``said`` are new names by old ones, where whoever saved ``after`` knows; else the texts are compared."""
    comments = RevisionComment.objects.filter(revision__state_machine=after.state_machine_id).exclude(state_now="")
    spoken_of = defaultdict(list)
    for key, name in comments.values_list("pk", "state_now"):
        spoken_of[name].append(key)
    if not spoken_of:
        return
    try:
        documents = json.loads(before.definition), json.loads(after.definition)
        there = {place.name for place in states(documents[1])}
        gone = spoken_of.keys() - there
        found = _renamed(*documents) if gone - said.keys() else {}
    except (ValueError, RecursionError):  # a text that is no definition yet: the next one may be
        return
    now = {**{name: found[name] for name in gone & found.keys()}, **said}
    for old, new in now.items():
        if new in there and old != new:
            RevisionComment.objects.filter(pk__in=spoken_of[old]).update(state_now=new)


def _renamed(before: object, after: object) -> dict[str, str]:
    changes = compare(before, after).states
    return {_name(change.before): change.name for change in changes if "renamed" in change.kinds and change.before}


def _name(pointer: str) -> str:
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
