"""Programs that are told: signed, to public or allowed addresses alone, their own address kept from everybody."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.contrib.auth.models import User
from django.test import Client
from standardwebhooks.webhooks import Webhook

from callboard import sealing
from notifications import outbox
from notifications.models import Message, Receiver

pytestmark = [pytest.mark.usefixtures("undelayed"), pytest.mark.django_db]


@pytest.fixture
def server():
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    got, answers = [], []
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.got, running.answers = got, answers
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def make(server):
    def receiver(kind="webhook", **fields):
        url = f"http://127.0.0.1:{server.server_port}/hook/secret-part"
        name = f"{kind} {Receiver.objects.count()}"
        return Receiver.objects.create(name=name, kind=kind, sealed_url=sealing.seal(url, outbox.SEALED_FOR), **fields)

    return receiver


def say(topic="review.asked", group="", occasion="one"):
    return outbox.tell(
        topic, occasion, subject="To decide: <this>", text="A & B", path="/review/1/", group=group, data={"task": 1}
    )


def deliver_all():
    return [outbox.deliver(pk) for pk in outbox.due()]


def test_a_webhook_is_signed_with_the_receivers_own_secret(make, server, settings):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    receiver, other = make(), make()
    assert say() == 2
    assert say() == 0  # the same occasion
    deliver_all()
    bodies = [
        Webhook(outbox.secret_of(r)).verify(body, headers)
        for r, (headers, body) in zip((receiver, other), server.got, strict=True)
    ]
    assert bodies[0]["data"]["url"].endswith("/review/1/")
    assert outbox.secret_of(receiver) != outbox.secret_of(other)
    assert {message.status for message in Message.objects.all()} == {"sent"}


def test_a_slack_compatible_one_gets_text_that_cannot_mention_or_link(make, server, settings):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    make("slack")
    say()
    deliver_all()
    text = json.loads(server.got[0][1])["text"]
    assert "To decide: &lt;this&gt;" in text
    assert "A &amp; B" in text
    assert "|Open in Callboard>" in text


def test_a_private_address_is_refused_and_nothing_says_the_rest_of_it(make, server):
    make()
    say()
    deliver_all()
    message = Message.objects.get()
    assert message.status == "refused"
    assert "private address" in message.last_error
    assert "secret-part" not in message.last_error
    assert not server.got


def test_only_the_topics_and_the_group_that_a_receiver_wants_are_sent(make):
    make(topics=["review.due"])
    make(group="Managers")
    make(active=False)
    assert say() == 0
    assert say("review.due", occasion="two") == 1
    assert say(group="Managers", occasion="three") == 1


def test_a_receiver_that_fails_is_tried_again_and_one_that_is_gone_is_not(make, server, settings):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    make()
    server.answers += [503]
    say()
    assert deliver_all() == [False]
    message = Message.objects.get()
    assert (message.status, message.attempts) == ("pending", 1)
    assert outbox.due() == []
    server.answers += [410]
    Message.objects.update(next_attempt_at=message.created_at)
    assert deliver_all() == [True]
    assert Message.objects.get().status == "refused"


def test_staff_make_a_receiver_and_nobody_reads_its_address_again(settings):
    staff = User.objects.create_superuser("staff")
    browser = Client()
    browser.force_login(staff)
    url = "https://hooks.example.com/T000/B000/very-secret"
    form = {"name": "Team", "kind": "slack", "url": url, "topics": ["review.asked"], "active": "on"}
    assert browser.post("/admin/notifications/receiver/add/", form).status_code == 302
    receiver = Receiver.objects.get()
    assert sealing.unseal(receiver.sealed_url, outbox.SEALED_FOR) == url
    page = browser.get(f"/admin/notifications/receiver/{receiver.pk}/change/").content.decode()
    assert "very-secret" not in page
    kept = browser.post(f"/admin/notifications/receiver/{receiver.pk}/change/", {**form, "url": "", "name": "Squad"})
    assert kept.status_code == 302
    receiver.refresh_from_db()
    assert (receiver.name, sealing.unseal(receiver.sealed_url, outbox.SEALED_FOR)) == ("Squad", url)


def test_a_person_chooses_what_mail_is_about(person):
    from notifications.models import Preference

    user = person("Reviewer")
    browser = Client()
    browser.force_login(user)
    browser.post("/settings/messages/", {"topic": ["review.asked"]})
    assert Preference.wanted_by(user, "review.asked")
    assert not Preference.wanted_by(user, "review.due")
    assert 'value="review.asked" checked' in browser.get("/settings/").content.decode()
