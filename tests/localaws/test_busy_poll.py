import selectors
import socket
import threading
import time

import pytest

from localaws import busy_poll
from localaws.busy_poll import BusyPoll, Room, event_loop

LONG, SOON = 0.5, 0.03  # seconds: looked for, until the next event


class Wire:
    """A selector with one socket to read, and how often it looked without sleeping."""

    def __init__(self, seconds, has_room, looks):
        self.selector = BusyPoll(seconds, lambda: has_room)
        self.here, self.there = socket.socketpair()
        self.selector.register(self.here, selectors.EVENT_READ)
        self.looks = looks

    def wait(self, after, timeout=5):
        """Looks until the event that comes ``after`` so many seconds was found; with 0 it is there already."""
        self.looks.clear()
        sender = threading.Timer(after, self.there.send, [b"x"])
        sender.start()
        if not after:
            sender.join()
        found = self.selector.select(timeout)
        sender.join()
        self.here.recv(1)
        assert found
        return len(self.looks)


@pytest.fixture
def wire(monkeypatch):
    looks, made = [], []
    monkeypatch.setattr(busy_poll.os, "sched_yield", lambda: looks.append(1))

    def make(seconds=LONG, *, has_room=True):
        made.append(Wire(seconds, has_room, looks))
        return made[-1]

    yield make
    for one in made:
        one.selector.close()
        one.here.close()
        one.there.close()


def test_an_event_is_looked_for_once_one_came_soon_after_the_last(wire):
    line = wire()
    assert line.wait(0) == 0
    assert line.wait(SOON) > 0


def test_nobody_looks_where_no_event_comes_soon(wire):
    line = wire(seconds=0.005)
    assert line.wait(SOON) == 0
    assert line.wait(SOON) == 0


def test_a_pause_ends_the_looking(wire):
    line = wire(seconds=0.005)
    line.wait(0)
    assert line.wait(SOON) > 0
    assert line.wait(SOON) == 0


def test_without_a_free_processor_nobody_looks(wire):
    line = wire(has_room=False)
    line.wait(0)
    assert line.wait(SOON) == 0


def test_a_timer_that_is_due_is_not_held_up(wire):
    line = wire()
    line.wait(0)
    began = time.monotonic()
    assert line.selector.select(0.01) == []
    assert 0.01 <= time.monotonic() - began < LONG
    assert line.selector.select(0) == []


def test_the_machines_load_says_whether_there_is_room(tmp_path):
    load, now = tmp_path / "loadavg", 0.0
    load.write_text("0.20 0.18 0.12 2/80 11206\n")
    room = Room(load, 2, clock=lambda: now)
    assert room()
    load.write_text("0.20 0.18 0.12 3/80 11206\n")
    assert room()  # looked at a moment ago
    now = 1.0
    assert not room()


@pytest.mark.parametrize("seconds", [0, 0.001])
def test_the_loop_runs_either_way(seconds):
    loop = event_loop(seconds)
    try:
        assert loop.run_until_complete(loop.run_in_executor(None, lambda: "done")) == "done"
    finally:
        loop.close()


def test_where_the_load_is_unknown_nobody_looks(tmp_path, monkeypatch):
    monkeypatch.setattr(busy_poll, "LOAD", tmp_path / "nothing")
    assert Room.of_this_machine() is None


@pytest.mark.parametrize(
    ("quota", "has_room"), [("max 100000", True), ("200000 100000", True), ("150000 100000", False)]
)
def test_a_containers_quota_counts_as_its_processors(tmp_path, monkeypatch, quota, has_room):
    load, limit = tmp_path / "loadavg", tmp_path / "cpu.max"
    load.write_text("0.20 0.18 0.12 2/80 11206\n")
    limit.write_text(f"{quota}\n")
    monkeypatch.setattr(busy_poll, "LOAD", load)
    monkeypatch.setattr(busy_poll, "QUOTA", limit)
    monkeypatch.setattr(busy_poll.os, "sched_getaffinity", lambda _: {0, 1})
    assert Room.of_this_machine()() is has_room
