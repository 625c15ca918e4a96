"""Real faults: a full disk, a damaged store, a clock that jumps, a greedy function, a server that is silent.

Each is refused or survived with words that say what it is, and nothing that was acknowledged is lost.
"""

import io
import json
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
import time
import zipfile

import pytest
from botocore.exceptions import ClientError
from disks import Limit, SmallDisk
from served import PASS, ROLE, ROOT, Endpoint, create, events, finished, machine, wait_until, waits

STORE = "stepfunctions.sqlite3"


@pytest.mark.parametrize("disk", [SmallDisk, Limit])
def test_on_a_full_disk_clients_are_told_and_nothing_is_lost(tmp_path, disk):
    with disk(tmp_path) as full, Endpoint(full.home) as endpoint:
        sfn = endpoint.client()
        passes, timed = create(sfn, PASS), create(sfn, waits(1))
        sqs, s3 = endpoint.client("sqs"), endpoint.client("s3")
        queue = sqs.create_queue(QueueName="q")["QueueUrl"]
        s3.create_bucket(Bucket="bucket")
        waiting = sfn.start_execution(stateMachineArn=timed)["executionArn"]
        full.fill(endpoint)
        acknowledged = []

        def refused():
            try:
                acknowledged.append(sfn.start_execution(stateMachineArn=passes, input=json.dumps("x" * 5000)))
            except ClientError as error:
                return error
            return None

        refusal = wait_until(refused, "the store is full")
        assert (refusal.response["Error"]["Code"], refusal.response["ResponseMetadata"]["HTTPStatusCode"]) == (
            "ServiceUnavailable",
            503,
        )
        with pytest.raises(ClientError, match=r"ServiceUnavailable.*can't be written"):
            _send_much(sqs, queue)
        with pytest.raises(ClientError, match="PutObject failed on the embedded endpoint: OSError"):
            s3.put_object(Bucket="bucket", Key="a", Body=b"x" * 100_000)
        time.sleep(1.5)  # the timer comes meanwhile, too
        assert sfn.describe_execution(executionArn=waiting)["status"] in {"RUNNING", "SUCCEEDED"}
        full.free(endpoint)
        assert finished(sfn, waiting)["status"] == "SUCCEEDED"
        wait_until(lambda: not refused(), "it can be written again")
        sqs.send_message(QueueUrl=queue, MessageBody="y")
        s3.put_object(Bucket="bucket", Key="b", Body=b"y")
        endpoint.kill()
        sfn = endpoint.start().client()
        for one in acknowledged:
            assert finished(sfn, one["executionArn"])["status"] == "SUCCEEDED"
            told = events(sfn, one["executionArn"])
            assert [event["id"] for event in told] == list(range(1, len(told) + 1))


def _send_much(sqs, queue):
    for _ in range(100):
        sqs.send_message(QueueUrl=queue, MessageBody="x" * 100_000)


def test_a_start_on_a_full_disk_is_a_clear_error_and_leaves_what_is_there(tmp_path):
    with SmallDisk(tmp_path, megabytes=4) as full:
        endpoint = Endpoint(full.home).start()
        arn = endpoint.client().start_execution(stateMachineArn=create(endpoint.client(), PASS))["executionArn"]
        endpoint.kill()
        (full.home / f"{STORE}-shm").unlink()
        full.fill(endpoint)
        failed = _start(full.home)
        assert failed.returncode == 1
        assert failed.stderr.startswith("localaws: ")
        assert "Traceback" not in failed.stderr
        full.free(endpoint)
        with endpoint:
            assert finished(endpoint.client(), arn)["status"] == "SUCCEEDED"


def _start(home, **environment):
    """An endpoint that is expected not to start."""
    command = [sys.executable, "-m", "localaws", "--port", "0", "--home", str(home)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, env=environment)


