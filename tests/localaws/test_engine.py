"""The one write path: what a tick commits together, what a failed commit undoes, what is performed and when."""

import asyncio
import json
import sqlite3
import time
from dataclasses import dataclass, field

import pytest
from served import PASS, ROLE, machine, waits

from asl import interpreter
from asl.events import TaskSucceeded
from localaws import engine as engine_module
from localaws import performer as performer_module
from localaws import ticks
from localaws.catalogue import Catalogue, MachineRecord
from localaws.engine import Engine
from localaws.integrations.task import TaskFailure
from localaws.journal import Journal
from localaws.performer import AT_ONCE, Performer
from localaws.values import Shared
from localaws.wire import ServiceError

ACCOUNT = "arn:aws:states:us-east-1:000000000000"


@dataclass
class Script:
    """An integration that answers what a test says, and remembers what it was asked."""

    asked: list = field(default_factory=list)
    flushed: int = 0
    running: int = 0
    most: int = 0
    cancelled: int = 0
    seconds: float = 0.0
    failure: Exception | None = None
    unknown: TaskFailure | None = None  # of calls that must not be made again

    def refusal(self, resource, parameters):
        return None

    def interrupted(self, request):
        return self.unknown

    async def perform(self, request):
        self.asked.append(request)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1
        if self.failure is not None:
            raise self.failure
        return json.dumps({"asked": request.parameters})

    async def flush(self):
        self.flushed += 1


class Bench:
    """An engine over a store in ``folder``, its integration a script."""

    def __init__(self, folder, script=None, watch=None):
        self.changes = []
        self.journal = Journal(folder / "store.sqlite3")
        self.script = script or Script()
        self.engine = Engine(
            self.journal, Catalogue(self.journal.connection), on_status_change=watch or self.changes.append
        )
        self.performer = Performer(
            self.script,
            tell=self.engine.tell,
            begin=self.engine.begin_task,
            flush=self.script.flush,
            clock=self.engine.clock,
        )
        self.engine.start_performing(self.performer)

    async def machine(self, definition, name="m"):
        catalogue = self.engine.catalogue

        def write():
            record = MachineRecord(
                id=0, arn=f"{ACCOUNT}:stateMachine:{name}", name=name, type="STANDARD", status="ACTIVE", role_arn=ROLE,
                definition_id=catalogue.save_definition(definition), revision_id=None, created_at=0.0, updated_at=0.0,
                configuration={},
            )  # fmt: skip
            catalogue.create(record)
            return record.arn

        return await self.engine.request(write)

    async def start(self, machine_arn, name, text="{}"):
        def begin():
            record = self.engine.catalogue.find(machine_arn)
            arn = machine_arn.replace(":stateMachine:", ":execution:") + f":{name}"
            return self.engine.begin(record, arn=arn, name=name, input_text=text).id

        return await self.engine.request(begin)

    async def ended(self, execution_id, limit=5.0):
        end = time.monotonic() + limit
        while (row := self.journal.execution(execution_id)).status == "RUNNING":
            assert time.monotonic() < end, "the execution did not end"
            await asyncio.sleep(0.005)
        return row

    async def stop(self):
        await self.engine.stop()
        self.journal.close()


@pytest.fixture
async def bench(tmp_path):
    one = Bench(tmp_path)
    yield one
    await one.stop()


def task(resource="arn:aws:states:::sqs:sendMessage", **fields):
    return machine(Call={"Type": "Task", "Resource": resource, "Parameters": {"n.$": "$.n"}, "End": True, **fields})


async def test_many_requests_that_arrive_together_share_one_commit(bench):
    arn = await bench.machine(PASS)
    commits = []
    bench.journal.connection.set_trace_callback(lambda text: commits.append(text) if text == "COMMIT" else None)
    rows = await asyncio.gather(*(bench.start(arn, f"e{number}") for number in range(50)))
    assert len(set(rows)) == 50
    assert len(commits) < 25
    assert all(bench.journal.execution(row).status == "SUCCEEDED" for row in rows)


async def test_an_answer_comes_only_after_its_commit(bench):
    arn = await bench.machine(PASS)
    order = []
    bench.journal.connection.set_trace_callback(lambda text: order.append("commit") if text == "COMMIT" else None)
    await bench.start(arn, "one")
    order.append("answer")
    assert order == ["commit", "answer"]


async def test_a_tasks_result_is_recorded_after_what_it_touched_is_durable(bench):
    execution = await bench.start(await bench.machine(task()), "one", '{"n": 1}')
    row = await bench.ended(execution)
    assert json.loads(row.output) == {"asked": {"n": 1}}
    assert bench.script.flushed == 1
    assert [request.state_name for request in bench.script.asked] == ["Call"]
    assert bench.script.asked[0].account == "000000000000"


