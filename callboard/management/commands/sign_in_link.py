"""`manage.py sign_in_link [username]`: print a link that signs a person in once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from callboard.first_person import first_person, sign_in_link


class Command(BaseCommand):
    help = "Print a link that signs a person in once, within 30 minutes. Without a name: the first superuser."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        user = User.objects.filter(username=name, is_active=True).first() if name else first_person()
        if user is None:
            raise CommandError(f"There is no active user named {name}. Add one in /admin/, or ask for another name.")
        self.stdout.write(sign_in_link(user))
