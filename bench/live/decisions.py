"""From the moment that a person's decision is sent to Callboard until the workflow goes on: until its next state is
entered, by the endpoint's own history.

Over the API a decision is sent on at once. What is decided on a page waits for the seconds in which it may be undone;
there, what is measured is what the workflow waits beyond them.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import httpx

from bench.live.requests import figure

if TYPE_CHECKING:
    from bench.live.sites import Place
    from bench.report import Report

RESUMED = 500.0  # ms, p95
APART = 0.5  # seconds between two decisions on pages, which wait side by side
NEXT = "Go on"
START = """
from django.conf import settings
from review.api_tokens import make
environment = Environment.objects.get(kind="embedded")
task = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Parameters": {"QueueUrl": environment.review_queue_url, "MessageBody": {
        "taskToken.$": "$$.Task.Token", "execution.$": "$$.Execution.Id", "state.$": "$$.State.Name",
        "title": "Go on?", "candidates": [{"title": "Yes", "description": "Go on"}]}},
    "Next": following,
}
states = {"Ask": task, following: {"Type": "Pass", "End": True}}
machine = deployed("decided", {"StartAt": "Ask", "States": states}, environment)
token = make(User.objects.filter(is_superuser=True).first(), "bench", 30)[1]
arns = [start_execution(state_machine=machine, environment=environment, input="{}").arn for _ in range(count)]
answer([token, settings.CALLBOARD_UNDO_SECONDS, arns])
"""


def measure(report: Report, place: Place, *, quick: bool) -> None:
    by_api, on_pages = (12, 6) if quick else (40, 20)
    token, undo, arns = place.run(START, count=by_api + on_pages, following=NEXT)
    endpoint = place.endpoint()
    with httpx.Client(base_url=place.url, headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
        tasks = _arrived(http, set(arns))
        took = [_resumed(http, endpoint, task) for task in tasks[:by_api]]
    note = f"{by_api} of them over the API, one after the other"
    report.add(figure("decision to workflow resumed", took, RESUMED, note=note))
    with httpx.Client(base_url=place.url, headers=place.headers, timeout=30) as http:
        began = [_press(http, task) for task in tasks[by_api:]]
    late = [_entered(endpoint, task) - at - undo for task, at in zip(tasks[by_api:], began, strict=True)]
    note = f"{on_pages} of them on pages, beyond the {undo:g} s in which they may be undone"
    report.add(figure("decision on a page to workflow resumed", [1000 * each for each in late], RESUMED, note=note))


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


def _resumed(http: httpx.Client, endpoint: Any, task: dict[str, Any]) -> float:
    """Milliseconds from the request."""
    began = time.time()
    body = {"outcome": "approve", "candidate": "A"}
    http.post(f"/api/v1/reviews/{task['id']}/decisions", json=body).raise_for_status()
    return 1000 * (_entered(endpoint, task) - began)


def _press(http: httpx.Client, task: dict[str, Any]) -> float:
    """Approve it with the page's own form; when that was sent."""
    time.sleep(APART)
    page = http.get(f"/review/{task['id']}/pane/").raise_for_status()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    form = {"outcome": "approve", "candidate": "A", "csrfmiddlewaretoken": token[1] if token else ""}
    cookies = f"{http.headers['Cookie']}; csrftoken={page.cookies.get('csrftoken') or http.cookies.get('csrftoken')}"
    began = time.time()
    sent = {"Cookie": cookies, "X-Callboard-Partial": "1"}
    http.post(f"/review/{task['id']}/decide/", data=form, headers=sent).raise_for_status()
    return began


def _entered(endpoint: Any, task: dict[str, Any]) -> float:
    """When the endpoint wrote that the next state is entered: its clock is ours."""
    while True:
        events = endpoint.get_execution_history(executionArn=task["arn"], reverseOrder=True, maxResults=10)["events"]
        entered = [event for event in events if event["type"] == "PassStateEntered"]
        if entered:
            return float(entered[0]["timestamp"].timestamp())
        time.sleep(0.01)
