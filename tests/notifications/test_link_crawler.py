"""Whatever opens the links of messages decides nothing: people, strangers, mail scanners, browsers that look ahead.

Every topic is told by what tells it in the product, and every link of every mail, webhook and Slack-compatible message is
asked for in each of those ways, and what its page leads to.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from callboard import sealing
from callboard.apps import make_groups
from designer import change_reviews
from designer.models import Environment, Revision, Verdict
from designer.services import create_state_machine
from executions import alerts
from executions.models import AlertRule, Execution
from launch import notices, results
from launch.models import Launch
from notifications import links, outbox
from notifications.models import Message, Preference, Receiver
from notifications.topics import TOPICS
from review import clock
from review.comments import comment
from review.handling import assign
from review.models import Decision, ReviewTask, TaskEvent, Vote
from review.services import accept_message

pytestmark = [pytest.mark.usefixtures("undelayed"), pytest.mark.django_db]
ADDRESS = re.compile(r"https?://[^\s\"<>|\\]+")
LEADS_TO = re.compile(r"(?:href|action|formaction|data-[a-z-]*url|data-run|data-transcript)=\"(/[^\"]*)\"")
ANSWER = "?outcome=approve&candidate=A&verb=claim&_method=POST"
AHEAD = [
    {},
    {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"},
    {"X-Moz": "prefetch", "X-Purpose": "preview"},
    {"User-Agent": "Slackbot-LinkExpanding 1.0", "X-HTTP-Method-Override": "POST"},
]


@pytest.fixture(autouse=True)
def _told_by_mail_and_programs(settings, monkeypatch):
    settings.CALLBOARD_EMAIL_URL = "smtp://mail.invalid"
    settings.CALLBOARD_LAUNCH_WEBHOOK_URL = "https://hooks.example.com/launch"


@pytest.fixture
def posted(monkeypatch):
    """What programs are sent, less the network."""
    from notifications import webhooks

    bodies: list[str] = []
    monkeypatch.setattr(webhooks, "post", lambda url, body, headers: bodies.append(body))
    return bodies


@pytest.fixture
def people():
    make_groups()
    found = {}
    for name in ("ann", "ben", "lead"):
        found[name] = User.objects.create_user(name, email=f"{name}@example.com")
        found[name].groups.add(Group.objects.get(name="Reviewer"), Group.objects.get(name="Designer"))
    leads = Group.objects.create(name="Leads")
    found["lead"].groups.add(leads)
    for kind in ("webhook", "slack"):
        sealed = sealing.seal("https://hooks.example.com/x", outbox.SEALED_FOR)
        Receiver.objects.create(name=kind, kind=kind, sealed_url=sealed)
    return found


def tell_everything(people) -> None:
    """Each topic, and a launch's result."""
    environment = Environment.objects.create(name="Here", kind="embedded", endpoint_url="http://127.0.0.1:9")
    machine = create_state_machine(name="video-title-and-avatar", by=people["ann"])
    arn = "arn:aws:states:us-east-1:000000000000:{}:" + machine.name
    times = {"started_at": timezone.now(), "stopped_at": timezone.now()}
    failed, done = (
        Execution.objects.create(
            environment=environment,
            state_machine=machine,
            state_machine_arn=arn.format("stateMachine"),
            arn=arn.format("execution") + f":{status}",
            name=status,
            status=status,
            output='{"title": "x"}',
            **times,
        )
        for status in ("FAILED", "SUCCEEDED")
    )
    policy = {"escalate": [{"afterSeconds": 500, "group": "Leads"}]}
    question = {"title": "Which one?", "candidates": [{"title": "One"}, {"title": "Two"}], "dueSeconds": 1000}
    task = accept_message(environment, {"taskToken": "t" * 90, "execution": failed.arn, **question, "policy": policy})
    assign(task, by=people["ann"], person="ben")
    comment(task, by=people["ann"], text="What do you say, @ben?")
    clock.keep(task.created_at + timedelta(seconds=501))
    clock.keep(task.created_at + timedelta(seconds=999))
    change_reviews.ask(Revision.objects.get(state_machine=machine), by=people["ann"])
    for kind in ("failed", "running"):
        rule = AlertRule.objects.create(kind=kind, seconds=60 if kind == "running" else None)
        rule.people.add(people["ben"])
        alerts.speak(rule, failed, "once")
    launch = Launch.objects.create(
        state_machine=machine, environment=environment, input={}, deduplication_id="d", execution_name=done.name
    )
    results.settle(launch, done)


