"""Receivers are made by staff; their address is written once and never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin

from callboard import sealing
from notifications.models import Message, Receiver
from notifications.outbox import SEALED_FOR, secret_of
from notifications.topics import TOPICS

if TYPE_CHECKING:
    from django.http import HttpRequest


class ReceiverForm(forms.ModelForm):  # type: ignore[type-arg]
    url = forms.URLField(
        label="Address",
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "off", "size": 80}),
        help_text="Kept encrypted and not shown again. Leave it empty to keep what is there.",
    )
    topics = forms.MultipleChoiceField(
        choices=list(TOPICS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: all of them",
    )

    class Meta:
        model = Receiver
        fields = ("name", "kind", "topics", "group", "active")

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if not url and not self.instance.sealed_url:
            raise forms.ValidationError("Give the address that messages are posted to.")
        return url

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["url"]:
            self.instance.sealed_url = sealing.seal(self.cleaned_data["url"], SEALED_FOR)
        return super().save(commit)


@admin.register(Receiver)
class ReceiverAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = ReceiverForm
    list_display = ("name", "kind", "group", "active", "created_at")
    readonly_fields = ("signing_secret",)

    @admin.display(description="Secret to check signatures with")
    def signing_secret(self, receiver: Receiver) -> str:
        return secret_of(receiver) if receiver.pk and receiver.kind == Receiver.Kind.WEBHOOK else "(none)"


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("topic", "receiver", "user", "subject", "status", "attempts", "last_error", "sent_at")
    list_filter = ("status", "topic")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False
