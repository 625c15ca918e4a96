"""What a question demands of its answer is held to, whoever asks and however late it gets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from review import clock, policies, selectors
from review.answers import InvalidDecision
from review.audit import broken_chains
from review.contract import Unreadable, read_body, violations
from review.deciding import AlreadyDecided, decide, undo
from review.handling import Refused, assign
from review.models import Decision, ReviewTask, TaskEvent, Vote
from review.services import accept_message, close
from tests.review.conftest import CONTRACT, make_reviewer

pytestmark = pytest.mark.usefixtures("undelayed")


@pytest.fixture
def ask(environment):
    """``ask(policy, **more)`` is a task with that policy."""
    number = 0

    def make(policy, **more):
        nonlocal number
        number += 1
        return accept_message(environment, {**CONTRACT, "taskToken": f"token-{number}", "policy": policy, **more})

    return make


@pytest.fixture
def people(db):
    return [make_reviewer(name) for name in ("ann", "ben", "cid")]


def test_two_of_three_must_agree_and_the_second_equal_answer_is_the_decision(ask, people):
    ann, ben, cid = people
    task = ask({"required": 2})
    assert isinstance(decide(task, by=ann, outcome="approve", candidate="A"), Vote)
    assert isinstance(decide(task, by=ben, outcome="approve", candidate="B"), Vote)
    task.refresh_from_db()
    assert task.status == ReviewTask.Status.OPEN
    taken = decide(task, by=cid, outcome="approve", candidate="A")
    assert isinstance(taken, Decision)
    assert taken.output["candidate"]["key"] == "A"
    line = task.events.get(kind=TaskEvent.Kind.DECIDED)
    assert [(vote["by"], vote["candidate"]) for vote in line.data["votes"]] == [
        ("ann", "A"),
        ("ben", "B"),
        ("cid", "A"),
    ]
    assert not list(broken_chains(ReviewTask.objects.all()))


def test_one_person_is_one_vote_and_may_change_it(ask, people):
    ann, ben, _ = people
    task = ask({"required": 2})
    for candidate in ("A", "A", "B"):
        decide(task, by=ann, outcome="approve", candidate=candidate)
    assert task.votes.count() == 1
    assert isinstance(decide(task, by=ben, outcome="approve", candidate="B"), Decision)
    with pytest.raises(AlreadyDecided):
        decide(task, by=people[2], outcome="reject", comment="Too late")


def test_where_all_must_agree_one_other_answer_holds_it_up_until_it_is_changed(ask, people):
    ann, ben, cid = people
    task = ask({"required": 2, "unanimous": True})
    decide(task, by=ann, outcome="reject", comment="No")
    decide(task, by=ben, outcome="approve", candidate="A")
    assert isinstance(decide(task, by=cid, outcome="approve", candidate="A"), Vote)
    assert isinstance(decide(task, by=ann, outcome="approve", candidate="A"), Decision)


def test_a_regeneration_by_several_carries_all_their_remarks(ask, people):
    task = ask({"required": 2})
    decide(task, by=people[0], outcome="regenerate", comment="Shorter")
    taken = decide(task, by=people[1], outcome="regenerate", comment="Name the services")
    assert taken.output["comment"] == "Shorter\nName the services"


def test_undoing_the_last_vote_leaves_the_others(ask, people):
    task = ask({"required": 2})
    decide(task, by=people[0], outcome="approve", candidate="A")
    decide(task, by=people[1], outcome="approve", candidate="A", undo_seconds=60)
    undo(task, by=people[1])
    assert [vote.voter for vote in task.votes.all()] == [people[0]]
    assert isinstance(decide(task, by=people[2], outcome="approve", candidate="A"), Decision)


def test_whoever_started_the_run_is_not_the_second_pair_of_eyes(ask, people, execution):
    starter, other, _ = people
    starter.is_superuser = True
    starter.save()
    execution.started_by = starter
    execution.save()
    task = ask({"fourEyes": True}, execution=execution.arn)
    assert not selectors.may_decide(starter, task)
    assert task not in selectors.inbox(starter, "mine")
    assert task in selectors.inbox(other, "mine")
    with pytest.raises(InvalidDecision, match="second pair of eyes"):
        decide(task, by=starter, outcome="approve", candidate="A")
    with pytest.raises(Refused):
        assign(task, by=other, person=starter.get_username())
    browser = Client()
    browser.force_login(starter)
    answer = browser.post(f"/review/{task.pk}/decide/", {"outcome": "approve", "candidate": "A"})
    assert answer.status_code == 403
    assert "second pair of eyes" in answer.content.decode()
    assert isinstance(decide(task, by=other, outcome="approve", candidate="A"), Decision)


def test_until_it_is_known_who_started_the_run_nobody_is_a_second_pair_of_eyes(ask, people):
    task = ask({"fourEyes": True})
    assert not selectors.may_decide(people[0], task)


def test_a_blind_question_names_no_model_until_it_is_decided(ask, people):
    task = ask({"blind": True})
    browser = Client()
    browser.force_login(people[0])
    page = browser.get(f"/review/{task.pk}/").content.decode()
    detail = browser.get(f"/api/v1/reviews/{task.pk}").json()
    for text in (page, str(detail)):
        assert "claude" not in text.lower()
        assert "mistral" not in text.lower()
    assert "hidden until the answer" in page
    decide(task, by=people[0], outcome="approve", candidate="A")
    assert "anthropic.claude-v2" in browser.get(f"/review/{task.pk}/").content.decode()


def test_shuffled_candidates_keep_one_order_for_each_person_and_their_key_in_the_answer(ask, people):
    candidates = [{"title": f"Title {number}"} for number in range(8)]
    task = ask({"shuffle": True}, candidates=candidates)
    seen = [[shown["key"] for shown in selectors.candidates_of(task, person)] for person in people]
    assert seen[0] == [shown["key"] for shown in selectors.candidates_of(task, people[0])]
    assert len({tuple(order) for order in seen}) > 1
    assert [shown["label"] for shown in selectors.candidates_of(task, people[0])] == list("ABCDEFGH")
    chosen = seen[0][0]
    taken = decide(task, by=people[0], outcome="approve", candidate=chosen)
    assert taken.output["candidate"]["title"] == candidates["ABCDEFGH".index(chosen)]["title"]


def test_a_score_within_the_bound_approves_at_once_and_says_why(ask):
    task = ask({"score": 0.97, "autoApprove": {"atLeast": 0.9, "candidate": "B"}})
    assert task.status == ReviewTask.Status.DECIDED
    assert task.decision.decided_by is None
    assert task.decision.candidate == "B"
    assert "score 0.97 is at least 0.9" in task.decision.policy_reason
    assert task.decision.output["decidedBy"] == "policy"
    assert ask({"score": 0.8, "autoApprove": {"atLeast": 0.9}}).status == ReviewTask.Status.OPEN


def test_a_sample_of_what_would_be_approved_is_shown_to_people(ask):
    rule = {"score": 5, "autoApprove": {"atMost": 10, "sample": 0.3}}
    shown = sum(
        policies.auto_approval(rule, f"{number * 42949672 + 1000000:08x}".ljust(64, "0")) == "" for number in range(100)
    )
    assert shown == 30  # hashes spread evenly: a share of 0.3
    assert ask({"score": 5, "autoApprove": {"atMost": 10, "sample": 1}}).status == ReviewTask.Status.OPEN


def test_the_score_routes_to_a_group(ask):
    Group.objects.create(name="Managers")
    routes = [{"atLeast": 1000, "group": "Managers"}]
    assert ask({"score": 1200, "routes": routes}).group == "Managers"
    assert ask({"score": 0, "routes": [{"atMost": 10, "group": "Managers"}]}).group == "Managers"
    assert ask({"score": 12, "routes": routes}).group == ""


def test_an_unanswered_question_is_passed_on_level_by_level_then_gets_its_default(ask, people):
    for name in ("Leads", "Managers"):
        Group.objects.create(name=name)
    levels = [{"afterSeconds": 120, "group": "Managers"}, {"afterSeconds": 60, "group": "Leads"}]
    task = ask({"escalate": levels, "onTimeout": {"outcome": "reject", "comment": "Nobody came"}}, dueSeconds=180)
    asked = task.created_at
    assert clock.keep(asked + timedelta(seconds=59)) == 0
    for seconds, group in ((61, "Leads"), (121, "Managers")):
        assert clock.keep(asked + timedelta(seconds=seconds)) == 1
        task.refresh_from_db()
        assert task.group == group
    assert task.events.filter(kind=TaskEvent.Kind.ESCALATED).count() == 2
    assert clock.keep(asked + timedelta(seconds=181)) == 1
    task.refresh_from_db()
    assert (task.status, task.decision.outcome, task.decision.comment) == ("decided", "reject", "Nobody came")
    assert "Nobody answered in time" in task.decision.policy_reason
    assert clock.keep(asked + timedelta(seconds=999)) == 0


def test_the_default_comes_before_the_state_itself_times_out(ask):
    task = ask({"onTimeout": {"outcome": "approve", "candidate": "A"}}, dueSeconds=600)
    task.reminded = True
    task.due_at = task.created_at + timedelta(seconds=60)  # as linking learns it from the state's TimeoutSeconds
    assert policies.next_clock(task) == task.created_at + timedelta(seconds=55)
    task.due_at = task.created_at + timedelta(seconds=4)
    assert policies.next_clock(task) == task.created_at + timedelta(seconds=2)


def test_a_default_that_names_no_candidate_that_came_leaves_the_question_to_people(ask):
    task = ask({"onTimeout": {"outcome": "approve", "candidate": "Z"}}, dueSeconds=1)
    assert clock.keep(timezone.now() + timedelta(seconds=2)) == 1
    task.refresh_from_db()
    assert (task.status, task.clock_at) == ("open", None)


@pytest.mark.parametrize(
    ("policy", "where"),
    [
        ({"required": 0}, "policy/required"),
        ({"forEyes": True}, "policy"),
        ({"autoApprove": {"atLeast": 1}}, "policy"),
        ({"score": 1, "autoApprove": {}}, "policy/autoApprove"),
        ({"onTimeout": {"outcome": "reject"}}, "dueSeconds"),
    ],
)
def test_a_policy_that_is_not_clear_makes_no_question(policy, where):
    body = {**CONTRACT, "policy": policy}
    assert violations(body)
    with pytest.raises(Unreadable, match="policy isn't clear") as refused:
        read_body(body)
    assert where in str(refused.value)


def test_the_page_says_what_the_answer_needs_and_who_has_answered(ask, people):
    task = ask({"required": 2, "fourEyes": False, "shuffle": True})
    decide(task, by=people[0], outcome="approve", candidate="A")
    browser = Client()
    browser.force_login(people[1])
    page = browser.get(f"/review/{task.pk}/").content.decode()
    assert "2 people must give the same answer" in page
    assert "1 of 2 answered" in page
    assert "Answered: ann" in page
    assert browser.get("/api/v1/reviews", {"status": "mine"}).json()["counts"]["mine"] == 1
    browser.force_login(people[0])
    assert browser.get("/api/v1/reviews", {"status": "mine"}).json()["counts"]["mine"] == 0


def test_the_page_says_all_that_its_policy_demands_with_its_times_also_afterwards(ask, people):
    policy = {
        "score": 5, "autoApprove": {"atLeast": 9, "sample": 0.1}, "routes": [{"atMost": 1, "group": "Leads"}],
        "escalate": [{"afterSeconds": 7200, "group": "Heads"}, {"afterSeconds": 3600, "group": "Leads"}],
        "onTimeout": {"outcome": "reject"}, "required": 2, "fourEyes": False,
    }  # fmt: skip
    task = ask(policy, dueSeconds=86400)
    demands = policies.demands(task)
    for said in (
        "2 people must give the same answer.", "Its score is 5.",
        "Approved without asking where the score is at least 9, but for 10% that people look at.",
        "Leads decides where the score is at most 1.", "Passed on to Leads after 1 h", "Passed on to Heads after 2 h",
        "Without an answer within",
    ):  # fmt: skip
        assert any(demand.startswith(said) for demand in demands), (said, demands)
    close(task, "cancelled", "Over")
    browser = Client()
    browser.force_login(people[0])
    assert "What this answer needed" in browser.get(f"/review/{task.pk}/").content.decode()


def test_who_has_answered_sees_what_and_goes_on_to_what_asks_next(ask, people, client):
    ann, ben, _ = people
    task, other = ask({"required": 2}), ask({}, title="What is next")
    client.force_login(ann)
    pane = f"/review/{task.pk}/pane/"
    assert "Next for you" not in client.get(pane).content.decode()
    decide(task, by=ann, outcome="reject", comment="No")
    page = client.get(pane).content.decode()
    assert "You rejected it, and may change that" in page
    assert f'href="/review/{other.pk}/" data-next-task' in page
    decide(task, by=ann, outcome="approve", candidate="B")
    assert "You chose B, and may change that" in client.get(pane).content.decode()
    client.force_login(ben)
    assert "chose B" not in client.get(pane).content.decode()


def test_a_blind_candidate_says_that_its_model_is_hidden_not_that_it_is_unknown(ask, people, client):
    client.force_login(people[0])
    page = client.get(f"/review/{ask({'blind': True}).pk}/pane/").content.decode()
    assert page.count("hidden until the answer.") == 3  # the policy, and each candidate
    assert "didn’t say" not in page
