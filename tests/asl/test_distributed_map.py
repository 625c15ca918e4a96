"""A distributed Map: what it asks for, how it goes on, and what a redrive takes up."""

import json

import pytest

from asl.effects import RedriveMapRun, StartMapRun
from asl.events import ExecutionRedriven, ExecutionStopped, MapRunFailed, MapRunSucceeded
from asl.map_run import child_inputs
from asl.parse import parse
from asl.testing import Playbook
from tests.asl.definitions import PROCESSOR, distributed, machine


def play(state, given, **fields):
    return Playbook(parse(machine(state, **fields)), input=json.dumps(given), reload=True)


def effect(playbook):
    (found,) = playbook.map_runs.values()
    return found


def made(playbook, items=None):
    settings = effect(playbook).settings
    return [json.loads(one.text) for one in child_inputs(settings, settings["items"] if items is None else items)]


def succeed(playbook, output="[1]"):
    playbook.reply(MapRunSucceeded(at=playbook.now, task_id=effect(playbook).task_id, output=output))


def fail(playbook, error="States.ExceedToleratedFailureThreshold"):
    playbook.reply(MapRunFailed(at=playbook.now, task_id=effect(playbook).task_id, error=error, cause="why"))


def test_it_asks_for_a_map_run_and_goes_on_with_its_result():
    playbook = play(distributed(Label="L", MaxConcurrency=3, ToleratedFailureCount=1), [1, 2])
    asked = effect(playbook)
    assert isinstance(asked, StartMapRun)
    assert asked.arn.startswith("arn:aws:states:us-east-1:123456789012:mapRun:machine/L:")
    assert json.loads(asked.settings["definition"]) == PROCESSOR
    assert (asked.settings["max_concurrency"], asked.settings["tolerated_count"]) == (3, 1)
    assert made(playbook) == [1, 2]
    succeed(playbook)
    assert playbook.types()[1:] == [
        "MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunSucceeded", "MapStateSucceeded",
        "MapStateExited", "ExecutionSucceeded",
    ]  # fmt: skip
    assert playbook.rendered()[3]["mapRunStartedEventDetails"] == {"mapRunArn": asked.arn}
    assert playbook.execution.output == "[1]"
    playbook.reply(MapRunSucceeded(at=playbook.now, task_id=asked.task_id, output="[2]"))
    assert playbook.execution.output == "[1]"


def test_maps_without_a_label_have_the_same_one_each_time():
    first, again = (effect(play(distributed(), [])).settings["label"] for _ in range(2))
    assert first == again


@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_items_go_through_the_selector_and_into_batches(language):
    fields = {
        "JSONPath": {
            "ItemSelector": {"n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "w.$": "$.w", "v.$": "$v"},
            "ItemsPath": "$.items",
            "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"w.$": "$.w"}},
        },
        "JSONata": {
            "ItemSelector": {
                "n": "{% $states.context.Map.Item.Value %}",
                "i": "{% $states.context.Map.Item.Index %}",
                "w": "{% $states.input.w %}",
                "v": "{% $v %}",
            },
            "Items": "{% $states.input.items %}",
            "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": "{% {'w': $states.input.w} %}"},
        },
    }[language]
    states = {
        "Set": {"Type": "Pass", "Assign": {"v": 5}, "Next": "A"},
        "A": distributed(**fields),
    }
    text = json.dumps({"QueryLanguage": language, "StartAt": "Set", "States": states})
    playbook = Playbook(parse(text), input='{"items": ["a", "b", "c"], "w": 7}')
    selected = [{"n": name, "i": index, "w": 7, "v": 5} for index, name in enumerate("abc")]
    assert made(playbook) == [
        {"BatchInput": {"w": 7}, "Items": selected[:2]},
        {"BatchInput": {"w": 7}, "Items": selected[2:]},
    ]
    assert (json.loads(effect(playbook).settings["definition"]).get("QueryLanguage") == "JSONata") == (
        language == "JSONata"
    )


def test_a_selector_may_ask_for_the_time_and_for_chance():
    playbook = play(distributed(ItemSelector={"id.$": "States.UUID()"}), [1, 2])
    first, second = made(playbook)
    assert first["id"] != second["id"]
    jsonata = play(distributed(ItemSelector="{% $now() %}", Items=[1]), {}, QueryLanguage="JSONata")
    assert made(jsonata)[0].endswith("Z")


