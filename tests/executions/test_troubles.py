"""Whatever goes wrong on the way, the mirror is the history afterwards, event by event, and a page's events are it too."""

import random
import threading
import time
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError, connections
from django.utils import timezone

from bench.live.stand_in import THROTTLED, StandIn
from callboard.aws import client
from executions import consumers, mirror, polling, storing, watch_leases, watch_loop
from executions.database_threads import close_connections
from executions.models import Execution, HistoryEvent
from executions.services import start_execution
from executions.signals import execution_changed
from executions.watch_loop import WatchLoop
from tests.sockets import Socket, eventually

pytestmark = pytest.mark.django_db(transaction=True)

# 1,202 events: a page of the API is 1,000.
COUNT = {
    "StartAt": "Begin",
    "States": {
        "Begin": {"Type": "Pass", "Result": 0, "ResultPath": "$.n", "Next": "More"},
        "More": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 299, "Next": "Add"}],
            "Default": "Enough",
        },
        "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
        "Enough": {"Type": "Succeed"},
    },
}
# Four events a second, four times.
SLOW = {
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Note"},
        "Note": {"Type": "Pass", "Next": "Again"},
        "Again": {"Type": "Wait", "Seconds": 1, "Next": "Enough"},
        "Enough": {"Type": "Succeed"},
    },
}


@pytest.fixture
def run(deployed, embedded):
    return lambda definition: start_execution(state_machine=deployed(definition), environment=embedded, input="{}")


def assert_equal_to_history(execution):
    """Every event of the endpoint's own history, as it is there, and no other."""
    pages = client(execution.environment, "stepfunctions").get_paginator("get_execution_history")
    answers = pages.paginate(executionArn=execution.arn, includeExecutionData=True)
    theirs = [event for answer in answers for event in answer["events"]]
    rows = HistoryEvent.objects.filter(execution=execution).order_by("event_id")
    ours = [(row.event_id, row.previous_event_id, row.type, row.timestamp, row.details) for row in rows]
    expected = [mirror.as_row(execution, event) for event in theirs]
    assert ours == [(row.event_id, row.previous_event_id, row.type, row.timestamp, row.details) for row in expected]
    row = Execution.objects.get(pk=execution.pk)
    assert (row.status, row.last_event_id, row.next_poll_at) == ("SUCCEEDED", len(theirs), None)


def poll_until_settled(execution, *, within=40.0):
    """As the sweep does, without its pauses."""
    end = time.monotonic() + within
    while Execution.objects.filter(pk=execution.pk, next_poll_at__isnull=False).exists():
        assert time.monotonic() < end, "it isn't settled"
        Execution.objects.filter(pk=execution.pk, next_poll_at__isnull=False).update(next_poll_at=timezone.now())
        polling.poll(execution.pk)


def test_an_endpoint_that_throttles_and_fails(run, embedded):
    execution = run(COUNT)
    chance = random.Random(7)
    ways = [THROTTLED, (503, "ServiceUnavailable"), (500, "InternalFailure"), None, None]
    with StandIn(embedded.endpoint_url, quotas={}, fail=lambda _: chance.choice(ways)) as there:
        type(embedded).objects.update(endpoint_url=there.url)
        poll_until_settled(execution)
        assert sum(there.refused.values()) > 0
        type(embedded).objects.update(endpoint_url=there.target)
    assert_equal_to_history(execution)


def test_a_worker_that_dies_between_two_pages_and_the_one_that_takes_over(run, monkeypatch):
    execution = run(COUNT)
    Execution.objects.filter(pk=execution.pk).update(last_event_id=0)  # as before its first look
    HistoryEvent.objects.filter(execution=execution).delete()
    stored = storing.store
    pages = []

    def dies(row, events, changes):
        if pages:
            raise SystemExit
        pages.append(len(events))
        stored(row, events, changes)

    monkeypatch.setattr(storing, "store", dies)
    Execution.objects.filter(pk=execution.pk).update(next_poll_at=timezone.now(), status="RUNNING", stopped_at=None)
    with pytest.raises(SystemExit):
        polling.poll(execution.pk)
    monkeypatch.setattr(storing, "store", stored)
    assert HistoryEvent.objects.filter(execution=execution).count() == 1000, "what it had stays"
    assert polling.poll(execution.pk) is None, "its claim isn't over yet"
    poll_until_settled(execution)
    assert_equal_to_history(execution)


def test_two_workers_poll_one_execution_and_each_event_is_stored_once(run):
    execution = run(SLOW)
    polling.watch(execution.pk)
    loops = [WatchLoop(), WatchLoop()]

    def polls():
        try:
            while not over.wait(0.05):
                mirror.copy_history(Execution.objects.select_related("environment").get(pk=execution.pk))
        finally:
            close_connections()

    over = threading.Event()
    strays = [threading.Thread(target=polls) for _ in range(2)]
    for each in [*loops, *strays]:
        each.start()
    try:
        end = time.monotonic() + 20
        while Execution.objects.filter(pk=execution.pk, next_poll_at__isnull=False).exists():
            assert time.monotonic() < end
            time.sleep(0.1)
    finally:
        over.set()
        for stray in strays:
            stray.join(5)
        for loop in loops:
            loop.stop()
    assert_equal_to_history(execution)


