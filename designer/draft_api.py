"""The JSON API of what isn't a revision yet: a person's draft, and the merge of two edits (docs/api.md)."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest  # noqa: TC002 (Ninja reads the signatures)
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError

from callboard.access import session
from designer import drafts, imports, merging, selectors
from designer.serializers import as_draft, as_revision
from designer.services import Refused

router = Router(tags=["drafts"])
SAVE = "designer.add_revision"
JSON = dict[str, Any]


class DraftIn(Schema):
    definition: str
    base_revision: int
    seen: int = 0


class DiscardIn(Schema):
    seen: int


class MergeIn(Schema):
    definition: str
    base_revision: int
    choices: dict[str, Literal["mine", "theirs"]] = Field(default_factory=dict)


class ImportIn(Schema):
    text: str
    filename: str = ""


@router.post("imports", auth=session(SAVE))
def post_import(request: HttpRequest, body: ImportIn) -> JSON:  # noqa: ARG001
    """The definitions that a text holds: one, or each of a template's state machines. Nothing is saved."""
    try:
        found = imports.read(body.text, body.filename)
    except Refused as error:
        raise HttpError(422, str(error)) from error
    return {"found": [{"name": row.name, "type": row.type, "definition": row.definition} for row in found]}


@router.get("state-machines/{machine_id}/draft", auth=session(SAVE))
def get_draft(request: HttpRequest, machine_id: int) -> JSON:
    """One's own."""
    found = drafts.draft_of(selectors.machine(machine_id), request.user)  # type: ignore[arg-type]
    return {"draft": None if found is None else as_draft(found)}


@router.put("state-machines/{machine_id}/draft", response={200: JSON, 409: JSON}, auth=session(SAVE))
def put_draft(request: HttpRequest, machine_id: int, body: DraftIn) -> Status[JSON]:
    """``seen`` is the version last kept or read; 409 shows a newer one of another window."""
    machine = selectors.machine(machine_id)
    try:
        kept = drafts.keep(
            machine,
            definition=body.definition,
            base=body.base_revision,
            seen=body.seen,
            owner=request.user,  # type: ignore[arg-type]
        )
    except drafts.OtherDraft as other:
        return Status(409, {"message": str(other), "draft": as_draft(other.draft)})
    except Refused as error:
        raise HttpError(422, str(error)) from error
    shown = as_draft(kept)
    del shown["definition"]
    return Status(200, shown)


@router.delete("state-machines/{machine_id}/draft", auth=session(SAVE))
def delete_draft(request: HttpRequest, machine_id: int, body: DiscardIn) -> JSON:
    """``discarded`` is false where another window has kept a newer version since ``seen``."""
    gone = drafts.discard(selectors.machine(machine_id), owner=request.user, seen=body.seen)  # type: ignore[arg-type]
    return {"discarded": gone}


@router.post("state-machines/{machine_id}/merge", response={200: JSON, 422: JSON}, auth=session(SAVE))
def post_merge(request: HttpRequest, machine_id: int, body: MergeIn) -> Status[JSON]:  # noqa: ARG001
    """A text begun at ``base_revision`` with what was saved since; nothing is saved."""
    machine = selectors.machine(machine_id)
    base = get_object_or_404(machine.revisions, number=body.base_revision)
    latest = selectors.latest_revision(machine)
    try:
        found = merging.merge(base.definition, body.definition, latest.definition, body.choices)
    except merging.NotMerged as error:
        return Status(422, {"message": str(error)})
    return Status(
        200,
        {
            "revision": as_revision(latest),
            "definition": found.definition,
            "taken": found.taken,
            "conflicts": [
                {
                    "key": each.key,
                    "state": each.state,
                    "path": each.path,
                    "base": each.base,
                    "mine": each.mine,
                    "theirs": each.theirs,
                    "chosen": each.chosen,
                }
                for each in found.conflicts
            ],
        },
    )
