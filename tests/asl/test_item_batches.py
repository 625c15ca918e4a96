"""ItemBatcher: how many items go into one input, and what they have in common."""

import pytest

from asl.errors import EvaluationError
from asl.item_batches import compile_batcher, evaluate_batcher, make_batches


class NoScope:
    def context(self):
        return {}


def batches(batcher, items, data=None, *, is_jsonata=False):
    compiled = compile_batcher({"ItemBatcher": batcher}, is_jsonata=is_jsonata)
    limits = evaluate_batcher(compiled, {} if data is None else data, NoScope())
    return list(make_batches(limits, items))


def test_a_batch_holds_at_most_so_many_items():
    assert batches({"MaxItemsPerBatch": 2}, [1, 2, 3]) == [{"Items": [1, 2]}, {"Items": [3]}]


def test_a_batch_holds_at_most_so_many_bytes_its_own_included():
    # {"Items":[]} is 12 bytes; "aaaa" is 6 and a comma one more
    assert batches({"MaxInputBytesPerBatch": 25}, ["aaaa"] * 3) == [{"Items": ["aaaa", "aaaa"]}, {"Items": ["aaaa"]}]


def test_an_item_that_no_batch_can_hold_is_an_error():
    with pytest.raises(EvaluationError, match="larger than"):
        batches({"MaxInputBytesPerBatch": 15}, ["aaaa"])


def test_the_common_input_goes_with_each_batch():
    made = batches({"MaxItemsPerBatch": 1, "BatchInput": {"who.$": "$.me"}}, [1, 2], {"me": "x"})
    assert made == [{"BatchInput": {"who": "x"}, "Items": [1]}, {"BatchInput": {"who": "x"}, "Items": [2]}]


def test_limits_are_read_from_the_input():
    made = batches({"MaxItemsPerBatchPath": "$.n", "MaxInputBytesPerBatchPath": "$.b"}, [1, 2, 3], {"n": 2, "b": 100})
    assert [len(batch["Items"]) for batch in made] == [2, 1]


def test_limits_and_input_are_jsonata():
    batcher = {"MaxItemsPerBatch": "{% $states.input.n %}", "BatchInput": "{% $states.input.n + 1 %}"}
    assert batches(batcher, [1, 2, 3], {"n": 3}, is_jsonata=True) == [{"BatchInput": 4, "Items": [1, 2, 3]}]


def test_nothing_gives_no_batches():
    assert batches({"MaxItemsPerBatch": 2}, []) == []