@pytest.fixture
def told(people, posted, settings):
    """Pairs of a link and whom it was sent to; None: a program."""
    tell_everything(people)
    for pk in outbox.due():
        outbox.deliver(pk)
    for pk in notices.due():
        notices.send(pk)
    assert set(Message.objects.values_list("topic", flat=True)) == set(TOPICS)
    assert set(Message.objects.values_list("status", flat=True)) == {"sent"}
    by_address = {user.email: user for user in people.values()}
    found = {(link, by_address[letter.to[0]]) for letter in mail.outbox for link in ADDRESS.findall(letter.body)}
    for body in posted:
        found |= {(link, None) for link in ADDRESS.findall(json.dumps(json.loads(body), ensure_ascii=False))}
    base = settings.CALLBOARD_PUBLIC_URL
    assert {link.startswith(base + "/") for link, _ in found} == {True}  # nothing leads elsewhere
    assert {user for _, user in found} == {*people.values(), None}
    return sorted(((link.removeprefix(base).partition("#")[0], user) for link, user in found), key=str)


def standing() -> dict[str, list]:
    """All that a person, or a program for one, can decide."""
    return {
        "tasks": list(
            ReviewTask.objects.values_list(
                "pk", "status", "version", "assigned_to", "claimed_by", "group", "escalation_level"
            )
        ),
        "answers": [*Decision.objects.values_list(), *Vote.objects.values_list()],
        "verdicts": list(Verdict.objects.values_list()),
        "runs": [*Execution.objects.values_list("pk", "status"), *Launch.objects.values_list("pk", "result")],
        "preferences": list(Preference.objects.values_list()),
        "messages": Message.objects.count(),
        "audit": list(TaskEvent.objects.exclude(kind="opened").values_list("pk", "kind")),
    }


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def open_in_all_ways(client: Client, address: str, ways: list[dict[str, str]]) -> list[str]:
    """The pages that were shown."""
    pages = []
    for headers in ways:
        answer = client.get(address, headers=headers, follow=True)
        assert answer.status_code < 500
        pages.append(answer.content.decode(errors="replace"))
    assert client.head(address, follow=True).status_code < 500
    client.get(address.partition("?")[0] + ANSWER, follow=True)
    client.options(address)
    return pages


def links_status(user: User, link: str) -> int:
    """What the person it was sent to gets, whose session is new enough."""
    return signed_in(user).get(link).status_code


def test_no_link_of_any_message_decides_however_it_is_opened(told, people):
    before = standing()
    assert before["answers"] == []
    for link, to in told:
        for user in (None, to or people["ben"], people["lead"]):
            pages = open_in_all_ways(signed_in(user), link, AHEAD if user == to else AHEAD[-1:])
            if user is None:
                assert "Which one?" not in "".join(pages)
    assert standing() == before


def test_nothing_that_a_link_leads_to_decides_by_being_looked_at(told, people):
    before, client = standing(), signed_in(people["ben"])
    pages = [client.get(link, follow=True).content.decode() for link, to in told if to in (None, people["ben"])]
    further = {unescape(address) for page in pages for address in LEADS_TO.findall(page)}
    acts = {address for address in further if re.fullmatch(r"/review/\d+/(decide|handle|comment)/", address)}
    assert len(acts) == 3
    for address in sorted(further):
        if not address.startswith("/static/"):
            for answer in (client.get(address), client.head(address), client.get(address.partition("?")[0] + ANSWER)):
                assert answer.status_code < 500, address
                assert answer.status_code == 405 or address not in acts
    assert standing() == before


def test_links_that_are_forged_others_or_old_lead_nowhere(told, people, monkeypatch):
    before = standing()
    own = [(link, to) for link, to in told if link.startswith("/open/")]
    assert len(own) > len(people)
    for link, to in own:
        token = link.removeprefix("/open/").strip("/")
        meant = signing.loads(token, salt=links.SALT)
        assert meant["u"] == to.pk
        stranger = next(user for user in people.values() if user != to)
        body, at, signature = token.rsplit(":", 2)
        elsewhere = signing.dumps({**meant, "u": stranger.pk}, salt=links.SALT, key="another key")
        forged = [f"{body}:{at}:{signature[::-1]}", f"{body[:-2]}:{at}:{signature}", signing.dumps(meant), elsewhere]
        for client in (signed_in(to), signed_in(stranger)):
            assert {client.get(f"/open/{one}/").status_code for one in forged} == {404}
        assert signed_in(stranger).get(link).status_code == 403
        assert signed_in(None).get(link)["Location"].startswith("/sign-in/?next=")
        assert signed_in(to).post(link).status_code == 405
    monkeypatch.setattr(links, "DAYS", 0)
    monkeypatch.setattr("time.time", lambda: timezone.now().timestamp() + 5)
    assert {to.pk: links_status(to, link) for link, to in own} == {to.pk: 410 for _, to in own}
    assert standing() == before
