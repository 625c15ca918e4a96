"""The page of alerts: which rules there are, what they said lately, one made, one deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from callboard.access import requires
from callboard.roles import allowed
from designer.models import Environment, StateMachine
from designer.selectors import as_key
from executions.alerts import in_words
from executions.api import SEE
from executions.models import Alert, AlertRule

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MAKE = "executions.add_alertrule"
UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
LONGEST = 366 * 86400  # an execution may run for a year
MOST_RULES = 200
LATELY = 20


@require_GET
@requires(SEE)
def alerts(request: HttpRequest) -> HttpResponse:
    """All of them, or with ``?workflow=`` what concerns one workflow: its own rules and those for all."""
    machine = StateMachine.objects.filter(pk=as_key(request.GET.get("workflow", "")) or 0).first()
    rules = AlertRule.objects.select_related("state_machine", "environment", "created_by")
    rules = rules.prefetch_related("people", "groups")
    said = Alert.objects.select_related("rule", "execution__state_machine", "execution__environment")
    if machine is not None:
        rules = rules.filter(state_machine=machine) | rules.filter(state_machine=None)
        said = said.filter(execution__state_machine=machine)
    people = User.objects.filter(is_active=True).order_by("username")
    context = {
        "machine": machine,
        "rules": [(rule, in_words(rule.seconds)) for rule in rules],
        "said": said[:LATELY],
        "may_make": allowed(request.user, MAKE),
        "kinds": AlertRule.Kind.choices,
        "units": UNITS,
        "workflows": StateMachine.objects.order_by("name"),
        "environments": Environment.objects.all(),
        "people": [user for user in people if allowed(user, SEE)],
        "groups": Group.objects.order_by("name"),
    }
    return render(request, "executions/alerts.html", context)


@require_POST
@requires(MAKE)
def add(request: HttpRequest) -> HttpResponse:
    problem, rule = _read(request)
    if problem:
        messages.error(request, f"Not added: {problem}")
        return _back(request)
    rule.save()
    rule.people.set(User.objects.filter(pk__in=_keys(request, "people"), is_active=True))
    rule.groups.set(Group.objects.filter(pk__in=_keys(request, "groups")))
    messages.success(request, "The alert is added. It speaks of what happens from now on.")
    return _back(request)


@require_POST
@requires(MAKE)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(AlertRule, pk=pk).delete()
    messages.success(request, "The alert is deleted.")
    return _back(request)


def _read(request: HttpRequest) -> tuple[str, AlertRule]:
    """What is wrong with the form ("" where nothing is), and the rule that it asks for, not saved yet."""
    given = request.POST
    kind = given.get("kind", "")
    rule = AlertRule(kind=kind, programs="programs" in given, created_by_id=request.user.pk)
    if kind not in AlertRule.Kind.values:
        return "choose what it tells about.", rule
    if kind in AlertRule.TAKE_TIME:
        rule.seconds = (as_key(given.get("amount", "")) or 0) * UNITS.get(given.get("unit", ""), 0)
        if not 0 < rule.seconds <= LONGEST:
            return "say how long, from a second to a year.", rule
    for field, model in (("state_machine", StateMachine), ("environment", Environment)):
        key = given.get(field, "")
        if key and not model.objects.filter(pk=as_key(key) or 0).exists():
            return f"that {field.replace('state_machine', 'workflow')} is gone.", rule
        setattr(rule, f"{field}_id", as_key(key) if key else None)
    if not (rule.programs or _keys(request, "people") or _keys(request, "groups")):
        return "name at least one person, group or the receivers.", rule
    if AlertRule.objects.count() >= MOST_RULES:
        return f"there are {MOST_RULES} already. Delete one first.", rule
    return "", rule


def _keys(request: HttpRequest, name: str) -> list[int]:
    return [key for key in map(as_key, request.POST.getlist(name)) if key is not None]


def _back(request: HttpRequest) -> HttpResponse:
    key = as_key(request.POST.get("workflow", ""))
    return redirect(reverse("alerts") + (f"?workflow={key}" if key is not None else ""))
