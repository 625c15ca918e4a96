"""Two revisions side by side, and what was designed beside what runs."""

import json

import pytest
from django.urls import reverse

from callboard.aws import client as aws
from designer.comparison import comparison, side
from designer.deployment import deploy, plan
from designer.services import create_state_machine, save_revision

FIRST = {
    "StartAt": "Ask",
    "States": {"Ask": {"Type": "Pass", "Next": "Sleep"}, "Sleep": {"Type": "Wait", "Seconds": 1, "End": True}},
}
SECOND = {
    "StartAt": "Ask",
    "States": {"Ask": {"Type": "Pass", "Next": "Rest"}, "Rest": {"Type": "Wait", "Seconds": 1, "End": True}},
    "TimeoutSeconds": 60,
}


@pytest.fixture
def designer(person):
    return person("Designer")


@pytest.fixture
def machine(designer):
    made = create_state_machine(name="ask", definition=json.dumps(FIRST), by=designer)
    save_revision(made, definition=json.dumps(SECOND), base=1, by=designer)
    return made


def test_a_rename_and_a_new_setting_are_told_in_words(machine):
    found = comparison(side(machine, "r1"), side(machine, "r2"))
    assert [(row.name, row.words, row.was) for row in found.states] == [("Rest", "renamed", "Sleep")]
    assert [(row.path, row.before, row.after) for row in found.machine] == [("TimeoutSeconds", None, "60")]


def test_a_state_that_was_moved_says_from_where_to_where(machine, designer):
    rest = SECOND["States"]["Rest"]
    both = {"Type": "Parallel", "Branches": [{"StartAt": "Rest", "States": {"Rest": rest}}], "End": True}
    moved = {**SECOND, "States": {"Ask": {"Type": "Pass", "Next": "Both"}, "Both": both}}
    save_revision(machine, definition=json.dumps(moved), base=2, by=designer)
    (row,) = [row for row in comparison(side(machine, "r2"), side(machine, "r3")).states if row.name == "Rest"]
    assert (row.words, row.moved_from, row.moved_to) == ("moved", "the workflow's own level", "branch 1 of Both")


def test_the_page_shows_both_graphs_and_every_change(client, machine, designer):
    client.force_login(designer)
    page = client.get(reverse("compare", args=[machine.pk]))
    text = page.content.decode()
    assert "2 changes" in text
    assert "Was called <q>Sleep</q>." in text
    assert page.context["boot"] == {
        "before": json.dumps(FIRST),
        "after": json.dumps(SECOND),
        "marks": {"/States/Rest": {"kind": "renamed", "words": "renamed"}},
    }


def test_the_same_meaning_in_another_writing_is_said_to_be_that(client, machine, designer):
    save_revision(machine, definition=json.dumps(SECOND, indent=1), base=2, by=designer)
    client.force_login(designer)
    assert (
        "The same workflow, written differently" in client.get(reverse("compare", args=[machine.pk])).content.decode()
    )
    same = client.get(reverse("compare", args=[machine.pk]), {"from": "r3", "to": "r3"}).content.decode()
    assert "the same to the letter" in same


def test_a_text_with_a_mistake_is_compared_line_by_line(client, machine, designer):
    save_revision(machine, definition='{"StartAt": }', base=2, by=designer)
    client.force_login(designer)
    page = client.get(reverse("compare", args=[machine.pk])).content.decode()
    assert "Compared as text" in page
    assert "+{&quot;StartAt&quot;: }" in page


@pytest.mark.parametrize(
    ("key", "words"), [("r9", "no revision 9"), ("e77", "deployed there"), ("x", "no revision"), ("r", "no revision")]
)
def test_a_side_that_isnt_there_is_said_in_words(client, machine, designer, key, words):
    client.force_login(designer)
    page = client.get(reverse("compare", args=[machine.pk]), {"from": "r1", "to": key})
    assert page.status_code == 404
    assert words in page.content.decode()


def test_what_was_changed_in_the_environment_shows_and_can_be_taken_in(client, machine, designer, embedded):
    newest = machine.revisions.get(number=2)
    arn = deploy(plan(newest, embedded), by=designer).deployment.arn
    client.force_login(designer)
    where = {"from": "r2", "to": f"e{embedded.pk}"}
    page = client.get(reverse("compare", args=[machine.pk]), where).content.decode()
    assert "the same to the letter" in page
    assert "Save as a revision" not in page

    drifted = json.dumps({**SECOND, "TimeoutSeconds": 5})
    aws(embedded, "stepfunctions").update_state_machine(stateMachineArn=arn, definition=drifted)
    page = client.get(reverse("compare", args=[machine.pk]), where).content.decode()
    assert "Somebody changed it there" in page
    assert client.post(reverse("take-in", args=[machine.pk]), {"side": where["to"]}).status_code == 302
    taken = machine.revisions.get(number=3)
    assert (taken.definition, taken.comment) == (drifted, "Taken in: what runs in Embedded")

    aws(embedded, "stepfunctions").delete_state_machine(stateMachineArn=arn)
    gone = client.get(reverse("compare", args=[machine.pk]), where)
    assert "no such state machine any more" in gone.content.decode()


def test_who_may_only_look_takes_nothing_in(client, machine, person, embedded):
    client.force_login(person("Reviewer"))
    assert client.get(reverse("compare", args=[machine.pk])).status_code == 200
    assert client.post(reverse("take-in", args=[machine.pk]), {"side": "r1"}).status_code == 403
