"""`manage.py webhook_secret`: what a receiver needs to check the signature of result webhooks."""

from typing import Any

from django.core.management.base import BaseCommand

from launch.notices import signing_secret


class Command(BaseCommand):
    help = "Print the secret that signs result webhooks (Standard Webhooks). It changes with the secret key."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(signing_secret())
