"""The founding talk's own definition runs, changed in nothing but its placeholders."""

import json
from pathlib import Path

import httpx
import pytest
from django.utils import timezone

from callboard import aws
from executions.models import Execution
from review.deciding import decide
from review.models import ReviewTask
from tests.launch.conftest import deploy, open_task, until

DEFINITION = (
    Path(__file__).parents[3]
    / "shared"
    / "definitions"
    / "aws-stepfunctions-examples-usecases-genai-prompt-chaining-hitl-src-workflow.json"
)
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not DEFINITION.exists(), reason=f"{DEFINITION} isn't there"),
]


@pytest.mark.proof
def test_the_talks_definition_asks_regenerates_and_draws(environment, operator):
    deployment = deploy(environment, "the-talk", DEFINITION.read_text())
    arn = aws.client(environment, "stepfunctions").start_execution(
        stateMachineArn=deployment.arn, input=json.dumps({"input": {"key": "videos/prompt-chaining.mp4"}})
    )["executionArn"]
    now = timezone.now()
    execution = Execution.objects.create(
        environment=environment,
        arn=arn,
        name="talk",
        state_machine_arn=deployment.arn,
        started_at=now,
        next_poll_at=now,
    )
    first = until(environment, open_task, seconds=100)  # its Wait state waits 60 s
    assert first.state_name == "Wait for user feedback"
    assert [candidate["model"] for candidate in first.candidates] == ["anthropic.claude-v2", "gpt-3.5-turbo (stand-in)"]
    assert all(candidate["title"] for candidate in first.candidates)
    decide(first, by=operator, outcome="regenerate")
    second = until(environment, lambda: (task := open_task()) and task.pk != first.pk and task)
    decide(second, by=operator, outcome="approve", candidate="B")
    until(environment, lambda: Execution.objects.get(pk=execution.pk).status != "RUNNING")
    execution.refresh_from_db()
    assert execution.status == "SUCCEEDED", (execution.error, execution.cause)
    assert httpx.get(json.loads(execution.output)).content[:4] == b"\x89PNG"
    assert ReviewTask.objects.get(pk=second.pk).status == "delivered"
