"""The live parts of an execution."""

from asl.frames import Joining


def test_a_join_is_done_when_nothing_runs_and_nothing_is_left_to_begin():
    join = Joining(row=1, total=2, next_index=1, concurrency=1, items=None, items_row=0, results=[None] * 2, texts={})
    assert not join.is_done
    join.next_index = 2
    assert join.is_done
    join.children[1] = 7
    assert not join.is_done
