"""The pages about executions: a new one, one of them, figures over many. The list: list_views."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from django.contrib import messages
from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from callboard.access import requires
from designer.models import Deployment, Environment, StateMachine
from designer.samples import sample_input
from designer.selectors import as_key
from executions import costs, selectors, services
from executions.api import SEE, START
from executions.boot import boot_of
from executions.models import Execution, SavedInput

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

PERIODS = {"day": ("24 hours", 1), "week": ("7 days", 7), "month": ("30 days", 30)}


@requires(START)
def new_execution(request: HttpRequest) -> HttpResponse:
    """Choose what is deployed, give an input, start. The last input is offered; what was typed survives an error."""
    deployed = newest_deployments()
    chosen = _chosen(request, deployed)
    problem = ""
    text = request.POST.get("input") if request.method == "POST" else _offered_input(request, chosen)
    if request.method == "POST" and chosen is not None:
        try:
            return _started(request, chosen, text or "{}")
        except services.NotStarted as error:
            problem = str(error)
        except ClientError as error:
            said = error.response["Error"]
            problem = f"Not started: {said['Code']}. {said.get('Message', '')}"
        except BotoCoreError:
            problem = f"Not started: {chosen.environment} can't be reached. Test its connection under Environments."
    context = {
        "deployed": deployed,
        "chosen": chosen,
        "input": text,
        "saved": SavedInput.objects.filter(state_machine=chosen.revision.state_machine) if chosen else [],
        "name": request.POST.get("name", ""),
        "unwaited": "unwaited" in request.POST,
        "problem": problem,
    }
    return render(request, "executions/new.html", context, status=422 if problem else 200)


def _started(request: HttpRequest, chosen: Deployment, text: str) -> HttpResponse:
    machine, name = chosen.revision.state_machine, request.POST.get("name", "").strip()
    if machine.type == StateMachine.Type.EXPRESS and "unwaited" in request.POST:
        name = services.begin_express(chosen, input=text, name=name)
        messages.success(request, f"{name} is started. Its log says how it ends: look again in a moment.")
        return redirect(reverse("express") + f"?deployment={chosen.pk}&look=1")
    execution = services.start_execution(
        state_machine=machine,
        environment=chosen.environment,
        input=text,
        name=name,
        by=request.user if isinstance(request.user, User) else None,
    )
    return redirect("execution", pk=execution.pk)


def newest_deployments() -> list[Deployment]:
    """What is in force: the newest deployment of each workflow in each environment."""
    newest: dict[tuple[int, int], Deployment] = {}
    rows = Deployment.objects.select_related("revision__state_machine", "environment").order_by("-deployed_at")
    for row in rows:
        newest.setdefault((row.revision.state_machine_id, row.environment_id), row)
    return sorted(newest.values(), key=lambda row: (row.revision.state_machine.name, row.environment.name))


def _chosen(request: HttpRequest, deployed: list[Deployment]) -> Deployment | None:
    given = request.POST if request.method == "POST" else request.GET
    key = as_key(given.get("deployment", ""))
    if key is not None:
        return next((row for row in deployed if row.pk == key), None)
    machine, environment = given.get("workflow", ""), given.get("environment", "")
    fits = [row for row in deployed if not machine or str(row.revision.state_machine_id) == machine]
    fits = [row for row in fits if str(row.environment_id) == environment] or fits
    return fits[0] if fits else None


def _offered_input(request: HttpRequest, chosen: Deployment | None) -> str:
    source, saved = (as_key(request.GET.get(name, "")) for name in ("from", "saved"))
    text = ""
    if saved is not None:
        text = get_object_or_404(SavedInput, pk=saved).text
    elif source is not None:
        text = get_object_or_404(Execution, pk=source).input
    elif chosen is not None:
        machine = chosen.revision.state_machine
        text = selectors.last_input(machine) or sample_input(machine.name)
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text or "{\n  \n}"


@requires(SEE)
def execution_page(request: HttpRequest, pk: int) -> HttpResponse:
    execution = get_object_or_404(selectors.executions(), pk=pk)
    boot = boot_of(execution, request.user)
    return render(request, "executions/execution.html", {"execution": execution, "boot": boot})


@requires(SEE)
def dashboard(request: HttpRequest) -> HttpResponse:
    period = request.GET.get("period", "week")
    if period not in PERIODS:
        period = "week"
    environment = Environment.objects.filter(pk=as_key(request.GET.get("environment", "")) or 0).first()
    words, days = PERIODS[period]
    since = timezone.now() - timedelta(days=days)
    figures = selectors.figures(since, environment)
    runs = Execution.objects.filter(started_at__gte=since)
    of_one = runs if environment is None else runs.filter(environment=environment)
    tables = [("Workflow", _with_costs(figures, of_one, "state_machine"))]
    if environment is None:
        tables.append(("Environment", _with_costs(selectors.environment_figures(since), runs, "environment")))
    context = {
        "tables": tables,
        "waiting": sum(figure.waiting for figure in figures),
        "throttled": selectors.throttled(environment),
        "figures": figures,
        "total": sum(figure.total for figure in figures),
        "running": sum(figure.running for figure in figures),
        "succeeded": sum(figure.succeeded for figure in figures),
        "failed": sum(figure.failed for figure in figures),
        "period": period,
        "period_words": words,
        "periods": [(key, label) for key, (label, _) in PERIODS.items()],
        "environment": environment,
        "environments": Environment.objects.all(),
        "prices": costs.price_words(),
    }
    return render(request, "executions/dashboard.html", context)


def _with_costs(
    figures: list[selectors.Figures], runs: QuerySet[Execution], by: str
) -> list[tuple[selectors.Figures, costs.Cost | None]]:
    found = costs.costs(runs, by)
    return [(figure, found.get(figure.subject.pk)) for figure in figures]
