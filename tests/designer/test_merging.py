"""Two edits of one revision made one: by state and by field, and never silently where both mean something else."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from asl.diff import compare
from designer.merging import NotMerged, merge
from designer.merging_parts import list_merge

DEFINITIONS = Path(__file__).parents[3] / "shared" / "definitions"
BASE = {
    "StartAt": "Ask",
    "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"A": 1, "B": 2}, "Next": "Both"},
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "End": True}}},
                {"StartAt": "Right", "States": {"Right": {"Type": "Pass", "End": True}}},
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Done"}],
            "Next": "Which",
        },
        "Which": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "Done"}], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    },
}  # fmt: skip


def changed(change):
    document = deepcopy(BASE)
    change(document)
    return document


def merged(mine, theirs, choices=None):
    found = merge(json.dumps(BASE), json.dumps(mine), json.dumps(theirs), choices)
    return json.loads(found.definition), found


def test_changes_of_different_fields_are_both_kept():
    def one(document):
        document["States"]["Ask"]["Parameters"]["A"] = 10
        document["Comment"] = "mine"

    def other(document):
        document["States"]["Ask"]["Parameters"]["B"] = 20
        document["States"]["Ask"]["TimeoutSeconds"] = 5
        document["TimeoutSeconds"] = 60

    document, found = merged(changed(one), changed(other))
    assert found.conflicts == []
    assert document["States"]["Ask"]["Parameters"] == {"A": 10, "B": 20}
    assert (document["States"]["Ask"]["TimeoutSeconds"], document["TimeoutSeconds"]) == (5, 60)
    assert document["Comment"] == "mine"
    assert found.taken == ["changed: the workflow's own settings", "changed: Ask"]


def test_one_field_changed_twice_is_a_conflict_with_both_sides_and_chosen_by_who_merges():
    mine = changed(lambda document: document["States"]["Ask"]["Parameters"].update(A=10))
    theirs = changed(lambda document: document["States"]["Ask"]["Parameters"].update(A=11))
    document, found = merged(mine, theirs)
    (conflict,) = found.conflicts
    assert (conflict.state, conflict.path) == ("Ask", "Parameters › A")
    assert (conflict.base, conflict.mine, conflict.theirs, conflict.chosen) == ("1", "10", "11", "mine")
    assert document["States"]["Ask"]["Parameters"]["A"] == 10
    document, found = merged(mine, theirs, {conflict.key: "theirs"})
    assert (document["States"]["Ask"]["Parameters"]["A"], found.conflicts[0].chosen) == (11, "theirs")


def test_a_rename_of_theirs_carries_my_changes_and_every_reference():
    def rename(document):
        document["States"] = {
            "Finished" if name == "Done" else name: state for name, state in document["States"].items()
        }
        document["States"]["Which"]["Default"] = "Finished"
        document["States"]["Which"]["Choices"][0]["Next"] = "Finished"
        document["States"]["Both"]["Catch"][0]["Next"] = "Finished"

    def mine(document):
        document["States"]["More"] = {"Type": "Pass", "Next": "Done"}
        document["States"]["Which"]["Default"] = "More"

    document, found = merged(changed(mine), changed(rename))
    assert found.conflicts == []
    assert document["States"]["More"]["Next"] == "Finished"
    assert document["States"]["Which"]["Default"] == "More"
    assert document["States"]["Which"]["Choices"][0]["Next"] == "Finished"
    assert "Done" not in document["States"]


def test_what_one_deleted_and_the_other_changed_is_asked():
    def delete(document):
        del document["States"]["Both"]
        document["States"]["Ask"]["Next"] = "Which"

    theirs = changed(lambda document: document["States"]["Both"]["Branches"][0]["States"]["Left"].update(Result=1))
    document, found = merged(changed(delete), theirs)
    (conflict,) = found.conflicts
    assert (conflict.state, conflict.mine) == ("Left", None)
    assert "Both" not in document["States"]
    document, _ = merged(changed(delete), theirs, {conflict.key: "theirs"})
    assert document["States"]["Both"]["Branches"][0]["States"]["Left"]["Result"] == 1  # it keeps the container it is in


def test_a_state_moved_into_a_branch_keeps_what_the_other_wrote():
    def move(document):
        branch = document["States"]["Both"]["Branches"][0]
        branch["States"]["Ask"] = {**document["States"].pop("Ask"), "Next": "Left"}
        branch["StartAt"] = "Ask"
        document["StartAt"] = "Both"

    theirs = changed(lambda document: document["States"]["Ask"].update(Comment="why"))
    document, found = merged(changed(move), theirs)
    assert found.conflicts == []
    assert document["States"]["Both"]["Branches"][0]["States"]["Ask"]["Comment"] == "why"


def test_a_branch_that_they_took_away_is_gone_with_its_states():
    def drop(document):
        del document["States"]["Both"]["Branches"][0]

    mine = changed(lambda document: document["States"]["Both"]["Branches"][1]["States"]["Right"].update(Comment="mine"))
    document, found = merged(mine, changed(drop))
    assert found.conflicts == []
    assert document["States"]["Both"]["Branches"] == [
        {"StartAt": "Right", "States": {"Right": {"Type": "Pass", "End": True, "Comment": "mine"}}}
    ]


def test_a_rule_added_to_a_list_that_the_other_edits_elsewhere():
    rule = {"Variable": "$.b", "IsNull": True, "Next": "Done"}
    mine = changed(lambda document: document["States"]["Which"]["Choices"].append(rule))
    theirs = changed(lambda document: document["States"]["Which"]["Choices"][0].update(IsNull=False))
    document, found = merged(mine, theirs)
    assert found.conflicts == []
    assert [each["IsNull"] for each in document["States"]["Which"]["Choices"]] == [False, True]
    assert list_merge([1, 2, 3], [1, 9, 2, 3], [1, 2]) == [1, 9, 2]
    assert list_merge([1], [1, 2], [1, 3]) is None
    assert list_merge([1], [2], [2]) == [2]


def test_the_same_name_given_to_two_new_states_is_one_state_with_conflicts():
    mine = changed(lambda document: document["States"].update(New={"Type": "Wait", "Seconds": 1, "Next": "Done"}))
    theirs = changed(lambda document: document["States"].update(New={"Type": "Wait", "Seconds": 2, "Next": "Done"}))
    _, found = merged(mine, theirs)
    assert [(each.state, each.path) for each in found.conflicts] == [("New", "Seconds")]


def test_text_that_is_no_workflow_is_said_not_guessed():
    with pytest.raises(NotMerged, match="yours"):
        merge(json.dumps(BASE), "{", json.dumps(BASE))
    with pytest.raises(NotMerged, match="theirs has no States"):
        merge(json.dumps(BASE), json.dumps(BASE), "[]")


def test_whoever_changes_alone_is_taken_whole():
    """Over all real definitions: merging with an unchanged side gives the changed one, both ways."""
    if not DEFINITIONS.exists():
        pytest.skip("the collection of real definitions isn't beside this checkout (../shared/definitions)")
    merged_count = 0
    for path in sorted(DEFINITIONS.glob("*.json")):
        base = path.read_text()
        document = json.loads(base)
        if not isinstance(document, dict) or not isinstance(document.get("States"), dict) or not document["States"]:
            continue
        names = list(document["States"])
        edited = deepcopy(document)
        edited["States"][names[0]]["Comment"] = "Edited"
        edited["States"]["Added"] = {"Type": "Pass", "End": True}
        if len(names) > 2:
            del edited["States"][names[-1]]
        for mine, theirs in ((base, json.dumps(edited)), (json.dumps(edited), base)):
            found = merge(base, mine, theirs)
            assert found.conflicts == [], path.name
            assert not compare(edited, json.loads(found.definition)), path.name
        assert not compare(document, json.loads(merge(base, base, base).definition)), path.name
        merged_count += 1
    assert merged_count >= 200