def test_what_the_endpoint_tells_of_is_looked_at_at_once_and_what_is_quiet_seldom(deployed, embedded, monkeypatch):
    sfn = client(embedded, "stepfunctions")
    activity = sfn.create_activity(name=f"a-{time.time_ns()}")["activityArn"]
    machine = deployed({"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": activity, "End": True}}})
    execution = start_execution(state_machine=machine, environment=embedded, input="{}")
    looks = []

    def look(execution, **more):
        looks.append(time.monotonic())
        return given(execution, **more)

    given = polling.look
    monkeypatch.setattr(polling, "look", look)
    monkeypatch.setattr(watch_loop, "HEARD", 3600)  # only what is told can bring the last look
    polling.watch(execution.pk)
    loop = WatchLoop()
    loop.start()
    try:
        end = time.monotonic() + 30
        while not looks or time.monotonic() - looks[-1] < 2:
            assert time.monotonic() < end, "it is looked at again and again, where the endpoint tells"
            time.sleep(0.1)
        quiet = len(looks)
        token = sfn.get_activity_task(activityArn=activity)["taskToken"]
        sfn.send_task_success(taskToken=token, output="1")
        while Execution.objects.get(pk=execution.pk).status != "SUCCEEDED":
            assert time.monotonic() < end + 30
            time.sleep(0.05)
        assert len(looks) > quiet
    finally:
        loop.stop()
    assert_equal_to_history(execution)


def test_pages_wait_for_nothing_that_the_other_applications_do(run):
    executions = [run(SLOW) for _ in range(watch_loop.THREADS + 2)]
    may_go_on, heard = threading.Event(), {execution.pk: [] for execution in executions}

    def hear(sender, execution, new_events, **kwargs):
        assert may_go_on.wait(30)
        heard[execution.pk] += [event.event_id for event in new_events]

    for execution in executions:
        polling.watch(execution.pk)
    execution_changed.connect(hear)
    loop = WatchLoop()
    loop.start()
    try:
        end = time.monotonic() + 20
        while Execution.objects.filter(pk__in=heard, next_poll_at__isnull=False).exists():
            assert time.monotonic() < end
            time.sleep(0.1)
        assert not any(heard.values())
        may_go_on.set()
        while not all(
            numbers == list(range(1, Execution.objects.get(pk=pk).last_event_id + 1)) for pk, numbers in heard.items()
        ):
            assert time.monotonic() < end + 10
            time.sleep(0.1)
    finally:
        may_go_on.set()
        loop.stop()
        execution_changed.disconnect(hear)


def test_what_one_process_holds_no_other_claims_until_it_leaves_it_or_dies(run):
    execution = run(SLOW)
    polling.watch(execution.pk)
    now = timezone.now() + timedelta(seconds=1)
    [held] = watch_leases.claim(now, limit=5)
    assert watch_leases.claim(now, limit=5) == []
    assert watch_leases.keep([held], now + timedelta(seconds=5)) == [held]
    # It sleeps over its lease's end, and another takes over.
    later = now + timedelta(seconds=20.5)
    [taken] = watch_leases.claim(later, limit=5)
    assert watch_leases.keep([held], later + timedelta(seconds=0.1)) == []
    watch_leases.leave([held], later)
    assert watch_leases.claim(later, limit=5) == [], "the sleeper takes nothing from the other"
    watch_leases.leave([taken], later)
    assert [one.execution for one in watch_leases.claim(later, limit=5)] == [execution]


@pytest.mark.parametrize("apart", [timedelta(minutes=-7), timedelta(minutes=7)])
def test_a_worker_whose_clock_is_minutes_off(run, monkeypatch, apart):
    execution = run(COUNT)
    real = timezone.now
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real() + apart)
        poll_until_settled(execution)
    assert_equal_to_history(execution)


def test_what_cannot_be_stored_takes_nothing_from_what_is_stored_with_it(run, monkeypatch):
    """As when the database goes away under one of them."""
    first, second = run(COUNT), run(COUNT)
    for execution in (first, second):
        HistoryEvent.objects.filter(execution=execution).delete()
        Execution.objects.filter(pk=execution.pk).update(last_event_id=0, next_poll_at=timezone.now())
    first, second = Execution.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    upsert = storing.upsert

    def fails(events):
        events = list(events)
        if any(event.execution_id == first.pk for event in events):
            raise OperationalError("gone")
        upsert(events)

    monkeypatch.setattr(storing, "upsert", fails)
    events = {
        row.pk: [mirror.as_row(row, event) for event in mirror.history(row.environment, row.arn)]
        for row in (first, second)
    }
    parts = [storing._Part(row, events[row.pk], {"last_event_id": len(events[row.pk])}) for row in (first, second)]
    storing._waiting.extend(parts)
    storing._write_what_waits()
    assert isinstance(parts[0].error, OperationalError)
    assert parts[1].error is None
    assert HistoryEvent.objects.filter(execution=second).count() == len(events[second.pk])
    assert not HistoryEvent.objects.filter(execution=first).exists()
    connections["default"].ensure_connection()


@pytest.fixture
def viewer(person):
    return person("Reviewer")


async def test_a_page_that_does_not_read_is_left_and_the_others_hear_everything(run, viewer, monkeypatch):
    monkeypatch.setattr(consumers, "SLOW", 0.4)
    execution = await database_sync_to_async(run)(COUNT)
    await database_sync_to_async(poll_until_settled)(execution)
    path = f"/ws/executions/{execution.pk}/"
    whole = await HistoryEvent.objects.filter(execution=execution).acount()
    async with Socket(path, viewer) as deaf, Socket(path, viewer) as reading:
        # The server's own `send` waits once the client's buffers are full: this one's are.
        deaf._communicator.output_queue._maxsize = 1
        await deaf.send(type="hello", after=0)
        await reading.send(type="hello", after=0)
        ids = []
        while len(ids) < whole:
            message = await reading.receive()
            ids += [event["id"] for event in message.get("events", [])]
        assert ids == list(range(1, whole + 1))
        await eventually(lambda: deaf._communicator.future.done())
        deaf.closed = 1013
        assert await reading.code() is None, "the other stays"
