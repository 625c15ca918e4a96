"""Guessing passwords and links comes to an end, without anybody being able to lock somebody else out."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisAway

from callboard import attempts
from callboard.first_person import first_person, sign_in_link

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def somebody():
    return User.objects.create_user("Somebody", password=PASSWORD)


def attempt(password, *, name="Somebody", address="192.0.2.1"):
    return Client(REMOTE_ADDR=address).post("/sign-in/", {"username": name, "password": password})


def fail(times, **where):
    return [attempt("wrong", **where).status_code for _ in range(times)]


def test_the_fifth_failure_locks_the_name_from_that_address_and_says_until_when(somebody):
    assert fail(5) == [200, 200, 200, 200, 429]
    locked = attempt(PASSWORD)
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= attempts.WINDOW.total_seconds()
    page = locked.content.decode()
    assert "Too many attempts" in page
    until = timezone.now() + timedelta(seconds=int(locked["Retry-After"]))
    assert f"{until:%H:%M}" in page


def test_the_same_name_in_another_spelling_counts_with_it(somebody):
    fail(4)
    assert fail(1, name="SOMEBODY") == [429]


def test_the_person_signs_in_from_elsewhere(somebody):
    fail(6)
    assert attempt(PASSWORD, address="192.0.2.2").status_code == 302


def test_a_success_begins_anew(somebody):
    fail(4)
    assert attempt(PASSWORD).status_code == 302
    assert fail(4) == [200] * 4


def test_it_works_again_after_a_while(somebody, monkeypatch):
    monkeypatch.setattr(attempts, "WINDOW", timedelta(milliseconds=1))
    fail(6)
    assert attempt(PASSWORD).status_code == 302


def test_one_address_may_not_go_through_many_names(somebody, monkeypatch):
    monkeypatch.setattr(attempts, "MOST_OF_AN_ADDRESS", 6)
    assert [attempt("wrong", name=f"name-{number}").status_code for number in range(6)][-1] == 429
    assert attempt(PASSWORD).status_code == 429


def test_addresses_of_one_ipv6_network_are_one(somebody):
    fail(4, address="2001:db8:0:1::1")
    assert fail(1, address="2001:db8:0:1::2") == [429]


def test_made_up_links_are_counted(monkeypatch):
    monkeypatch.setattr(attempts, "MOST_OF_AN_ADDRESS", 3)
    client = Client()
    answers = [client.post("/sign-in/link/", {"sesame": "made-up"}).status_code for _ in range(4)]
    assert answers == [403, 403, 403, 429]
    token = sign_in_link(first_person()).partition("sesame=")[2]
    assert client.post("/sign-in/link/", {"sesame": token}).status_code == 429


def test_the_administration_has_no_second_way_in(somebody):
    client = Client()
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0] == "/sign-in/?next=/admin/"
    assert client.post("/admin/login/", {"username": "Somebody", "password": PASSWORD}).status_code == 302
    assert client.get("/settings/").status_code == 302  # it signed nobody in
    client.force_login(somebody)
    assert client.get("/admin/", follow=True).status_code == 403


def test_a_cache_that_is_away_keeps_nobody_out(somebody, monkeypatch):
    def away(*_args, **_more):
        raise RedisAway

    for name in ("get", "add", "incr", "delete_many"):
        monkeypatch.setattr(cache, name, away)
    assert attempt("wrong").status_code == 200
    assert attempt(PASSWORD).status_code == 302
