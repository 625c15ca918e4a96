"""What a person has typed and not saved, kept on the server: one draft a person and workflow.

A draft is never overwritten unknowingly: who keeps one says which version they have seen. It goes when its text is
saved as a revision, or when its owner throws it away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from designer.models import Draft
from designer.services import Refused, check_text

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from designer.models import StateMachine


class OtherDraft(Exception):  # noqa: N818 - it says what happened
    """Another window of the same person has kept a draft that this one hasn't seen."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("Another window of yours has kept a newer draft of this workflow. Neither is lost.")
        self.draft = draft


def draft_of(machine: StateMachine, owner: User) -> Draft | None:
    return Draft.objects.filter(state_machine=machine, owner=owner).first()


@transaction.atomic
def keep(machine: StateMachine, *, definition: str, base: int, seen: int, owner: User) -> Draft:
    """Keep the text; ``seen`` is the version last kept or read, 0 for none. Raises `OtherDraft`, `Refused`."""
    check_text(definition)
    if not machine.revisions.filter(number=base).exists():
        raise Refused(f"{machine} has no revision {base} that this could be an edit of.")
    now = timezone.now()
    version = max(int(now.timestamp() * 1000), seen + 1)
    changed = Draft.objects.filter(state_machine=machine, owner=owner, version=seen).update(
        definition=definition, base=base, version=version, updated_at=now
    )
    present = draft_of(machine, owner)
    if changed and present is not None:
        return present
    if present is not None:
        if (present.definition, present.base) == (definition, base):
            return present  # the answer to the first sending was lost: it is there
        raise OtherDraft(present)
    try:
        with transaction.atomic():
            return Draft.objects.create(
                state_machine=machine, owner=owner, base=base, definition=definition, version=version, updated_at=now
            )
    except IntegrityError as error:  # two windows began at the same moment
        raise OtherDraft(Draft.objects.get(state_machine=machine, owner=owner)) from error


def discard(machine: StateMachine, *, owner: User, seen: int) -> bool:
    """Throw away the version that was seen; False where another window has kept a newer one since."""
    mine = Draft.objects.filter(state_machine=machine, owner=owner)
    return bool(mine.filter(version__lte=seen).delete()[0]) or not mine.exists()


def saved(machine: StateMachine, *, definition: str, owner: User) -> None:
    """A draft with this text is a revision now."""
    Draft.objects.filter(state_machine=machine, owner=owner, definition=definition).delete()
