"""Inputs that a workflow is started with again and again, kept under names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from callboard.access import requires
from designer.models import Deployment
from designer.selectors import as_key
from executions.api import START
from executions.models import SavedInput
from executions.redaction import redact_text
from executions.services import NotStarted, check_input

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST = 50  # of one workflow


@require_POST
@requires(START)
def save(request: HttpRequest) -> HttpResponse:
    """Keep what stands in the form of a new execution; the same name again replaces it."""
    key = as_key(request.POST.get("deployment", "")) or 0
    deployment = get_object_or_404(Deployment.objects.select_related("revision__state_machine"), pk=key)
    machine = deployment.revision.state_machine
    name, text = request.POST.get("input_name", "").strip()[:80], request.POST.get("input", "")
    kept = SavedInput.objects.filter(state_machine=machine)
    back = reverse("execution-new") + f"?deployment={deployment.pk}"
    try:
        check_input(text)
    except NotStarted as error:
        messages.error(request, f"Not kept. {error}")
        return redirect(back)
    if not name or "\x00" in name:
        messages.error(request, "Not kept: give the input a name.")
        return redirect(back)
    if kept.count() >= MOST and not kept.filter(name=name).exists():
        messages.error(request, f"Not kept: {machine} has {MOST} inputs. Delete one first.")
        return redirect(back)
    by = request.user if isinstance(request.user, User) else None
    row, _ = kept.update_or_create(
        state_machine=machine, name=name, defaults={"text": redact_text(text), "saved_by": by}
    )
    messages.success(request, f"The input {name} is kept.")
    return redirect(f"{back}&saved={row.pk}")


@require_POST
@requires(START)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SavedInput, pk=pk)
    row.delete()
    messages.success(request, f"The input {row.name} is deleted.")
    return redirect(reverse("execution-new") + f"?workflow={row.state_machine_id}")
