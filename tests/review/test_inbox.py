"""The inbox's pages, filters and what its address says; and questions that name the people who are asked."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from designer.models import Environment, StateMachine
from executions.models import Execution
from notifications.models import Message
from review import handling, pages, selectors
from review.clock import keep
from review.inbox_query import InboxQuery
from review.models import ReviewTask
from review.services import accept_message
from tests.review.conftest import CONTRACT, make_reviewer


@pytest.fixture
def many(environment):
    """Two dozen: with a due time and without, of each priority, with equal titles, half of them closed."""
    now = timezone.now()
    tasks = [
        accept_message(
            environment, {"taskToken": f"t{n}", "title": f"Title {n % 5}", "priority": ("low", "urgent")[n % 2]}
        )
        for n in range(24)
    ]
    for n, task in enumerate(tasks):
        closed = (
            {"status": "expired", "closed_at": now - timedelta(seconds=n % 3) if n % 4 else None} if n >= 12 else {}
        )
        due = now + timedelta(hours=n % 4) if n % 3 else None
        ReviewTask.objects.filter(pk=task.pk).update(due_at=due, created_at=now - timedelta(minutes=n % 7), **closed)
    return tasks


@pytest.mark.parametrize("sort", selectors.SORTS)
@pytest.mark.parametrize("folder", ["open", "decided"])
def test_pages_give_each_task_once_and_in_order(many, reviewer, folder, sort):
    whole = list(selectors.inbox(reviewer, folder, sort=sort))
    got, after = [], None
    while True:
        tasks, after = InboxQuery(folder=folder, sort=sort, after=after).page(reviewer, size=5)
        got += tasks
        if after is None:
            break
    assert len(whole) == 12
    assert [task.pk for task in got] == [task.pk for task in whole]


def test_a_page_goes_on_where_it_stood_though_tasks_went_meanwhile(many, reviewer):
    first, after = InboxQuery(folder="open").page(reviewer, size=5)
    rest = [task.pk for task in selectors.inbox(reviewer, "open")][5:]
    ReviewTask.objects.filter(pk__in=[task.pk for task in first]).update(status="expired")
    second, _ = InboxQuery(folder="open", after=after).page(reviewer, size=5)
    assert [task.pk for task in second] == rest[:5]


def test_the_page_leads_to_what_follows_and_back_and_keeps_to_it(client, many, reviewer, monkeypatch):
    client.force_login(reviewer)
    monkeypatch.setattr(InboxQuery.page, "__kwdefaults__", {"size": 5})
    page = client.get(reverse("review") + "?folder=open&sort=title&q=Title")
    behind = page.context["tasks"][-1].pk
    address = f"folder=open&amp;q=Title&amp;sort=title&amp;after={behind}"
    assert f'href="/review/?{address}"' in page.content.decode()
    following = client.get(reverse("review") + "?" + address.replace("&amp;", "&"))
    text = following.content.decode()
    assert "Back to the beginning" in text
    assert f'href="/review/{following.context["tasks"][0].pk}/?{address}"' in text
    assert (
        "Nothing comes after this" in client.get(f"/review/?folder=open&priority=high&after={behind}").content.decode()
    )


def test_the_inbox_is_narrowed_to_a_workflow_and_an_environment(client, reviewer, environment):
    client.force_login(reviewer)
    other = Environment.objects.create(name="Elsewhere", kind="aws", region="eu-west-1", account="123456789012")
    films = StateMachine.objects.create(name="films")
    StateMachine.objects.create(name="songs")
    arn = "arn:aws:states:us-east-1:123456789012:execution:films:1"
    Execution.objects.create(
        environment=environment, arn=arn, name="1", state_machine=films, state_machine_arn="", started_at=timezone.now()
    )
    accept_message(environment, {"taskToken": "token-1", "title": "Of films", "execution": arn})
    accept_message(environment, {"taskToken": "token-2", "title": "Of nothing known"})
    accept_message(other, {"taskToken": "token-3", "title": "From elsewhere"})

    def titles(query):
        return {task.title for task in client.get("/review/list/?folder=open&" + query).context["tasks"]}

    assert titles(f"workflow={films.pk}") == {"Of films"}
    assert titles(f"environment={other.pk}") == {"From elsewhere"}
    assert titles(f"environment={other.pk}&workflow={films.pk}") == set()
    assert titles("workflow=x&environment=99999999999999999999") == {"Of films", "Of nothing known", "From elsewhere"}
    client.post(f"/review/views/?folder=open&workflow={films.pk}&after=3", {"name": "Films"})
    assert f'href="/review/?folder=open&amp;workflow={films.pk}"' in client.get("/review/").content.decode()


def test_what_is_no_query_is_left_out():
    given = {"folder": "x", "sort": "x", "priority": "x", "workflow": "-1", "after": "1e3", "q": "a\0b"}
    assert InboxQuery.of(given) == InboxQuery(q="ab")
    assert pages.as_order_by(selectors.order_of("decided", "due")) == pages.as_order_by(selectors.CLOSED_LAST)


@pytest.fixture
def named(environment, reviewer):
    return accept_message(environment, {**CONTRACT, "taskToken": "named", "people": ["ann", "reviewer", "nobody"]})


def test_only_the_people_that_a_question_names_decide_it(client, named, reviewer):
    other = make_reviewer("other")
    assert selectors.may_decide(reviewer, named)
    assert not selectors.may_decide(other, named)
    assert named in selectors.inbox(reviewer, "mine")
    assert named not in selectors.inbox(other, "mine")
    assert selectors.people_for(named) == ["reviewer"]
    client.force_login(other)
    answer = client.post(f"/review/{named.pk}/decide/", {"outcome": "approve", "candidate": "A"})
    assert (answer.status_code, "Only reviewer decides this task." in answer.content.decode()) == (403, True)
    assert client.get(f"/api/v1/reviews/{named.pk}").json()["people"] == ["reviewer"]
    assert any("ann, nobody, nobody who is known here: the others" in event.text for event in named.events.all())
    with pytest.raises(handling.Refused, match="nobody who may decide"):
        handling.assign(named, by=reviewer, person="other")


def test_people_who_hand_it_to_a_group_or_let_the_time_pass_are_no_longer_the_only_ones(named, environment, reviewer):
    other = make_reviewer("other")
    handling.assign(named, by=reviewer, group="Reviewer")
    assert selectors.may_decide(other, selectors.get_task(named.pk))
    Group.objects.create(name="Empty")
    with pytest.raises(handling.Refused, match="nobody in it may decide"):
        handling.assign(selectors.get_task(named.pk), by=reviewer, group="Empty")
    policy = {"escalate": [{"afterSeconds": 60, "group": "Reviewer"}]}
    waits = accept_message(environment, {"taskToken": "token-w", "people": ["reviewer"], "policy": policy})
    assert not selectors.may_decide(other, waits)
    keep(timezone.now() + timedelta(seconds=61))
    assert selectors.may_decide(other, selectors.get_task(waits.pk))


def test_only_the_people_that_are_named_are_told(environment, reviewer, settings):
    settings.CALLBOARD_EMAIL_URL = "smtp://localhost:1"
    for user in (reviewer, make_reviewer("other")):
        user.email = f"{user}@example.com"
        user.save()
    accept_message(environment, {"taskToken": "token-n", "people": ["reviewer"]})
    assert [message.user for message in Message.objects.all()] == [reviewer]
