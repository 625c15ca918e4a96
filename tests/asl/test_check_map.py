"""A Map's fields: where items come from, how many at a time, and what is made of them."""

import pytest

from tests.asl.definitions import errors, found, iterate, machine, warned

DISTRIBUTED = {
    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
    "StartAt": "P",
    "States": {"P": {"Type": "Succeed"}},
}


def distributed(**fields):
    return iterate(ItemProcessor=DISTRIBUTED, **fields)


def places(state, language):
    return [path.removeprefix("/States/A") for path, _ in errors(state, language)]


RIGHT_READER = {
    "Resource": "arn:aws:states:::s3:getObject",
    "ReaderConfig": {
        "InputType": "CSV",
        "CSVHeaderLocation": "GIVEN",
        "CSVHeaders": ["a"],
        "CSVDelimiter": "TAB",
        "MaxItems": 5,
    },
}


@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_what_reads_batches_and_writes_is_right(language):
    data = {"Parameters": {"Bucket.$": "$.b"}} if language == "JSONPath" else {"Arguments": "{% $states.input %}"}
    state = distributed(
        ItemReader=RIGHT_READER | data,
        ItemBatcher={"MaxItemsPerBatch": 2, "MaxInputBytesPerBatch": 100, "BatchInput": {"a": 1}},
        ResultWriter={"Resource": "arn:aws:states:::s3:putObject"} | data,
        ToleratedFailurePercentage=5,
        Label="here",
    )
    assert errors(state, language) == []


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"ItemReader": 1}, "/ItemReader"),
        ({"ItemReader": {"Resource": 1}}, "/ItemReader/Resource"),
        ({"ItemReader": {"ReaderConfig": "x"}}, "/ItemReader/ReaderConfig"),
        ({"ItemReader": {"ReaderConfig": {"InputType": "XML"}}}, "/ItemReader/ReaderConfig/InputType"),
        ({"ItemReader": {"ReaderConfig": {"CSVHeaderLocation": "LAST"}}}, "/ItemReader/ReaderConfig/CSVHeaderLocation"),
        ({"ItemReader": {"ReaderConfig": {"CSVDelimiter": ","}}}, "/ItemReader/ReaderConfig/CSVDelimiter"),
        ({"ItemReader": {"ReaderConfig": {"CSVHeaders": "a"}}}, "/ItemReader/ReaderConfig/CSVHeaders"),
        ({"ItemReader": {"ReaderConfig": {"CSVHeaders": [1]}}}, "/ItemReader/ReaderConfig/CSVHeaders/0"),
        ({"ItemReader": {"ReaderConfig": {"MaxItems": -1}}}, "/ItemReader/ReaderConfig/MaxItems"),
        ({"ItemReader": {"ReaderConfig": {"ItemsPointer": 1}}}, "/ItemReader/ReaderConfig/ItemsPointer"),
        ({"ItemBatcher": []}, "/ItemBatcher"),
        ({"ItemBatcher": {"MaxItemsPerBatch": 0}}, "/ItemBatcher/MaxItemsPerBatch"),
        ({"ItemBatcher": {"MaxInputBytesPerBatch": 262_145}}, "/ItemBatcher/MaxInputBytesPerBatch"),
        ({"ResultWriter": "s3"}, "/ResultWriter"),
    ],
)
def test_what_is_wrong_is_found_at_its_place_in_either_language(fields, place):
    assert places(distributed(**fields), "JSONPath") == [place]
    assert places(distributed(**fields), "JSONata") == [place]


def test_paths_and_templates_are_read():
    reader = {"Parameters": {"Bucket.$": "b"}, "ReaderConfig": {"InputType": "JSON", "MaxItemsPath": "x"}}
    batcher = {"MaxItemsPerBatchPath": "x", "BatchInput": {"a.$": "b"}}
    assert places(distributed(ItemReader=reader, ItemBatcher=batcher), "JSONPath") == [
        "/ItemReader/Parameters",
        "/ItemReader/ReaderConfig/MaxItemsPath",
        "/ItemBatcher/MaxItemsPerBatchPath",
        "/ItemBatcher/BatchInput",
    ]


def test_expressions_are_read():
    broken = "{% 1 + %}"
    reader = {"Arguments": {"Bucket": broken}, "ReaderConfig": {"InputType": broken, "ItemsPointer": broken}}
    state = distributed(ItemReader=reader, ItemBatcher={"MaxItemsPerBatch": broken, "BatchInput": broken})
    assert places(state, "JSONata") == [
        "/ItemReader/Arguments/Bucket",
        "/ItemReader/ReaderConfig/InputType",
        "/ItemReader/ReaderConfig/ItemsPointer",
        "/ItemBatcher/MaxItemsPerBatch",
        "/ItemBatcher/BatchInput",
    ]


def test_a_map_needs_a_processor():
    assert errors({"Type": "Map", "End": True}) == [("/States/A", "These fields are required: [ItemProcessor]")]


def test_limits_and_items_have_their_kinds():
    state = iterate(MaxConcurrency=-1, Items=5, Label="x" * 41)
    assert places(state, "JSONata") == ["/MaxConcurrency", "/Items", "/Label"]
    assert places(iterate(ItemsPath="x", ToleratedFailurePercentage=101), "JSONPath") == [
        "/ItemsPath",
        "/ToleratedFailurePercentage",
    ]


@pytest.mark.parametrize("items", [[1, 2], {"a": 1}, "{% $states.input %}", "${Items}"])
def test_items_are_values_or_an_expression(items):
    state = iterate(Items=items, ToleratedFailurePercentage="{% 5 %}")
    assert [path for path, _ in found(machine(state, QueryLanguage="JSONata"))] == []


def test_what_only_a_distributed_map_does_is_warned_of_elsewhere():
    assert warned(machine(iterate(ToleratedFailureCount=1))) == [("/States/A/ToleratedFailureCount", "MISPLACED_FIELD")]


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("a b", "Label contains invalid character: ' '"),
        ("x" * 41, "Label cannot exceed 40 characters"),
        ("", "Label cannot be empty"),
    ],
)
def test_a_label_becomes_a_part_of_arns(label, message):
    assert errors(distributed(Label=label), "JSONPath") == [("/States/A/Label", message)]
    assert errors(distributed(Label="x" * 40), "JSONPath") == []
