"""The page of an environment's sources: a plan that is read first, carried out, broken off and gone on with."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from designer import provisioning
from designer.models import Environment
from executions import status_events, status_setup
from executions.models import Execution
from review import queue_setup, queues, sources
from review.models import Activity, ReviewTask

from .conftest import CONTRACT

pytestmark = pytest.mark.usefixtures("undelayed")
ROLE = "arn:aws:iam::123456789012:role/any"


@pytest.fixture
def staff(person, client):
    user = person(staff=True)
    client.force_login(user)
    return user


def attributes(sqs, name):
    found = provisioning.attributes_of(sqs, name)
    return {key: json.loads(value) if value.startswith("{") else value for key, value in found.items()}


def test_the_review_queue_is_planned_made_read_and_found_in_place(embedded, localaws, staff, client):
    address, sqs = reverse("environment-review-queue", args=[embedded.pk]), localaws.client("sqs")
    page = client.get(address).content.decode()
    assert page.index("Create the queue callboard-review-dlq") < page.index("Create the queue callboard-review<")
    assert "Read callboard-review for" in page
    assert provisioning.attributes_of(sqs, "callboard-review") is None, "a plan makes nothing"

    assert "All of it is in place" in client.post(address, {"name": "callboard-review"}).content.decode()
    embedded.refresh_from_db()
    made, letters = attributes(sqs, "callboard-review"), attributes(sqs, "callboard-review-dlq")
    assert made["RedrivePolicy"] == {"deadLetterTargetArn": letters["QueueArn"], "maxReceiveCount": 5}
    assert (made["SqsManagedSseEnabled"], letters["SqsManagedSseEnabled"]) == ("true", "true")
    assert (made["MessageRetentionPeriod"], letters["MessageRetentionPeriod"]) == ("1209600", "1209600")
    assert letters["RedriveAllowPolicy"]["sourceQueueArns"] == [made["QueueArn"]]
    assert [one["Sid"] for one in made["Policy"]["Statement"]] == ["CallboardOverTls"]

    body = json.dumps({**CONTRACT, "priority": "high"})
    sqs.send_message(QueueUrl=embedded.review_queue_url, MessageBody=body)
    assert queues.poll(embedded) == 1
    assert ReviewTask.objects.get().priority == ReviewTask.Priority.HIGH

    assert "Everything is as it should be" in client.get(address).content.decode()
    own = {"Sid": "Ours", "Effect": "Allow", "Principal": "*", "Action": "sqs:GetQueueUrl", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    sqs.set_queue_attributes(QueueUrl=embedded.review_queue_url, Attributes={"Policy": policy})
    assert "Change the queue callboard-review<" in client.get(address, {"topics": "on"}).content.decode()
    client.post(address, {"name": "callboard-review", "topics": "on"})
    kept = [one["Sid"] for one in attributes(sqs, "callboard-review")["Policy"]["Statement"]]
    assert kept == ["Ours", "CallboardOverTls", "CallboardFromTopics"]
    assert [entry.user for entry in provisioning.made_by(embedded)] == [staff, staff]


def test_a_plan_that_broke_off_says_what_is_done_and_goes_on(embedded, localaws, staff, client, monkeypatch):
    address, sqs = reverse("environment-review-queue", args=[embedded.pk]), localaws.client("sqs")
    real = provisioning.aws.client(embedded, "sqs")
    create = real.create_queue

    def denied(**given):
        if given["QueueName"] == "broken":
            said = {"Code": "AccessDenied", "Message": "not authorized to perform sqs:createqueue"}
            raise ClientError({"Error": said}, "CreateQueue")
        return create(**given)

    monkeypatch.setattr(real, "create_queue", denied)
    page = client.post(address, {"name": "broken"}).content.decode()
    assert page.count(">done<") == 1
    assert page.count(">not yet<") == 1
    assert "allow it (AccessDenied)" in page
    embedded.refresh_from_db()
    assert not embedded.review_queue_url.endswith("/broken")
    assert provisioning.attributes_of(sqs, "broken-dlq")

    monkeypatch.setattr(real, "create_queue", create)
    assert "All of it is in place" in client.post(address, {"name": "broken"}).content.decode()
    embedded.refresh_from_db()
    assert embedded.review_queue_url.endswith("/broken")


def test_a_queue_that_another_environment_reads_is_refused(embedded, staff, client):
    url = f"{embedded.endpoint_url}/000000000000/taken"
    Environment.objects.create(
        name="Another", region=embedded.region, endpoint_url=embedded.endpoint_url, review_queue_url=url
    )
    answer = client.get(reverse("environment-review-queue", args=[embedded.pk]), {"name": "taken"})
    assert (answer.status_code, "Another reads the queue taken" in answer.content.decode()) == (422, True)
    assert client.get(reverse("environment-review-queue", args=[embedded.pk]), {"name": "a b"}).status_code == 422


def test_the_rule_and_queue_of_status_changes_bring_an_execution_into_the_mirror(embedded, localaws, staff, client):
    address = reverse("environment-status-queue", args=[embedded.pk])
    assert "Make the rule callboard-status" in client.get(address).content.decode()
    assert "All of it is in place" in client.post(address, {"name": "callboard-status"}).content.decode()
    assert all(step.done for step in status_setup.plan(embedded_again(embedded), "callboard-status"))

    sfn = localaws.client("stepfunctions")
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    machine = sfn.create_state_machine(name="heard", definition=definition, roleArn=ROLE)["stateMachineArn"]
    arn = sfn.start_execution(stateMachineArn=machine)["executionArn"]
    known = Execution.objects.create(
        environment=embedded,
        arn=arn,
        name="heard",
        state_machine_arn=machine,
        started_at=timezone.now(),
        next_poll_at=timezone.now(),
    )
    environment = embedded_again(embedded)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        status_events.poll(environment)
        known.refresh_from_db()
        if known.status == "SUCCEEDED":
            break
        time.sleep(0.1)
    assert known.status == "SUCCEEDED"


def embedded_again(environment):
    return Environment.objects.get(pk=environment.pk)


def test_an_activity_is_created_listed_and_removed(embedded, localaws, staff, client):
    page = reverse("environment-sources", args=[embedded.pk])
    add = reverse("environment-activity-add", args=[embedded.pk])
    assert client.post(add, {"name": "no spaces please"}).status_code == 422
    for _ in range(2):  # pressed twice
        assert client.post(add, {"name": "ask-people"}).status_code == 302
    activity = Activity.objects.get()
    assert activity.created_by == staff
    assert activity.arn in client.get(page).content.decode()
    remove = reverse("environment-activity-remove", args=[embedded.pk, activity.pk])
    client.post(remove, {"delete": "on"})
    assert not Activity.objects.exists()
    assert localaws.client("stepfunctions").list_activities()["activities"] == []


def test_the_samples_are_states_that_name_the_environments_own_sources(embedded):
    embedded.review_queue_url = "http://127.0.0.1:9/000000000000/ours"
    Activity.objects.create(environment=embedded, arn="arn:aws:states:us-east-1:000000000000:activity:mine")
    found = {name: json.loads(text)["Ask a person"] for name, text in sources.sample_states(embedded)}
    assert found["SQS"]["Parameters"]["QueueUrl"] == embedded.review_queue_url
    assert found["Activity"]["Resource"].endswith(":activity:mine")
    assert "taskToken.$" not in found["Activity"]["Parameters"]
    assert all("taskToken.$" in json.dumps(found[name]) for name in ("SQS", "SNS", "Lambda"))
    assert queue_setup.NAME in json.dumps(found["SNS"])


def test_who_may_not_allow_a_program_is_led_to_no_page_that_refuses(environment, staff, client):
    address, leads = reverse("environment-sources", args=[environment.pk]), reverse("admin:review_ingestsource_add")
    assert leads not in client.get(address).content.decode()
    assert client.get(leads).status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="add_ingestsource"))
    assert leads in client.get(address).content.decode()
    assert client.get(leads).status_code == 200
