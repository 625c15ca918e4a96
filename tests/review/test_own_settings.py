"""Being away, tokens for programs, saved views, and several questions decided at once."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from review.absences import NotKept, away, present, set_away
from review.answers import InvalidDecision
from review.bulk import decide_many
from review.deciding import Answer, decide
from review.handling import assign
from review.models import ApiToken, SavedView
from review.services import accept_message
from tests.review.conftest import CONTRACT, make_reviewer

pytestmark = pytest.mark.usefixtures("undelayed")


@pytest.fixture
def people(db):
    return [make_reviewer(name) for name in ("ann", "ben", "cid")]


@pytest.fixture
def ask(environment):
    def make(number, **more):
        return accept_message(environment, {**CONTRACT, "taskToken": f"token-{number}", **more})

    return make


@pytest.fixture
def signed_in(people):
    browser = Client()
    browser.force_login(people[0])
    return browser


def bearer(text):
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def made(browser, name="script", days="90"):
    page = browser.post("/settings/review/tokens/", {"name": name, "days": days}).content.decode()
    return re.search(r"data-made-token>(cbr_[\w-]+)<", page)[1]


def test_a_token_decides_reviews_as_its_person_and_nothing_else(ask, people, signed_in):
    task, text = ask(1), made(signed_in)
    program = Client(enforce_csrf_checks=True)
    assert program.get("/api/v1/reviews", **bearer(text)).json()["counts"]["open"] == 1
    answer = program.post(
        f"/api/v1/reviews/{task.pk}/decisions",
        json.dumps({"outcome": "approve", "candidate": "A"}),
        "application/json",
        **bearer(text),
    )
    assert answer.status_code == 201
    assert answer.json()["decision"]["decided_by"] == "ann"
    for address in ("/api/v1/environments", "/api/v1/search?q=a"):
        assert program.get(address, **bearer(text)).status_code == 401
    assert program.get("/review/", **bearer(text)).status_code == 302
    assert text not in signed_in.get("/settings/review/").content.decode()
    assert text not in str(ApiToken.objects.values())


def test_a_token_ends_with_its_time_its_person_or_its_persons_role(people, signed_in):
    text = made(signed_in)
    program = Client()

    def status():
        return program.get("/api/v1/reviews", **bearer(text)).status_code

    assert status() == 200
    people[0].groups.clear()
    assert status() == 403
    people[0].is_active = False
    people[0].save()
    assert status() == 401
    people[0].is_active = True
    people[0].save()
    ApiToken.objects.update(expires_at=timezone.now())
    assert status() == 401
    assert program.get("/api/v1/reviews", **bearer("cbr_wrong")).status_code == 401


def test_a_token_is_revoked_by_its_person_alone(people, signed_in):
    made(signed_in)
    token = ApiToken.objects.get()
    other = Client()
    other.force_login(people[1])
    assert other.post(f"/settings/review/tokens/{token.pk}/revoke/").status_code == 404
    assert signed_in.post("/settings/review/tokens/", {"name": "script", "days": "90"}).status_code == 422
    assert signed_in.post("/settings/review/tokens/", {"name": "x", "days": "9999"}).status_code == 422
    signed_in.post(f"/settings/review/tokens/{token.pk}/revoke/")
    assert not ApiToken.objects.exists()


def test_who_is_away_is_not_asked_by_name_and_their_tasks_go_to_whoever_stands_in(ask, people, signed_in):
    ann, ben, cid = people
    first = ask(1)
    assign(first, by=cid, person="ann")
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    page = signed_in.post("/settings/review/away/", {"until": tomorrow, "substitute": "ben"}, follow=True)
    assert "1 open tasks of yours were handed over" in page.content.decode()
    first.refresh_from_db()
    assert first.assigned_to == ben
    second = ask(2)
    assign(second, by=cid, person="ann")
    second.refresh_from_db()
    assert second.assigned_to == ben
    assert "ann is away" in second.events.filter(kind="assigned").first().text
    set_away(ben, timezone.now() + timedelta(days=1))
    assert present(ann, second) is None  # the one who stands in is away, too, and names nobody
    assert decide(ask(3), by=ann, outcome="approve", candidate="A").decided_by == ann
    signed_in.post("/settings/review/away/", {})
    assert away(ann) is None


def test_two_who_stand_in_for_each_other_end_with_nobody(ask, people):
    ann, ben, _ = people
    soon = timezone.now() + timedelta(days=1)
    set_away(ann, soon, "ben")
    set_away(ben, soon, "ann")
    assert present(ann, ask(1)) is None
    for until, substitute in ((soon, "ann"), (soon, "nobody-here"), (timezone.now(), "")):
        with pytest.raises(NotKept):
            set_away(ann, until, substitute)


def test_several_of_a_kind_are_decided_at_once_each_with_its_result(ask, people, signed_in):
    tasks = [ask(number) for number in range(3)]
    decide(tasks[1], by=people[1], outcome="reject", comment="No")
    form = {"task": [str(task.pk) for task in tasks], "outcome": "approve", "candidate": "B"}
    page = signed_in.post("/review/several/", form).content.decode()
    assert page.count(">Taken<") == 2
    assert "ben was first and rejected it" in page
    for task in tasks:
        task.refresh_from_db()
    assert [task.decision.outcome for task in tasks] == ["approve", "reject", "approve"]


def test_several_answers_are_undone_at_once_as_long_as_they_are_not_sent(ask, people, signed_in, settings):
    settings.CALLBOARD_UNDO_SECONDS = 5
    tasks = [ask(number) for number in range(2)]
    theirs = ask(2)
    decide(theirs, by=people[1], outcome="approve", candidate="A", undo_seconds=5)
    named = {"task": [str(task.pk) for task in tasks]}
    page = signed_in.post("/review/several/", {**named, "outcome": "approve", "candidate": "B"}).content.decode()
    assert "Undo all 2" in page
    named["task"].append(str(theirs.pk))
    page = signed_in.post("/review/several/", {**named, "outcome": "undo"}).content.decode()
    assert page.count(">Undone<") == 2
    assert "too late to undo" in page
    assert "Undo all" not in page
    for task in (*tasks, theirs):
        task.refresh_from_db()
    assert [task.status for task in (*tasks, theirs)] == ["open", "open", "decided"]


def test_what_is_not_of_a_kind_is_not_decided_together(ask, people, signed_in):
    tasks = [ask(1), ask(2, state="Another")]
    form = {"task": [str(task.pk) for task in tasks], "outcome": "approve", "candidate": "A"}
    answer = signed_in.post("/review/several/", form)
    assert answer.status_code == 422
    assert "several kinds" in answer.content.decode()
    assert signed_in.post("/review/several/", {"outcome": "approve"}).status_code == 422
    with pytest.raises(InvalidDecision, match="a letter means nothing"):
        decide_many([ask(3, policy={"shuffle": True})], Answer(outcome="approve", candidate="A"), by=people[0])


def test_a_search_is_kept_as_a_view_of_ones_own(ask, people, signed_in):
    ask(1)
    signed_in.post("/review/views/?folder=open&q=title&sort=newest&evil=1", {"name": "Titles"})
    view = SavedView.objects.get()
    assert view.address == "folder=open&q=title&sort=newest"
    assert "Titles" in signed_in.get("/review/").content.decode()
    other = Client()
    other.force_login(people[1])
    assert "Titles" not in other.get("/review/").content.decode()
    assert other.post(f"/review/views/{view.pk}/delete/").status_code == 404
    signed_in.post(f"/review/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_several_say_what_each_candidate_is_and_keep_the_order_of_shuffled_ones_to_themselves(ask, people, signed_in):
    ask(1, candidates=[{"json": {"price": 12}}, {"media": "s3://pictures/red.png"}])
    ask(2, candidates=[{"title": "First seen"}, {"title": "Second"}], policy={"shuffle": True})
    page = signed_in.get("/review/several/").content.decode()
    assert "A: {&quot;price&quot;: 12}, B: red.png" in page
    assert "First seen" not in page
