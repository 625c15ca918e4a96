"""Every state of a definition, with its place."""

import pytest

from asl.walk import inner_scopes, is_distributed, states

PROCESSOR = {"StartAt": "D", "States": {"D": {"Type": "Succeed"}}}
MACHINE = {
    "QueryLanguage": "JSONata",
    "States": {
        "A": {
            "Type": "Parallel",
            "QueryLanguage": "JSONPath",
            "Branches": [{"States": {"B/~": {"Type": "Pass"}}}, {"States": {}}],
        },
        "C": {"Type": "Map", "ItemProcessor": {**PROCESSOR, "ProcessorConfig": {"Mode": "DISTRIBUTED"}}},
    },
}


def test_states_come_in_the_order_of_the_text_each_container_before_what_it_holds():
    found = [(place.name, place.path, place.scope, place.query_language) for place in states(MACHINE)]
    assert found == [
        ("A", "/States/A", "", "JSONPath"),
        ("B/~", "/States/A/Branches/0/States/B~1~0", "/States/A/Branches/0", "JSONata"),
        ("C", "/States/C", "", "JSONata"),
        ("D", "/States/C/ItemProcessor/States/D", "/States/C/ItemProcessor", "JSONata"),
    ]


def test_what_a_distributed_map_holds_is_another_machine():
    assert [place.name for place in states(MACHINE, of_one_machine=True)] == ["A", "B/~", "C"]
    assert is_distributed(MACHINE["States"]["C"])
    assert not is_distributed({"Type": "Map", "Iterator": PROCESSOR})


@pytest.mark.parametrize("document", [None, [], {}, {"States": []}, {"States": {}}])
def test_what_isnt_a_machine_holds_no_states(document):
    assert list(states(document)) == []


def test_what_isnt_a_state_is_still_a_place():
    (place,) = states({"States": {"A": 1}}, of_one_machine=True)
    assert (place.name, place.state) == ("A", 1)
    assert list(inner_scopes(1, "/States/A")) == []


def test_a_parallels_branches_and_a_maps_processor_are_scopes():
    assert list(inner_scopes({"Branches": [1], "Iterator": 2}, "/x")) == [(1, "/x/Branches/0"), (2, "/x/Iterator")]
    assert list(inner_scopes({"Branches": {}}, "/x")) == []