@pytest.fixture
def killed(tmp_path):
    """An endpoint that was killed with ended executions in its log; their ARNs, the oldest first."""
    endpoint = Endpoint(tmp_path / "home").start()
    sfn = endpoint.client()
    passes = create(sfn, PASS)
    arns = [sfn.start_execution(stateMachineArn=passes)["executionArn"] for _ in range(40)]
    endpoint.kill()
    log = endpoint.home / f"{STORE}-wal"
    assert log.stat().st_size > 100_000
    return endpoint, log, arns


def test_a_truncated_log_is_read_as_far_as_it_goes(killed):
    endpoint, log, arns = killed
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size * 6 // 10)
    with endpoint:
        sfn = endpoint.client()
        there = _there(sfn, arns)
        assert 0 < len(there) < len(arns)
        assert there == arns[: len(there)]  # the last ones alone are gone, and no half of one is there
        for arn in there:
            assert events(sfn, arn)[-1]["type"] == "ExecutionSucceeded"
        machine_arn = sfn.describe_execution(executionArn=there[0])["stateMachineArn"]
        assert finished(sfn, sfn.start_execution(stateMachineArn=machine_arn)["executionArn"])["status"] == "SUCCEEDED"


@pytest.mark.parametrize("place", [0, 8])
def test_a_damaged_log_is_told_of_and_refused_where_no_commit_may_be_lost(killed, place, capfd):
    """In the middle, where commits follow, or in its head: SQLite would be silent."""
    endpoint, log, _ = killed
    _damage(log, place or log.stat().st_size // 2)
    failed = _start(endpoint.home, LOCALAWS_SYNCHRONOUS="FULL")
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"localaws: The write-ahead log {log} is damaged: ")
    assert "LOCALAWS_SYNCHRONOUS=NORMAL" in failed.stderr
    with endpoint:
        told = capfd.readouterr().err
        assert f"The write-ahead log {log} is damaged: " in told
        assert "what was answered since is not in it" in told
        assert finished(
            endpoint.client(),
            endpoint.client().start_execution(stateMachineArn=create(endpoint.client(), PASS))["executionArn"],
        )


def test_a_store_that_is_none_is_refused(killed):
    endpoint, log, _ = killed
    log.unlink()
    _damage(endpoint.home / STORE, 0, 4096)
    failed = _start(endpoint.home)
    assert (failed.returncode, failed.stderr.splitlines()[0][:24]) == (
        1,
        "localaws: The store " + str(endpoint.home)[:4],
    )
    assert "is damaged" in failed.stderr


def test_a_copy_of_the_folder_is_a_backup(killed, tmp_path):
    endpoint, _, arns = killed
    shutil.copytree(endpoint.home, tmp_path / "copy")
    with Endpoint(tmp_path / "copy") as copy:
        assert _there(copy.client(), arns) == arns


def _damage(path, place, size=64):
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"\xa5" * size)


def _there(sfn, arns):
    found = []
    for arn in arns:
        try:
            sfn.describe_execution(executionArn=arn)
        except sfn.exceptions.ExecutionDoesNotExist:
            continue
        found.append(arn)
    return found


JUMPS = """
    import pathlib, time
    real, offset = time.time, pathlib.Path({path!r})

    def jumping():
        try:
            return real() + float(offset.read_text() or 0)
        except OSError:
            return real()

    time.time = jumping
"""


