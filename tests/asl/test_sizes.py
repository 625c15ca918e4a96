"""How large values are, and that what comes again is measured once."""

import pytest

from asl import json_text
from asl import sizes as sizes_module
from asl.sizes import Sizes


class TestSizes:
    def test_a_large_value_that_comes_again_is_measured_once(self, monkeypatch):
        measured = []
        monkeypatch.setattr(json_text, "size", lambda value: measured.append(value) or len(json_text.dumps(value)))
        sizes, records = Sizes(), [{"number": 1_000_000} for _ in range(8000)]
        assert not sizes.exceed_limit({"records": records, "answer": 1}, None)
        assert measured.count(records) == 1
        assert sizes.exceed_limit({"other": records, "again": [records]}, None)
        assert measured.count(records) == 1

    def test_a_value_that_came_as_text_is_as_large_as_the_text(self):
        assert Sizes().exceed_limit([], f"[{' ' * 262_144}]")
        assert not Sizes().exceed_limit(["x" * 300_000], "[]")

    def test_few_are_remembered(self):
        sizes = Sizes()
        for number in range(100):
            sizes.exceed_limit(str(number) * 5000, None)
        assert len(sizes._known) == sizes_module.KEPT

    @pytest.mark.parametrize(
        "value", [{}, [], {"a": 1}, [1, 2], {"é": ["x" * 2000, {"b": None}], "c": {}}, ["x" * 999] * 9]
    )
    def test_a_size_is_that_of_the_compact_text(self, value):
        assert Sizes()._size(value, 3)[0] == len(json_text.dumps(value).encode())


def test_small_values_are_not_measured_and_deep_ones_are_too_large():
    assert not Sizes().exceed_limit({"a": 1}, None)
    value = []
    for _ in range(100_000):
        value = [value]
    assert Sizes().exceed_limit(value, None)


def test_what_grows_by_a_level_at_a_time_is_too_large_once_it_is_too_deep():
    sizes, value = Sizes(), {"text": "x" * 300}
    grown = 0
    while not sizes.exceed_limit(value, None):
        value, grown = ([value] if grown % 2 else {"a": value}), grown + 1
    assert json_text.NESTING_LIMIT <= grown <= json_text.NESTING_LIMIT + 10
