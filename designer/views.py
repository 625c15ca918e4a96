"""The pages about workflows: the list, the designer, revisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from asl.resource import OPTIMIZED_ACTIONS
from callboard.access import requires
from callboard.roles import allowed
from designer import change_reviews, drafts, exports, samples, selectors, services, test_cases
from designer.api import SAVE, SEE
from designer.models import Deployment, StateMachine
from designer.serializers import as_comment, as_draft, as_environment, as_machine
from designer.signals import recent_runs_wanted

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PAGE = 50
ADD, CHANGE, DELETE = (f"designer.{verb}_statemachine" for verb in ("add", "change", "delete"))
TEMPLATE = "template:"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. ``runs`` is what the executions application tells of it, or None."""

    machine: StateMachine
    revision: int
    deployments: list[Deployment]
    runs: Any

    @property
    def newest(self) -> Deployment | None:
        return self.deployments[0] if self.deployments else None

    @property
    def has_newer_draft(self) -> bool:
        return self.newest is not None and self.newest.revision.number < self.revision


@requires(SEE)
def workflow_list(request: HttpRequest) -> HttpResponse:
    text, environment = request.GET.get("q", "").strip(), request.GET.get("environment", "")
    page = Paginator(selectors.machines(text, environment).order_by("-updated_at"), PAGE).get_page(
        request.GET.get("page")
    )
    pks = [machine.pk for machine in page.object_list]
    numbers, deployed = selectors.latest_numbers(pks), selectors.in_force(pks)
    answers: list[tuple[Any, Any]] = recent_runs_wanted.send(sender=StateMachine, machine_ids=pks)
    runs: dict[int, Any] = answers[0][1] if answers else {}
    context = {
        "page": page,
        "rows": [
            Row(machine, numbers.get(machine.pk, 0), deployed[machine.pk], runs.get(machine.pk))
            for machine in page.object_list
        ],
        "q": text,
        "environment": environment,
        "environments": selectors.environments(),
        "may_add": allowed(request.user, ADD),
        "may_start": allowed(request.user, "executions.start_execution"),
        "may_manage": allowed(request.user, CHANGE) or allowed(request.user, DELETE),
        "anything": bool(pks) or StateMachine.objects.exists(),
    }
    template = "designer/_rows.html" if request.headers.get("HX-Request") else "designer/list.html"
    return render(request, template, context)


@requires(ADD)
def new_workflow(request: HttpRequest) -> HttpResponse:
    """Name and type, and what to begin with: nothing, a template, or a copy of another workflow."""
    problem = ""
    given = request.POST
    source = given.get("from") or request.GET.get("from", "")
    if request.method == "POST":
        try:
            definition, cases = _beginning(source)
            machine = services.create_state_machine(
                name=given.get("name", ""),
                type=given.get("type", "STANDARD"),
                definition=definition,
                by=_person(request),
            )
            for case in cases:
                test_cases.save_case(machine, case, by=_person(request))
            return redirect("designer", pk=machine.pk)
        except services.Refused as error:
            problem = str(error)
    copied = StateMachine.objects.filter(pk=selectors.as_key(source) or 0).first()
    name = source.removeprefix(TEMPLATE) if source.startswith(TEMPLATE) else copied.name if copied else ""
    context = {
        "problem": problem,
        "name": given.get("name", _free_name(name) if name else ""),
        "type": given.get("type", copied.type if copied else "STANDARD"),
        "from": source,
        "machines": StateMachine.objects.order_by("name"),
        "templates": samples.templates(),
    }
    return render(request, "designer/new.html", context, status=422 if problem else 200)


