"""One recorded case played against a real endpoint: what was there, the start, and those who answered meanwhile.

Whoever held a task token or polled an activity isn't in a recording; what they answered is in its history, and is
given again here, with the token that the endpoint handed out.
"""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from . import scenes
from .functions import make_function
from .scenes import ROLE

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = Config(
    inject_host_prefix=False,
    retries={"max_attempts": 0},
    parameter_validation=False,
    read_timeout=70,
    s3={"addressing_style": "path"},
    # None are looked for: clients are made in threads, and pytest writes to the environment that would be read.
    proxies={},
)
REFERENCE = re.compile(r"\$\{(\d+)((?:\.[A-Za-z]+|\[\w+\])+)\}")
FUNCTION = re.compile(r"\$\{lambda:([^}]+)\}")
BYTES = re.compile(r"bytearray\(b'(.*)'\)")
THERE_ALREADY = re.compile("AlreadyExists|AlreadyOwned|ResourceInUse")
READS = ("Receive", "GetObject", "Describe", "List")  # of a set-up: what the recorder looked at afterwards
AT_MOST = 40.0


@dataclass
class Stage:
    """The endpoint's clients and the answers so far, by the number of the step that they answered."""

    url: str
    clients: dict[str, Any] = field(default_factory=dict)
    answers: dict[int, Any] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    queues: list[str] = field(default_factory=list)
    machines: list[str] = field(default_factory=list)
    role: str = ROLE

    def client(self, service: str, account: str | None = None) -> Any:
        key = service if account is None else f"{service} of {account}"
        if key not in self.clients:
            session = boto3.session.Session(
                aws_access_key_id=account or "test", aws_secret_access_key="test", region_name="us-east-1"
            )
            self.clients[key] = session.client(service, endpoint_url=self.url, config=CONFIG)
        return self.clients[key]

    def call(
        self, service: str, operation: str, params: dict[str, Any], *, account: str | None = None
    ) -> dict[str, Any]:
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        answer = plain(getattr(self.client(service, account), method)(**params))
        if operation == "CreateQueue":
            self.queues.append(answer["QueueUrl"])
        if operation == "CreateStateMachine":
            self.machines.append(answer["stateMachineArn"])
        return answer

    def filled(self, value: Any) -> Any:
        """A recorded value with its references to earlier answers, functions and the role filled in."""
        if isinstance(value, dict):
            if value.keys() == {"__bytes__"}:
                return value["__bytes__"].encode()
            return {key: self.filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if not isinstance(value, str):
            return value
        if spelled := BYTES.fullmatch(value):
            return spelled[1].encode()
        value = FUNCTION.sub(lambda match: self.functions[match[1]], value.replace("${ROLE_ARN}", self.role))
        return REFERENCE.sub(lambda match: str(at_path(self.answers[int(match[1])], match[2])), value)

    def make_functions(self, case: dict[str, Any]) -> None:
        for name, behaviour in (case.get("lambdas") or {}).items():
            self.functions[name] = make_function(self.client("lambda"), name, behaviour, ROLE)

    def clear(self) -> None:
        """The next case may use the same names: no message of this one may be left, nor anyone who takes its messages."""
        for machine in self.machines:
            with suppress(ClientError):
                self._stop_all(machine)
        for queue in self.queues:
            with suppress(ClientError):
                self.client("sqs").delete_queue(QueueUrl=queue)

    def _stop_all(self, machine: str) -> None:
        states = self.client("stepfunctions")
        for one in states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]:
            states.stop_execution(executionArn=one["executionArn"])
        states.delete_state_machine(stateMachineArn=machine)


def at_path(answer: Any, path: str) -> Any:
    for name, index in re.findall(r"\.([A-Za-z]+)|\[(\w+)\]", path):
        answer = answer[name] if name else answer[int(index)]
    return answer


def plain(answer: Any) -> Any:
    """An answer as the recordings have it: no metadata, times and bodies as text."""
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items() if key != "ResponseMetadata"}
    if isinstance(answer, list):
        return [plain(item) for item in answer]
    if hasattr(answer, "isoformat"):
        return answer.isoformat()
    if hasattr(answer, "read"):
        return answer.read().decode()
    return answer


def details(event: dict[str, Any]) -> dict[str, Any]:
    return next((value for key, value in event.items() if key.endswith("EventDetails")), {})


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def prepare(stage: Stage, case: dict[str, Any]) -> None:
    """What `setup` and `lambdas` say, and the children and activities that the recording only refers to."""
    stage.make_functions(case)
    for number, step in enumerate(case.get("setup") or [], start=left_out_before(case.get("setup") or [])):
        if step["op"].startswith(READS) and step["op"] != "DescribeLogGroups":
            continue
        params = {key: value for key, value in stage.filled(step["params"]).items() if value != ""}
        if step["svc"] == "s3" and step["op"] == "PutObject":
            params.setdefault("Body", b"")
        try:
            stage.answers[number] = stage.call(step["svc"], step["op"], params)
        except ClientError as error:
            if not THERE_ALREADY.search(error.response["Error"]["Code"]):
                raise
    _make_what_is_only_referred_to(stage, case)


