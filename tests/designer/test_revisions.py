"""Saving: revisions never change, nobody's work is overwritten, and text goes out as it came in."""

import json
import threading
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from designer.models import Revision, StateMachine
from designer.services import (
    Conflict,
    Refused,
    create_state_machine,
    delete,
    import_definition,
    rename,
    save_revision,
)

DEFINITIONS = Path(__file__).parents[3] / "shared" / "definitions"
PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


@pytest.fixture
def person(db):
    return User.objects.create_superuser("person")


@pytest.fixture
def machine(person):
    return create_state_machine(name="order", definition=PASS, by=person)


def test_a_revision_never_changes(machine):
    revision = machine.revisions.get()
    revision.definition = "{}"
    with pytest.raises(TypeError):
        revision.save()


def test_saving_adds_the_next_revision_with_its_parent(machine, person):
    saved = save_revision(machine, definition=PASS + "\n", base=1, comment="A line more", by=person)
    assert (saved.number, saved.parent.number, saved.comment) == (2, 1, "A line more")


def test_saving_over_somebody_elses_revision_is_a_conflict_that_shows_it(machine, person):
    save_revision(machine, definition='{"theirs": 1}', base=1, by=person)
    with pytest.raises(Conflict) as conflict:
        save_revision(machine, definition='{"mine": 1}', base=1, by=person)
    assert conflict.value.latest.definition == '{"theirs": 1}'
    assert machine.revisions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_once_one_wins():
    machine = create_state_machine(name="race", definition=PASS, by=None)
    outcomes = []
    start = threading.Barrier(8)

    def save(number):
        start.wait()
        try:
            save_revision(machine, definition=f'{{"n": {number}}}', base=1, by=None)
            outcomes.append("saved")
        except Conflict:
            outcomes.append("conflict")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 7 + ["saved"]


def test_the_api_answers_409_with_the_latest_text(machine, person, client):
    save_revision(machine, definition='{"theirs": 1}', base=1, by=person)
    client.force_login(person)
    response = client.post(
        f"/api/v1/state-machines/{machine.pk}/revisions",
        json.dumps({"definition": "{}", "base_revision": 1}),
        "application/json",
    )
    assert response.status_code == 409
    assert (response.json()["latest"], response.json()["definition"]) == (2, '{"theirs": 1}')


@pytest.mark.parametrize("name", ["", "two words", "ümlaut", "a" * 81, "x/y"])
def test_a_name_that_aws_would_refuse_is_refused_here(name, person):
    with pytest.raises(Refused):
        create_state_machine(name=name, by=person)


def test_a_name_is_taken_once(machine, person):
    with pytest.raises(Refused, match="already"):
        create_state_machine(name="order", by=person)
    other = create_state_machine(name="other", by=person)
    with pytest.raises(Refused, match="already"):
        rename(other, "order")


def test_an_import_that_is_no_definition_says_what_is_wrong():
    with pytest.raises(Refused, match="line 1"):
        import_definition("{not json")
    with pytest.raises(Refused, match="no States"):
        import_definition("[]")


def test_deleting_takes_the_revisions_along(machine, person):
    save_revision(machine, definition=PASS, base=1, by=person)
    delete(machine)
    assert not StateMachine.objects.exists()
    assert not Revision.objects.exists()


def test_what_was_imported_is_downloaded_to_the_byte(person):
    """All real definitions, through the form and back: with their spaces, number formats and order of keys."""
    if not DEFINITIONS.exists():
        pytest.skip("the collection of real definitions isn't beside this checkout (../shared/definitions)")
    client = Client()
    client.force_login(person)
    files = [path for path in sorted(DEFINITIONS.glob("*.json")) if path.name != "manifest.json"]
    assert len(files) >= 217
    for number, path in enumerate(files):
        with path.open("rb") as file:
            response = client.post("/workflows/import/", {"file": file, "name": f"w{number}"})
        assert response.status_code == 302, (path.name, response.content[:300])
        machine = StateMachine.objects.get(name=f"w{number}")
        page = client.get(f"/workflows/{machine.pk}/")
        boot = page.content.decode().split('id="designer-boot" type="application/json">')[1].split("</script>")[0]
        text = json.loads(boot)["machine"]["definition"]
        saved = client.post(
            f"/api/v1/state-machines/{machine.pk}/revisions",
            json.dumps({"definition": text, "base_revision": 1}),
            "application/json",
        )
        assert saved.status_code == 201
        assert client.get(f"/workflows/{machine.pk}/revisions/2/download/").content == path.read_bytes(), path.name