def _beginning(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The definition and the test cases that a new workflow begins with. Raises `services.Refused`."""
    if source.startswith(TEMPLATE):
        try:
            return samples.template_text(source.removeprefix(TEMPLATE))
        except LookupError as error:
            raise services.Refused("There is no such template. Choose another.") from error
    key = selectors.as_key(source)
    return ("" if key is None else selectors.latest_revision(selectors.machine(key)).definition), []


def _free_name(wanted: str) -> str:
    taken = set(StateMachine.objects.filter(name__startswith=wanted).values_list("name", flat=True))
    return next(
        name for name in (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))) if name not in taken
    )


@requires(SEE)
def designer(request: HttpRequest, pk: int) -> HttpResponse:
    machine = selectors.machine(pk)
    revision = selectors.latest_revision(machine)
    environments = [as_environment(row) for row in selectors.environments()]
    api = f"/api/v1/state-machines/{pk}"
    may_design = allowed(request.user, SAVE)
    draft = drafts.draft_of(machine, _person(request)) if may_design else None
    boot = {
        "person": {"id": request.user.pk, "name": request.user.get_username()},
        "draft": None if draft is None else as_draft(draft),
        "machine": as_machine(machine, revision, selectors.in_force([pk])[pk]),
        "comments": [as_comment(row) for row in change_reviews.said_of_states(revision)],
        "environments": environments,
        "urls": {
            "revisions": f"{api}/revisions",
            "deployments": f"{api}/deployments",
            "draft": f"{api}/draft",
            "merge": f"{api}/merge",
            "diagnose": "/api/v1/diagnose",
            "catalogue": "/api/v1/catalogue",
            "environments": "/api/v1/environments",
            "execution_new": reverse("execution-new") + f"?workflow={pk}",
            "presence": f"/ws/workflows/{pk}/",
            "list": reverse("workflows"),
            "history": reverse("revisions", args=[pk]),
        },
        # Which patterns each optimized integration has: the engine's own table.
        "optimized": {
            f"{service}:{action}": [pattern for pattern in patterns if pattern != "sync:2"]
            for service, actions in OPTIMIZED_ACTIONS.items()
            for action, patterns in actions.items()
        },
        "permissions": {
            "design": may_design,
            "operate": allowed(request.user, "executions.start_execution"),
        },
    }
    return render(request, "designer/designer.html", {"machine": machine, "revision": revision, "boot": boot})


@requires(SEE)
def revisions(request: HttpRequest, pk: int) -> HttpResponse:
    machine = selectors.machine(pk)
    page = Paginator(machine.revisions.select_related("author", "called").defer("definition"), PAGE).get_page(
        request.GET.get("page")
    )
    deployed: dict[int, list[Deployment]] = {}
    for row in selectors.in_force([pk])[pk]:
        deployed.setdefault(row.revision.number, []).append(row)
    reviews = change_reviews.standings(page.object_list)
    context = {
        "machine": machine,
        "page": page,
        "rows": [(row, deployed.get(row.number, []), reviews[row.pk]) for row in page.object_list],
        "latest": selectors.latest_revision(machine).number,
        "deployed": bool(deployed),
        "exports": [(form, title) for form, (title, _, _) in exports.FORMATS.items()],
        "may_save": allowed(request.user, SAVE),
        "may_change": allowed(request.user, CHANGE),
        "may_rename": allowed(request.user, CHANGE) and not deployed,
        "may_delete": allowed(request.user, DELETE),
    }
    return render(request, "designer/revisions.html", context)


@requires(SEE)
def download(request: HttpRequest, pk: int, number: int) -> HttpResponse:  # noqa: ARG001
    machine = selectors.machine(pk)
    revision = get_object_or_404(machine.revisions, number=number)
    # Bytes as they were saved: what goes out is what came in.
    response = HttpResponse(revision.definition.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{machine.name}-r{number}.asl.json"'
    return response


@requires(SEE)
def export(request: HttpRequest, pk: int, number: int, form: str) -> HttpResponse:
    """A revision as SAM, CloudFormation or Terraform."""
    machine = selectors.machine(pk)
    revision = get_object_or_404(machine.revisions, number=number)
    if form not in exports.FORMATS:
        raise Http404(form)
    _, filename, write = exports.FORMATS[form]
    try:
        # As it was written, comments and all, where somebody wrote it in YAML.
        own = revision.yaml if form == "yaml" else ""
        text = own or write(machine.name, machine.type, revision.definition)
    except exports.NotExportable as error:
        messages.error(request, str(error))
        return redirect("revisions", pk=pk)
    kind = "application/yaml" if filename.endswith(".yaml") else "application/json"
    response = HttpResponse(text.encode(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{machine.name}-r{number}.{filename}"'
    return response


@require_POST
@requires(SAVE)
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """An old text as a new revision: nothing is taken back, something is added."""
    machine = selectors.machine(pk)
    revision = get_object_or_404(machine.revisions, number=number)
    try:
        saved = services.save_revision(
            machine,
            definition=revision.definition,
            yaml=revision.yaml,
            base=selectors.latest_revision(machine).number,
            comment=f"Restored from revision {number}",
            by=_person(request),
        )
        messages.success(request, f"Revision {number} is the text of revision {saved.number} now.")
    except services.Conflict as error:
        messages.error(request, str(error))
    return redirect("revisions", pk=pk)


@require_POST
@requires(CHANGE)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.rename(selectors.machine(pk), request.POST.get("name", ""))
    except services.Refused as error:
        messages.error(request, str(error))
    return redirect("revisions", pk=pk)


@require_POST
@requires(DELETE)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    machine = selectors.machine(pk)
    if request.POST.get("name") != machine.name:
        messages.error(request, f"Not deleted: type {machine.name} to confirm.")
        return redirect("revisions", pk=pk)
    services.delete(machine)
    messages.success(request, f"{machine.name} is deleted. What was deployed of it goes on in its environments.")
    return redirect("workflows")


def _person(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
