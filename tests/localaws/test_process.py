"""The process: its port, its home, its parent, its end."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap

import pytest
from served import ROOT, Endpoint, create, wait_until, waits


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "localaws", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_two_endpoints_on_one_home_are_refused_with_the_process_that_holds_it(own):
    own.start()
    second = run("--port", "0", "--home", str(own.home))
    assert second.returncode == 1
    assert f"Another local endpoint (process {own.process.pid}) uses {own.home}" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_taken_port_is_a_clear_error(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = run("--port", str(port), "--home", str(tmp_path / "home"))
    assert found.returncode == 1
    assert f"Port {port} of 127.0.0.1 can't be used" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_home_that_can_not_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    found = run("--port", "0", "--home", str(tmp_path / "file" / "home"))
    assert found.returncode == 1
    assert "can't be used" in found.stderr
    assert "Traceback" not in found.stderr


def test_an_address_that_others_can_reach_needs_named_hosts(tmp_path):
    found = run("--host", "0.0.0.0", "--port", "0", "--home", str(tmp_path))
    assert found.returncode == 1
    assert "LOCALAWS_ALLOWED_HOSTS" in found.stderr


def test_a_store_of_another_version_is_refused(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with sqlite3.connect(home / "stepfunctions.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    found = run("--port", "0", "--home", str(home))
    assert found.returncode == 1
    assert "has format 99" in found.stderr


def test_the_home_is_for_this_user_alone(own):
    own.start()
    assert own.home.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_when_asked(own, number):
    own.start()
    client = own.client()
    arn = client.start_execution(stateMachineArn=create(client, waits(60)))["executionArn"]
    own.process.send_signal(number)
    assert own.process.wait(15) == 0
    assert not (own.home / "stepfunctions.sqlite3-wal").exists(), "the log is folded into the store"
    assert own.start().client().describe_execution(executionArn=arn)["status"] == "RUNNING"


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_it_ends_with_its_parent_even_after_kill_9(tmp_path):
    parent = textwrap.dedent(
        """
        import os, subprocess, sys
        child = subprocess.Popen([sys.executable, "-m", "localaws", "--port", "0", "--home", sys.argv[1],
                                  "--parent-pid", str(os.getpid())], start_new_session=True)
        print(child.pid, flush=True)
        child.wait()
        """
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", parent, str(tmp_path / "home")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    lines = [starter.stdout.readline(), starter.stdout.readline()]
    child = int(next(line for line in lines if line.strip().isdigit()))
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    wait_until(lambda: not alive(child), "the endpoint ends", limit=10)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_another_account_and_region_can_be_set(tmp_path):
    own = Endpoint(tmp_path / "home", LOCALAWS_ACCOUNT="111122223333", LOCALAWS_REGION="eu-central-1").start()
    try:
        assert create(own.client(), waits(1)).split(":")[4] == "111122223333"
        assert own.client("sts").get_caller_identity()["Account"] == "111122223333"
        assert (own.health()["account"], own.health()["region"]) == ("111122223333", "eu-central-1")
    finally:
        own.stop()


def test_a_hundred_parked_executions_take_no_thread(own):
    own.start()
    client = own.client()
    arn = create(client, waits(3600))

    def threads():
        with open(f"/proc/{own.process.pid}/status") as status:
            return int(next(line.split()[1] for line in status if line.startswith("Threads:")))

    client.start_execution(stateMachineArn=arn)
    before = threads()
    for _ in range(100):
        client.start_execution(stateMachineArn=arn)
    assert threads() == before
    assert json.loads(json.dumps(own.health()))["timers"] == 101
