"""A distributed Map compiled: what its children run, and what is read, put together and written."""

import json
from types import SimpleNamespace

import pytest

from asl.compile_distributed import compile_distributed, processor_of
from tests.asl.definitions import PROCESSOR, PROCESSOR_OF_CHILDREN, distributed

SCOPE = SimpleNamespace(context=dict, variable={}.__getitem__, now=lambda: 0.0, random_bits=lambda: 0)


def compiled(definition, *, machine_language="JSONPath", is_jsonata=False):
    return compile_distributed(
        definition,
        machine_language=machine_language,
        is_jsonata=is_jsonata,
        items=lambda data, _scope: data,
        selector=None,
        concurrency=lambda _data, _scope: 3,
    )


def test_what_it_says_is_taken_over_and_what_it_does_not_say_is_nothing():
    work = compiled(distributed(Label="L"))
    assert (work.label, work.execution_type, work.language) == ("L", "EXPRESS", "JSONPath")
    assert (work.reader, work.writer, work.batcher, work.item_selector, work.selector_definition) == (None,) * 5
    assert (work.items([1], SCOPE), work.max_concurrency([1], SCOPE)) == ([1], 3)
    assert (work.tolerance.count, work.tolerance.percentage) == (None, None)


@pytest.mark.parametrize(
    ("language", "definition"),
    [("JSONPath", PROCESSOR), ("JSONata", {"QueryLanguage": "JSONata", **PROCESSOR})],
)
def test_children_run_the_processor_in_the_query_language_of_the_machine(language, definition):
    work = compiled(distributed(), machine_language=language, is_jsonata=True)
    assert json.loads(work.definition) == definition
    assert work.language == "JSONata", "the state's own"


def test_a_label_that_is_missing_is_made_of_the_processor():
    other = {**PROCESSOR_OF_CHILDREN, "Comment": "another"}
    first, again, differs = (
        compiled(one).label for one in (distributed(), distributed(), {**distributed(), "ItemProcessor": other})
    )
    assert first == again != differs


def test_the_processor_has_an_older_name():
    older = {"Type": "Map", "Iterator": PROCESSOR_OF_CHILDREN, "Parameters": {"a": 1}}
    assert processor_of(older) == PROCESSOR_OF_CHILDREN
    assert compiled(older).selector_definition == {"a": 1}
    assert compiled({**older, "ItemSelector": {"b": 1}}).selector_definition == {"b": 1}


@pytest.mark.parametrize(
    ("is_jsonata", "data"),
    [
        (False, {"Parameters": {"Bucket": "b", "Key.$": "$.k"}}),
        (True, {"Arguments": {"Bucket": "b", "Key": "{% $states.input.k %}"}}),
    ],
)
def test_a_reader_and_a_writer_are_evaluated_with_the_states_input(is_jsonata, data):
    reader = {"Resource": "arn:aws:states:::s3:getObject", **data, "ReaderConfig": {"InputType": "CSV", "MaxItems": 2}}
    writer = {"WriterConfig": {"OutputType": "JSONL"}}
    work = compiled(distributed(ItemReader=reader, ResultWriter=writer), is_jsonata=is_jsonata)
    assert work.reader.resource == "arn:aws:states:::s3:getObject"
    assert work.reader.parameters({"k": "x"}, SCOPE) == {"Bucket": "b", "Key": "x"}
    assert work.reader.config({}, SCOPE) == {"InputType": "CSV", "MaxItems": 2}
    assert (work.writer.resource, work.writer.parameters) == (None, None)
    assert work.writer.config({}, SCOPE) == {"OutputType": "JSONL"}


def test_a_batcher_and_a_tolerance_are_compiled_with_it():
    work = compiled(distributed(ItemBatcher={"MaxItemsPerBatch": 2}, ToleratedFailureCount=4))
    assert work.batcher.most_items({}, SCOPE) == 2
    assert work.tolerance.count({}, SCOPE) == 4
