"""Definitions in YAML: what JSON has, and nothing that surprises."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from designer.models import StateMachine
from designer.yaml_text import NotYaml, read_yaml, write_yaml

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize(
    "text", ["yes", "no", "on", "2024-01-01", "1:30", "0x1f", "0o7", "010", "1_000", ".inf", ".nan"]
)
def test_what_only_looks_like_something_else_stays_text(text):
    assert read_yaml(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("-7", -7),
        ("2.50", 2.5),
        ("1e3", 1000.0),
        ("'7'", "7"),
    ],
)
def test_what_json_has_is_read_as_that(text, value):
    found = read_yaml(f"a: {text}")["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*/definition.asl.json")), ids=lambda path: path.parent.name)
def test_a_definition_comes_back_as_it_was(sample):
    document = json.loads(sample.read_text())
    text = write_yaml(document)
    assert read_yaml(text) == document
    assert list(read_yaml(text)["States"]) == list(document["States"])


def test_texts_of_several_lines_are_blocks_and_nothing_is_referred_to():
    shared = {"a": 1}
    text = write_yaml({"Comment": "one\ntwo\n", "x": shared, "y": shared})
    assert "Comment: |\n  one\n  two\n" in text
    assert "&" not in text


@pytest.mark.parametrize("text", ["a: [1", "a: &x [1]\nb: *x", "!!python/object/apply:os.system ['true']", "[" * 5000])
def test_what_cant_be_read_is_refused_with_words(text):
    with pytest.raises(NotYaml):
        read_yaml(text)


def test_a_yaml_file_is_imported_as_json(client, person):
    client.force_login(person("Designer"))
    file = SimpleUploadedFile(
        "orders.asl.yaml", b"# ours\nStartAt: A\nStates:\n  A: {Type: Pass, Comment: no, End: true}\n"
    )
    assert client.post(reverse("workflow-import"), {"file": file}).status_code == 302
    definition = StateMachine.objects.get(name="orders").revisions.get().definition
    assert json.loads(definition) == {"StartAt": "A", "States": {"A": {"Type": "Pass", "Comment": "no", "End": True}}}
    broken = client.post(reverse("workflow-import"), {"file": SimpleUploadedFile("x.yml", b"a: [1")})
    assert "isn&#x27;t YAML that a definition can be" in broken.content.decode()
