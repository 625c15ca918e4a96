"""Claims hold and lapse, assignments ask somebody by name, and neither gives rights that weren't there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from review import handling, selectors
from review.audit import broken_chains
from review.deciding import AlreadyDecided, decide
from review.models import Decision, ReviewTask
from review.services import accept_message
from tests.review.conftest import CONTRACT, TOKEN, make_reviewer


@pytest.fixture
def other(db):
    return make_reviewer("other")


def fresh(task):
    return selectors.get_task(task.pk)


def lapse(task):
    ReviewTask.objects.filter(pk=task.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))


def test_while_one_holds_a_task_nobody_else_decides_or_claims(task, reviewer, other):
    handling.claim(task, by=reviewer)
    with pytest.raises(AlreadyDecided, match="reviewer is working on this task"):
        decide(task, by=other, outcome="approve", candidate="A")
    with pytest.raises(handling.Refused, match="reviewer is working"):
        handling.claim(task, by=other)
    decide(task, by=reviewer, outcome="approve", candidate="A")
    assert Decision.objects.get().decided_by == reviewer
    assert list(broken_chains(ReviewTask.objects.all())) == []


def test_a_lease_lapses_unless_it_is_renewed(task, reviewer, other):
    handling.claim(task, by=reviewer)
    assert handling.renew(task, by=reviewer)
    assert not handling.renew(task, by=other)
    lapse(task)
    assert not handling.renew(task, by=reviewer)
    handling.claim(task, by=other)
    assert fresh(task).claimed_by == other


def test_a_released_task_is_anybodys(task, reviewer, other):
    handling.claim(task, by=reviewer)
    with pytest.raises(handling.Refused):
        handling.release(task, by=other)
    handling.release(task, by=reviewer)
    decide(task, by=other, outcome="approve", candidate="A")


def test_who_is_asked_by_name_alone_decides_and_may_delegate(task, reviewer, other):
    handling.assign(task, by=reviewer, person="other")
    assert not selectors.may_decide(reviewer, fresh(task))
    with pytest.raises(AlreadyDecided, match="other was asked"):
        decide(task, by=reviewer, outcome="reject")
    handling.assign(fresh(task), by=other, person="reviewer")
    assert "delegated it to reviewer" in task.events.order_by("sequence").last().text
    assert selectors.may_decide(reviewer, fresh(task))


def test_assigning_gives_no_rights(environment, reviewer, other):
    Group.objects.create(name="Lawyers")
    User.objects.create_user("nobody")
    task = accept_message(environment, {**CONTRACT, "group": "Lawyers"})
    with pytest.raises(handling.Refused, match="Only those who may decide"):
        handling.assign(task, by=reviewer, person="reviewer")
    reviewer.groups.add(Group.objects.get(name="Lawyers"))
    for name in ("nobody", "other", "does-not-exist"):
        with pytest.raises(handling.Refused, match="nobody who may decide"):
            handling.assign(task, by=reviewer, person=name)


def test_each_folder_counts_what_it_shows(environment, task, reviewer, other):
    late = accept_message(environment, {**CONTRACT, "taskToken": "two", "title": "Late one", "dueSeconds": 5})
    ReviewTask.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    handling.assign(task, by=other, person="other")
    handling.claim(late, by=reviewer)
    counts = selectors.folder_counts(reviewer)
    for folder, number in counts.items():
        assert len(selectors.inbox(reviewer, folder)) == number, folder
    assert counts == {"mine": 1, "own": 1, "groups": 0, "unassigned": 1, "overdue": 1, "open": 2}


def test_the_list_is_searched_and_ordered_by_its_address(client, environment, task, reviewer):
    accept_message(environment, {**CONTRACT, "taskToken": "two", "title": "A brochure"})
    client.force_login(reviewer)
    page = client.get(reverse("review-list") + "?q=brochure").content.decode()
    assert ("A brochure" in page, "Choose a title for a video" in page) == (True, False)
    page = client.get(reverse("review-list") + "?sort=title").content.decode()
    assert page.index("A brochure") < page.index("Choose a title for a video")
    assert "Nothing here has" in client.get(reverse("review") + "?q=xyz%00").content.decode()


def test_the_page_claims_and_shows_others_who_holds_it(client, task, reviewer, other):
    address = reverse("review-handle", args=[task.pk])
    client.force_login(reviewer)
    assert client.get(address).status_code == 405
    client.post(address, {"verb": "claim"})
    assert "data-holds" in client.get(reverse("review-task", args=[task.pk])).content.decode()
    assert client.post(address, {"verb": "renew"}).status_code == 204
    client.force_login(other)
    page = client.get(reverse("review-task", args=[task.pk])).content.decode()
    assert "reviewer is working on this task" in page
    assert "data-approve" not in page
    assert client.post(address, {"verb": "claim"}).status_code == 409


def test_the_api_hands_over(client, task, reviewer, other):
    client.force_login(reviewer)
    body = {"verb": "assign", "person": "other"}
    answer = client.post(f"/api/v1/reviews/{task.pk}/handling", body, content_type="application/json")
    assert answer.json()["task"]["assigned_to"] == "other"
    answer = client.post(f"/api/v1/reviews/{task.pk}/handling", {"verb": "claim"}, content_type="application/json")
    assert answer.status_code == 403


def test_what_is_urgent_comes_first_then_what_is_due_and_a_priority_can_be_asked_for(environment, reviewer, client):
    asked = [("low", 60), ("normal", None), ("urgent", 900), ("normal", 300), ("urgent", 600)]
    made = {}
    for number, (priority, due) in enumerate(asked):
        body = {**CONTRACT, "taskToken": f"{TOKEN}{number}", "title": f"{priority} {due}", "priority": priority}
        made[f"{priority} {due}"] = accept_message(environment, body | ({"dueSeconds": due} if due else {}))
    first = ["urgent 600", "urgent 900", "normal 300", "normal None", "low 60"]
    assert [task.title for task in selectors.inbox(reviewer)] == first
    assert [task.title for task in selectors.inbox(reviewer, priority="urgent")] == first[:2]
    assert selectors.inbox(reviewer, sort="due")[0].title == "low 60"

    client.force_login(reviewer)
    page = client.get(reverse("review-list"), {"priority": "urgent"}).content.decode()
    assert (page.count("data-task="), "urgent</span>" in page) == (2, True)
    listed = client.get("/api/v1/reviews", {"status": "mine", "priority": "low"}).json()["tasks"]
    assert [(task["title"], task["priority"]) for task in listed] == [("low 60", "low")]

    decide(made["urgent 600"], by=reviewer, outcome="approve", candidate="A")
    pane = client.get(reverse("review-pane", args=[made["urgent 600"].pk]))
    assert pane.context["next_task"].title == "urgent 900"
