"""From the moment that a person's decision is sent to Callboard until the workflow goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx

from bench.live.requests import figure

if TYPE_CHECKING:
    from bench.live.sites import Place
    from bench.report import Report

RESUMED = 500.0  # ms, p95
START = """
environment = Environment.objects.get(kind="embedded")
task = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Parameters": {"QueueUrl": environment.review_queue_url, "MessageBody": {
        "taskToken.$": "$$.Task.Token", "execution.$": "$$.Execution.Id", "state.$": "$$.State.Name",
        "title": "Go on?", "candidates": [{"title": "Yes", "description": "Go on"}]}},
    "End": True,
}
machine = deployed("decided", {"StartAt": "Ask", "States": {"Ask": task}}, environment)
from review.api_tokens import make
token = make(User.objects.filter(is_superuser=True).first(), "bench", 30)[1]
answer([token, [start_execution(state_machine=machine, environment=environment, input="{}").arn for _ in range(count)]])
"""


def measure(report: Report, place: Place, *, quick: bool) -> None:
    count = 12 if quick else 40
    token, arns = place.run(START, count=count)
    endpoint = place.endpoint()
    with httpx.Client(base_url=place.url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
        took = [_decide(http, endpoint, task) for task in _arrived(http, set(arns))]
    report.add(figure("decision to workflow resumed", took, RESUMED, note=f"{len(took)} of them, one after the other"))


def _arrived(http: httpx.Client, arns: set[str]) -> list[dict[str, Any]]:
    """The questions of all ``arns``, each with its execution's ARN."""
    names = {arn.rpartition(":")[2]: arn for arn in arns}
    for _ in range(240):
        tasks = http.get("/api/v1/reviews", params={"status": "mine", "limit": 200}).raise_for_status().json()["tasks"]
        found = [{**task, "arn": names[task["execution"]["name"]]} for task in tasks if task["execution"]]
        if len(found) == len(arns):
            time.sleep(2)  # what else their coming set off is over
            return found
        time.sleep(0.25)
    raise SystemExit(f"{len(found)} of {len(arns)} questions came")


def _decide(http: httpx.Client, endpoint: Any, task: dict[str, Any]) -> float:
    """Milliseconds until the endpoint wrote that the task succeeded: its clock is ours."""
    began = time.time()
    body = {"outcome": "approve", "candidate": task["candidates"][0]["key"] if "candidates" in task else "A"}
    http.post(f"/api/v1/reviews/{task['id']}/decisions", json=body).raise_for_status()
    while True:
        events = endpoint.get_execution_history(executionArn=task["arn"], reverseOrder=True, maxResults=10)["events"]
        succeeded = [event for event in events if event["type"] == "TaskSucceeded"]
        if succeeded:
            return 1000 * float(succeeded[0]["timestamp"].timestamp() - began)
        time.sleep(0.01)
