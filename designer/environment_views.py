"""The pages about environments. Everybody sees them; staff changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.session import get_session
from django.contrib import messages
from django.db.models import ProtectedError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from callboard.access import requires
from callboard.roles import STAFF, allowed
from designer import connections, selectors
from designer.forms import EnvironmentForm
from designer.models import Environment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires("designer.view_environment")
def environment_list(request: HttpRequest) -> HttpResponse:
    context = {"environments": selectors.environments(), "may_change": allowed(request.user, STAFF)}
    return render(request, "designer/environments.html", context)


@requires(STAFF)
def new_environment(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@requires(STAFF)
def edit_environment(request: HttpRequest, pk: int) -> HttpResponse:
    environment = get_object_or_404(Environment, pk=pk)
    if environment.kind == Environment.Kind.EMBEDDED:
        messages.info(request, "The embedded environment follows this Callboard's settings; there is nothing to edit.")
        return redirect("environments")
    return _form(request, environment)


def _form(request: HttpRequest, environment: Environment | None) -> HttpResponse:
    form = EnvironmentForm(request.POST or None, instance=environment)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, f"{saved.name} is saved. Test the connection before you deploy to it.")
        return redirect("environments")
    regions = get_session().get_available_regions("stepfunctions")
    context = {"form": form, "environment": environment, "regions": regions}
    return render(request, "designer/environment.html", context, status=422 if form.errors else 200)


@require_POST
@requires(STAFF)
def test_environment(request: HttpRequest, pk: int) -> HttpResponse:
    environment = get_object_or_404(Environment, pk=pk)
    return render(request, "designer/_connection.html", {"answer": connections.test_connection(environment)})


@require_POST
@requires(STAFF)
def delete_environment(request: HttpRequest, pk: int) -> HttpResponse:
    environment = get_object_or_404(Environment, pk=pk)
    if environment.kind == Environment.Kind.EMBEDDED:
        messages.error(request, "The embedded environment can't be deleted.")
        return redirect("environments")
    try:
        environment.delete()
        messages.success(request, f"{environment.name} is deleted here. Nothing was changed in AWS.")
    except ProtectedError as error:
        kept = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})  # noqa: SLF001 - Django documents `_meta`
        advice = " Delete their workflows first." if kept == ["deployments"] else ""
        messages.error(request, f"{environment.name} stays: it has {' and '.join(kept)}.{advice}")
    return redirect("environments")
