"""Clients that use an endpoint in every way while it is killed, and a ledger of what it acknowledged to them.

A request without an answer may or may not have taken effect; one with an answer has, whatever happens after.
"""

import http.client
import http.server
import io
import json
import random
import threading
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from served import CONFIG, ROLE, Endpoint, create, machine

ACCOUNT = "000000000000"
BUCKET = "load"
ROWS = 150  # in the file that Map Runs read
EACH = 12  # items of a Map Run that sends messages
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:report"
# An answer to a second try of what the first did after all.
TOO_LATE = {"TaskTimedOut", "InvalidToken", "TaskDoesNotExist"}
ONCE_MORE = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1}]


class CountingServer(http.server.ThreadingHTTPServer):
    """A service that counts who called it, and takes its time about it."""

    daemon_threads = True

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that was killed."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["execution"]
        server: Any = self.server
        with server.lock:
            server.calls[name] += 1
        time.sleep(random.uniform(0, 0.06))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: Any) -> None:
        """Silence."""


@contextmanager
def counting_server() -> Iterator[CountingServer]:
    server = CountingServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def task(resource: str, **fields: Any) -> str:
    return machine(Work={"Type": "Task", "Resource": resource, "End": True, **fields})


@dataclass
class Stage:
    """What the load runs on: state machines by kind, a queue for answers and one for plain messages."""

    machines: dict[str, str]
    questions: str
    messages: str
    activity: str


def set_up(endpoint: Endpoint, port: int) -> Stage:
    client, sqs = endpoint.client(), endpoint.client("sqs")
    questions = sqs.create_queue(QueueName="questions", Attributes={"VisibilityTimeout": "2"})["QueueUrl"]
    messages = sqs.create_queue(QueueName="messages")["QueueUrl"]
    activity = client.create_activity(name="work")["activityArn"]
    connection = endpoint.client("events").create_connection(
        Name="c",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )["ConnectionArn"]
    url = f"http://127.0.0.1:{port}/"
    _make_function(endpoint, url)
    s3 = endpoint.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="rows.csv", Body="n\n" + "".join(f"{row}\n" for row in range(ROWS)))
    about = {"execution.$": "$$.Execution.Name"}
    asked = {"QueueUrl": questions, "MessageBody": {**about, "token.$": "$$.Task.Token"}}
    post = {
        "ApiEndpoint": url,
        "Method": "POST",
        "Authentication": {"ConnectionArn": connection},
        "RequestBody": about,
    }
    quick = machine(A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "Result": {"done": True}, "End": True})
    child = create(client, quick, "child")
    nested = {"StateMachineArn": child, "Input": {"parent.$": "$$.Execution.Name"}}
    definitions = {
        "quick": quick,
        "wait": machine(W={"Type": "Wait", "Seconds": 1, "Next": "P"}, P={"Type": "Pass", "End": True}),
        "parked": machine(W={"Type": "Wait", "Seconds": 3600, "End": True}),
        "loop": _loop(1500),
        "map": _map_of_waits(),
        "each": _map_run_of_messages(messages),
        "rows": _map_run_over_rows(),
        "message": task("arn:aws:states:::sqs:sendMessage", Parameters={"QueueUrl": messages, "MessageBody": about}),
        "message-again": task(
            "arn:aws:states:::sqs:sendMessage", Parameters={"QueueUrl": messages, "MessageBody": about}, Retry=ONCE_MORE
        ),
        "question": task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", Parameters=asked),
        # A worker whose poll was answered by a process that ended then never learns of its task.
        "activity": task(activity, HeartbeatSeconds=2, Retry=ONCE_MORE),
        "post": task("arn:aws:states:::http:invoke", Parameters=post),
        "post-again": task("arn:aws:states:::http:invoke", Parameters=post, Retry=ONCE_MORE),
        "function": task(FUNCTION, Parameters=about),
        "invoke": task(
            "arn:aws:states:::lambda:invoke", Parameters={"FunctionName": FUNCTION, "Payload": about}, Retry=ONCE_MORE
        ),
        "nested": task("arn:aws:states:::states:startExecution.sync:2", Parameters=nested),
    }
    machines = {kind: create(client, text, kind) for kind, text in definitions.items()}
    return Stage(machines | {"child": child}, questions, messages, activity)


