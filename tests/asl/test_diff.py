"""What changed between two definitions."""

import copy

import pytest

from asl.diff import ABSENT, FieldChange, StateChange, changed_fields, compare

BASE = {
    "Comment": "Titles",
    "StartAt": "Ask",
    "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:lambda:::function:ask", "Next": "Good?"},
        "Good?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Both"}],
            "Default": "Ask",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "Result": 1, "End": True}}},
                {"StartAt": "Right", "States": {"Right": {"Type": "Wait", "Seconds": 1, "End": True}}},
            ],
            "End": True,
        },
    },
}


@pytest.fixture
def after():
    return copy.deepcopy(BASE)


def kinds(difference):
    return {change.name: change.kinds for change in difference.states}


def test_the_same_in_another_order_is_no_difference(after):
    after = {"States": dict(reversed(after["States"].items())), "StartAt": "Ask", "Comment": "Titles"}
    assert not compare(BASE, after)


def test_a_changed_field_is_named_with_both_values(after):
    after["States"]["Both"]["Branches"][1]["States"]["Right"]["Seconds"] = 2
    (change,) = compare(BASE, after).states
    assert change == StateChange(
        ("changed",),
        "Right",
        "/States/Both/Branches/1/States/Right",
        "/States/Both/Branches/1/States/Right",
        (FieldChange("/Seconds", 1, 2),),
    )


def test_a_field_that_came_or_went_has_nothing_on_the_other_side(after):
    after["States"]["Ask"]["TimeoutSeconds"] = None
    del after["States"]["Ask"]["Resource"]
    (change,) = compare(BASE, after).states
    assert change.fields == (
        FieldChange("/Resource", "arn:aws:lambda:::function:ask", ABSENT),
        FieldChange("/TimeoutSeconds", ABSENT, None),
    )
    assert not ABSENT
    assert repr(ABSENT) == "ABSENT"


def test_true_is_not_one(after):
    after["States"]["Good?"]["Choices"][0]["BooleanEquals"] = 1
    (change,) = compare(BASE, after).states
    assert change.fields == (FieldChange("/Choices/0/BooleanEquals", True, 1),)


def test_a_state_that_came_and_one_that_went(after):
    after["States"]["Ask"]["Next"] = "Sleep"
    after["States"]["Sleep"] = {"Type": "Wait", "Seconds": 9, "Next": "Both"}
    del after["States"]["Good?"]
    assert kinds(compare(BASE, after)) == {"Ask": ("changed",), "Sleep": ("added",), "Good?": ("removed",)}


def test_a_renamed_state_is_one_change_and_what_follows_it_is_none(after):
    after["States"] = {"Propose" if name == "Ask" else name: state for name, state in after["States"].items()}
    after["StartAt"] = after["States"]["Good?"]["Default"] = "Propose"
    (change,) = compare(BASE, after).states
    assert (change.kinds, change.name, change.before, change.after, change.fields) == (
        ("renamed",),
        "Propose",
        "/States/Ask",
        "/States/Propose",
        (),
    )


def test_a_renamed_container_moves_nothing_inside_it(after):
    after["States"]["Models"] = after["States"].pop("Both")
    after["States"]["Good?"]["Choices"][0]["Next"] = "Models"
    assert kinds(compare(BASE, after)) == {"Models": ("renamed",)}


def test_of_two_alike_each_is_renamed_once():
    before = {"States": {"A": {"Type": "Pass", "End": True}, "B": {"Type": "Pass", "End": True}}}
    after = {"States": {"C": {"Type": "Pass", "End": True}, "D": {"Type": "Pass", "End": True}}}
    found = compare(before, after).states
    assert [(change.before, change.after) for change in found] == [
        ("/States/A", "/States/C"),
        ("/States/B", "/States/D"),
    ]


def test_a_state_taken_out_of_a_branch_is_moved(after):
    right = after["States"]["Both"]["Branches"].pop()["States"]["Right"]
    after["States"]["Right"] = {**right, "Seconds": 5}
    found = compare(BASE, after)
    assert kinds(found) == {"Right": ("moved", "changed"), "Both": ("changed",)}
    (both,) = [change for change in found.states if change.name == "Both"]
    assert both.fields == (FieldChange("/Branches/1", {"StartAt": "Right"}, ABSENT),)


def test_a_maps_own_settings_are_the_maps_and_its_states_their_own():
    def machine(mode, seconds):
        processor = {
            "ProcessorConfig": {"Mode": mode},
            "StartAt": "One",
            "States": {"One": {"Type": "Wait", "Seconds": seconds, "End": True}},
        }
        return {"StartAt": "All", "States": {"All": {"Type": "Map", "ItemProcessor": processor, "End": True}}}

    found = compare(machine("INLINE", 1), machine("DISTRIBUTED", 2))
    assert [(change.name, change.fields) for change in found.states] == [
        ("All", (FieldChange("/ItemProcessor/ProcessorConfig/Mode", "INLINE", "DISTRIBUTED"),)),
        ("One", (FieldChange("/Seconds", 1, 2),)),
    ]


def test_the_machines_own_fields_are_apart(after):
    after["Comment"] = "Titles and pictures"
    after["TimeoutSeconds"] = 60
    found = compare(BASE, after)
    assert found.states == ()
    assert found.machine == (
        FieldChange("/Comment", "Titles", "Titles and pictures"),
        FieldChange("/TimeoutSeconds", ABSENT, 60),
    )


def test_names_that_a_distributed_map_repeats_are_told_apart():
    def machine(result):
        inner = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": result, "End": True}}}
        return {
            "States": {"A": {"Type": "Pass", "Next": "M"}, "M": {"Type": "Map", "ItemProcessor": inner, "End": True}}
        }

    (change,) = compare(machine(1), machine(2)).states
    assert change.after == "/States/M/ItemProcessor/States/A"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], {}),
        (None, {"States": 3}),
        ({"States": {"A": 1}}, {"States": {"A": {"Type": "Pass"}}}),
        ({"States": {"A": {"Branches": 3}}}, {"States": {"A": {"Branches": [4], "Iterator": 5}}}),
        ({"States": {"A": 1, "B": {"Next": ["x"]}}}, {"States": {"Z": 1, "B": {"Next": ["y"]}}}),
    ],
)
def test_what_isnt_a_machine_is_compared_all_the_same(before, after):
    assert compare(before, after)
    assert not compare(before, before)
    assert not compare(after, after)


def test_two_values_differ_at_their_deepest_members():
    assert changed_fields({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 1, "c": 3}, "d": [1, 2]}) == [
        FieldChange("/a/c", 2, 3),
        FieldChange("/d/1", ABSENT, 2),
    ]
    assert changed_fields("x", 1) == [FieldChange("", "x", 1)]
