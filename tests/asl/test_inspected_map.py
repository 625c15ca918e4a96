"""A Map under test: its items, what each iteration would get, and the failures it bears."""

from tests.asl.trials import BRANCH, DISTRIBUTED, output, run


def test_jsonata_notes_no_paths():
    definition = {"Type": "Map", "QueryLanguage": "JSONata", "Items": "{% $states.input.l %}", "ItemProcessor": BRANCH}
    test = run({**definition, "ItemSelector": "{% $states.context.Map.Item.Value * 2 %}"}, {"l": [1, 2]})
    test.succeed("[1, 2]")
    assert output(test) == [1, 2]
    assert test.inspected == {"afterItemSelector": [2, 4], "maxConcurrency": 0}


def test_a_map_notes_what_its_iterations_would_get():
    definition = {
        "Type": "Map",
        "ItemsPath": "$.l",
        "ItemSelector": {"v.$": "$$.Map.Item.Value", "k.$": "$.k", "n.$": "$$.State.Name"},
        "ItemBatcher": {"MaxItemsPerBatch": 2},
        "MaxConcurrency": 4,
        "ToleratedFailurePercentage": 50,
        "ItemProcessor": DISTRIBUTED,
    }
    test = run(definition, {"l": [1, 2, 3], "k": "x"})
    items = [{"v": value, "k": "x", "n": "StateName"} for value in (1, 2, 3)]
    assert test.iterations.total == 2
    test.succeed('["first", "second"]')
    assert output(test) == ["first", "second"]
    assert test.inspected == {
        "afterInputPath": {"l": [1, 2, 3], "k": "x"},
        "afterItemsPath": [1, 2, 3],
        "afterItemSelector": items,
        "afterItemBatcher": [{"Items": items[:2]}, {"Items": items[2:]}],
        "maxConcurrency": 4,
        "toleratedFailurePercentage": 50.0,
        "afterResultSelector": ["first", "second"],
        "afterResultPath": ["first", "second"],
    }


def test_a_selector_sees_the_item_beside_a_context_object_of_the_tests_own():
    definition = {"Type": "Map", "ItemSelector": {"c.$": "$$"}, "ItemProcessor": BRANCH}
    test = run(definition, [7], context={"State": {"Name": "S"}})
    assert test.inspected["afterItemSelector"] == [
        {"c": {"State": {"Name": "S"}, "Map": {"Item": {"Index": 0, "Value": 7, "Source": "STATE_DATA"}}}}
    ]


def test_items_come_from_what_a_reader_read():
    reader = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}
    definition = {"Type": "Map", "ItemReader": reader, "ItemProcessor": DISTRIBUTED}
    reader["ReaderConfig"] = {"InputType": "JSON", "ItemsPointer": "/items", "MaxItemsPath": "$.most"}
    test = run(definition, {"most": 2}, data_set='{"items": [1, 2, 3]}')
    assert test.inspected["afterItemsPointer"] == [1, 2]
    assert test.iterations.total == 2
    jsonata = {**definition, "QueryLanguage": "JSONata"}
    jsonata["ItemReader"] = {
        "Resource": reader["Resource"],
        "Arguments": {"Bucket": "b", "Key": "k"},
        "ReaderConfig": {"InputType": "JSON", "MaxItems": "{% $states.input.most %}"},
    }
    assert run(jsonata, {"most": 1}, data_set="[1, 2]").iterations.total == 1
    assert run(jsonata, {"most": 1}, data_set="{").verdict.error == "States.ItemReaderFailed"


def test_more_failures_than_are_tolerated_fail_a_map():
    definition = {"Type": "Map", "ItemProcessor": DISTRIBUTED, "ToleratedFailureCount": 1}
    definition["Catch"] = [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "Next": "N"}]
    test = run(definition, [1, 2, 3], failed_iterations=2)
    test.succeed("[0, 0, 1]")
    assert (test.verdict.status, test.verdict.next_state) == ("CAUGHT_ERROR", "N")
    assert test.inspected["toleratedFailureCount"] == 1


def test_a_failed_iteration_is_the_maps_failure():
    test = run({"Type": "Map", "ItemProcessor": BRANCH, "Retry": [{"ErrorEquals": ["E"]}]}, [1])
    test.fail("E", "c")
    assert (test.verdict.status, test.error_details["retryBackoffIntervalSeconds"]) == ("RETRIABLE", 1)


def test_a_map_whose_input_is_no_array_fails():
    test = run({"Type": "Map", "ItemsPath": "$.l", "ItemProcessor": BRANCH}, {"l": 1})
    assert test.verdict.cause == 'Reference path "$.l" must point to array.'
    assert test.inspected == {"afterInputPath": {"l": 1}}
