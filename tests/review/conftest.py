"""Tasks to decide on, without an endpoint: what the services do until they send."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from designer.models import Environment
from executions.models import Execution
from review.services import accept_message

TOKEN = "AQCEAAAAKgAAAAMAAAAAAAAAA+/token-that-nobody-may-see=="

CONTRACT = {
    "taskToken": TOKEN,
    "title": "Choose a title for a video",
    "instructions": "Pick the clearer one.",
    "context": "We build a workflow and a person decides.",
    "topic": "videos/one.mp4",
    "candidates": [
        {
            "title": "First",
            "description": "One",
            "model": "anthropic.claude-v2",
            "prompt": "Write",
            "parameters": {"temperature": 0.4},
        },
        {"title": "Second", "description": "Two", "model": "mistralai/Mistral-7B-Instruct-v0.2", "prompt": "Write"},
    ],
}


@pytest.fixture
def environment(db):
    # Port 9 is "discard": nothing listens, so whatever tries to send is refused at once.
    return Environment.objects.create(name="Embedded here", kind="embedded", endpoint_url="http://127.0.0.1:9")


@pytest.fixture
def reviewer(db):
    return make_reviewer("reviewer")


def make_reviewer(name):
    user = User.objects.create_user(name, password="a long enough password")
    group, _ = Group.objects.get_or_create(name="Reviewer")
    group.permissions.add(*Permission.objects.filter(codename__in=["view_reviewtask", "decide_reviewtask"]))
    user.groups.add(group)
    return user


@pytest.fixture
def execution(environment):
    return Execution.objects.create(
        environment=environment,
        arn="arn:aws:states:us-east-1:123456789012:execution:video:run-1",
        name="run-1",
        state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:video",
        started_at=timezone.now(),
    )


@pytest.fixture
def task(environment):
    return accept_message(environment, CONTRACT)
