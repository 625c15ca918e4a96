"""What an open page hears: everything once, in order, whatever it missed; and that looking makes the mirror quick."""

import asyncio
import json
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError
from django.utils import timezone

from callboard import live
from executions import feeds, polling
from executions.live import announce_notice
from executions.models import Execution
from executions.services import redrive_execution, start_execution, stop_execution
from tests.sockets import Socket, eventually

pytestmark = pytest.mark.django_db(transaction=True)

PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 300, "End": True}}}


@pytest.fixture
def viewer(person):
    return person("Reviewer")


@pytest.fixture(autouse=True)
async def server_loop():
    """What the server's lifespan does: threads hand their messages to this loop."""
    live.remember_loop(asyncio.get_running_loop())
    yield
    live.remember_loop(None)


@pytest.fixture
def run(deployed, embedded):
    """``run(definition)`` is an execution of it, mirrored no further than its start."""
    return lambda definition: start_execution(state_machine=deployed(definition), environment=embedded, input="{}")


def poll_now(execution):
    Execution.objects.filter(pk=execution.pk, next_poll_at__isnull=False).update(next_poll_at=timezone.now())
    polling.poll(execution.pk)
    return Execution.objects.get(pk=execution.pk)


async def next_of(socket):
    """The next message but for the beat's word about how old the copy is."""
    while (message := await socket.receive())["type"] == "age":
        pass
    return message


async def hear(socket, count):
    """Events until ``count`` have come, and the last word about the execution."""
    events, said = [], {}
    while len(events) < count:
        message = await next_of(socket)
        assert message["type"] == "events"
        events += message["events"]
        said = message["execution"]
    return [event["id"] for event in events], said


async def test_a_page_hears_the_events_as_the_poller_copies_them(run, viewer):
    execution = await database_sync_to_async(run)(PASS)
    async with Socket(f"/ws/executions/{execution.pk}/", viewer) as socket:
        await socket.send(type="hello", after=0)
        first = await next_of(socket)
        assert (first["events"], first["execution"]["status"]) == ([], "RUNNING")
        await eventually(lambda: poll_now(execution).status == "SUCCEEDED")
        ids, said = await hear(socket, 4)
        assert ids == [1, 2, 3, 4]
        assert (said["status"], said["last_event_id"], said["output"]) == ("SUCCEEDED", 4, "{}")


async def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(run, viewer):
    execution = await database_sync_to_async(run)(PASS)
    await eventually(lambda: poll_now(execution).status == "SUCCEEDED")
    async with Socket(f"/ws/executions/{execution.pk}/", viewer) as socket:
        await socket.send(type="hello", after=2)
        ids, _ = await hear(socket, 2)
        assert ids == [3, 4]
        assert await socket.code(patience=0.3) is None  # nothing more, and it stays open


async def test_nothing_is_sent_before_the_page_says_what_it_has(run, viewer):
    execution = await database_sync_to_async(run)(PASS)
    async with Socket(f"/ws/executions/{execution.pk}/", viewer) as socket:
        await eventually(lambda: poll_now(execution).status == "SUCCEEDED")
        await asyncio.sleep(0.1)
        await socket.send(type="hello", after=3)
        ids, _ = await hear(socket, 1)
        assert ids == [4]


async def test_nonsense_from_a_page_neither_closes_nor_answers(run, viewer):
    execution = await database_sync_to_async(run)(WAIT)
    async with Socket(f"/ws/executions/{execution.pk}/", viewer) as socket:
        await socket.send_text("no JSON at all")
        await socket.send_text("[1, 2]")
        await socket.send(type="goodbye")
        await socket.send(type="hello", after="x")
        assert (await next_of(socket))["type"] == "events"
    await database_sync_to_async(stop_execution)(execution)


async def test_an_open_page_makes_the_poller_look_often(run, viewer):
    execution = await database_sync_to_async(run)(WAIT)
    await eventually(lambda: poll_now(execution).last_event_id >= 2)
    rare = timezone.now() + timedelta(seconds=8)
    await Execution.objects.filter(pk=execution.pk).aupdate(next_poll_at=rare, quiet_polls=30)
    async with Socket(f"/ws/executions/{execution.pk}/", viewer) as socket:
        await socket.send(type="hello", after=2)
        row = await eventually(
            lambda: Execution.objects.filter(pk=execution.pk, watched_until__gt=timezone.now()).first()
        )
        assert row.next_poll_at <= timezone.now()
        assert row.quiet_polls == 0
    await database_sync_to_async(stop_execution)(execution)


async def test_an_open_page_watches_a_redriven_execution_again(run, viewer):
    execution = await database_sync_to_async(run)(WAIT)
    await database_sync_to_async(stop_execution)(execution)
    await eventually(lambda: poll_now(execution).status == "ABORTED")
    async with Socket(f"/ws/executions/{execution.pk}/", viewer) as socket:
        await socket.send(type="hello", after=0)
        await asyncio.sleep(0.2)  # nothing to watch any more
        await database_sync_to_async(redrive_execution)(await Execution.objects.aget(pk=execution.pk))
        await eventually(lambda: Execution.objects.filter(pk=execution.pk, watched_until__gt=timezone.now()).first())
        ids, _ = await hear(socket, 4)
        assert ids == [1, 2, 3, 4]
    await database_sync_to_async(stop_execution)(execution)


async def test_an_open_page_goes_on_watching_after_the_database_was_away(run, viewer, monkeypatch):
    monkeypatch.setattr(feeds, "BEAT", 0.05)
    monkeypatch.setattr(feeds, "WATCH_EVERY", 0.05)
    asked = []

    def away_at_first(execution_id):
        asked.append(execution_id)
        if len(asked) == 1:
            raise OperationalError("the database is away")
        return True

    monkeypatch.setattr(polling, "watch", away_at_first)
    execution = await database_sync_to_async(run)(WAIT)
    async with Socket(f"/ws/executions/{execution.pk}/", viewer):
        await eventually(lambda: len(asked) > 2)
    await database_sync_to_async(stop_execution)(execution)


async def test_trouble_with_the_environment_is_told(run, viewer):
    execution = await database_sync_to_async(run)(WAIT)
    async with Socket(f"/ws/executions/{execution.pk}/", viewer) as socket:
        await socket.send(type="hello", after=0)
        await next_of(socket)
        await asyncio.to_thread(announce_notice, execution, "warning", "Embedded can't be reached; trying again.")
        while (message := await next_of(socket))["type"] == "events":
            pass
        assert message == {
            "type": "notice",
            "level": "warning",
            "message": "Embedded can't be reached; trying again.",
        }
    await database_sync_to_async(stop_execution)(execution)


async def test_an_execution_that_is_not_there_closes_the_socket(viewer):
    async with Socket("/ws/executions/12345/", viewer) as socket:
        assert await socket.code() == 4404


async def test_the_list_hears_of_each_run_that_begins_and_ends(run, viewer):
    async with Socket("/ws/executions/", viewer) as socket:
        execution = await database_sync_to_async(run)(PASS)
        begun = await socket.receive()
        assert begun["type"] == "execution"
        assert (begun["execution"]["id"], begun["execution"]["status"]) == (execution.pk, "RUNNING")
        assert "output" not in json.dumps(begun)
        await eventually(lambda: poll_now(execution).status == "SUCCEEDED")
        ended = await socket.receive()
        while ended["execution"]["status"] == "RUNNING":
            ended = await socket.receive()
        assert ended["execution"]["status"] == "SUCCEEDED"
        assert ended["execution"]["stopped_at"]
