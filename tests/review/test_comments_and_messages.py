"""People are told what asks them, talk about a question, and a link in a message is good for one of them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from notifications import links, outbox
from notifications.models import Message, Preference
from review import clock
from review.comments import Unsayable, comment, mentioned_in
from review.deciding import decide
from review.handling import assign
from review.services import accept_message
from tests.review.conftest import CONTRACT, TOKEN, make_reviewer

pytestmark = pytest.mark.usefixtures("undelayed")


@pytest.fixture(autouse=True)
def _mail_is_set(settings):
    settings.CALLBOARD_EMAIL_URL = "smtp://mail.invalid"  # tests' own backend keeps what is sent


@pytest.fixture
def people(db):
    found = [make_reviewer(name) for name in ("ann", "ben")]
    for person in found:
        person.email = f"{person.username}@example.com"
        person.save()
    return found


@pytest.fixture
def asked(environment, people):
    return accept_message(environment, CONTRACT)


def send_all():
    for pk in outbox.due():
        outbox.deliver(pk)
    return mail.outbox


def test_a_question_is_told_once_to_everybody_whom_it_asks(asked, environment, people):
    accept_message(environment, CONTRACT)  # SQS gives a message twice
    assert sorted(message.to[0] for message in send_all()) == ["ann@example.com", "ben@example.com"]
    assert send_all() == mail.outbox[:2]
    assert "Choose a title for a video" in mail.outbox[0].subject
    assert "First" not in mail.outbox[0].body  # what the candidates say stays here
    assert TOKEN not in mail.outbox[0].message().as_string()


def test_what_a_person_has_muted_is_not_sent_to_them(environment, people):
    Preference.objects.create(user=people[0], muted=["review.asked"])
    accept_message(environment, CONTRACT)
    assert [message.to[0] for message in send_all()] == ["ben@example.com"]


def test_without_a_mail_server_nothing_is_kept_for_nobody(environment, people, settings):
    settings.CALLBOARD_EMAIL_URL = ""
    accept_message(environment, CONTRACT)
    assert not Message.objects.exists()


def test_a_person_asked_by_name_and_one_mentioned_are_told(asked, people):
    ann, ben = people
    send_all()
    mail.outbox.clear()
    assign(asked, by=ann, person="ben")
    comment(asked, by=ben, text="Is B right, @ann? Ask @nobody.")
    assert [(message.to[0], message.subject) for message in send_all()] == [
        ("ben@example.com", "You are asked: Choose a title for a video"),
        ("ann@example.com", "ben mentions you"),
    ]


def test_only_names_of_people_who_were_told_stand_out(asked, people, client):
    client.force_login(people[0])
    comment(asked, by=people[1], text="Is B right, @ann? Ask @nobody & <i>others</i>.")
    page = client.get(f"/review/{asked.pk}/").content.decode()
    assert "Is B right, <b>@ann</b>? Ask @nobody &amp; &lt;i&gt;others&lt;/i&gt;." in page


def test_people_are_reminded_once_when_a_quarter_of_the_time_is_left(environment, people):
    task = accept_message(environment, {**CONTRACT, "dueSeconds": 400})
    send_all()
    mail.outbox.clear()
    assert clock.keep(task.created_at + timedelta(seconds=299)) == 0
    assert clock.keep(task.created_at + timedelta(seconds=301)) == 1
    assert clock.keep(task.created_at + timedelta(seconds=399)) == 0
    assert {message.subject for message in send_all()} == {"Due soon: Choose a title for a video"}
    assert len(mail.outbox) == 2


def test_a_link_opens_the_task_for_its_person_alone_and_decides_nothing(asked, people):
    ann, ben = people
    letter = next(message for message in send_all() if message.to == ["ann@example.com"])
    link = re.search(r"https?://\S+(/open/\S+)", letter.body)[1]
    stranger = Client()
    answer = stranger.get(link)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    stranger.force_login(ben)
    assert stranger.get(link).status_code == 403
    own = Client()
    own.force_login(ann)
    answer = own.get(link, follow=True)
    assert answer.redirect_chain == [(f"/review/{asked.pk}/", 302)]
    assert own.post(link).status_code == 405
    asked.refresh_from_db()
    assert asked.status == "open"


def test_a_link_expires_and_a_forged_one_leads_nowhere(people, monkeypatch):
    browser = Client()
    browser.force_login(people[0])
    token = links.link_for(people[0], "/review/").rsplit("/open/", 1)[1]
    assert browser.get(f"/open/{token[:-3]}x/").status_code == 404
    assert (
        browser.get("/open/" + signing.dumps({"u": people[0].pk, "p": "https://evil.example"}) + "/").status_code == 404
    )
    monkeypatch.setattr(links, "DAYS", 0)
    monkeypatch.setattr("time.time", lambda: timezone.now().timestamp() + 5)
    assert browser.get(f"/open/{token}").status_code == 410


def test_a_letter_that_cannot_go_out_is_tried_again_later(asked, monkeypatch):
    def refuse(self, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    send_all()
    waiting = Message.objects.filter(status="pending")
    assert waiting.count() == 2
    assert "ConnectionRefusedError" in waiting[0].last_error
    assert waiting[0].next_attempt_at > timezone.now()
    assert outbox.due() == []


def test_comments_stay_with_the_task_when_it_is_closed_and_keep_markup_harmless(asked, people):
    comment(asked, by=people[0], text="<script>alert(1)</script> @ben")
    decide(asked, by=people[0], outcome="approve", candidate="A")
    browser = Client()
    browser.force_login(people[1])
    answer = browser.post(f"/review/{asked.pk}/comment/", {"remark": "Agreed."}, follow=True)
    page = answer.content.decode()
    assert "<script>alert(1)" not in page
    assert "<b>@ben</b>" in page
    assert "Agreed." in page
    assert browser.post(f"/review/{asked.pk}/comment/", {"remark": "  "}).status_code == 422
    with pytest.raises(Unsayable):
        comment(asked, by=people[0], text="x" * 10_001)
    said = browser.get(f"/api/v1/reviews/{asked.pk}/comments").json()["comments"]
    assert [line["author"] for line in said] == ["ann", "ben"]


def test_only_those_who_may_see_it_are_mentioned(people, django_user_model):
    django_user_model.objects.create_user("outsider")
    assert mentioned_in("mail me at x@ann, or @ben. And @outsider.") == [people[1]]
