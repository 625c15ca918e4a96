"""Clients are kept, shared where credentials and address are the same, and never without bound."""

import pytest

from callboard import aws
from designer.models import Environment


@pytest.fixture
def fresh(monkeypatch):
    monkeypatch.setattr(aws, "_clients", type(aws._clients)())
    monkeypatch.setattr(aws, "_sessions", {})


def environment(number, **fields):
    return Environment(pk=number, name=str(number), kind="embedded", **fields)


def test_environments_with_one_address_share_a_client(fresh):
    first, second = (environment(number, endpoint_url="http://127.0.0.1:9") for number in (1, 2))
    assert aws.client(first, "sqs") is aws.client(second, "sqs")


def test_an_address_of_its_own_gets_a_client_but_no_session(fresh):
    clients = [aws.client(environment(number, endpoint_url=f"http://127.0.0.1:{number}"), "sqs") for number in (1, 2)]
    assert clients[0] is not clients[1]
    assert [client.meta.endpoint_url for client in clients] == ["http://127.0.0.1:1", "http://127.0.0.1:2"]
    assert len(aws._sessions) == 1


def test_the_longest_unused_client_goes_when_there_are_too_many(fresh, monkeypatch):
    monkeypatch.setattr(aws, "MOST_CLIENTS", 2)
    places = [environment(number, endpoint_url=f"http://127.0.0.1:{number}") for number in (1, 2, 3)]
    first = aws.client(places[0], "sqs")
    aws.client(places[1], "sqs")
    assert aws.client(places[0], "sqs") is first  # used again
    aws.client(places[2], "sqs")
    assert aws.client(places[0], "sqs") is first
    assert len(aws._clients) == 2
