"""`manage.py localaws`: the embedded, Step-Functions-compatible endpoint alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from callboard.settings.environment import AWS_PORT, HOME


class Command(BaseCommand):
    help = "Serve the embedded AWS endpoint (Step Functions and what workflows use) on this machine."
    requires_system_checks: list[str] = []  # it needs nothing of the web application

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=AWS_PORT, help="default %(default)s")
        parser.add_argument(
            "--host", default="127.0.0.1", help="default %(default)s; others need an allow-list of hosts"
        )
        parser.add_argument(
            "--home", default=str(HOME / "localaws"), help="where it keeps its state; default %(default)s"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from localaws.server import main

        status = main(["--port", str(options["port"]), "--host", options["host"], "--home", options["home"]])
        if status:
            raise SystemExit(status)