@pytest.mark.parametrize("seconds", [-7200, 7200])
def test_a_clock_that_jumps_makes_nothing_late_and_nothing_go_back(tmp_path, seconds, capfd):
    """``time.time`` of the whole process jumps, as when somebody sets the clock."""
    offset = tmp_path / "offset"
    (tmp_path / "sitecustomize.py").write_text(textwrap.dedent(JUMPS.format(path=str(offset))))
    with Endpoint(tmp_path / "home", PYTHONPATH=str(tmp_path)) as endpoint:
        sfn = endpoint.client()
        arn = sfn.start_execution(stateMachineArn=create(sfn, waits(2)))["executionArn"]
        later = sfn.start_execution(stateMachineArn=create(sfn, waits(36_000)))["executionArn"]
        offset.write_text(str(seconds))
        ended = finished(sfn, arn)
        told = [event["timestamp"] for event in events(sfn, arn)]
        assert told == sorted(told)
        taken = (ended["stopDate"] - ended["startDate"]).total_seconds()
        assert 2 <= taken < 10 if seconds < 0 else taken > seconds - 60
        assert sfn.describe_execution(executionArn=later)["status"] == "RUNNING"
        after = sfn.start_execution(stateMachineArn=create(sfn, waits(1)))["executionArn"]
        assert finished(sfn, after)["status"] == "SUCCEEDED"
        assert f"set {'back' if seconds < 0 else 'forward'}" in capfd.readouterr().err
        offset.write_text("0")
        endpoint.kill()
        sfn = endpoint.start().client()
        assert sfn.describe_execution(executionArn=later)["status"] == "RUNNING"
        assert sfn.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"


def test_a_function_that_eats_memory_fails_as_on_aws_and_harms_nobody(endpoint):
    sfn = endpoint.client()
    greedy = _function(endpoint, "greedy", "def handler(event, context):\n    return len(bytearray(event['size']))\n")
    assert _invoked(sfn, greedy, {"size": 10})["output"] == "10"
    too_much = _invoked(sfn, greedy, {"size": 2 << 30})
    assert (too_much["status"], too_much["error"]) == ("FAILED", "Runtime.ExitError")
    assert json.loads(too_much["cause"])["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert _invoked(sfn, greedy, {"size": 11})["output"] == "11"


def _function(endpoint, name, source):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("app.py", source)
    return endpoint.client("lambda").create_function(
        FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="app.handler", Code={"ZipFile": archive.getvalue()}
    )["FunctionArn"]


def _invoked(sfn, function, event):
    state = {"Type": "Task", "Resource": function, "End": True}
    arn = sfn.start_execution(stateMachineArn=create(sfn, machine(T=state)), input=json.dumps(event))["executionArn"]
    return finished(sfn, arn, 30)


def test_a_server_that_never_answers_holds_up_nobody_but_its_own_task(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        threading.Thread(target=_accept, args=(silent,), daemon=True).start()
        settings = {"LOCALAWS_HTTP_ALLOWED_HOSTS": f"127.0.0.1:{port}", "LOCALAWS_HTTP_TIMEOUT": "3"}
        with Endpoint(tmp_path / "home", **settings) as endpoint:
            sfn = endpoint.client()
            connection = endpoint.client("events").create_connection(
                Name="c",
                AuthorizationType="API_KEY",
                AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
            )["ConnectionArn"]
            parameters = {
                "ApiEndpoint": f"http://127.0.0.1:{port}/",
                "Method": "GET",
                "Authentication": {"ConnectionArn": connection},
            }
            asks = machine(
                T={"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Parameters": parameters, "End": True}
            )
            waiting = [sfn.start_execution(stateMachineArn=create(sfn, asks))["executionArn"] for _ in range(40)]
            began = time.monotonic()
            others = [sfn.start_execution(stateMachineArn=create(sfn, PASS))["executionArn"] for _ in range(10)]
            for arn in others:
                assert finished(sfn, arn)["status"] == "SUCCEEDED"
            assert time.monotonic() - began < 2.5, "others waited, too"
            for arn in waiting:
                ended = finished(sfn, arn, 30)
                assert (ended["error"], ended["cause"]) == (
                    "States.Http.Socket",
                    "127.0.0.1 did not answer within 3 seconds.",
                )


def _accept(silent):
    """Take connections and say nothing."""
    kept = []
    try:
        while True:
            kept.append(silent.accept())
    except OSError:
        for connection, _ in kept:
            connection.close()