def left_out_before(setup: list[dict[str, Any]]) -> int:
    """How many steps a recording left out before the set-up: references count them, too."""
    for index, step in enumerate(setup):
        referred_to = [int(number) for number, _ in REFERENCE.findall(json.dumps(step["params"]))]
        if referred_to:
            return max(0, max(referred_to) - (index - 1))
    return 0


def _make_what_is_only_referred_to(stage: Stage, case: dict[str, Any]) -> None:
    text = json.dumps([case["definition"], case["input"]])
    history = case["expected"].get("history") or []
    for number, path in set(REFERENCE.findall(text)):
        if int(number) in stage.answers:
            continue
        if path == ".activityArn":
            activity = stage.call("stepfunctions", "CreateActivity", {"name": f"activity-{uuid.uuid4().hex[:8]}"})
            if any(
                event["type"] == "ActivityScheduleFailed" or details(event).get("error") == "States.Runtime"
                for event in history
            ):
                stage.call("stepfunctions", "DeleteActivity", {"activityArn": activity["activityArn"]})
            stage.answers[int(number)] = activity
        elif path == ".stateMachineArn":
            elsewhere = scenes.IN_ANOTHER_ACCOUNT in json.dumps(case["expected"])
            stage.answers[int(number)] = scenes.child(
                stage, history, account=scenes.OTHER_ACCOUNT if elsewhere else None
            )
        elif path.startswith(".events"):  # of another execution, in which the role's ARN was assigned
            about = {"assignedVariables": {"roleArn": json.dumps(scenes.TRUSTED_ROLE)}}
            stage.answers[int(number)] = {"events": [{"stateExitedEventDetails": about}] * 9}


def recorded_outcomes(case: dict[str, Any], about: str) -> Iterator[tuple[bool, dict[str, Any]]]:
    """What whoever held the token, or the activity's worker, answered: (success, the event's details), in order."""
    for event in case["expected"].get("history") or []:
        if event["type"] in (f"{about}Succeeded", f"{about}Failed"):
            yield event["type"].endswith("Succeeded"), details(event)


def answer_token(stage: Stage, token: str, outcome: tuple[bool, dict[str, Any]]) -> None:
    success, about = outcome
    client = stage.client("stepfunctions")
    if success:
        client.send_task_heartbeat(taskToken=token)
        client.send_task_success(taskToken=token, output=as_text(about["output"]))
    else:
        given = {key: as_text(about[key]) for key in ("error", "cause") if about.get(key) is not None}
        client.send_task_failure(taskToken=token, **given)


def token_in(value: Any) -> str | None:
    """The task token anywhere in a message, also in the text that a topic wrapped."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        with suppress(ValueError):
            return token_in(json.loads(value))
    if isinstance(value, dict):
        if isinstance(value.get("TaskToken"), str):
            return value["TaskToken"]
        value = list(value.values())
    return next((found for item in value if (found := token_in(item))), None) if isinstance(value, list) else None


def wait_until_submitted(stage: Stage, execution: str, count: int, ended: threading.Event) -> None:
    """Whoever answered in the recordings did so once the call that carried the token had its own answer."""
    while not ended.is_set():
        if sum(event["type"] == "TaskSubmitted" for event in history_of(stage, execution)) >= count:
            return
        time.sleep(0.05)


def take_messages(
    stage: Stage, execution: str, outcomes: list[tuple[bool, dict[str, Any]]], ended: threading.Event
) -> None:
    """The one who reads the queues and answers for each token that comes, in the recorded order."""
    answered = 0
    while outcomes and not ended.is_set():
        for queue in stage.queues:
            received = stage.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=1)
            for message in received.get("Messages", []):
                stage.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                token = token_in(message["Body"])
                if token and outcomes:
                    answered += 1
                    wait_until_submitted(stage, execution, answered, ended)
                    answer_token(stage, token, outcomes.pop(0))


def take_activity_tasks(stage: Stage, case: dict[str, Any], activity: str) -> None:
    """The activity's worker, of the recorded name."""
    started = [details(event) for event in case["expected"]["history"] if event["type"] == "ActivityStarted"]
    for about, outcome in zip(started, recorded_outcomes(case, "Activity"), strict=False):
        named = {"workerName": about["workerName"]} if about.get("workerName") else {}
        task = stage.client("stepfunctions").get_activity_task(activityArn=activity, **named)
        answer_token(stage, task["taskToken"], outcome)