async def test_a_failed_task_fails_with_its_error_and_a_broken_integration_with_states_task_failed(bench):
    arn = await bench.machine(task())
    bench.script.failure = TaskFailure("SQS.QueueDoesNotExist", "gone")
    row = await bench.ended(await bench.start(arn, "one", '{"n": 1}'))
    assert (row.status, row.error, row.cause) == ("FAILED", "SQS.QueueDoesNotExist", "gone")
    bench.script.failure = RuntimeError("a fault of ours")
    row = await bench.ended(await bench.start(arn, "two", '{"n": 1}'))
    assert (row.error, "fault of ours" in row.cause) == ("States.TaskFailed", False)


async def test_a_task_without_an_answer_is_performed_again_at_the_next_start(tmp_path):
    first = Bench(tmp_path, Script(seconds=60))
    execution = await first.start(await first.machine(task()), "one", '{"n": 7}')
    await asyncio.sleep(0.05)
    assert len(first.script.asked) == 1
    await first.stop()
    second = Bench(tmp_path)
    row = await second.ended(execution)
    assert json.loads(row.output) == {"asked": {"n": 7}}
    assert list(second.journal.owed_tasks()) == []
    await second.stop()


UNKNOWN = TaskFailure("Lambda.SdkClientException", "nobody knows")


async def test_a_call_that_must_not_be_made_twice_fails_at_the_next_start_instead(tmp_path, monkeypatch):
    monkeypatch.setattr(performer_module, "LAST_SECONDS", 0.01)
    first = Bench(tmp_path, Script(seconds=60, unknown=UNKNOWN))
    again = [{"ErrorEquals": ["Lambda.SdkClientException"], "IntervalSeconds": 1}]
    fails = await first.start(await first.machine(task()), "one", '{"n": 7}')
    retries = await first.start(await first.machine(task(Retry=again), "retries"), "two", '{"n": 8}')
    await asyncio.sleep(0.05)
    assert len(first.script.asked) == 2
    await first.stop()
    second = Bench(tmp_path, Script(unknown=UNKNOWN))
    row = await second.ended(fails)
    assert (row.status, row.error, row.cause) == ("FAILED", UNKNOWN.error, UNKNOWN.cause)
    assert (await second.ended(retries)).status == "SUCCEEDED"
    assert [request.parameters for request in second.script.asked] == [{"n": 8}]
    types = [event[0] for _, event in second.journal.history(retries, 1, 100)]
    attempt = ["TaskScheduled", "TaskStarted"]
    assert types[2:-2] == [*attempt, "TaskFailed", *attempt, "TaskSucceeded"], "the history tells of both calls"
    await second.stop()


async def test_a_call_that_must_not_be_made_twice_begins_after_the_store_says_so(bench):
    bench.script.unknown, bench.script.seconds = UNKNOWN, 60
    bench.journal.connection = failing = FailingCommits(bench.journal.connection)
    execution = await bench.start(await bench.machine(task()), "one", '{"n": 7}')
    failing.failing = True
    await asyncio.sleep(0.05)
    assert bench.script.asked == []
    failing.failing = False
    end = time.monotonic() + 5
    while not bench.script.asked:
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    types = [event[0] for _, event in bench.journal.history(execution, 1, 100)]
    assert types[-1] == "TaskStarted"
    bench.performer.cancel(execution, 1)


async def test_calls_that_waited_in_line_when_the_process_ended_are_made_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr(performer_module, "LAST_SECONDS", 0.01)
    first = Bench(tmp_path, Script(seconds=60, unknown=UNKNOWN))
    arn = await first.machine(task())
    rows = [await first.start(arn, f"e{n}", '{"n": 1}') for n in range(AT_ONCE + 3)]
    await asyncio.sleep(0.05)
    await first.stop()
    second = Bench(tmp_path, Script(unknown=UNKNOWN))
    statuses = [(await second.ended(row)).status for row in rows]
    assert (statuses.count("FAILED"), statuses.count("SUCCEEDED")) == (AT_ONCE, 3)
    await second.stop()


async def test_a_stop_waits_some_seconds_for_calls_that_cannot_be_made_again(tmp_path):
    bench = Bench(tmp_path, Script(seconds=0.3, unknown=UNKNOWN))
    execution = await bench.start(await bench.machine(task()), "one", '{"n": 7}')
    await asyncio.sleep(0.05)
    await bench.engine.stop()
    assert bench.journal.execution(execution).status == "SUCCEEDED"
    bench.journal.close()


