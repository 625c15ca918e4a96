"""`manage.py prepare_embedded`: the embedded environment's row, what the samples need there, and the samples."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Fill the embedded AWS endpoint with what the samples use, and load the samples. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        from designer.services import ensure_embedded_environment
        from review.embedded import ensure_embedded_resources

        ensure_embedded_resources(ensure_embedded_environment())
        call_command("load_samples", verbosity=options["verbosity"])
