"""A queue that can't be read is tried ever more seldom, and said once; one in AWS isn't asked at every beat."""

from __future__ import annotations

import logging
import time

import pytest
from django.core.cache import cache

from callboard.queue_pace import QueuePace
from designer.models import Environment
from review import queues, tasks


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def unreachable(db) -> Environment:
    return Environment.objects.create(
        name="Away",
        profile="there-is-no-such-profile",
        review_queue_url="https://sqs.us-east-1.amazonaws.com/1/reviews",
    )


def test_a_queue_without_credentials_is_said_once_and_left_alone_for_a_while(unreachable, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            tasks.poll_review_queues()
    said = [record.getMessage() for record in caplog.records if "review queue of Away" in record.getMessage()]
    assert len(said) == 1
    assert "ProfileNotFound" in said[0]
    assert not QueuePace("review", unreachable).is_due()


def test_the_pauses_grow_to_a_minute(unreachable, monkeypatch):
    pauses = []
    monkeypatch.setattr(cache, "set", _recording(pauses, cache.set))
    for _ in range(8):
        QueuePace("review", unreachable).failed(OSError("away"))
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]


def _recording(pauses, original):
    def record(key, value, timeout):
        if "rest" in key:
            pauses.append(timeout)
        original(key, value, timeout)

    return record


def test_a_changed_environment_is_tried_at_once(unreachable):
    assert queues.poll(unreachable) == 0
    assert not QueuePace("review", unreachable).is_due()
    unreachable.profile = "another"
    assert QueuePace("review", unreachable).is_due()


def test_only_a_queue_in_aws_has_pauses_while_all_is_well(unreachable):
    pace = QueuePace("review", unreachable)
    pace.succeeded(full=True)
    assert pace.is_due()
    pace.succeeded(full=False)
    assert not pace.is_due()
    time.sleep(2.1)
    assert pace.is_due()
    own = Environment(name="Own", kind="embedded", endpoint_url="http://127.0.0.1:4566")
    QueuePace("review", own).succeeded(full=False)
    assert QueuePace("review", own).is_due()
