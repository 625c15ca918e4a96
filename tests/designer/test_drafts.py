"""What is typed is kept: one draft a person and workflow, never overwritten by a window that hasn't seen it."""

import json

import pytest

from designer import drafts
from designer.models import Draft
from designer.services import Refused, create_state_machine, save_revision

PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
MINE = PASS.replace("Pass", "Succeed")


@pytest.fixture
def machine(db):
    return create_state_machine(name="order", definition=PASS, by=None)


@pytest.fixture
def designer(client, person):
    user = person("Designer")
    client.force_login(user)
    return user


def call(client, method, machine, what, body):
    path = f"/api/v1/state-machines/{machine.pk}/{what}"
    return client.generic(method, path, json.dumps(body), "application/json")


def test_a_draft_is_kept_offered_with_the_page_and_gone_when_saved(client, designer, machine):
    kept = call(client, "PUT", machine, "draft", {"definition": MINE, "base_revision": 1})
    assert kept.status_code == 200
    assert set(kept.json()) == {"version", "base_revision", "updated_at"}
    boot = client.get(f"/workflows/{machine.pk}/").content.decode()
    boot = json.loads(boot.split('id="designer-boot" type="application/json">')[1].split("</script>")[0])
    assert (boot["draft"]["definition"], boot["draft"]["base_revision"]) == (MINE, 1)
    call(client, "POST", machine, "revisions", {"definition": MINE, "base_revision": 1})
    assert client.get(f"/api/v1/state-machines/{machine.pk}/draft").json() == {"draft": None}


def test_a_window_that_missed_a_version_gets_it_instead_of_overwriting_it(client, designer, machine):
    first = call(client, "PUT", machine, "draft", {"definition": MINE, "base_revision": 1}).json()
    second = {"definition": MINE + "\n", "base_revision": 1, "seen": first["version"]}
    newer = call(client, "PUT", machine, "draft", second).json()
    assert newer["version"] > first["version"]
    stale = call(client, "PUT", machine, "draft", {"definition": PASS, "base_revision": 1, "seen": first["version"]})
    assert stale.status_code == 409
    assert stale.json()["draft"]["definition"] == MINE + "\n"
    again = call(client, "PUT", machine, "draft", second)  # the answer was lost, the same is sent again
    assert (again.status_code, again.json()["version"]) == (200, newer["version"])


def test_only_what_was_seen_is_thrown_away(client, designer, machine):
    first = call(client, "PUT", machine, "draft", {"definition": MINE, "base_revision": 1}).json()["version"]
    second = {"definition": PASS, "base_revision": 1, "seen": first}
    newest = call(client, "PUT", machine, "draft", second).json()["version"]
    assert call(client, "DELETE", machine, "draft", {"seen": first}).json() == {"discarded": False}
    assert Draft.objects.count() == 1
    assert call(client, "DELETE", machine, "draft", {"seen": newest}).json() == {"discarded": True}
    assert call(client, "DELETE", machine, "draft", {"seen": newest}).json() == {"discarded": True}


def test_a_version_is_never_used_twice(machine, person):
    owner = person("Designer")
    first = drafts.keep(machine, definition=MINE, base=1, seen=0, owner=owner)
    drafts.discard(machine, owner=owner, seen=first.version)
    second = drafts.keep(machine, definition=MINE, base=1, seen=first.version, owner=owner)
    assert second.version > first.version


def test_everyone_has_a_draft_of_their_own(client, machine, person):
    for user, text in ((person("Designer"), MINE), (person("Designer"), PASS + "\n")):
        client.force_login(user)
        call(client, "PUT", machine, "draft", {"definition": text, "base_revision": 1})
        assert client.get(f"/api/v1/state-machines/{machine.pk}/draft").json()["draft"]["definition"] == text
    assert Draft.objects.count() == 2


def test_what_cant_be_a_draft_is_refused_with_the_reason(client, designer, machine):
    refused = call(client, "PUT", machine, "draft", {"definition": "{}", "base_revision": 7})
    assert (refused.status_code, "no revision 7" in refused.content.decode()) == (422, True)
    with pytest.raises(Refused, match="NUL"):
        drafts.keep(machine, definition="\x00", base=1, seen=0, owner=designer)


def test_a_merge_shows_what_came_and_what_clashes_and_saves_nothing(client, designer, machine):
    theirs = PASS.replace('"End": true', '"Result": 1, "End": true')
    save_revision(machine, definition=theirs, base=1, comment="Theirs", by=None)
    mine = PASS.replace('"End": true', '"Result": 2, "Comment": "why", "End": true')
    answer = call(client, "POST", machine, "merge", {"definition": mine, "base_revision": 1}).json()
    (conflict,) = answer["conflicts"]
    assert (conflict["state"], conflict["path"], conflict["mine"], conflict["theirs"]) == ("A", "Result", "2", "1")
    assert (answer["revision"]["number"], answer["revision"]["comment"]) == (2, "Theirs")
    chosen = {"definition": mine, "base_revision": 1, "choices": {conflict["key"]: "theirs"}}
    merged = json.loads(call(client, "POST", machine, "merge", chosen).json()["definition"])
    assert (merged["States"]["A"]["Result"], merged["States"]["A"]["Comment"]) == (1, "why")
    assert machine.revisions.count() == 2
    broken = call(client, "POST", machine, "merge", {"definition": "{", "base_revision": 1})
    assert (broken.status_code, "isn't JSON" in broken.json()["message"]) == (422, True)
