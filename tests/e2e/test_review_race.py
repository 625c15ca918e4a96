"""Many people decide many questions at once while workers are killed and Redis is started again.

Each task token gets exactly one answer, the audit agrees with what workflows got, nobody was told that a decision stood
which didn't; and no response, socket frame, log line or row of the database has a task token in it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import quote

import boto3
import httpx
import pytest
from botocore.config import Config
from eavesdropping import Listener, Looker, Wire, kept, leaks
from processes import Site, _port_is_open, free_port, postgresql_server, program, spawn, start_processes, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.servers]
SIZES = [
    pytest.param((40, 8), id="40-questions-8-people"),
    pytest.param((1000, 50), id="1000-questions-50-people", marks=pytest.mark.proof),
]
PEOPLE = """
import json
from django.contrib.auth.models import Group, User
from review.api_tokens import make
tokens = []
for number in range({count}):
    user = User.objects.create_user(f"reviewer-{{number}}", is_staff=number == 0)  # who looks at everything, too
    user.groups.add(Group.objects.get(name="Reviewer"))
    tokens.append(make(user, "race", 30)[1])
print(json.dumps(tokens))
"""
DECIDED = """
import json
from review.models import ReviewTask
rows = ReviewTask.objects.select_related("decision__decided_by").prefetch_related("events")
print(json.dumps([{
    "id": task.pk, "status": task.status, "execution": task.execution_arn,
    "outcome": task.decision.outcome, "candidate": task.decision.candidate, "by": task.decision.decided_by.username,
    "audited": [event.who_name for event in task.events.all() if event.kind == "decided"],
} for task in rows if hasattr(task, "decision")]))
"""


class Redis:
    """One that can be stopped and started again at its port."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        folder.mkdir(parents=True)
        self.start()

    def start(self) -> None:
        command = [program("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = spawn([*command, "--dir", str(self.folder)], self.folder / "redis.log", dict(os.environ))
        wait_for(lambda: _port_is_open(self.port), timeout=20, what="Redis listens")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)


class Reviewer(threading.Thread):
    """Takes a question out of the inbox at random and decides it at random, until told that all is decided."""

    def __init__(self, number: int, site: Site, token: str, done: threading.Event) -> None:
        super().__init__(daemon=True)
        self.name_there, self.site, self.done = f"reviewer-{number}", site, done
        self.random = random.Random(number)
        self.http = httpx.Client(base_url=site.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self.answers: list[tuple[int, str, str, int]] = []  # task, outcome, candidate, HTTP status (0: no answer came)
        self.heard: list[str] = []

    def run(self) -> None:
        while not self.done.is_set():
            try:
                self.turn()
            except httpx.HTTPError:
                time.sleep(0.2)

    def turn(self) -> None:
        listed = self.http.get("/api/v1/reviews", params={"status": "mine", "limit": 20})
        self.heard.append(kept(listed))
        tasks = listed.json()["tasks"] if listed.is_success else []
        if not tasks:
            time.sleep(0.3)
            return
        task = self.random.choice(tasks)["id"]
        outcome = self.random.choice(["approve", "approve", "reject"])
        candidate = self.random.choice("AB") if outcome == "approve" else ""
        body = {"outcome": outcome, "candidate": candidate, "comment": f"by {self.name_there}"}
        try:
            answer = self.http.post(f"/api/v1/reviews/{task}/decisions", json=body)
        except httpx.HTTPError:
            self.answers.append((task, outcome, candidate, 0))
            raise
        self.heard.append(kept(answer))
        self.answers.append((task, outcome, candidate, answer.status_code))


def aws(site: Site, service: str):
    return boto3.client(
        service,
        endpoint_url=site.aws_url,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(inject_host_prefix=False, retries={"max_attempts": 5}, max_pool_connections=8),
    )


def definition(queue: str) -> str:
    ask = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {
            "QueueUrl": queue,
            "MessageBody": {
                "taskToken.$": "$$.Task.Token",
                "execution.$": "$$.Execution.Id",
                "state.$": "$$.State.Name",
                "title.$": "$$.Execution.Name",
                "candidates": [{"title": "One"}, {"title": "Two"}],
            },
        },
        "Catch": [{"ErrorEquals": ["Review.Rejected"], "Next": "Rejected", "ResultPath": "$.rejected"}],
        "End": True,
    }
    return json.dumps({"StartAt": "Ask", "States": {"Ask": ask, "Rejected": {"Type": "Pass", "End": True}}})


def trouble(site: Site, redis: Redis, done: threading.Event, said: list[str]) -> None:
    """Until everything is decided: the worker is killed and started again, and so is Redis, in turns."""
    worker = next(process for process in site.processes if "worker" in process.args)
    for turn in range(1000):
        if done.wait(4 if turn < 4 else 30):  # at once several times, then so that work gets done
            break
        if turn % 2:
            redis.stop()
            time.sleep(0.5)
            redis.start()
            said.append("Redis")
        else:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            site.processes.remove(worker)
            worker = spawn(worker.args, site.home / "worker.log", site.environment)
            site.processes.append(worker)
            said.append("worker")


@pytest.fixture
def stage(folder, size):
    folder = folder / f"{size[0]}-questions"
    redis = Redis(folder / "redis")
    with postgresql_server(folder / "postgresql") as database:
        site = start_processes(folder / "site", database_url=database, redis_url=f"redis://127.0.0.1:{redis.port}/0")
        yield site, redis, database
        site.stop()
        redis.stop()


@pytest.mark.parametrize("size", SIZES)
def test_each_question_gets_one_answer_whatever_is_killed_meanwhile(stage, size):
    site, redis, database = stage
    questions, people = size
    tokens = json.loads(site.manage("shell", "-v", "0", "-c", PEOPLE.format(count=people)).splitlines()[-1])
    done, said = threading.Event(), []
    reviewers = [Reviewer(number, site, token, done) for number, token in enumerate(tokens)]
    cookie = session_of(site)
    looker, wire = Looker(site, cookie, done), Wire(redis.port)
    listeners = [Listener(site, path, cookie) for path in ("/ws/reviews/", "/ws/executions/", "/ws/executions/1/")]
    for listening in (wire, *listeners):
        listening.start()
    started = start_all(site, questions)
    others = [threading.Thread(target=trouble, args=(site, redis, done, said), daemon=True), looker, *reviewers]
    for thread in others:
        thread.start()
    sfn, began = aws(site, "stepfunctions"), time.monotonic()
    try:
        wait_for(lambda: not running(sfn), timeout=180 + questions, what="every execution has its answer", pause=1)
    finally:
        done.set()
        for thread in others:
            thread.join(60)
        print(
            said,
            round(time.monotonic() - began),
            Counter(row[3] for reviewer in reviewers for row in reviewer.answers),
            site.log()[-3000:],
        )
    assert {"Redis", "worker"} <= set(said)
    wait_for(lambda: all(row["status"] == "delivered" for row in rows(site)), timeout=200, what="all is known", pause=1)
    check(rows(site), reviewers, {arn: result(sfn, arn) for arn in started})
    site.manage("verify_audit")  # ends with 1 where a chain is broken
    for change in ("UPDATE review_taskevent SET who_name = 'other'", "DELETE FROM review_taskevent"):
        refused = subprocess.run([program("psql"), database, "-c", change], capture_output=True, text=True)
        assert "only added to" in refused.stderr
    site.manage(
        "shell", "-c", "from django.contrib.auth.models import User; User.objects.get(username='reviewer-1').delete()"
    )
    site.manage("verify_audit")
    looker.look_once_more()
    secrets = {token for arn in started for token in tokens_in(sfn, arn)}
    assert len(secrets) == questions
    dump = subprocess.run([program("pg_dump"), database], capture_output=True, check=True, text=True).stdout
    searched = {
        "database": [dump],
        "logs": [web_logs(site)],
        "HTTP": [*looker.heard, *(text for reviewer in reviewers for text in reviewer.heard)],
        "socket": [frame for listener in listeners for frame in listener.frames],
        "Redis": wire.commands,
    }
    print({where: (len(texts), sum(map(len, texts))) for where, texts in searched.items()}, looker.statuses)
    history = sfn.get_execution_history(executionArn=started[0])["events"]
    assert leaks(secrets, [json.dumps(history, default=str)]), "the search finds nothing even where a token stands"
    assert leaks(secrets, [quote(next(iter(secrets)), safe="")])
    for where, texts in searched.items():
        assert "".join(texts), where
        assert leaks(secrets, texts) == [], where


def check(decided, reviewers, results):
    """Who was told 201 is whose decision stands, and it is what the workflow got."""
    standing = {row["id"]: row for row in decided}
    assert len(decided) == len(results)
    told: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    unsure: dict[int, set[str]] = defaultdict(set)
    statuses: Counter[int] = Counter()
    for reviewer in reviewers:
        for task, outcome, candidate, status in reviewer.answers:
            statuses[status] += 1
            if status == 201:
                told[task].append((reviewer.name_there, outcome, candidate))
            elif status in (0, 500, 502, 503):
                unsure[task].add(reviewer.name_there)
    for task, row in standing.items():
        winners = told[task]
        assert len(winners) <= 1
        assert row["audited"] == [row["by"]]
        if winners:
            assert winners == [(row["by"], row["outcome"], row["candidate"])]
        else:
            assert row["by"] in unsure[task], "a decision stands of somebody who was told otherwise"
        assert results[row["execution"]] == (row["outcome"], row["candidate"], row["by"])
    assert set(told) <= set(standing)
    assert set(statuses) <= {201, 409, 0}, statuses
    assert statuses[409], "nobody ever lost a race: the test asked for none"


def start_all(site, count):
    sfn, sqs = aws(site, "stepfunctions"), aws(site, "sqs")
    queue = sqs.get_queue_url(QueueName="callboard-review")["QueueUrl"]
    machine = sfn.create_state_machine(
        name="race", definition=definition(queue), roleArn="arn:aws:iam::000000000000:role/r"
    )["stateMachineArn"]
    return [
        sfn.start_execution(stateMachineArn=machine, name=f"run-{n}", input="{}")["executionArn"] for n in range(count)
    ]


def running(sfn):
    machine = next(found for found in sfn.list_state_machines()["stateMachines"] if found["name"] == "race")
    return sfn.list_executions(stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING", maxResults=1)[
        "executions"
    ]


def result(sfn, arn):
    """Outcome, candidate and decider, as the workflow got them: exactly one answer."""
    ends = [
        event
        for event in sfn.get_execution_history(executionArn=arn)["events"]
        if event["type"] in ("TaskSucceeded", "TaskFailed")
    ]
    assert len(ends) == 1
    if ends[0]["type"] == "TaskFailed":
        return "reject", "", ends[0]["taskFailedEventDetails"]["cause"].removeprefix("by ")
    output = json.loads(ends[0]["taskSucceededEventDetails"]["output"])
    return output["outcome"], output["candidate"]["key"], output["decidedBy"]


def tokens_in(sfn, arn):
    for event in sfn.get_execution_history(executionArn=arn)["events"]:
        if event["type"] == "TaskScheduled":
            yield json.loads(event["taskScheduledEventDetails"]["parameters"])["MessageBody"]["taskToken"]


def rows(site):
    return json.loads(site.manage("shell", "-v", "0", "-c", DECIDED).splitlines()[-1])


def web_logs(site):
    """The endpoint is Step Functions' place: its own log isn't ours."""
    return "".join(p.read_text(errors="replace") for p in site.home.glob("*.log") if p.name != "localaws.log") or "none"


def session_of(site):
    script = (
        "from django.contrib.auth.models import User; from django.contrib.sessions.backends.db import SessionStore\n"
        "u = User.objects.get(username='reviewer-0'); s = SessionStore()\n"
        "s['_auth_user_id'] = str(u.pk); s['_auth_user_backend'] = 'django.contrib.auth.backends.ModelBackend'\n"
        "s['_auth_user_hash'] = u.get_session_auth_hash(); s.create(); print(s.session_key)"
    )
    return "sessionid=" + site.manage("shell", "-v", "0", "-c", script).splitlines()[-1]
