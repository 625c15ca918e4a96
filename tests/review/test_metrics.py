"""Figures of reviewing: counted by hand here, and compared with published examples where there are some."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from review import metrics
from review.deciding import decide
from review.handling import claim
from review.metrics import Share, Times, agreement
from review.models import Decision, ReviewTask, Vote
from review.services import accept_message
from tests.review.conftest import CONTRACT, make_reviewer

pytestmark = pytest.mark.usefixtures("undelayed")


@pytest.fixture
def people(db):
    return [make_reviewer(name) for name in ("ann", "ben")]


@pytest.fixture
def ask(environment):
    def make(number, **more):
        return accept_message(environment, {**CONTRACT, "taskToken": f"token-{number}", **more})

    return make


def taken(task, seconds):
    Decision.objects.filter(task=task).update(decided_at=task.created_at + timedelta(seconds=seconds))


def test_shares_times_and_outcomes_are_counted(ask, people):
    ann = people[0]
    outcomes = [
        ("approve", "A", 10),
        ("approve", "A", 20),
        ("approve", "B", 30),
        ("regenerate", "", 40),
        ("reject", "", 50),
    ]
    for number, (outcome, candidate, seconds) in enumerate(outcomes):
        task = ask(number, dueSeconds=45)
        claim(task, by=ann)
        decide(
            task,
            by=ann,
            outcome=outcome,
            candidate=candidate,
            comment="Why",
            edited={"title": "X"} if number == 2 else None,
        )
        taken(task, seconds)
    ask("policy", policy={"score": 1, "autoApprove": {"atLeast": 1}})
    found = metrics.figures(timezone.now() - timedelta(days=1))
    assert (found["asked"], found["decided"], found["by_policy"]) == (6, 5, 1)
    assert found["to_decide"].median == 30
    assert found["to_claim"].count == 5
    assert found["overdue"] == Share(count=1, total=5)
    assert found["regenerated"] == Share(count=1, total=5)
    assert found["edited"] == Share(count=1, total=3)
    assert [(model, share.count, share.total) for model, share in found["models"]] == [
        ("anthropic.claude-v2", 2, 3),
        ("mistralai/Mistral-7B-Instruct-v0.2", 1, 3),
    ]
    assert [(who, times.count) for who, times in found["people"]] == [("ann", 5)]


def test_the_interval_is_wilsons():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for count, total, low, high in (
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0, 16.11),
        (1, 29, 0.61, 17.18),
    ):
        assert Share(count=count, total=total).interval == pytest.approx((low, high), abs=0.01)
    assert Share(count=0, total=0).interval == (0, 100)
    assert Times.of([]).median is None


def votes_of(answers, people):
    return [
        Vote(task=ReviewTask(pk=number + 1), voter=person, outcome="approve", candidate=answer)
        for number, row in enumerate(answers)
        for person, answer in zip(people, row, strict=True)
        if answer
    ]


def test_agreement_is_krippendorffs_alpha_and_cohens_kappa(people):
    # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, A: binary data, two observers, ten units: 0.095.
    one, other = "0100000000", "1110010100"
    found = agreement(votes_of(list(zip(one, other, strict=True)), people))
    assert found["alpha"] == pytest.approx(0.095, abs=0.001)
    assert found["agreed_on"] == 10
    # By hand: they agree in 6 of 10; by chance in 0.1 * 0.5 + 0.9 * 0.5 = 0.5.
    assert found["pairs"] == [("ann", "ben", 10, pytest.approx(0.2))]


def test_where_all_always_say_the_same_agreement_is_unknown(people):
    found = agreement(votes_of(["AA"] * 6, people))
    assert found["alpha"] is None
    assert found["pairs"] == [("ann", "ben", 6, None)]
    assert agreement([]) == {"alpha": None, "agreed_on": 0, "pairs": []}


def test_preferences_are_pairs_and_an_edit_is_preferred_to_what_it_was(ask, people):
    decide(ask(1), by=people[0], outcome="approve", candidate="A", edited={"title": "Better", "description": "Text"})
    decide(ask(2), by=people[0], outcome="reject", comment="No")
    staff = Client()
    people[1].is_staff = True
    people[1].save()
    staff.force_login(people[1])
    lines = b"".join(staff.get("/review/preferences.jsonl").streaming_content).decode().splitlines()
    pairs = [json.loads(line) for line in lines]
    assert [(pair["chosen"], pair["rejected"], pair["rejected_model"]) for pair in pairs] == [
        ("Better\nText", "First\nOne", "anthropic.claude-v2"),
        ("Better\nText", "Second\nTwo", "mistralai/Mistral-7B-Instruct-v0.2"),
    ]
    assert all(pair["edited"] for pair in pairs)


def test_the_page_shows_the_figures_and_an_empty_period_says_so(ask, people):
    browser = Client()
    browser.force_login(people[0])
    assert "No question came within" in browser.get("/review/figures/").content.decode()
    decide(ask(1), by=people[0], outcome="approve", candidate="A")
    page = browser.get("/review/figures/?period=week").content.decode()
    assert "Claude V2" in page or "Claude" in page
    assert "1 of 1" in page
