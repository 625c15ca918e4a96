"""Executions that change at a known pace: a loop of activity tasks, answered by a worker of the benchmark's own."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from bench.live.sites import Place

EVENTS_OF_A_TURN = 5  # TaskScheduled's kin: ActivityScheduled, ActivityStarted, ActivitySucceeded, StateExited, Entered
# Four events a second, until it is stopped. A machine without an end isn't deployed: it has one that it never reaches.
WAIT = {
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Again"},
        "Again": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.enough", "IsPresent": True, "Next": "Enough"}],
            "Default": "Wait",
        },
        "Enough": {"Type": "Succeed"},
    },
}
PARKED = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 86_400, "End": True}}}


def turns(activity: str) -> dict[str, Any]:
    """Two states that take turns for ever, each until the activity's worker has answered."""
    enough = [{"ErrorEquals": ["Enough"], "Next": "Enough"}]
    task = {"Type": "Task", "Resource": activity, "TimeoutSeconds": 3600, "Catch": enough}
    states = {"Even": {**task, "Next": "Odd"}, "Odd": {**task, "Next": "Even"}, "Enough": {"Type": "Succeed"}}
    return {"StartAt": "Even", "States": states}


class Worker:
    """Answers the activity's tasks, one each ``pause()`` seconds, in a thread; ``with`` begins and ends it."""

    def __init__(self, place: Place, activity: str, pause: Any, *, region: str = "us-east-1") -> None:
        self._client = place.endpoint(region=region)
        self._activity, self._pause = activity, pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(10)

    def _work(self) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            task = self._client.get_activity_task(activityArn=self._activity)
            due = max(due + self._pause(), time.monotonic() - 1)
            self._over.wait(max(0.0, due - time.monotonic()))
            if task.get("taskToken"):
                with contextlib.suppress(self._client.exceptions.TaskTimedOut):  # its execution was stopped meanwhile
                    self._client.send_task_success(taskToken=task["taskToken"], output=json.dumps({"at": time.time()}))


def length(place: Place, arn: str, region: str = "us-east-1") -> int:
    """How many events the endpoint's own history has."""
    answer = place.endpoint(region=region).get_execution_history(executionArn=arn, reverseOrder=True, maxResults=1)
    return int(answer["events"][0]["id"])
