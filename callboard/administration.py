"""Django's administration without a sign-in page of its own: one place to sign in, with one count of attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class AdministrationConfig(AdminConfig):
    default_site = "callboard.administration.Administration"


class Administration(AdminSite):
    site_header = "Callboard"
    site_title = "Callboard"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """Where the administration sends who isn't staff: to sign in, or away where they are somebody else."""
        from django.contrib.auth.views import redirect_to_login  # with models, which aren't there yet above

        from callboard.access import refusal
        from callboard.roles import STAFF

        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(refusal(STAFF))
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
