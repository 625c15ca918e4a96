"""`manage.py verify_audit`: whether the audit of the review tasks is whole; exit code 1 where it isn't."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review.audit import broken_chains
from review.models import ReviewTask


class Command(BaseCommand):
    help = "Check the hash chain of every review task, or of those named."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("task", nargs="*", type=int, help="ids of tasks; without one, all")

    def handle(self, *args: Any, **options: Any) -> None:
        tasks = ReviewTask.objects.filter(pk__in=options["task"]) if options["task"] else ReviewTask.objects.all()
        wrong = list(broken_chains(tasks))
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} of {tasks.count()} chains are broken.")
        self.stdout.write(f"{tasks.count()} chains are whole.")
