"""Workflows from elsewhere: a file or the clipboard (a definition or a template), and what an account has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from callboard.access import requires
from designer import account_imports, imports, selectors, services
from designer.models import Environment
from designer.services import Refused

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

ADD = "designer.add_statemachine"
MAX_UPLOAD = 2 * services.MAX_DEFINITION


@requires(ADD)
def import_workflow(request: HttpRequest) -> HttpResponse:
    """A definition becomes a workflow, to the byte; of a template with several, one is chosen."""
    problem, found = "", []
    given = request.POST
    text, filename = given.get("text", ""), given.get("filename", "")
    if request.method == "POST":
        try:
            text, filename = _given(request)
            found = imports.read(text, filename)
            chosen = selectors.as_key(given.get("which", "")) if len(found) > 1 else 0
            if chosen is not None and chosen < len(found):
                return _made(request, found[chosen], filename)
        except Refused as error:
            problem = str(error)
    context = {
        "problem": problem,
        "name": given.get("name", ""),
        "type": given.get("type", ""),
        "found": found if len(found) > 1 else [],
        "text": text if len(found) > 1 or not filename else "",
        "filename": filename,
        "environments": selectors.environments(),
    }
    return render(request, "designer/import.html", context, status=422 if problem else 200)


def _given(request: HttpRequest) -> tuple[str, str]:
    """Text and file name. Raises `Refused`."""
    file = request.FILES.get("file")
    if file is None:
        text = request.POST.get("text", "").replace("\r\n", "\n")  # as browsers send what was pasted
        if not text.strip():
            raise Refused("Choose a file, or paste a definition.")
        return text, request.POST.get("filename", "")
    if (file.size or 0) > MAX_UPLOAD:
        raise Refused("The file is larger than a definition may be (1 MiB).")
    try:
        return file.read().decode("utf-8"), file.name or ""
    except UnicodeDecodeError as error:
        raise Refused("The file isn't UTF-8 text. Save it as UTF-8, then import it again.") from error


def _made(request: HttpRequest, found: imports.Found, filename: str) -> HttpResponse:
    # A file may be called anything; a state machine may not.
    stem = re.sub(r"[^0-9A-Za-z_-]+", "-", found.name or filename.split(".", maxsplit=1)[0])[:80]
    machine = services.create_state_machine(
        name=request.POST.get("name") or stem,
        type=request.POST.get("type") or found.type or "STANDARD",
        definition=found.definition,
        yaml=found.yaml,
        by=_person(request),
    )
    return redirect("designer", pk=machine.pk)


@requires(ADD)
def account(request: HttpRequest, environment_id: int) -> HttpResponse:
    """What runs in an environment: each may be taken in."""
    environment = get_object_or_404(Environment, pk=environment_id)
    context: dict[str, Any] = {"environment": environment, "text": request.GET.get("q", "").strip()}
    try:
        rows = account_imports.listed(environment)
        context["rows"] = [row for row in rows if context["text"].lower() in row.name.lower()]
        context["total"] = len(rows)
    except Refused as error:
        context["problem"] = str(error)
    return render(request, "designer/account.html", context)


@require_POST
@requires(ADD)
def take(request: HttpRequest, environment_id: int) -> HttpResponse:
    environment = get_object_or_404(Environment, pk=environment_id)
    try:
        machine = account_imports.take(environment, request.POST.get("arn", ""), by=_person(request))
    except Refused as error:
        messages.error(request, str(error))
        return redirect("account", environment_id=environment_id)
    messages.success(request, f"{machine} is a workflow now. Its first revision is what runs in {environment}.")
    return redirect("designer", pk=machine.pk)


def _person(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
