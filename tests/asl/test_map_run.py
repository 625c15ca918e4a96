"""A Map Run's items become the inputs of its children, one at a time."""

import itertools
import json
import time

import pytest

from asl.errors import StatesError
from asl.map_run import child_inputs, joined


def selector(definition, language="JSONPath"):
    entered = {"context": {"Execution": {"Name": "run"}}, "variables": {"v": 5}, "input": {"w": 7}}
    return {"selector": {"definition": definition, "language": language, **entered}}


def values(settings, items):
    return [json.loads(one.text) for one in child_inputs(settings, items)]


def test_without_a_selector_or_batches_each_item_is_an_input_as_it_is():
    made = list(child_inputs({}, [{"a": 1}, "é", None]))
    assert [(one.text, one.items) for one in made] == [('{"a":1}', 1), ('"é"', 1), ("null", 1)]


@pytest.mark.parametrize(
    ("language", "definition"),
    [
        (
            "JSONPath",
            {
                "item.$": "$$.Map.Item.Value",
                "at.$": "$$.Map.Item.Index",
                "by.$": "$$.Execution.Name",
                "v.$": "$v",
                "w.$": "$.w",
            },
        ),
        (
            "JSONata",
            {
                "item": "{% $states.context.Map.Item.Value %}",
                "at": "{% $states.context.Map.Item.Index %}",
                "by": "{% $states.context.Execution.Name %}",
                "v": "{% $v %}",
                "w": "{% $states.input.w %}",
            },
        ),
    ],
)
def test_a_selector_sees_the_item_and_what_the_state_saw_when_it_was_entered(language, definition):
    assert values(selector(definition, language), ["a", "b"]) == [
        {"item": "a", "at": 0, "by": "run", "v": 5, "w": 7},
        {"item": "b", "at": 1, "by": "run", "v": 5, "w": 7},
    ]


def test_a_selector_has_chance_and_the_time_of_each_item():
    first, second = values(selector({"id.$": "States.UUID()"}), [1, 2])
    assert first["id"] != second["id"]
    before = time.time() * 1000
    (moment,) = values(selector("{% $millis() %}", "JSONata"), [1])
    assert before - 1 <= moment <= time.time() * 1000 + 1, "whole milliseconds"


def test_batches_are_made_of_what_was_selected_and_say_how_many_items_they_hold():
    limits = {"most_items": 2, "most_bytes": 1_000, "common": {"BatchInput": "b"}}
    settings = {**selector({"n.$": "$$.Map.Item.Value"}), "batch": limits}
    made = list(child_inputs(settings, [1, 2, 3]))
    assert [one.items for one in made] == [2, 1]
    assert json.loads(made[0].text) == {"BatchInput": "b", "Items": [{"n": 1}, {"n": 2}]}
    assert json.loads(made[1].text) == {"BatchInput": "b", "Items": [{"n": 3}]}


def test_items_are_taken_only_as_they_are_asked_for():
    items = itertools.count()
    made = child_inputs(selector({"n.$": "$$.Map.Item.Value"}), items)
    assert [next(made).text, next(made).text] == ['{"n":0}', '{"n":1}']
    assert next(items) == 2


def test_a_selector_that_fails_does_so_at_its_item():
    made = child_inputs(selector({"a.$": "$$.Map.Item.Value.a"}), [{"a": 1}, {}])
    assert next(made).text == '{"a":1}'
    with pytest.raises(StatesError) as failure:
        next(made)
    assert failure.value.error == "States.Runtime"


def test_outputs_are_joined_as_they_came():
    assert joined(['{"a": 1}', "2"]) == '[{"a": 1},2]'
    assert joined([]) == "[]"
