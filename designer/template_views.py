"""The gallery of templates: workflows to begin with, each with its test cases."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.shortcuts import render

from callboard.access import requires
from designer.samples import templates

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ADD = "designer.add_statemachine"


@requires(ADD)
def gallery(request: HttpRequest) -> HttpResponse:
    """Templates by group, those without one last."""
    ordered = sorted(templates(), key=lambda template: (not template.group, template.group, template.title))
    groups = [
        (name or "More samples", list(members)) for name, members in groupby(ordered, key=lambda each: each.group)
    ]
    return render(request, "designer/templates.html", {"groups": groups})
