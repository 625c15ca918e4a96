import json

import pytest

from asl.map_run import child_inputs
from asl.parse import parse
from asl.testing import Playbook
from asl.validate import diagnose

PROCESSOR = {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
    "StartAt": "P",
    "States": {"P": {"Type": "Pass", "End": True}},
}
SELECTORS = {
    "JSONPath": {"key.$": "$$.Map.Item.Key", "value.$": "$$.Map.Item.Value", "from.$": "$$.Map.Item.Source"},
    "JSONata": {
        "key": "{% $states.context.Map.Item.Key %}",
        "value": "{% $states.context.Map.Item.Value %}",
        "from": "{% $states.context.Map.Item.Source %}",
    },
}


def inputs(given, *, language="JSONPath", **fields):
    state = {"Type": "Map", "End": True, "ItemProcessor": PROCESSOR, **fields}
    text = json.dumps({"QueryLanguage": language, "StartAt": "M", "States": {"M": state}})
    assert diagnose(text) == []
    playbook = Playbook(parse(text), input=json.dumps(given))
    playbook.run()
    (effect,) = playbook.map_runs.values()
    return [json.loads(one.text) for one in child_inputs(effect.settings, effect.settings["items"])]


@pytest.mark.parametrize("language", SELECTORS)
def test_the_members_of_an_object_are_a_distributed_maps_items(language):
    assert inputs({"b": 1, "a": [2]}, language=language) == [{"Key": "b", "Value": 1}, {"Key": "a", "Value": [2]}]
    assert inputs({"b": 1}, language=language, ItemSelector=SELECTORS[language]) == [
        {"key": "b", "value": 1, "from": "STATE_DATA"}
    ]


def test_items_may_name_an_object():
    assert inputs({"o": {"x": 1}}, ItemsPath="$.o") == [{"Key": "x", "Value": 1}]
    assert inputs({}, language="JSONata", Items={"x": "{% 1 + 1 %}"}) == [{"Key": "x", "Value": 2}]


def test_items_that_were_read_name_their_place():
    selector = {"definition": {"from.$": "$$.Map.Item.Source"}, "language": "JSONPath", "input": {}, "context": {}}
    settings = {"selector": selector | {"variables": {}}}
    (child,) = child_inputs(settings, [1], lambda: "S3://bucket/key")
    assert child.text == '{"from":"S3://bucket/key"}'
