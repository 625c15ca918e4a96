"""What was written in YAML comes back as it was written; the JSON stays what counts. And: conversion to JSONata."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile

from callboard.apps import make_groups
from designer import services
from designer.models import Revision
from designer.yaml_text import says_the_same

pytestmark = pytest.mark.django_db

YAML = "# Asks people\nStartAt: Ask # first\nStates:\n  Ask: {Type: Succeed}\n"
DEFINITION = '{"StartAt": "Ask", "States": {"Ask": {"Type": "Succeed"}}}'


@pytest.fixture
def designer(client):
    make_groups()
    user = User.objects.create_user("designer", password="long enough")
    user.groups.add(Group.objects.get(name="Designer"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.mark.parametrize(
    ("yaml", "definition", "same"),
    [
        (YAML, DEFINITION, True),
        ("a: 2.0\n1: x", '{"1": "x", "a": 2}', True),
        (YAML, "{}", False),
        ("a: [", "{}", False),
        ("{}", "{", False),
    ],
)
def test_yaml_says_the_same_or_not(yaml, definition, same):
    assert says_the_same(yaml, definition) is same


def test_comments_are_kept_with_the_revision_and_come_out_again(client, designer):
    machine = services.create_state_machine(name="commented", definition=DEFINITION, by=designer)
    body = {"definition": DEFINITION, "yaml": YAML, "base_revision": 1}
    url = f"/api/v1/state-machines/{machine.pk}/revisions"
    assert client.post(url, body, content_type="application/json").status_code == 201
    assert client.get(f"/api/v1/state-machines/{machine.pk}").json()["yaml"] == YAML
    assert client.get(f"/workflows/{machine.pk}/revisions/2/export/yaml/").content.decode() == YAML
    other = {"definition": "{}", "yaml": YAML, "base_revision": 2}
    refused = client.post(url, other, content_type="application/json")
    assert refused.status_code == 422
    assert "YAML" in refused.json()["message"]
    client.post(f"/workflows/{machine.pk}/revisions/2/restore/")
    assert Revision.objects.get(state_machine=machine, number=3).yaml == YAML


def test_an_imported_file_keeps_its_comments(client, designer):
    file = SimpleUploadedFile("asks.asl.yaml", YAML.encode())
    client.post("/workflows/import/", {"file": file, "name": "asks", "type": "STANDARD"})
    revision = Revision.objects.get(state_machine__name="asks")
    assert revision.yaml == YAML
    assert json.loads(revision.definition) == json.loads(DEFINITION)


def test_a_definition_is_converted_for_the_editor(client, designer):
    states = {"A": {"Type": "Pass", "Parameters": {"x.$": "$.y"}, "End": True}}
    definition = json.dumps({"StartAt": "A", "States": states})
    answer = client.post("/api/v1/conversions", {"definition": definition}, content_type="application/json").json()
    assert json.loads(answer["definition"])["States"]["A"]["Output"] == {"x": "{% $states.input.y %}"}
    assert answer["states"] == [{"path": "/States/A", "name": "A", "outcome": "CONVERTED", "notes": []}]
    broken = client.post("/api/v1/conversions", {"definition": "{}"}, content_type="application/json")
    assert broken.status_code == 422
    assert "Correct it first" in broken.json()["message"]
