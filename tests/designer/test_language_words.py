"""What the code pane knows of the States Language is what the validator knows of it."""

import json
from pathlib import Path

import pytest
from jsonata.jsonata import Jsonata

from asl import check_map, choice, fields
from asl.intrinsics import FUNCTIONS
from asl.item_reader import DELIMITERS
from asl.jsonata_functions import FUNCTIONS as OWN

FOLDER = Path(__file__).parents[2] / "frontend/src/designer/code/language"
KNOWN = json.loads((FOLDER / "fields.json").read_text())
WORDS = json.loads((FOLDER / "words.json").read_text())
EVERY_STATE = {"Type", "Comment", "QueryLanguage"}


def test_the_fields_of_each_type_are_the_validators():
    assert {kind: set(known) | EVERY_STATE for kind, known in KNOWN["types"].items()} == {
        kind: set(known) for kind, known in fields.STATE_FIELDS.items()
    }
    assert KNOWN["state"].keys() == fields.ALL_STATE_FIELDS
    assert KNOWN["machine"].keys() == fields.MACHINE_FIELDS
    assert KNOWN["branch"].keys() == fields.BRANCH_FIELDS
    assert KNOWN["retrier"].keys() == fields.RETRIER_FIELDS
    assert KNOWN["catcher"].keys() == fields.CATCHER_FIELDS


def test_the_query_languages_have_their_fields():
    assert set(KNOWN["jsonpathOnly"]) == fields.JSONPATH_ONLY
    assert set(KNOWN["jsonataOnly"]) == fields.JSONATA_ONLY


def test_the_operators_of_rules_are_the_engines():
    others = {"Next", "Comment", "Assign", "Condition", "Output", "Variable", "And", "Or", "Not"}
    assert KNOWN["rule"].keys() - others == choice.OPERATORS


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("Type", fields.STATE_TYPES),
        ("QueryLanguage", fields.QUERY_LANGUAGES),
        ("InputType", check_map.INPUT_TYPES),
        ("CSVHeaderLocation", check_map.HEADER_LOCATIONS),
        ("CSVDelimiter", DELIMITERS),
    ],
)
def test_the_values_of_fields_are_the_validators(field, values):
    assert set(KNOWN["values"][field]) == set(values)


def test_the_functions_are_those_that_there_are():
    assert WORDS["intrinsic"].keys() == FUNCTIONS.keys()
    theirs = set(Jsonata.static_frame.bindings) - {"clone"}
    assert WORDS["jsonata"].keys() == (theirs | OWN.keys()) - {"eval"}
