"""One heap for all timers."""

import asyncio
import time

import pytest

from localaws import timers as module
from localaws.timers import Timers


@pytest.fixture
def fired():
    return []


@pytest.fixture
def timers(fired):
    return Timers(lambda execution, timer: fired.append((execution, timer)), time.time)


async def test_timers_fire_in_the_order_in_which_they_are_due(timers, fired):
    now = time.time()
    for number in (3, 1, 2):
        timers.add(number, 1, now + number / 100)
    await asyncio.sleep(0.1)
    assert fired == [(1, 1), (2, 1), (3, 1)]


async def test_a_cancelled_timer_does_not_fire(timers, fired):
    timers.add(1, 1, time.time() + 0.02)
    timers.add(1, 2, time.time() + 0.03)
    timers.cancel(1, 1)
    await asyncio.sleep(0.08)
    assert fired == [(1, 2)]
    assert len(timers) == 0


async def test_timers_that_were_due_long_ago_fire_at_once(timers, fired):
    timers.load([(time.time() - 1000, number, 1) for number in range(1000)])
    await asyncio.sleep(0.1)
    assert len(fired) == 1000


async def test_cancelled_timers_do_not_pile_up(timers):
    for number in range(10_000):
        timers.add(1, number, time.time() + 3600)
        timers.cancel(1, number)
    assert len(timers._heap) < 200
    timers.stop()


async def test_a_clock_that_is_set_forward_is_noticed(fired, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_SLEEP", 0.02)
    ahead = 0.0
    timers = Timers(lambda *key: fired.append(key), lambda: time.time() + ahead)
    timers.add(1, 1, time.time() + 3600)
    await asyncio.sleep(0.05)
    assert fired == []
    ahead = 4000.0
    await asyncio.sleep(0.06)
    assert fired == [(1, 1)]