def interact(stage: Stage, case: dict[str, Any], execution: str, ended: threading.Event) -> list[threading.Thread]:
    """Whoever acts while the execution runs, each on a thread of its own."""
    if "StopExecution" in (case.get("interacts") or []):
        stage.client("stepfunctions").stop_execution(executionArn=execution)
    threads = []
    definition = as_text(case["definition"])
    if ("waitForTaskToken" in definition or "$$.Task.Token" in definition) and stage.queues:
        outcomes = list(recorded_outcomes(case, "Task"))
        threads.append(threading.Thread(target=take_messages, args=(stage, execution, outcomes, ended)))
    activities = [answer["activityArn"] for answer in stage.answers.values() if "activityArn" in answer]
    threads += [threading.Thread(target=take_activity_tasks, args=(stage, case, activity)) for activity in activities]
    for thread in threads:
        thread.start()
    return threads


def wait_for_end(stage: Stage, execution: str) -> dict[str, Any]:
    end = time.monotonic() + AT_MOST
    while True:
        answer: dict[str, Any] = plain(stage.client("stepfunctions").describe_execution(executionArn=execution))
        if answer["status"] != "RUNNING" or time.monotonic() > end:
            return answer
        time.sleep(0.05)


def history_of(stage: Stage, execution: str) -> list[dict[str, Any]]:
    pages = stage.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
    return [plain(event) for page in pages for event in page["events"]]


def play_execution(url: str, case: dict[str, Any]) -> dict[str, Any]:
    """How the execution ended, with its history; of an EXPRESS machine's, the answer alone."""
    stage = Stage(url)
    try:
        prepare(stage, case)
        machine = {
            "name": f"recorded-{uuid.uuid4().hex[:8]}",
            "definition": stage.filled(as_text(case["definition"])),
            "roleArn": ROLE,
            "type": case["type"],
        }
        start = {"stateMachineArn": stage.call("stepfunctions", "CreateStateMachine", machine)["stateMachineArn"]}
        if case["input"] is not None:
            if scenes.IN_ANOTHER_ACCOUNT in json.dumps(case["expected"]):
                stage.role = scenes.TRUSTED_ROLE
            start["input"] = stage.filled(case["input"])
        if case.get("sync"):
            return stage.call("stepfunctions", "StartSyncExecution", start)
        execution = stage.call("stepfunctions", "StartExecution", start)["executionArn"]
        ended = threading.Event()
        threads = interact(stage, case, execution, ended)
        answer = wait_for_end(stage, execution)
        ended.set()
        for thread in threads:
            thread.join(5)
        return {**answer, "history": history_of(stage, execution)}
    finally:
        stage.clear()


def as_execution(script: dict[str, Any]) -> dict[str, Any]:
    """The definition that a script makes, with the history that it expects."""
    definition = next(
        step["params"]["definition"] for step in script["steps"] if step.get("op") == "CreateStateMachine"
    )
    expected = [
        one for step in script["steps"] for one in step.get("expect", []) if step["op"] == "GetExecutionHistory"
    ]
    events = expected[0]["value"].get("events", []) if expected and isinstance(expected[0]["value"], dict) else []
    return {"definition": definition, "expected": {"history": events}}


def play_script(url: str, case: dict[str, Any]) -> dict[int, Any]:
    """Every step's answer by its number; an error also as boto3 words it.

    Where one execution alone is started, whoever answered its tokens isn't among the steps: they are answered as in
    an execution's case.
    """
    stage = Stage(url)
    ended, threads = threading.Event(), []
    alone = sum(step.get("op") == "StartExecution" for step in case["steps"]) == 1
    try:
        stage.make_functions(case)
        for step in scenes.of_a_script(stage, case["steps"]):
            if "await" in step:
                target = stage.filled(step["target"])
                if ":execution:" in target and step["await"] != "await_execution_started":
                    wait_for_end(stage, target)
                continue
            params = {key: value for key, value in stage.filled(step["params"]).items() if value != ""}
            try:
                stage.answers[step["n"]] = stage.call(step["svc"], step["op"], params)
            except ClientError as error:
                about = error.response["Error"]
                text = (
                    f"An error occurred ({about['Code']}) when calling the {step['op']} operation: {about['Message']}"
                )
                stage.answers[step["n"]] = {**plain(error.response), "exception_value": text}
                continue
            if alone and step["op"] == "StartExecution":
                threads = interact(stage, as_execution(case), stage.answers[step["n"]]["executionArn"], ended)
        return stage.answers
    finally:
        ended.set()
        for thread in threads:
            thread.join(5)
        stage.clear()


def play_state(url: str, case: dict[str, Any]) -> dict[str, Any]:
    """TestState's answer, or its error as boto3 has it."""
    stage = Stage(url)
    stage.make_functions(case)
    params = {
        key: as_text(stage.filled(value)) if key == "definition" else stage.filled(value)
        for key, value in case["params"].items()
    }
    try:
        return stage.call("stepfunctions", "TestState", params)
    except ClientError as error:
        return plain(error.response)
