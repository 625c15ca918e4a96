"""Signing in: by password, by a link that works once, and out again."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client

from callboard.first_person import first_person, sign_in_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    address = urlsplit(sign_in_link(first_person()))
    return f"{address.path}?{address.query}"


def token_of(link):
    return link.partition("sesame=")[2]


def is_signed_in(client):
    return client.get("/settings/").status_code == 200


def test_a_link_signs_in_once(client, link):
    assert client.get(link).status_code == 200
    assert not is_signed_in(client)  # opening it, as a mail scanner does, uses nothing up
    answer = client.post("/sign-in/link/", {"sesame": token_of(link)})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)
    other = Client()
    spent = other.post("/sign-in/link/", {"sesame": token_of(link)})
    assert spent.status_code == 403
    assert "no longer works" in spent.content.decode()
    assert not is_signed_in(other)


def test_a_link_lapses(client, link, settings):
    settings.SESAME_MAX_AGE = timedelta(seconds=-1)
    assert client.post("/sign-in/link/", {"sesame": token_of(link)}).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize("token", ["", "nonsense", "AAAA" * 20])
def test_a_made_up_link_signs_nobody_in(client, token):
    assert client.post("/sign-in/link/", {"sesame": token}).status_code == 403
    assert not is_signed_in(client)


def test_a_link_is_not_followed_to_another_site(client, link):
    answer = client.post("/sign-in/link/", {"sesame": token_of(link), "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_a_link_is_neither_cached_nor_told_to_other_sites(client, link):
    answer = client.get(link)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_password_signs_in_and_leads_where_one_wanted_to_go(client):
    User.objects.create_user("somebody", password="a long enough password")
    asked = client.get("/settings/")
    assert asked["Location"] == "/sign-in/?next=/settings/"
    answer = client.post(
        asked["Location"], {"username": "somebody", "password": "a long enough password", "next": "/settings/"}
    )
    assert answer["Location"] == "/settings/"
    assert is_signed_in(client)


def test_a_wrong_password_says_so_and_keeps_the_name(client):
    User.objects.create_user("somebody", password="a long enough password")
    text = client.post("/sign-in/", {"username": "somebody", "password": "wrong"}).content.decode()
    assert "fit together" in text
    assert 'value="somebody"' in text


def test_leaving_takes_a_post(client):
    client.force_login(first_person(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not is_signed_in(client)


def test_the_first_person_is_made_once_and_may_everything():
    person = first_person()
    assert person == first_person()
    assert person.is_superuser
    assert not person.has_usable_password()
    assert set(person.groups.values_list("name", flat=True)) == {"Designer", "Operator", "Reviewer"}


def test_the_command_prints_a_link_for_a_person(capsys):
    User.objects.create_user("somebody")
    call_command("sign_in_link", "somebody")
    assert "/sign-in/link/?sesame=" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no active user named nobody"):
        call_command("sign_in_link", "nobody")


def test_the_settings_page_opens_after_a_group_was_deleted(client):
    person = first_person()
    Group.objects.filter(name="Operator").delete()
    client.force_login(person)
    page = client.get("/settings/")
    assert page.status_code == 200
    assert "Operator" in page.content.decode()
