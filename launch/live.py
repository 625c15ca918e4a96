"""Telling an open launch page that its run moved on; the page asks for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from callboard.live import publish

if TYPE_CHECKING:
    from launch.models import Launch


def group_of(launch_id: int) -> str:
    return f"launch.{launch_id}"


def launch_changed(launch: Launch) -> None:
    transaction.on_commit(lambda: publish(group_of(launch.pk), {"type": "launch.changed", "launch_id": launch.pk}))
