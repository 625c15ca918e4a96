"""Lambda: Python packages run in processes of their own, and fail in Lambda's own words."""

from __future__ import annotations

import base64
import json
import os
import time
import uuid
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from .probes import ROLE, package

if TYPE_CHECKING:
    from .conftest import Endpoint


class Lambda:
    def __init__(self, endpoint: Endpoint) -> None:
        self.client = endpoint.client("lambda")

    def make(self, name: str, source: str, **settings) -> None:
        settings = {"Runtime": "python3.12", "Role": ROLE, "Handler": "app.handler"} | settings
        self.client.create_function(FunctionName=name, Code={"ZipFile": package(app=source)}, **settings)

    def invoke(self, name: str, event: object = None, **settings):
        """(payload, FunctionError, the log's tail)."""
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail", **settings)
        log = base64.b64decode(answer["LogResult"]).decode()
        return json.loads(answer["Payload"].read()), answer.get("FunctionError"), log


@pytest.fixture(scope="module")
def functions(endpoint: Endpoint) -> Lambda:
    return Lambda(endpoint)


def test_the_result_is_the_handlers_and_what_it_prints_is_in_the_log(functions):
    functions.make(
        "hello", "def handler(event, context):\n    print('seen', event)\n    return {'name': context.function_name}\n"
    )
    payload, failed, log = functions.invoke("hello", {"n": 1})
    assert (payload, failed) == ({"name": "hello"}, None)
    assert "seen {'n': 1}" in log
    assert log.startswith("START RequestId: ")


def test_a_process_is_used_again_and_replaced_when_the_code_changes(functions):
    functions.make("count", "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n\n")
    assert [functions.invoke("count")[0] for _ in range(3)] == [1, 2, 3]
    functions.client.update_function_code(
        FunctionName="count", ZipFile=package(app="def handler(event, context):\n    return 'new'\n")
    )
    assert functions.invoke("count")[0] == "new"


def test_an_exception_is_answered_with_type_message_and_stack(functions):
    functions.make(
        "fails", "def handler(event, context):\n    return deep()\n\ndef deep():\n    raise ValueError('nope')\n"
    )
    payload, failed, log = functions.invoke("fails")
    assert failed == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == ("ValueError", "nope")
    assert payload["stackTrace"][-1].startswith('  File "/var/task/app.py", line 5, in deep\n')
    assert "[ERROR] ValueError: nope" in log


def test_a_late_function_is_killed_with_what_it_started(functions, tmp_path):
    source = (
        "import subprocess, sys, time\n"
        "def handler(event, context):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "    open(event, 'w').write(str(child.pid))\n"
        "    time.sleep(60)\n"
    )
    functions.make("late", source, Timeout=1)
    started = time.monotonic()
    payload, failed, log = functions.invoke("late", str(tmp_path / "pid"))
    assert time.monotonic() - started < 5
    assert failed == "Unhandled"
    assert payload["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in payload["errorMessage"]
    assert "Task timed out after 1.00 seconds" in log
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not _runs(pid):
            break
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        (
            "import nothing_such\n",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nothing_such'",
        ),
        ("x = 1\n", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        (
            "def handler(:\n",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': invalid syntax (app.py, line 1)",
        ),
        (
            "def handler(event, context):\n    return {1}\n",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type set is not JSON serializable",
        ),
        (
            "import os\ndef handler(event, context):\n    os._exit(3)\n",
            "Runtime.ExitError",
            "Error: Runtime exited with error: exit status 3",
        ),
        ("def handler(event, context):\n    bytearray(2_000_000_000)\n", "Runtime.ExitError", "signal: killed"),
    ],
)
def test_what_the_runtime_refuses_has_its_own_error_type(functions, source, kind, message):
    name = f"refused-{uuid.uuid4().hex[:8]}"
    functions.make(name, source)
    payload, failed, _log = functions.invoke(name)
    assert (failed, payload["errorType"]) == ("Unhandled", kind)
    assert payload["errorMessage"].endswith(message)


def test_a_function_reaches_this_endpoint_and_nothing_of_our_environment(functions, endpoint):
    os.environ["CALLBOARD_TEST_SECRET"] = "must not leak"
    source = (
        "import boto3, os\n"
        "def handler(event, context):\n"
        "    sqs = boto3.client('sqs')\n"
        "    url = sqs.create_queue(QueueName='made-by-function')['QueueUrl']\n"
        "    sqs.send_message(QueueUrl=url, MessageBody=os.environ['LEVEL'])\n"
        "    return [name for name in os.environ if 'SECRET' in name or 'DJANGO' in name]\n"
    )
    functions.make("calls", source, Timeout=20, Environment={"Variables": {"LEVEL": "info"}})
    payload, failed, _log = functions.invoke("calls")
    assert (payload, failed) == (["AWS_SECRET_ACCESS_KEY"], None)
    url = f"{endpoint.url}/000000000000/made-by-function"
    assert endpoint.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"] == "info"


def test_an_event_invocation_is_accepted_at_once_and_carried_out(functions, tmp_path):
    functions.make(
        "async", "import time\ndef handler(event, context):\n    time.sleep(2)\n    open(event, 'w').close()\n"
    )
    started = time.monotonic()
    path = tmp_path / "done"
    answer = functions.client.invoke(FunctionName="async", InvocationType="Event", Payload=json.dumps(str(path)))
    assert answer["StatusCode"] == 202
    assert time.monotonic() - started < 1.5
    for _ in range(100):
        if path.exists():
            break
        time.sleep(0.05)
    assert path.exists()


def test_a_function_that_isnt_there_or_isnt_python_is_refused_by_name(functions):
    with pytest.raises(
        ClientError, match=r"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody"
    ) as missing:
        functions.client.invoke(FunctionName="nobody")
    assert missing.value.response["Error"]["Code"] == "ResourceNotFoundException"
    functions.make("node", "", Runtime="nodejs20.x")
    with pytest.raises(ClientError, match=r"nodejs20\.x of node is not available on the embedded endpoint"):
        functions.client.invoke(FunctionName="node")


def test_its_lines_are_in_its_log_group(functions, endpoint):
    functions.make("logs", "def handler(event, context):\n    print('a line')\n")
    functions.invoke("logs")
    logs = endpoint.client("logs")
    [stream] = logs.describe_log_streams(logGroupName="/aws/lambda/logs")["logStreams"]
    events = logs.get_log_events(logGroupName="/aws/lambda/logs", logStreamName=stream["logStreamName"])["events"]
    assert "a line" in [event["message"] for event in events]
