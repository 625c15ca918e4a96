"""One timer of the loop for all timers: those that are due soon in memory, the others in the store."""

import asyncio
import random
import time

import pytest

from localaws import timers as module
from localaws.timers import Timers


class Stored(list):
    """The timers of a store."""

    def __call__(self, after, until, limit):
        return sorted(timer for timer in self if timer > after and timer[0] <= until)[:limit]


@pytest.fixture
def fired():
    return []


@pytest.fixture
def stored():
    return Stored()


@pytest.fixture
async def timers(fired, stored):
    one = Timers(lambda execution, timer: fired.append((execution, timer)), time.time, stored)
    one.start()
    yield one
    one.stop()


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


async def test_stored_timers_that_were_due_long_ago_fire_at_once_in_their_order(fired):
    stored = Stored((time.time() - 1000 + number / 1000, number, 1) for number in range(5000))
    random.Random(1).shuffle(stored)
    timers = Timers(lambda execution, timer: fired.append((execution, timer)), time.time, stored)
    timers.start()
    await asyncio.sleep(0.3)
    assert fired == [(number, 1) for number in range(5000)]
    timers.stop()


async def test_timers_that_are_far_away_stay_in_the_store(timers, stored):
    for number in range(1000):
        stored.append((time.time() + 3600, 1, number))
        timers.add(1, number, stored[-1][0])
    assert len(timers) == len(timers._heap) == 0


async def test_a_timer_comes_from_the_store_when_its_time_is_near(fired, monkeypatch):
    monkeypatch.setattr(module, "SOON", 0.04)
    stored = Stored()
    timers = Timers(lambda *key: fired.append(key), time.time, stored)
    timers.start()
    now = time.time()
    for number in range(20):
        stored.append((now + number / 100, number, 1))
        timers.add(number, 1, stored[-1][0])
    assert len(timers) < 10
    await asyncio.sleep(0.3)
    assert fired == [(number, 1) for number in range(20)]
    timers.stop()


async def test_cancelled_timers_do_not_pile_up(timers):
    for number in range(10_000):
        timers.add(1, number, time.time() + 30)
        timers.cancel(1, number)
    assert len(timers._heap) < 200


async def test_a_clock_that_is_set_forward_is_noticed(fired, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_SLEEP", 0.02)
    ahead = 0.0
    stored = Stored([(time.time() + 3600, 1, 1)])
    timers = Timers(lambda *key: fired.append(key), lambda: time.time() + ahead, stored)
    timers.start()
    timers.add(1, 2, time.time() + 50)
    await asyncio.sleep(0.05)
    assert fired == []
    ahead = 4000.0
    await asyncio.sleep(0.06)
    assert fired == [(1, 2), (1, 1)]
    timers.stop()
