from __future__ import annotations

from django.contrib import admin

from launch.models import Launch, Notice


@admin.register(Launch)
class LaunchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("execution_name", "state_machine", "environment", "status", "requested_by", "created_at")
    list_filter = ("status", "environment")


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("launch", "channel", "status", "attempts", "last_error", "sent_at")
    list_filter = ("status", "channel")