def _make_function(endpoint: Endpoint, url: str) -> None:
    source = (
        "import json, urllib.request\n"
        "def handler(event, context):\n"
        f"    urllib.request.urlopen({url!r}, json.dumps(event).encode(), timeout=10).read()\n"
        "    return event\n"
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("app.py", source)
    endpoint.client("lambda").create_function(
        FunctionName="report",
        Runtime="python3.12",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": archive.getvalue()},
    )


def _loop(turns: int) -> str:
    more = {"Variable": "$.n", "NumericLessThan": turns, "Next": "Count"}
    return machine(
        Begin={"Type": "Pass", "Result": {"n": 0}, "Next": "Count"},
        Count={"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
        More={"Type": "Choice", "Choices": [more], "Default": "Done"},
        Done={"Type": "Succeed"},
    )


def _map_of_waits() -> str:
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}}
    each = {"Type": "Map", "MaxConcurrency": 3, "ItemProcessor": wait, "End": True}
    branches = [{"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}} for name in ("L", "R")]
    return machine(
        Both={"Type": "Parallel", "Branches": branches, "Next": "Items"},
        Items={"Type": "Pass", "Result": [1, 2, 3, 4, 5], "Next": "Each"},
        Each=each,
    )


def _map_run_of_messages(queue_url: str) -> str:
    """A Map Run whose STANDARD executions each send a message: not one of them may be begun twice."""
    body = {"execution.$": "$$.Execution.Name", "of.$": "$.of", "n.$": "$.n"}
    send = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": queue_url, "MessageBody": body},
        "ResultPath": None,
        "End": True,
    }
    each = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"n.$": "$$.Map.Item.Value", "of.$": "$.of"},
        "MaxConcurrency": 4,
        "ToleratedFailurePercentage": 100,
        "ItemProcessor": _processor("STANDARD", StartAt="Send", States={"Send": send}),
        "ResultPath": "$.sent",
        "End": True,
    }
    items = {"items": list(range(EACH)), "of.$": "$$.Execution.Name"}
    return machine(Items={"Type": "Pass", "Parameters": items, "Next": "Each"}, Each=each)


def _map_run_over_rows() -> str:
    """A Map Run over a file in S3, with EXPRESS executions and its results in S3."""
    wait = {"W": {"Type": "Wait", "Seconds": 0, "End": True}}
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "Parameters": {"Bucket": BUCKET, "Key": "rows.csv"},
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
    }
    each = {
        "Type": "Map",
        "ItemReader": reader,
        "ItemBatcher": {"MaxItemsPerBatch": 7},
        "MaxConcurrency": 5,
        "ItemProcessor": _processor("EXPRESS", StartAt="W", States=wait),
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": BUCKET}},
        "End": True,
    }
    return machine(Each=each)


def _processor(kind: str, **fields: Any) -> dict[str, Any]:
    return {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind}, **fields}


