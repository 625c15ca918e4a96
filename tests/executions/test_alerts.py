"""Alerts: which rule speaks of what, to whom, and once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from callboard import sealing
from designer.models import Environment
from designer.services import create_state_machine
from executions import alerts
from executions.live import announce
from executions.models import Alert, AlertRule, Execution
from executions.services import start_execution
from notifications.models import Message, Receiver
from notifications.outbox import SEALED_FOR
from review.services import accept_message

pytestmark = [pytest.mark.usefixtures("undelayed"), pytest.mark.django_db(transaction=True)]
BROKEN = {"StartAt": "Broken", "States": {"Broken": {"Type": "Fail", "Error": "Wrong.Way", "Cause": "here"}}}


@pytest.fixture
def environment(db):
    return Environment.objects.create(name="Nowhere", kind="embedded", endpoint_url="http://127.0.0.1:9")


@pytest.fixture
def run(environment):
    def make(machine=None, **fields):
        name = f"run-{Execution.objects.count()}"
        return Execution.objects.create(
            environment=environment,
            arn=f"arn:aws:states:us-east-1:000000000000:execution:m:{name}",
            name=name,
            state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:m",
            state_machine=machine,
            **{"started_at": timezone.now(), **fields},
        )

    return make


@pytest.fixture
def mailed(settings, person):
    """A designer and an operator with addresses, and a mail server that is set."""
    settings.CALLBOARD_EMAIL_URL = "smtp://127.0.0.1:9"
    people = person("Designer"), person("Operator")
    for user in people:
        user.email = f"{user.username}@example.org"
        user.save()
    return people


def told():
    return sorted((str(message.receiver or message.user), message.topic) for message in Message.objects.all())


def test_a_failed_run_is_told_once_by_mail_and_to_receivers(deployed, embedded, mailed):
    designer, operator = mailed
    Receiver.objects.create(name="pager", sealed_url=sealing.seal("https://example.org", SEALED_FOR))
    Receiver.objects.create(name="others", group="Reviewer", sealed_url=sealing.seal("https://example.org", SEALED_FOR))
    machine = deployed(BROKEN)
    rule = AlertRule.objects.create(kind="failed", state_machine=machine)
    rule.people.set([designer])
    rule.groups.set([Group.objects.get(name="Operator")])
    AlertRule.objects.create(kind="timed_out")
    execution = start_execution(state_machine=machine, environment=embedded, input="{}")
    from executions.mirror import copy_history

    while execution.status == "RUNNING":
        copy_history(execution)
    expected = [(name, "execution.failed") for name in sorted([str(designer), str(operator), "pager"])]
    assert sorted(told()) == sorted(expected)
    assert alerts.sweep(timezone.now()) == 0
    announce(execution, [])
    assert len(told()) == 3
    message = Message.objects.first()
    assert message.subject == f"{machine.name} failed with Wrong.Way in {embedded}"
    assert message.path == reverse("execution", args=[execution.pk])


def test_what_failed_before_the_rule_or_elsewhere_is_not_told(run, environment):
    other = Environment.objects.create(name="Other", kind="embedded", endpoint_url="http://127.0.0.1:9")
    machine = create_state_machine(name="mine", by=None)
    run(machine, status="FAILED", stopped_at=timezone.now() - timedelta(minutes=1))
    AlertRule.objects.create(kind="failed", state_machine=machine)
    AlertRule.objects.create(kind="failed", environment=other)
    run(status="FAILED", stopped_at=timezone.now())
    assert alerts.sweep(timezone.now()) == 0
    run(machine, status="FAILED", stopped_at=timezone.now())  # whoever saw it end died before telling
    assert alerts.sweep(timezone.now()) == 1
    assert alerts.sweep(timezone.now()) == 0


def test_a_redriven_run_that_fails_again_is_told_again(run):
    AlertRule.objects.create(kind="failed")
    execution = run(status="FAILED", stopped_at=timezone.now(), last_event_id=5)
    assert alerts.consider(execution) == 1
    execution.last_event_id, execution.stopped_at = 9, timezone.now()
    execution.save()
    assert alerts.sweep(timezone.now()) == 1
    assert Alert.objects.count() == 2


def test_what_runs_too_long_is_told_once(run):
    AlertRule.objects.create(kind="running", seconds=600)
    slow = run(started_at=timezone.now() - timedelta(minutes=11))
    run(started_at=timezone.now() - timedelta(minutes=9))
    run(started_at=timezone.now() - timedelta(hours=1), status="SUCCEEDED", stopped_at=timezone.now())
    assert alerts.sweep(timezone.now()) == 1
    assert alerts.sweep(timezone.now()) == 0
    assert Alert.objects.get().execution == slow


def test_each_wait_for_a_person_is_an_occasion(run, environment):
    AlertRule.objects.create(kind="waiting", seconds=60)
    execution = run()
    for number in (1, 2):
        token = f"a-token-of-a-test-{number}"
        task = accept_message(environment, {"taskToken": token, "title": "Which?", "candidates": [{"title": "This"}]})
        type(task).objects.filter(pk=task.pk).update(
            execution=execution, created_at=timezone.now() - timedelta(minutes=number)
        )
    assert alerts.sweep(timezone.now()) == 2
    assert alerts.sweep(timezone.now()) == 0


def test_who_may_no_longer_see_executions_is_told_nothing(run, mailed):
    designer, _ = mailed
    rule = AlertRule.objects.create(kind="failed", programs=False)
    rule.people.set([designer])
    designer.groups.clear()
    assert alerts.consider(run(status="FAILED", stopped_at=timezone.now())) == 1
    assert told() == []


def test_a_designer_adds_a_rule_and_deletes_it(client, person, run):
    designer = person("Designer")
    client.force_login(designer)
    machine = create_state_machine(name="mine", by=None)
    form = {"kind": "running", "amount": "2", "unit": "hours", "state_machine": machine.pk, "workflow": machine.pk}
    page = client.post(reverse("alert-add"), {**form, "people": [designer.pk]}, follow=True).content.decode()
    rule = AlertRule.objects.get()
    assert (rule.seconds, rule.state_machine, list(rule.people.all()), rule.programs) == (
        7200,
        machine,
        [designer],
        False,
    )
    assert "An execution runs longer than 2 hours" in page
    alerts.speak(rule, execution := run(machine), "running-7200")
    assert execution.name in client.get(reverse("alerts"), {"workflow": machine.pk}).content.decode()
    assert "An alert was raised" in client.get(reverse("executions")).content.decode()
    client.post(reverse("alert-delete", args=[rule.pk]))
    assert not AlertRule.objects.exists()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"kind": "nonsense", "programs": "on"}, "choose what it tells about"),
        ({"kind": "waiting", "amount": "0", "unit": "days", "programs": "on"}, "say how long"),
        ({"kind": "running", "amount": "9" * 20, "unit": "days", "programs": "on"}, "say how long"),
        ({"kind": "failed"}, "name at least one person"),
        ({"kind": "failed", "programs": "on", "state_machine": "999"}, "workflow is gone"),
    ],
)
def test_a_rule_that_could_never_speak_is_refused_in_words(client, person, form, words):
    client.force_login(person(staff=True))
    assert words in client.post(reverse("alert-add"), form, follow=True).content.decode()
    assert not AlertRule.objects.exists()


def test_an_operator_sees_the_alerts_and_adds_none(client, person):
    client.force_login(person("Operator"))
    assert "Add an alert" not in client.get(reverse("alerts")).content.decode()
    assert client.post(reverse("alert-add"), {"kind": "failed", "programs": "on"}).status_code == 403
