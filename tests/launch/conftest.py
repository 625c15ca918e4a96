"""A real endpoint with the samples deployed, and a clock hand: `until` does what Celery's beat would do."""

import json
import re
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User

from callboard import aws
from callboard.apps import make_groups
from designer.models import Deployment, Environment, Revision, StateMachine
from executions import polling
from executions.models import Execution
from launch import queues as launch_queues
from launch import tasks as launch_tasks
from review import linking
from review import queues as review_queues
from review import tasks as review_tasks
from review.embedded import LAUNCH_QUEUE, REVIEW_QUEUE, ensure_embedded_resources, substitutions
from review.models import ReviewTask

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(db, localaws):
    environment = Environment.objects.create(name="Embedded", kind="embedded", endpoint_url=localaws.url)
    ensure_embedded_resources(environment)
    sqs = aws.client(environment, "sqs")
    for queue in (LAUNCH_QUEUE, REVIEW_QUEUE):  # what earlier tests left
        sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"])
    return environment


@pytest.fixture
def operator(db):
    make_groups()
    user = User.objects.create_user("operator", password="a long enough password")
    user.groups.set(Group.objects.filter(name__in=["Operator", "Reviewer"]))
    return user


def deploy(environment, name, definition):
    """As designer does, without its pages: a machine, a revision and a deployment."""
    for key, value in substitutions(environment).items():
        definition = definition.replace("${" + key + "}", value)
    assert not re.search(r"\$\{\w+\}", definition)
    arn = aws.client(environment, "stepfunctions").create_state_machine(
        name=name, definition=definition, roleArn="arn:aws:iam::000000000000:role/callboard-embedded"
    )["stateMachineArn"]
    machine = StateMachine.objects.create(name=name)
    revision = Revision.objects.create(state_machine=machine, number=1, definition=definition)
    return Deployment.objects.create(revision=revision, environment=environment, arn=arn)


@pytest.fixture
def video_sample(environment):
    path = ROOT / "samples" / "video-title-and-avatar" / "definition.asl.json"
    return deploy(environment, "video-title-and-avatar", path.read_text())


def until(environment, done, *, seconds=40):
    """Do everything that is due until ``done()`` answers something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        launch_queues.poll(environment)
        review_queues.poll(environment)
        for execution in Execution.objects.filter(next_poll_at__isnull=False):
            polling.watch(execution.pk)
            polling.poll(execution.pk)
            linking.link_execution(execution)
        review_tasks.sweep_outbox()
        launch_tasks.sweep()
        found = done()
        if found:
            return found
        time.sleep(0.05)
    states = list(Execution.objects.values_list("name", "status", "error", "cause"))
    raise AssertionError(f"not within {seconds} s; executions: {json.dumps(states)}")


def open_task():
    return ReviewTask.objects.filter(status="open").exclude(scheduled_event_id=None).first()
