"""The gallery of templates: workflows to begin with, each with its test cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from callboard.access import requires
from designer.samples import templates

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ADD = "designer.add_statemachine"


@requires(ADD)
def gallery(request: HttpRequest) -> HttpResponse:
    """All templates, those for the same purpose beside each other."""
    ordered = sorted(templates(), key=lambda template: (template.group, template.states))
    return render(request, "designer/templates.html", {"templates": ordered})
