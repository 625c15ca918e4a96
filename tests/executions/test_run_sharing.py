"""A run for people who don't read definitions, and a link that shows no more of it than whoever shares it allows."""

import json
import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from callboard import public_pages
from callboard.aws import client
from executions.mirror import copy_history
from executions.models import RunLink
from executions.run_story import Allowed, tell
from executions.services import start_execution, stop_execution

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "arn:aws:lambda:eu-west-1:123456789012:function:charge"
ASKS = {
    "Comment": "Sells a ticket",
    "StartAt": "Look",
    "States": {
        "Look": {"Type": "Pass", "Comment": "Looks at the order", "Next": "Ask"},
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {
                "QueueUrl": "https://sqs.us-east-1.amazonaws.com/000000000000/asked-of-editors",
                "MessageBody": {"title": "?", "group": "editors", "taskToken.$": "$$.Task.Token"},
            },
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
    },
}
FAILS = {
    "StartAt": "Try",
    "States": {
        "Try": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $sum('x') %}", "Next": "Never"},
        "Never": {"Type": "Succeed"},
    },
}


@pytest.fixture
def run(deployed, embedded):
    def make(definition, until):
        client(embedded, "sqs").create_queue(QueueName="asked-of-editors")
        machine = deployed(definition)
        text = json.dumps({"card": "4111", "by": SECRET, "mail": "https://example.org/1"})
        execution = start_execution(state_machine=machine, environment=embedded, input=text)
        end = time.monotonic() + 15
        while not until(execution) and time.monotonic() < end:
            copy_history(execution)
        assert until(execution), execution.cause
        return execution

    return make


def waits(execution):
    return execution.events.filter(type="TaskSubmitted").exists()


def test_a_link_follows_a_run_in_plain_words_and_shows_none_of_its_secrets(client, person, run):
    execution = run(ASKS, waits)
    operator = person("Operator")
    client.force_login(operator)
    page = f"/executions/{execution.pk}/sharing/"
    client.post(page, {"days": "7", "note": "The board"})
    address = re.search(r'value="http://testserver(/shared/runs/[^"]+/)"', client.get(page).content.decode())[1]
    client.logout()
    answer = client.get(address)
    html = answer.content.decode()
    assert "It waits for an answer, at Ask." in html
    assert re.findall(r'data-place="(\w+)"', html) == ["ok", "wait", "idle"]
    for secret in ("arn:", "4111", "123456789012", "The board", execution.name, "asked-of-editors", operator.username):
        assert secret not in html, secret
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert client.post(address).status_code == 405
    assert RunLink.objects.get().opened_at is not None
    news = client.get(f"{address}news/").json()
    assert (news["nodes"]["Ask"]["tone"], news["over"]) == ("wait", False)
    stop_execution(execution)
    news = client.get(f"{address}news/").json()
    assert (news["nodes"]["Ask"]["tone"], news["over"], "It was stopped." in news["headline"]) == ("stop", True, True)


def test_data_and_names_are_shown_where_that_is_allowed_alone(client, person, run, monkeypatch):
    asked = {"state_name": "Ask", "status": "open", "group": "editors", "person": "Ada"}
    monkeypatch.setattr("executions.selectors.reviews", lambda _execution: [asked])
    execution = run(ASKS, waits)
    assert tell(execution, Allowed()).words == "It waits for editors, at Ask."
    assert tell(execution, Allowed(people=True)).nodes["Ask"]["line"] == "Waits for Ada"
    assert tell(execution, Allowed()).data == []
    ((title, text),) = tell(execution, Allowed(data=True)).data
    assert (title, json.loads(text)["card"]) == ("What it was given", "4111")
    assert SECRET not in text


def test_a_run_that_failed_says_where(run):
    told = tell(run(FAILS, lambda execution: execution.status == "FAILED"), Allowed())
    assert (told.tone, told.words) == ("fail", "It failed. The step was Try.")
    assert [line.place.tone for line in told.lines] == ["fail", "idle"]


def test_a_link_that_is_over_revoked_or_of_another_kind_shows_nothing(client, person, run):
    execution = run(FAILS, lambda execution: execution.status == "FAILED")
    client.force_login(person("Operator"))
    page = f"/executions/{execution.pk}/sharing/"
    client.post(page, {"days": "1", "data": "on"})
    address = re.search(r'value="http://testserver(/shared/runs/[^"]+/)"', client.get(page).content.decode())[1]
    assert "What went wrong" in client.get(address).content.decode()
    listing = f"/workflows/{execution.state_machine_id}/sharing/"
    assert execution.name not in client.get(listing).content.decode()
    client.force_login(person("Designer"))
    assert execution.name in client.get(listing).content.decode()
    assert client.get(address.replace("/runs", "")).status_code == 404
    RunLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(address).status_code == client.get(f"{address}news/").status_code == 404
    RunLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    client.post(f"{page}{RunLink.objects.get().pk}/revoke/")
    assert client.get(address).status_code == 404


def test_an_address_that_asks_too_often_is_told_to_wait(client, monkeypatch, db):
    monkeypatch.setattr(public_pages, "MOST", 2)
    other = {"REMOTE_ADDR": "192.0.2.7"}
    assert [client.get("/shared/runs/x/", **other).status_code for _ in range(3)] == [404, 404, 429]
    assert client.get("/shared/x/", **other)["Retry-After"] == "60"
    assert client.get("/shared/runs/x/", REMOTE_ADDR="192.0.2.8").status_code == 404
