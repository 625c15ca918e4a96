"""Results told to others: signed, to public or allowed addresses alone, again until they are taken."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from designer.models import Environment, StateMachine
from executions.models import Execution
from launch import notices
from launch.models import Launch, Notice
from launch.results import settle


@pytest.fixture
def receiver():
    """A web server that keeps what it gets and answers what it is told to."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.got.append((dict(self.headers), body))
            self.send_response(server.answers.pop(0) if server.answers else 204)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.answers = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def finished(db):
    """A launch whose execution succeeded."""
    environment = Environment.objects.create(name="Here", kind="embedded", endpoint_url="http://127.0.0.1:9")
    machine = StateMachine.objects.create(name="video-title-and-avatar")
    execution = Execution.objects.create(
        environment=environment,
        arn="arn:aws:states:us-east-1:1:execution:m:one",
        name="one",
        state_machine_arn="m",
        started_at=timezone.now(),
        status="SUCCEEDED",
        output='{"title": "Done"}',
    )
    launch = Launch.objects.create(
        state_machine=machine,
        environment=environment,
        deduplication_id="one",
        execution_name="one",
        execution_arn=execution.arn,
        execution=execution,
        status="started",
    )
    return launch, execution


@pytest.fixture
def webhook(finished, receiver, settings):
    """The webhook's notice, to be sent to the receiver."""
    settings.CALLBOARD_LAUNCH_WEBHOOK_URL = f"http://127.0.0.1:{receiver.server_port}/hook"
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    settle(*finished)
    return Notice.objects.get(channel="webhook")


def due_again(notice):
    Notice.objects.filter(pk=notice.pk).update(next_attempt_at=timezone.now())


def test_a_result_is_settled_once_however_often_it_is_seen(finished, settings):
    settings.CALLBOARD_LAUNCH_WEBHOOK_URL = "https://example.com/hook"
    assert settle(*finished)
    assert not settle(*finished)
    assert sorted(Notice.objects.values_list("channel", flat=True)) == ["event", "webhook"]
    assert Launch.objects.get().result == {"title": "Done"}


def test_an_execution_that_failed_has_no_result(finished):
    launch, execution = finished
    execution.status = "FAILED"
    assert not settle(launch, execution)


def test_the_webhook_is_signed_and_says_what_came_out(webhook, receiver):
    assert notices.send(webhook.pk)
    headers, body = receiver.got[0]
    message = Webhook(notices.signing_secret()).verify(body, {name.lower(): value for name, value in headers.items()})
    assert message["type"] == "launch.result.ready"
    assert message["data"]["result"] == {"title": "Done"}
    assert message["data"]["url"].endswith(f"/{webhook.launch_id}/")
    with pytest.raises(WebhookVerificationError):
        Webhook(notices.signing_secret()).verify(body + b" ", {name.lower(): value for name, value in headers.items()})


def test_a_receiver_that_fails_gets_it_again_under_the_same_id(webhook, receiver):
    receiver.answers[:] = [500, 302, 204]
    for _ in range(3):
        due_again(webhook)
        notices.send(webhook.pk)
    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    assert (len(receiver.got), len(ids)) == (3, 1)
    webhook.refresh_from_db()
    assert (webhook.status, webhook.attempts) == ("sent", 3)


def test_a_receiver_that_is_gone_is_left_in_peace(webhook, receiver):
    receiver.answers[:] = [410]
    assert notices.send(webhook.pk)
    webhook.refresh_from_db()
    assert webhook.status == "refused"


def test_a_doubled_hint_sends_once(webhook, receiver):
    assert notices.send(webhook.pk)
    assert not notices.send(webhook.pk)
    assert len(receiver.got) == 1


def test_a_private_address_is_refused_unless_it_is_allowed(webhook, receiver, settings):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = []
    assert notices.send(webhook.pk)
    webhook.refresh_from_db()
    assert webhook.status == "refused"
    assert "private address" in webhook.last_error
    assert receiver.got == []


def test_an_event_bus_that_is_away_is_tried_again(finished):
    settle(*finished)
    notice = Notice.objects.get(channel="event")
    assert not notices.send(notice.pk)
    notice.refresh_from_db()
    assert notice.status == "pending"
    assert notice.next_attempt_at > timezone.now()
    assert json.dumps(notice.body)
