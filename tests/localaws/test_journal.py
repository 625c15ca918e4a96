"""How values and histories lie in the store."""

import io
import json
import os
import pickle

import pytest

from localaws.journal import CHUNK, Batch, Journal
from localaws.values import KEPT, Shared, pack, unpack


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


def stored_by(shared, *values):
    """What is in ``values`` as rows of the store, and the rows that they share."""
    for value in values:
        shared.note(value)
    packed = [pack(value, shared.references) for value in values]
    rows = {number: unpack(data) for number, data in shared.take_new()}
    return packed, rows


def test_what_is_large_is_stored_once_for_all_rows_of_an_execution():
    shared = Shared("")
    text, records = "x" * 5000, [{"n": number} for number in range(2000)]
    packed, rows = stored_by(
        shared, {"text": text, "answer": 1}, [records, text], ("again", {"deep": [{"r": records}]})
    )
    assert sorted(map(len, map(pack, rows.values()))) == [len(pack(text)), len(pack(records))]
    assert all(len(data) < 100 for data in packed)
    read = Shared("")
    values = [unpack(data, lambda reference: read.load(reference, rows.__getitem__)) for data in packed]
    assert values == [{"text": text, "answer": 1}, [records, text], ("again", {"deep": [{"r": records}]})]
    assert values[0]["text"] is values[1][1], "and so is what is read"
    packed, rows = stored_by(shared, {"text": text, "answer": 2})
    assert rows == {}, "also in the next commit"


def test_a_value_that_came_as_text_is_read_from_the_text():
    shared = Shared("")
    text = json.dumps([{"n": number} for number in range(500)])
    value = json.loads(text)
    shared.note_pair(value, text)
    packed = pack(("TaskScheduled", value, text), shared.references)
    assert len(packed) < 60
    rows = {number: unpack(data) for number, data in shared.take_new()}
    assert list(rows.values()) == [text]
    read = Shared("")
    assert unpack(packed, lambda reference: read.load(reference, rows.__getitem__)) == ("TaskScheduled", value, text)


def test_an_input_that_is_large_is_the_executions_own_row():
    text = "[" + "1, " * 1000 + "1]"
    packed, rows = stored_by(Shared(text), {"input": text})
    assert rows == {}
    assert unpack(packed[0], lambda reference: Shared(text).load(reference, {}.__getitem__)) == {"input": text}


def test_what_was_let_go_of_is_stored_again_and_not_taken_for_another():
    shared = Shared("")
    for number in range(1, 10 * KEPT):
        _, rows = stored_by(shared, str(number) * 2000)
        assert list(rows) == [number]
    assert len(shared.references) <= 2 * KEPT


def test_what_is_small_stays_where_it_is():
    shared = Shared("")
    packed, rows = stored_by(shared, {"list": list(range(50)), "text": "x" * 900})
    assert (rows, shared.references) == ({}, {})
    assert unpack(packed[0]) == {"list": list(range(50)), "text": "x" * 900}


class Trap:
    def __reduce__(self):
        return os.system, ("true",)


@pytest.mark.parametrize("data", [pickle.dumps(Trap()), pickle.dumps(json.JSONDecodeError), pickle.dumps(len)])
def test_reading_runs_no_code_whatever_the_store_holds(data):
    with pytest.raises(pickle.UnpicklingError, match="plain values only"):
        unpack(data)


@pytest.mark.parametrize("reference", [0, "x", None, (1,)])
def test_a_reference_means_nothing_where_no_values_are_shared(reference):
    class Referring(pickle.Pickler):
        def persistent_id(self, value):
            return reference if value == "large" else None

    file = io.BytesIO()
    Referring(file, 5).dump(["large"])
    if reference is not None:
        with pytest.raises(pickle.UnpicklingError, match="no shared value"):
            unpack(file.getvalue())


def test_any_range_of_a_history_reads_right_whatever_the_sizes_of_its_chunks(journal):
    first = 1
    for size in (1, 3, CHUNK, 2 * CHUNK + 5, 1, 700, 2):
        batch = Batch()
        batch.add_history(7, first, [("Event", number) for number in range(first, first + size)], Shared(""))
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
    assert journal.count_timers() == 0


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
