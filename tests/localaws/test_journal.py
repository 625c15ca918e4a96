"""How values and histories lie in the store."""

import json
import os
import pickle

import pytest

from localaws.journal import CHUNK, Batch, Journal
from localaws.values import pack, unpack


@pytest.fixture
def journal(tmp_path):
    one = Journal(tmp_path / "store.sqlite3")
    yield one
    one.close()


def test_a_value_that_many_events_share_is_stored_once():
    payload = {"text": "x" * 100_000}
    assert len(pack([("PassStateEntered", 1, 0.0, "A", payload, None)] * 20)) < 110_000


@pytest.mark.parametrize("value", [None, True, 1.5, 2**70, "é\ud800", b"x", [1, {"a": (None, [])}]])
def test_plain_values_read_back_as_they_were(value):
    assert unpack(pack(value)) == value


class Trap:
    def __reduce__(self):
        return os.system, ("true",)


@pytest.mark.parametrize("data", [pickle.dumps(Trap()), pickle.dumps(json.JSONDecodeError), pickle.dumps(len)])
def test_reading_runs_no_code_whatever_the_store_holds(data):
    with pytest.raises(pickle.UnpicklingError, match="plain values only"):
        unpack(data)


def test_any_range_of_a_history_reads_right_whatever_the_sizes_of_its_chunks(journal):
    first = 1
    for size in (1, 3, CHUNK, 2 * CHUNK + 5, 1, 700, 2):
        batch = Batch()
        batch.add_history(7, first, [("Event", number) for number in range(first, first + size)])
        with journal.transaction():
            journal.write(batch)
        first += size
    last = first - 1
    for start, end in ((1, last), (1, 1), (2, 4), (500, 530), (last, last), (last - 3, last + 10), (1500, 1502)):
        expected = [(number, ("Event", number)) for number in range(start, min(end, last) + 1)]
        assert journal.history(7, start, end) == expected
    assert journal.history(8, 1, 10) == []


def test_a_transaction_that_fails_leaves_nothing(journal):
    batch = Batch()
    batch.timers.append((1, 1, 5.0))

    def fail_after_writing():
        with journal.transaction():
            journal.write(batch)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert journal.owed_timers() == []


def test_a_secret_stays_the_same_for_the_life_of_the_store(tmp_path):
    first = Journal(tmp_path / "store.sqlite3")
    secret = first.secret("pages")
    assert (len(secret), first.secret("pages"), first.secret("other") != secret) == (32, secret, True)
    first.close()
    again = Journal(tmp_path / "store.sqlite3")
    assert again.secret("pages") == secret
    again.close()


@pytest.mark.parametrize(("mode", "number"), [("NORMAL", 1), ("FULL", 2)])
def test_the_setting_for_power_cuts_reaches_the_store(tmp_path, mode, number):
    journal = Journal(tmp_path / "store.sqlite3", synchronous=mode)
    assert journal.connection.execute("PRAGMA synchronous").fetchone() == (number,)
    journal.close()
