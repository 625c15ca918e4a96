"""The audit is whole, says so, and finds each way in which a line can be tampered with."""

import csv
import io
import json

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from designer.models import Environment
from review.audit import broken_chains
from review.deciding import decide
from review.models import ReviewTask
from tests.review.conftest import TOKEN


@pytest.fixture
def decided(task, reviewer):
    decide(task, by=reviewer, outcome="approve", candidate="A", comment="=1+1")
    return task


def run(sql, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)


def broken():
    return list(broken_chains(ReviewTask.objects.all()))


def test_each_line_says_who_and_the_state_before_and_after(decided, reviewer):
    asked, line = decided.events.order_by("sequence")
    assert (line.who_name, line.origin) == ("reviewer", "a worker")
    assert line.before == asked.after
    assert (line.before["status"], line.after["status"]) == ("open", "decided")
    assert line.after["decision"]["candidate"] == "A"
    assert line.previous_hash == asked.hash
    assert broken() == []


def test_a_chain_stays_whole_when_its_person_goes(decided, reviewer):
    reviewer.delete()
    assert broken() == []


def test_an_environment_that_was_asked_from_is_kept_with_its_audit(client, decided):
    client.force_login(User.objects.create_user("staff", is_staff=True))
    Environment.objects.filter(pk=decided.environment_id).update(kind="aws")
    answer = client.post(reverse("environment-delete", args=[decided.environment_id]), follow=True)
    assert "stays: it has review tasks." in answer.content.decode()
    assert decided.events.count() == 2


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE review_taskevent SET who_name = 'other' WHERE sequence = 2", "line 2 was changed"),
        ("UPDATE review_taskevent SET after = '{}' WHERE sequence = 1", "line 1 was changed"),
        ("DELETE FROM review_taskevent WHERE sequence = 1", "line 1 is missing"),
        ("DELETE FROM review_taskevent WHERE sequence = 2", "ends after line 1, and had 2"),
    ],
)
def test_what_was_tampered_with_is_found(decided, sql, words, capsys):
    run(sql)
    assert [words in line for line in broken()] == [True]
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("verify_audit")


def test_a_request_is_noted_with_its_address_and_page(client, task, reviewer):
    client.force_login(reviewer)
    address = reverse("review-decide", args=[task.pk])
    client.post(address + "?x=secret", {"outcome": "approve", "candidate": "B"})
    assert task.events.order_by("sequence").last().origin == f"127.0.0.1 POST {address}"


def test_staff_export_it_and_a_spreadsheet_computes_nothing(client, decided):
    client.force_login(User.objects.create_user("staff", is_staff=True))
    table = b"".join(client.get(reverse("review-audit-csv"))).decode()
    lines = list(csv.DictReader(io.StringIO(table)))
    assert [line["kind"] for line in lines] == ["asked", "decided"]
    document = json.loads(b"".join(client.get(reverse("review-audit-json") + f"?task={decided.pk}")))
    assert [line["hash"] for line in document] == [line["hash"] for line in lines]
    assert TOKEN not in table + json.dumps(document)
    assert client.get(reverse("review-audit-json") + "?task=x").status_code == 400
