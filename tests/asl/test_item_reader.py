"""ItemReader: the items in the text of a data set."""

import pytest

from asl.errors import StatesError
from asl.item_reader import compile_config, read_items


@pytest.mark.parametrize(
    ("config", "text", "items"),
    [
        ({"InputType": "JSON"}, "[1, 2]", [1, 2]),
        ({}, '[{"Key": "a"}]', [{"Key": "a"}]),
        ({"InputType": "JSON", "ItemsPointer": "/a~1b/1"}, '{"a/b": [0, [7, 8]]}', [7, 8]),
        ({"InputType": "JSON", "MaxItems": 1}, "[1, 2]", [1]),
        ({"InputType": "JSON", "MaxItems": 0}, "[1, 2]", [1, 2]),
        ({"InputType": "JSONL"}, '{"a": 1}\n\n2\n', [{"a": 1}, 2]),
        ({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, 'a,b\n1,"x,y"\n2\n', [{"a": "1", "b": "x,y"}, {"a": "2", "b": ""}]),
        ({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["n"], "CSVDelimiter": "PIPE"}, "1|2\n3", [{"n": "1"}, {"n": "3"}]),
        ({"InputType": "CSV"}, "", []),
    ],
)  # fmt: skip
def test_each_kind_of_data_set_gives_its_items(config, text, items):
    assert list(read_items([text], config)) == items
    assert list(read_items(text, config)) == items  # a piece per character


@pytest.mark.parametrize(
    ("config", "text", "cause"),
    [
        ({}, "{", "Could not parse the data that ItemReader read as JSON."),
        ({"MaxItems": -1}, "[1]", "field MaxItems must be positive"),
        ({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": 5}, "1", "CSV headers must be an array of strings."),
        ({"InputType": "CSV"}, "a,a\n1,2", "CSV headers cannot contain duplicates."),
        ({}, '{"a": 1}', "Attempting to map over non-iterable node."),
        ({"ItemsPointer": "/b"}, '{"a": 1}', "The ItemsPointer '/b' could not be found in the data that ItemReader read."),
        ({"InputType": "CSV"}, '"' + "x" * 200_000, "Could not parse the data that ItemReader read as CSV"),
    ],
)  # fmt: skip
def test_what_holds_no_items_fails_the_reader(config, text, cause):
    with pytest.raises(StatesError) as caught:
        list(read_items([text], config))
    assert caught.value.error == "States.ItemReaderFailed"
    assert caught.value.cause.startswith(cause)


class Scope:
    def context(self):
        return {}


@pytest.mark.parametrize(
    ("config", "is_jsonata", "evaluated"),
    [
        ({}, False, {}),
        ({"InputType": "JSON", "MaxItems": 2}, False, {"InputType": "JSON", "MaxItems": 2}),
        ({"MaxItemsPath": "$.n"}, False, {"MaxItems": 7}),
        ({"InputType": "{% $states.input.t %}", "MaxItems": "{% $states.input.n %}"}, True, {"InputType": "CSV", "MaxItems": 7}),
    ],
)  # fmt: skip
def test_a_configuration_is_evaluated(config, is_jsonata, evaluated):
    assert compile_config(config, is_jsonata=is_jsonata)({"n": 7, "t": "CSV"}, Scope()) == evaluated


def test_a_number_of_items_is_a_number():
    with pytest.raises(StatesError):
        compile_config({"MaxItems": "{% 'a' %}"}, is_jsonata=True)({}, Scope())


def test_columns_come_in_the_order_in_which_java_keeps_them():
    (item,) = read_items(["0,True,{}\n1,2,3\n"], {"InputType": "CSV"})
    assert list(item.items()) == [("0", "1"), ("{}", "3"), ("True", "2")]
    names = [f"c{number}" for number in range(20)]
    (wide,) = read_items([",".join(names) + "\n" + ",".join(names)], {"InputType": "CSV"})
    assert all(name == value for name, value in wide.items())
