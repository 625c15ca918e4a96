"""Fields that a question asks to be filled in: shown, checked, and part of the answer."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from review.answer_form import check, fields, read
from review.answers import InvalidDecision
from review.contract import read_body, violations
from review.deciding import decide
from review.models import Vote
from review.services import accept_message
from tests.review.conftest import CONTRACT, make_reviewer

pytestmark = pytest.mark.usefixtures("undelayed")
FORM = {
    "type": "object",
    "required": ["price", "reason"],
    "properties": {
        "price": {"type": "number", "minimum": 0, "title": "Price in EUR"},
        "reason": {"type": "string", "enum": ["clear", "short"]},
        "copies": {"type": "integer", "default": 1},
        "urgent": {"type": "boolean"},
        "note": {"type": "string", "maxLength": 2000},
    },
}


@pytest.fixture
def task(environment):
    return accept_message(environment, {**CONTRACT, "form": FORM})


def test_the_page_shows_the_fields_and_the_answer_carries_what_was_filled_in(task, reviewer):
    browser = Client()
    browser.force_login(reviewer)
    page = browser.get(f"/review/{task.pk}/").content.decode()
    assert "Price in EUR" in page
    assert '<option value="clear"' in page
    form = {"outcome": "approve", "candidate": "A", "field.price": "9.5", "field.reason": "short", "field.urgent": "1"}
    assert browser.post(f"/review/{task.pk}/decide/", form).status_code == 302
    task.refresh_from_db()
    assert task.decision.output["data"] == {"price": 9.5, "reason": "short", "urgent": True}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "Price in EUR is missing"),
        ({"price": -1, "reason": "clear"}, "Price in EUR: -1 is less than"),
        ({"price": 1, "reason": "long"}, "reason: 'long' is not one of"),
        ({"price": 1, "reason": "clear", "other": 1}, "Additional properties"),
        ({"price": "1,5", "reason": "clear"}, "is not of type 'number'"),
        ({"price": float("nan"), "reason": "clear"}, "a number that JSON doesn't have"),
    ],
)
def test_what_is_not_as_asked_is_refused_by_its_field(task, reviewer, data, said):
    with pytest.raises(InvalidDecision, match=said):
        decide(task, by=reviewer, outcome="approve", candidate="A", data=data)
    task.refresh_from_db()
    assert task.status == "open"


def test_a_rejection_needs_no_fields(task, reviewer):
    assert decide(task, by=reviewer, outcome="reject", comment="No", data={"price": "x"}).data is None


def test_a_question_without_fields_takes_none():
    check({}, None)
    with pytest.raises(InvalidDecision, match="no fields"):
        check({}, {"a": 1})


def test_the_api_takes_the_same_and_votes_with_other_data_are_other_answers(environment):
    people = [make_reviewer(name) for name in ("ann", "ben", "cid")]
    task = accept_message(environment, {**CONTRACT, "form": FORM, "policy": {"required": 2}})
    taken = []
    for person, price in zip(people, (1, 2, 1), strict=True):
        browser = Client()
        browser.force_login(person)
        body = {"outcome": "approve", "candidate": "A", "data": {"price": price, "reason": "clear"}}
        answer = browser.post(f"/api/v1/reviews/{task.pk}/decisions", json.dumps(body), "application/json")
        assert answer.status_code == 201
        taken.append(answer.json()["decision"])
    assert taken[:2] == [None, None]
    assert taken[2]["data"] == {"price": 1, "reason": "clear"}
    assert Vote.objects.count() == 3


def test_defaults_are_offered_and_what_is_no_number_is_left_to_the_check():
    shown = {field["name"]: field for field in fields(FORM)}
    assert shown["field.copies"]["value"] == 1
    assert shown["field.note"]["kind"] == "long"
    assert read(FORM, {"field.price": "many", "field.copies": "3"}) == {"price": "many", "copies": 3, "urgent": False}


def test_a_form_that_no_page_could_show_is_left_out_with_a_remark():
    body = {**CONTRACT, "form": {"properties": {"a": {"type": "object"}}}}
    assert violations(body)
    assert read_body(body).form == {}
    assert "form" in read_body(body).remarks
