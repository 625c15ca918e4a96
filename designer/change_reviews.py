"""A change is looked at before it is deployed: comments, a request, verdicts, and whether a revision may go out.

Four eyes: a verdict of approval counts when its author wrote none of what it lets through, which is everything since
the last approved revision. A revision never changes, so an approval can't be outdated; the next revision has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from callboard.roles import DESIGNER
from designer.models import ReviewRequest, Revision, RevisionComment, RevisionName, StateMachine, Verdict
from designer.services import Refused
from notifications.outbox import tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

LONGEST_COMMENT = 4000
MOST_SHOWN = 500  # comments on the canvas
LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the review of a revision stands. ``verdicts`` are the newest of each person."""

    status: str  # "approved", "changes", "asked" or ""
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def is_approved(self) -> bool:
        return self.status == "approved"

    @property
    def words(self) -> str:
        return {"approved": "Approved", "changes": "Changes asked for", "asked": "Review asked for"}.get(
            self.status, ""
        )


def standing(revision: Revision) -> Standing:
    """Of one revision; `standings` for many."""
    return standings([revision])[revision.pk]


def standings(revisions: Iterable[Revision]) -> dict[int, Standing]:
    """By the revisions' keys, in three queries."""
    rows = list(revisions)
    keys = [row.pk for row in rows]
    newest: dict[int, dict[int | None, Verdict]] = {key: {} for key in keys}
    for verdict in Verdict.objects.filter(revision_id__in=keys).select_related("by"):
        newest[verdict.revision_id][verdict.by_id] = verdict
    asked = set(ReviewRequest.objects.filter(revision_id__in=keys).values_list("revision_id", flat=True))
    found = {}
    for key in keys:
        verdicts = list(newest[key].values())
        outcomes = {verdict.outcome for verdict in verdicts}
        if Verdict.Outcome.CHANGES in outcomes:
            status = "changes"
        elif Verdict.Outcome.APPROVED in outcomes:
            status = "approved"
        else:
            status = "asked" if key in asked else ""
        found[key] = Standing(status, verdicts)
    return found


def last_approved(revision: Revision) -> Revision | None:
    """The newest approved revision before this one: what the change is measured from."""
    earlier = Revision.objects.filter(state_machine=revision.state_machine, number__lt=revision.number)
    candidates = list(earlier.filter(verdicts__outcome=Verdict.Outcome.APPROVED).distinct().order_by("-number"))
    known = standings(candidates)
    return next((row for row in candidates if known[row.pk].is_approved), None)


def writers(revision: Revision) -> set[int]:
    """Who wrote something that an approval of ``revision`` would let through."""
    since = last_approved(revision)
    rows = Revision.objects.filter(state_machine=revision.state_machine, number__lte=revision.number)
    if since is not None:
        rows = rows.filter(number__gt=since.number)
    return {key for key in rows.values_list("author_id", flat=True) if key is not None}


def why_not_judge(revision: Revision, by: User) -> str:
    """Nothing for somebody who may approve; else why not, in words."""
    if by.pk in writers(revision):
        return "You wrote some of this change: somebody else has to look at it."
    return ""


@transaction.atomic
def ask(revision: Revision, *, by: User, note: str = "") -> ReviewRequest:
    """Once a revision; asking again takes the new note. Those who may approve it are told, once."""
    found, _ = ReviewRequest.objects.update_or_create(
        revision=revision, defaults={"by": by, "note": _text(note, LONGEST_NOTE), "created_at": timezone.now()}
    )
    machine = revision.state_machine
    tell(
        "change.asked",
        f"revision-{revision.pk}",
        subject=f"Review of a change: {machine.name}, revision {revision.number}",
        text="\n\n".join(
            filter(None, [f"{by} asks for a review of revision {revision.number} of {machine.name}.", found.note])
        ),
        path=reverse("revision", args=[machine.pk, revision.number]),
        people=may_judge(revision).exclude(pk=by.pk),
    )
    return found


def may_judge(revision: Revision) -> QuerySet[User]:
    """Everybody whose approval would count."""
    people = User.objects.filter(Q(groups__name=DESIGNER) | Q(is_superuser=True), is_active=True)
    return people.exclude(pk__in=writers(revision)).distinct()


@transaction.atomic
def judge(revision: Revision, *, by: User, outcome: str, text: str = "") -> Verdict:
    """Raises `Refused` for one's own change, and for asking for changes without saying which."""
    if outcome not in Verdict.Outcome.values:
        raise Refused("A verdict approves or asks for changes.")
    if refusal := why_not_judge(revision, by):
        raise Refused(refusal)
    said = _text(text, 2000)
    if outcome == Verdict.Outcome.CHANGES and not said:
        raise Refused("Say what should be changed.")
    return Verdict.objects.create(revision=revision, by=by, outcome=outcome, text=said)


def comment(revision: Revision, *, by: User, text: str, state: str = "") -> RevisionComment:
    """Raises `Refused`."""
    said = _text(text, LONGEST_COMMENT)
    if not said:
        raise Refused("The comment is empty.")
    name = _text(state, 80)
    return RevisionComment.objects.create(revision=revision, author=by, text=said, state=name, state_now=name)


def said_of_states(revision: Revision) -> list[RevisionComment]:
    """What is said of states in ``revision`` and before it, back to the newest that was approved; the oldest first."""
    since = last_approved(revision)
    found = RevisionComment.objects.filter(
        revision__state_machine=revision.state_machine,
        revision__number__lte=revision.number,
        revision__number__gt=0 if since is None else since.number,
    )
    newest = found.exclude(state="").select_related("author", "revision").order_by("-created_at", "-pk")
    return list(newest[:MOST_SHOWN])[::-1]


def call(revision: Revision, name: str) -> None:
    """Give a revision a name, or take it away with "". Raises `Refused`."""
    wanted = _text(name, 60)
    if not wanted:
        RevisionName.objects.filter(revision=revision).delete()
        return
    taken = RevisionName.objects.filter(state_machine=revision.state_machine, name=wanted).exclude(revision=revision)
    holder = taken.select_related("revision").first()
    if holder is not None:
        raise Refused(f"Revision {holder.revision.number} is called {wanted} already. Choose another name.")
    try:
        with transaction.atomic():
            RevisionName.objects.update_or_create(
                revision=revision, defaults={"state_machine": revision.state_machine, "name": wanted}
            )
    except IntegrityError as error:
        raise Refused(f"Another revision is called {wanted} already. Choose another name.") from error


def demand_approval(machine: StateMachine, *, required: bool, by: User) -> None:
    """Whoever may change the workflow may demand it; only staff do without again. Raises `Refused`."""
    if machine.approval_required and not required and not by.is_staff:
        raise Refused("Only a member of staff switches the approval off, or it would protect nothing.")
    machine.approval_required = required
    machine.save(update_fields=["approval_required", "updated_at"])


def why_not_deploy(revision: Revision) -> str:
    """Nothing where the revision may go out; else what is missing, in words."""
    machine = StateMachine.objects.get(pk=revision.state_machine_id)  # as it is now, not as a page remembers it
    if not machine.approval_required:
        return ""
    now = standing(revision)
    if now.is_approved:
        return ""
    why = "it has been asked to be changed" if now.status == "changes" else "nobody has approved it yet"
    return (
        f"{machine} is deployed only when somebody else has approved the revision, and of revision {revision.number} "
        f"{why}. Ask for a review on the revision's page."
    )


def _text(value: str, longest: int) -> str:
    return value.replace("\x00", "").strip()[:longest]
