"""Ingest sources are made here; tasks and decisions are only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from review.ingest import issue_token, secret_of
from review.models import IngestSource, ReviewTask

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@admin.register(IngestSource)
class IngestSourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "environment", "active", "created_at", "last_used_at")
    fields = ("name", "environment", "active", "signed")

    def get_readonly_fields(self, request: HttpRequest, obj: IngestSource | None = None) -> tuple[str, ...]:  # noqa: ARG002
        return ("signed",) if obj else ()  # its secret is shown when it is made, and not again

    def save_model(self, request: HttpRequest, obj: IngestSource, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.issued_token = issue_token(obj)  # type: ignore[attr-defined]  # for `response_add`, in this request alone

    def response_add(
        self,
        request: HttpRequest,
        obj: IngestSource,
        post_url_continue: str | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """The one page that shows the token: a message would go through a cookie or the session."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"Token of {obj.name}",
            "opts": self.opts,
            "source": obj,
            "secret": secret_of(obj) if obj.signed else "",
            "token": obj.issued_token,  # type: ignore[attr-defined]
        }
        answer = TemplateResponse(request, "admin/review/ingestsource/issued.html", context)
        add_never_cache_headers(answer)
        return answer


@admin.register(ReviewTask)
class ReviewTaskAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "status", "environment", "state_name", "created_at")
    list_filter = ("status", "environment")
    fields = (
        "title",
        "status",
        "status_reason",
        "environment",
        "execution",
        "state_name",
        "group",
        "due_at",
        "created_at",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ReviewTask | None = None) -> bool:  # noqa: ARG002
        return False