def test_variables_of_the_states_around_are_seen():
    inner = {"StartAt": "M", "States": {"M": distributed(ItemSelector={"v.$": "$v"}, ItemsPath="$.items")}}
    states = {
        "Set": {"Type": "Pass", "Assign": {"v": 1}, "Next": "Both"},
        "Both": {"Type": "Parallel", "Branches": [inner], "End": True},
    }
    playbook = Playbook(parse(json.dumps({"StartAt": "Set", "States": states})), input='{"items": [0]}')
    assert made(playbook) == [{"v": 1}]


@pytest.mark.parametrize("data", ["Parameters", "Arguments"])
def test_reader_and_writer_are_evaluated(data):
    key = {"Parameters": {"Bucket": "b", "Key.$": "$.k"}, "Arguments": {"Bucket": "b", "Key": "{% $states.input.k %}"}}
    reader = {"Resource": "arn:aws:states:::s3:getObject", data: key[data], "ReaderConfig": {"InputType": "JSON"}}
    writer = {"WriterConfig": {"Transformation": "COMPACT", "OutputType": "JSON"}}
    language = "JSONPath" if data == "Parameters" else "JSONata"
    playbook = play(distributed(ItemReader=reader, ResultWriter=writer), {"k": "x"}, QueryLanguage=language)
    settings = effect(playbook).settings
    assert settings["reader"]["Parameters"] == {"Bucket": "b", "Key": "x"}
    assert settings["reader"]["Config"] == {"InputType": "JSON"}
    assert (settings["writer"]["Resource"], settings["writer"]["Parameters"]) == (None, {})
    assert "items" not in settings
    assert playbook.rendered()[2]["mapStateStartedEventDetails"] == {"length": 0}


def test_its_failure_is_the_states():
    playbook = play(distributed(), [1])
    fail(playbook)
    assert playbook.types()[-3:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
    assert (playbook.execution.error, playbook.execution.cause) == ("States.ExceedToleratedFailureThreshold", "why")


def test_its_failure_may_be_caught():
    states = {
        "A": distributed(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}]),
        "B": {"Type": "Succeed"},
    }
    playbook = Playbook(parse(json.dumps({"StartAt": "A", "States": states})), input="[1]", reload=True)
    fail(playbook)
    assert playbook.execution.status == "SUCCEEDED"


def test_a_retrier_begins_another_map_run():
    playbook = play(distributed(Retry=[{"ErrorEquals": ["States.ALL"]}]), [1])
    first = effect(playbook).arn
    fail(playbook)
    playbook.run()
    assert isinstance(effect(playbook), StartMapRun)
    assert effect(playbook).arn != first
    succeed(playbook)
    assert playbook.execution.status == "SUCCEEDED"


def end_by_failure(playbook):
    fail(playbook)


def end_by_stop(playbook):
    playbook.reply(ExecutionStopped(at=playbook.now))
    assert not playbook.map_runs


@pytest.mark.parametrize("end", [end_by_failure, end_by_stop])
def test_a_redrive_takes_the_same_map_run_up(end):
    playbook = play(distributed(), [1])
    arn = effect(playbook).arn
    for number in (1, 2):
        end(playbook)
        playbook.reply(ExecutionRedriven(at=playbook.now))
        asked = effect(playbook)
        assert (type(asked), asked.arn) == (RedriveMapRun, arn)
        redriven = playbook.rendered()[-1]
        assert redriven["mapRunRedrivenEventDetails"] == {"mapRunArn": arn, "redriveCount": number}
    succeed(playbook)
    assert playbook.execution.status == "SUCCEEDED"


def test_a_sibling_that_fails_ends_the_map_run_and_a_redrive_goes_on_with_it():
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "F"}, "F": {"Type": "Fail"}}}
    inner = {"StartAt": "M", "States": {"M": distributed()}}
    playbook = play({"Type": "Parallel", "Branches": [inner, wait], "End": True}, [1])
    playbook.run()
    assert playbook.execution.status == "FAILED"
    assert not playbook.map_runs
    assert "MapRunAborted" in playbook.types()
    playbook.reply(ExecutionRedriven(at=playbook.now))
    assert "MapRunRedriven" in playbook.types()
    assert playbook.execution.status == "FAILED"  # the Fail state has failed again