async def test_a_stopped_execution_breaks_off_its_call(bench):
    from asl.events import ExecutionStopped

    bench.script.seconds = 60
    execution = await bench.start(await bench.machine(task()), "one", '{"n": 1}')
    await asyncio.sleep(0.05)
    bench.engine.tell(execution, ExecutionStopped(at=time.time()))
    await bench.ended(execution)
    await asyncio.sleep(0.05)
    assert bench.script.cancelled == 1
    assert list(bench.journal.owed_tasks()) == []


async def test_a_reply_that_comes_before_the_message_counts_as_sent_is_told_after_it(bench):
    bench.script.seconds = 0.2
    definition = task("arn:aws:states:::sqs:sendMessage.waitForTaskToken")
    execution = await bench.start(await bench.machine(definition), "one", '{"n": 1}')
    await asyncio.sleep(0.05)
    (_, task_id, _) = next(bench.journal.owed_tasks())
    bench.engine.tell(execution, TaskSucceeded(at=time.time(), task_id=task_id, output='"early"', by_token=True))
    await asyncio.sleep(0.05)
    assert list(bench.journal.owed_tasks()) == [], "somebody has the token: the message isn't sent again after a crash"
    assert (await bench.ended(execution)).output == '"early"'
    types = [event[0] for _, event in bench.journal.history(execution, 1, 100)]
    assert types[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


async def test_one_service_is_called_so_many_times_at_once_and_the_rest_wait_in_line(bench):
    bench.script.seconds = 0.05
    arn = await bench.machine(task())
    rows = await asyncio.gather(*(bench.start(arn, f"e{n}", '{"n": 1}') for n in range(AT_ONCE * 2)))
    for row in rows:
        await bench.ended(row)
    assert bench.script.most == AT_ONCE
    assert len(bench.script.asked) == AT_ONCE * 2


async def test_status_changes_are_told_after_the_commit(bench):
    await bench.ended(await bench.start(await bench.machine(PASS), "one"))
    assert [change.outcome.status for change in bench.changes] == ["RUNNING", "SUCCEEDED"]


async def test_a_fault_of_who_watches_holds_nothing_up(tmp_path, caplog):
    def fail(change):
        raise AttributeError("partially initialized module")

    bench = Bench(tmp_path, watch=fail)
    arn = await bench.machine(waits(1))
    assert (await bench.ended(await bench.start(arn, "one"))).status == "SUCCEEDED"
    assert "partially initialized" in caplog.text
    await bench.stop()


class FailingCommits:
    """A connection whose commits fail while ``failing`` is set, as on a full disk."""

    def __init__(self, connection):
        self.connection = connection
        self.failing = False

    def execute(self, statement, *values):
        if self.failing and statement == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return self.connection.execute(statement, *values)

    def __getattr__(self, name):
        return getattr(self.connection, name)


async def test_when_a_commit_fails_clients_are_told_and_nothing_of_it_remains(bench, caplog):
    arn = await bench.machine(PASS)
    bench.journal.connection = failing = FailingCommits(bench.journal.connection)
    failing.failing = True
    with pytest.raises(ServiceError, match="can't be written"):
        await bench.start(arn, "one")
    failing.failing = False
    assert bench.journal.find_execution(arn, "one") is None
    row = await bench.ended(await bench.start(arn, "one"))
    assert row.status == "SUCCEEDED"
    assert "could be stored" in caplog.text


async def test_a_timer_whose_commit_failed_is_delivered_again(bench, monkeypatch):
    monkeypatch.setattr(ticks, "RETRY_SECONDS", 0.1)
    execution = await bench.start(await bench.machine(waits(1)), "one")
    bench.journal.connection = failing = FailingCommits(bench.journal.connection)
    failing.failing = True
    await asyncio.sleep(1.3)
    assert bench.journal.execution(execution).status == "RUNNING"
    failing.failing = False
    assert (await bench.ended(execution)).status == "SUCCEEDED"


async def test_a_fault_of_the_interpreter_ends_one_execution_and_no_other(bench, monkeypatch, caplog):
    waiting = await bench.start(await bench.machine(waits(1)), "one")
    other = await bench.start(await bench.machine(waits(1), "other"), "two")

    def broken(execution, event, *, budget):
        if execution.identity.execution_name == "one":
            raise ZeroDivisionError
        return interpreter.handle(execution, event, budget=budget)

    monkeypatch.setattr(engine_module, "handle", broken)
    row = await bench.ended(waiting)
    assert (row.status, row.error) == ("FAILED", "States.Runtime")
    events = bench.journal.history(waiting, 1, row.last_event_id)
    assert [event[0] for _, event in events][-1] == "ExecutionFailed"
    assert (await bench.ended(other)).status == "SUCCEEDED"
    assert "ZeroDivisionError" in caplog.text


async def test_an_execution_that_cannot_be_stored_ends_and_holds_nobody_up(bench, monkeypatch, caplog):
    monkeypatch.setattr(ticks, "RETRY_SECONDS", 0.05)

    def pack_row(shared, row):
        if "poison" in repr(row):
            raise RecursionError("too deep")
        return pack(shared, row)

    pack = Shared.pack_row
    monkeypatch.setattr(Shared, "pack_row", pack_row)
    spoils = machine(
        W={"Type": "Wait", "Seconds": 1, "Next": "P"},
        P={"Type": "Pass", "Parameters": {"a.$": "States.Format('poi{}', 'son')"}, "Next": "X"},
        X={"Type": "Wait", "Seconds": 1, "End": True},
    )
    at_fault = await bench.start(await bench.machine(spoils), "one")
    other = await bench.start(await bench.machine(waits(1), "other"), "two")
    row = await bench.ended(at_fault)
    assert (row.status, row.error) == ("FAILED", "States.Runtime")
    assert (await bench.ended(other)).status == "SUCCEEDED"
    assert bench.journal.connection.execute("SELECT count(*) FROM timer").fetchone() == (0,)
    assert "too deep" in caplog.text


async def test_executions_that_wait_are_rows_and_leave_memory(bench, monkeypatch):
    monkeypatch.setattr(engine_module, "KEPT_IN_MEMORY", 3)
    arn = await bench.machine(waits(1))
    rows = [await bench.start(arn, f"e{number}") for number in range(10)]
    assert len(bench.engine._live) == 3
    for row in rows:
        assert (await bench.ended(row)).status == "SUCCEEDED"
    assert len(bench.engine._live) == len(bench.engine._ids) == 0
    for table in ("frame", "timer", "task"):
        assert bench.journal.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_a_busy_loop_lets_others_have_their_turn(bench):
    forever = machine(
        Count={"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Again"},
        Again={
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 7000, "Next": "Count"}],
            "Default": "E",
        },
        E={"Type": "Succeed"},
    )
    arn = await bench.machine(forever, "loop")
    loops = [await bench.start(arn, f"loop{number}", '{"n": 0}') for number in range(4)]
    passes = await bench.machine(PASS, "pass")
    waited = []
    while any(bench.journal.execution(row).status == "RUNNING" for row in loops):
        began = time.perf_counter()
        await bench.start(passes, f"p{len(waited)}")
        waited.append(time.perf_counter() - began)
    assert len(waited) > 3
    assert sorted(waited)[len(waited) // 2] < 0.05


async def test_a_slice_that_is_owed_is_taken_up_at_the_next_start(tmp_path):
    first = Bench(tmp_path)
    chain = {f"s{number}": {"Type": "Pass", "Next": f"s{number + 1}"} for number in range(3000)}
    definition = machine(**chain, s3000={"Type": "Pass", "End": True})
    execution = await first.start(await first.machine(definition), "one")
    first.engine._ticks._queue.clear()  # as if the process had been killed here
    assert first.journal.owed_slices() == [execution]
    await first.stop()
    second = Bench(tmp_path)
    assert (await second.ended(execution)).status == "SUCCEEDED"
    await second.stop()


async def test_an_endless_loop_does_not_hold_up_the_end(tmp_path):
    endless = machine(
        A={"Type": "Wait", "Seconds": 0, "Next": "B"},
        B={"Type": "Choice", "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "C"}], "Default": "C"},
        C={"Type": "Pass", "Next": "B"},
    )
    bench = Bench(tmp_path)
    await bench.start(await bench.machine(endless), "one")
    await asyncio.sleep(0.02)
    await asyncio.wait_for(bench.stop(), 1)


async def test_what_a_delivery_writes_does_not_grow_with_the_execution(bench):
    """Bytes written by one more iteration of a Map, when few and when many have gone before."""
    sizes = {}
    for count in (10, 400):
        definition = machine(
            Each={
                "Type": "Map",
                "MaxConcurrency": 1,
                "ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": True}}},
                "End": True,
            }
        )
        arn = await bench.machine(definition, f"map{count}")
        execution = await bench.start(arn, "one", json.dumps([{"n": number} for number in range(count)]))
        connection, timers = bench.journal.connection, bench.engine.timers
        for _ in range(5):
            (timer_id,) = connection.execute(
                "SELECT timer_id FROM timer WHERE execution_id = ?", (execution,)
            ).fetchone()
            written = []
            connection.set_trace_callback(lambda text, found=written: found.append(len(text)))
            timers._due.pop((execution, timer_id), None)
            bench.engine._timer_fired(execution, timer_id)
            await asyncio.sleep(0.02)
            connection.set_trace_callback(None)
        sizes[count] = sum(written)
        assert sizes[count] > 500
    assert sizes[400] < sizes[10] * 1.5