@dataclass
class Ledger:
    """What was acknowledged. Names are executions'."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    started: dict[str, tuple[str, str]] = field(default_factory=dict)  # ARN -> (name, input)
    answered: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> (status, output or error)
    stopped: set[str] = field(default_factory=set)  # ARNs
    finished: dict[str, dict[str, Any]] = field(default_factory=dict)  # ARN -> what was described
    faults: list[str] = field(default_factory=list)  # answers that no client should get

    def says_enough(self) -> bool:
        """Is there something of each kind to check?"""
        return len(self.started) > 50 and min(len(self.answered), len(self.stopped), len(self.finished)) > 3


class Load:
    """Threads that use the endpoint until told to end; `down` is set while it is killed and started again."""

    def __init__(self, endpoint: Endpoint, stage: Stage) -> None:
        self.endpoint = endpoint
        self.stage = stage
        self.ledger = Ledger()
        self.ending = threading.Event()  # no new executions
        self.ended = threading.Event()  # nothing at all
        self.up = threading.Event()
        self.up.set()
        kinds = [kind for kind in stage.machines if kind not in {"child", "parked"}]
        self._threads = [
            threading.Thread(target=self._begin_over_raw_http, args=(kinds,)),
            threading.Thread(target=self._again_and_again, args=(self.ending, self._start, kinds)),
            threading.Thread(target=self._again_and_again, args=(self.ending, self._start_and_stop)),
            threading.Thread(target=self._again_and_again, args=(self.ending, self._look)),
            threading.Thread(target=self._again_and_again, args=(self.ended, self._answer)),
        ]
        # Not waited for: its last poll is answered when the endpoint stops.
        self._worker = threading.Thread(target=self._again_and_again, args=(self.ended, self._work), daemon=True)

    def start(self) -> None:
        for thread in (*self._threads, self._worker):
            thread.start()

    def stop(self) -> None:
        self.ending.set()
        self.ended.set()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive(), "a client hangs"

    # -- the clients

    def _again_and_again(self, until: threading.Event, turn: Callable[..., None], *arguments: Any) -> None:
        clients = {service: self.endpoint.client(service, config=CONFIG) for service in ("stepfunctions", "sqs")}
        while not until.is_set():
            self.up.wait(30)
            try:
                turn(clients, *arguments)
            except BotoCoreError:  # it was killed: nobody knows
                time.sleep(0.05)
            except ClientError as error:
                with self.ledger.lock:
                    self.ledger.faults.append(str(error))
            time.sleep(random.uniform(0, 0.03))

    def _note_start(self, arn: str, name: str, text: str) -> None:
        with self.ledger.lock:
            self.ledger.started[arn] = name, text

    def _start(self, clients: dict[str, Any], kinds: list[str]) -> None:
        kind = random.choice(kinds)
        name, text = f"{kind}-{uuid.uuid4().hex}", json.dumps({"n": random.random()})
        given = {"stateMachineArn": self.stage.machines[kind], "name": name, "input": text}
        self._note_start(clients["stepfunctions"].start_execution(**given)["executionArn"], name, text)

    def _begin_over_raw_http(self, kinds: list[str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.endpoint.port, timeout=20)
        headers = {"X-Amz-Target": "AWSStepFunctions.StartExecution", "Content-Type": "application/x-amz-json-1.0"}
        while not self.ending.is_set():
            self.up.wait(30)
            kind = random.choice([*kinds, "quick", "quick"])
            name, text = f"{kind}-{uuid.uuid4().hex}", '{"raw":  true}'
            body = {"stateMachineArn": self.stage.machines[kind], "name": name, "input": text}
            try:
                connection.request("POST", "/", json.dumps(body), headers)
                answer = connection.getresponse()
                found = json.loads(answer.read())
            except (OSError, http.client.HTTPException, ValueError):
                connection.close()
                time.sleep(0.05)
                continue
            if answer.status == 200:
                self._note_start(found["executionArn"], name, text)
            else:
                self.ledger.faults.append(str(found))
            time.sleep(random.uniform(0, 0.02))

    def _start_and_stop(self, clients: dict[str, Any]) -> None:
        client, name = clients["stepfunctions"], f"parked-{uuid.uuid4().hex}"
        arn = client.start_execution(stateMachineArn=self.stage.machines["parked"], name=name, input="{}")[
            "executionArn"
        ]
        self._note_start(arn, name, "{}")
        client.stop_execution(executionArn=arn, error="Enough")
        with self.ledger.lock:
            self.ledger.stopped.add(arn)

    def _look(self, clients: dict[str, Any]) -> None:
        """What a client has seen as ended must stay as it was seen."""
        with self.ledger.lock:
            unseen = [arn for arn in self.ledger.started if arn not in self.ledger.finished]
        for arn in random.sample(unseen, min(5, len(unseen))):
            found = clients["stepfunctions"].describe_execution(executionArn=arn)
            if found["status"] != "RUNNING":
                self.ledger.finished[arn] = {
                    key: found.get(key) for key in ("status", "output", "error", "cause", "stopDate")
                }

    def _answer(self, clients: dict[str, Any]) -> None:
        """Questions from the queue; each is answered until the answer is acknowledged, or known to come too late."""
        sqs, url = clients["sqs"], self.stage.questions
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        for message in messages:
            asked = json.loads(message["Body"])
            self._send(clients["stepfunctions"], asked["token"], asked["execution"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def _work(self, clients: dict[str, Any]) -> None:
        found = clients["stepfunctions"].get_activity_task(activityArn=self.stage.activity, workerName="w")
        if found.get("taskToken"):
            self._send(clients["stepfunctions"], found["taskToken"], None)

    def _send(self, client: Any, token: str, name: str | None) -> None:
        failing = random.random() < 0.3
        text = uuid.uuid4().hex
        tries = 0
        while not self.ended.is_set():
            try:
                if failing:
                    client.send_task_failure(taskToken=token, error=text)
                else:
                    client.send_task_success(taskToken=token, output=json.dumps(text))
            except BotoCoreError:
                tries += 1
                time.sleep(0.05)
                continue
            except ClientError as error:
                if error.response["Error"]["Code"] not in TOO_LATE:
                    raise
            else:
                if name is not None:
                    outcome = ("FAILED", text) if failing else ("SUCCEEDED", json.dumps(text))
                    with self.ledger.lock:
                        self.ledger.answered[name] = outcome
            return


def message_ids(endpoint: Endpoint, url: str) -> dict[str, set[str]]:
    """Ids of the messages that lie in a queue, by the execution that sent them."""
    sqs, found = endpoint.client("sqs"), {}
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.setdefault(json.loads(message["Body"])["execution"], set()).add(message["MessageId"])
    return found
