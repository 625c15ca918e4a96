"""Ingest sources are made here; tasks and decisions are only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages

from review.ingest import PREFIX, digest
from review.models import IngestSource, ReviewTask

if TYPE_CHECKING:
    from django.http import HttpRequest


@admin.register(IngestSource)
class IngestSourceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "environment", "active", "created_at", "last_used_at")
    fields = ("name", "environment", "active")

    def save_model(self, request: HttpRequest, obj: IngestSource, form: Any, change: bool) -> None:
        if not change:
            import secrets

            token = PREFIX + secrets.token_urlsafe(32)
            obj.token_hash = digest(token)
            messages.warning(request, f"Bearer token of {obj.name}, shown once: {token}")
        super().save_model(request, obj, form, change)


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
