"""A workflow for people who don't read definitions, and a link that shows no more than that."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from designer import links, sharing
from designer.models import ShareLink
from designer.plain_words import condition, hidden, spell, story
from designer.services import Refused, create_state_machine, save_revision

DEFINITIONS = Path(__file__).parents[3] / "shared" / "definitions"
SECRET = "arn:aws:lambda:eu-west-1:123456789012:function:charge"
DOCUMENT = {
    "Comment": "Sells a ticket for 123456789012",
    "StartAt": "Charge",
    "States": {
        "Charge": {
            "Type": "Task",
            "Resource": SECRET,
            "Parameters": {"card": "4111-secret"},
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Sorry"}],
            "Next": "Ask",
        },
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": "https://sqs.example/1/q", "MessageBody": {"group": "editors", "taskToken.$": "$$.Task.Token"}},
            "TimeoutSeconds": 172800,
            "Next": "Which",
        },
        "Which": {
            "Type": "Choice",
            "Choices": [{"And": [{"Variable": "$.totalPrice", "NumericGreaterThan": 100}, {"Variable": "$.vip", "BooleanEquals": True}], "Next": "Each"}],
            "Default": "Done",
        },
        "Each": {"Type": "Map", "ItemProcessor": {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 5400, "End": True}}}, "Next": "Done"},
        "Done": {"Type": "Succeed", "Comment": "Mail to ada@example.org, see https://wiki.example/x"},
        "Sorry": {"Type": "Fail", "Error": "E"},
    },
}  # fmt: skip


def test_it_is_told_in_order_with_who_is_asked():
    told = story(DOCUMENT)
    assert [step.name for step in told.steps] == ["Charge", "Ask", "Which", "Each", "Done", "Sorry"]
    words = {step.name: (step.words, step.notes) for step in told.steps}
    assert words["Charge"] == (
        "Runs the function charge.",
        ["When it fails, it is tried again, up to 2 times.", "If it can't be done: Sorry."],
    )
    assert words["Ask"] == ("Asks editors and waits for the answer.", ["The answer may take up to 2 days."])
    assert words["Which"][1] == ["If total price is more than 100 and vip is yes: Each.", "Otherwise: Done."]
    assert told.steps[3].parts[0][0] == "For each"
    assert told.steps[3].parts[0][1][0].words == "Waits 1.5 hours."
    assert words["Done"][0] == "Mail to (an e-mail address), see (an address)"
    assert told.asked == ["Ask: asks editors and waits for the answer."]
    assert told.about == "Sells a ticket for (an account)"


def test_conditions_and_times_in_words():
    assert condition({"Variable": "$.order.itemCount", "IsPresent": False}) == "item count is not there"
    assert condition({"Condition": "{% $price > 3 %}"}) == "$price > 3"
    assert condition({"Not": {"Variable": "$.a", "StringEquals": "x"}}) == "not: a is x"
    assert condition({"Comment": "it is late.", "Variable": "$.a", "IsNull": True}) == "it is late"
    assert [spell(seconds) for seconds in (1, 90, 86400)] == ["1 second", "1.5 minutes", "1 day"]
    assert hidden("see s3://bucket/key") == "see (an address)"


def test_every_real_definition_can_be_told_and_shown_without_an_address():
    if not DEFINITIONS.exists():
        pytest.skip("the collection of real definitions isn't beside this checkout (../shared/definitions)")
    secret = re.compile(r"arn:aws|\b\d{12}\b|https?://")
    for path in sorted(DEFINITIONS.glob("*.json")):
        document = json.loads(path.read_text())
        told = story(document)
        if isinstance(document, dict) and document.get("States"):
            assert told.steps, path.name
        assert not secret.search(repr(told)), path.name
        assert not secret.search(json.dumps(sharing.shown(path.read_text()))), path.name


@pytest.fixture
def machine(db):
    return create_state_machine(name="tickets", definition=json.dumps(DOCUMENT), by=None)


def test_a_link_shows_the_workflow_to_anyone_and_none_of_its_secrets(client, machine, person):
    client.force_login(person("Designer"))
    page = f"/workflows/{machine.pk}/sharing/"
    client.post(page, {"days": "7", "note": "The board"})
    address = re.search(r'value="http://testserver(/shared/[^"]+/)"', client.get(page).content.decode())[1]
    client.logout()
    answer = client.get(address)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Asks editors and waits for the answer." in html
    for hidden_text in ("arn:", "123456789012", "4111-secret", "sqs.example", "The board", "ada@example.org"):
        assert hidden_text not in html, hidden_text
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in answer["Cache-Control"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert ShareLink.objects.get().opened_at is not None
    changed = json.dumps(DOCUMENT).replace("Sells a ticket", "Sells two tickets")
    save_revision(machine, definition=changed, base=1, by=None)
    assert "Sells two tickets" in client.get(address).content.decode()  # it follows the newest


def test_a_link_that_is_over_revoked_or_tampered_with_shows_nothing(client, machine, person):
    ada = person("Designer")
    pinned = sharing.make(machine, days=1, note="", revision=machine.revisions.get(), by=ada)
    address = f"/shared/{links.token(pinned)}/"
    assert client.get(address).status_code == 200
    assert client.get(address[:-3] + "xx/").status_code == 404
    assert client.get("/shared/1/").status_code == 404
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    over = client.get(address)
    assert (over.status_code, "tickets" in over.content.decode()) == (404, False)
    ShareLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    client.force_login(ada)
    client.post(f"/workflows/{machine.pk}/sharing/{pinned.pk}/revoke/")
    client.logout()
    assert client.get(address).status_code == 404
    with pytest.raises(Refused):
        sharing.make(machine, days=9999, note="", revision=None, by=ada)


def test_the_plain_page_is_for_those_who_may_see_workflows(client, machine, person):
    client.force_login(person("Reviewer"))
    html = client.get(f"/workflows/{machine.pk}/plain/").content.decode()
    assert "Runs the function charge." in html
    assert f"/workflows/{machine.pk}/sharing/" not in html
