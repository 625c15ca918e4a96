"""The page that shows two definitions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from callboard.access import requires
from callboard.roles import allowed
from designer import comparison, selectors, services

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from designer.models import Environment, StateMachine

SEE, SAVE = "designer.view_statemachine", "designer.add_revision"


@requires(SEE)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """``?from=r3&to=e2``; without them, the latest revision and the one before it."""
    machine = selectors.machine(pk)
    latest = selectors.latest_revision(machine).number
    deployed = selectors.in_force([pk])[pk]
    keys = request.GET.get("from") or f"r{max(latest - 1, 1)}", request.GET.get("to") or f"r{latest}"
    context: dict[str, Any] = {
        "machine": machine,
        "sides": [("from", "From", keys[0]), ("to", "To", keys[1])],
        "choices": _choices(machine, [row.environment for row in deployed]),
    }
    try:
        sides = [comparison.side(machine, key) for key in keys]
    except comparison.NoSide as problem:
        return render(request, "designer/compare.html", {**context, "problem": str(problem)}, status=404)
    found = comparison.comparison(*sides)
    runs = keys[1].startswith("e")
    context |= {
        "found": found,
        "total": len(found.states) + (1 if found.machine else 0),
        "boot": {
            "before": found.before.definition,
            "after": found.after.definition,
            "marks": comparison.marks(found.states),
        },
        # What runs there can be taken in as a revision when it isn't one already.
        "may_take_in": runs
        and allowed(request.user, SAVE)
        and not machine.revisions.filter(definition=found.after.definition).exists(),
    }
    return render(request, "designer/compare.html", context)


def _choices(machine: StateMachine, environments: list[Environment]) -> list[tuple[str, list[tuple[str, str]]]]:
    revisions = [
        (f"r{number}", f"r{number}, {comment[:60]}" if comment else f"r{number}")
        for number, comment in machine.revisions.values_list("number", "comment")
    ]
    running = [(f"e{row.pk}", row.name) for row in environments]
    return [*([("What runs in", running)] if running else []), ("Revisions", revisions)]


@require_POST
@requires(SAVE)
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """What an environment runs becomes the newest revision: drift is kept instead of overwritten."""
    machine = selectors.machine(pk)
    try:
        taken = comparison.side(machine, request.POST.get("side", ""))
        saved = services.save_revision(
            machine,
            definition=taken.definition,
            base=selectors.latest_revision(machine).number,
            comment=f"Taken in: {taken.title[0].lower()}{taken.title[1:]}",
            by=request.user,  # type: ignore[arg-type]
        )
    except (comparison.NoSide, services.Conflict, services.Refused) as problem:
        messages.error(request, str(problem))
        return redirect("compare", pk=pk)
    messages.success(request, f"{taken.title} is revision {saved.number} now.")
    return redirect("designer", pk=pk)
