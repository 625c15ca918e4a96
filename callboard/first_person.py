"""The first person of a new Callboard, and the link that signs a person in once."""

from __future__ import annotations

import os

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.urls import reverse
from sesame.utils import get_query_string

from callboard.settings.environment import DEPLOYMENT, HOME

ADDRESS = "address"  # the file in the home that says where its studio serves


def first_person() -> User:
    """The first superuser; made when there is none, without a password, as a member of every group."""
    user = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if user is None:
        user = User(username="admin", is_staff=True, is_superuser=True)
        user.set_unusable_password()
        user.save()
        user.groups.set(Group.objects.all())
    return user


def sign_in_link(user: User) -> str:
    """A URL that signs ``user`` in once, within `SESAME_MAX_AGE`. As good as a password: print it, never log it."""
    return _address() + reverse("sign-in-link") + str(get_query_string(user))


def _address() -> str:
    """Where this home's studio was started last: another terminal knows nothing of the port that it was given."""
    noted = HOME / ADDRESS
    is_said = "CALLBOARD_PUBLIC_URL" in os.environ or "CALLBOARD_PORT" in os.environ
    if DEPLOYMENT == "embedded" and not is_said and noted.is_file():
        return noted.read_text(encoding="utf-8").strip()
    return str(settings.CALLBOARD_PUBLIC_URL)
