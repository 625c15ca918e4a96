"""The palette's actions, spelt as Step Functions spells them."""

import subprocess
import sys

import orjson

from designer import shapes
from designer.catalogue import index
from designer.catalogue_search import search


def resources(text, limit=50):
    return [action["resource"] for action in search(text, limit)]


def test_services_have_their_java_names():
    assert "arn:aws:states:::aws-sdk:sfn:startExecution" in resources("sfn startexecution")


def test_an_action_is_found_without_its_services_name():
    assert resources("describe instances")[0] == "arn:aws:states:::aws-sdk:ec2:describeInstances"
    assert resources("start transcription job")[0] == "arn:aws:states:::aws-sdk:transcribe:startTranscriptionJob"


def test_a_service_is_found_by_its_title():
    assert resources("secrets manager get value")[0] == "arn:aws:states:::aws-sdk:secretsmanager:getSecretValue"


def test_required_parameters_come_with_a_starting_value():
    (action,) = [row for row in search("transcribe startTranscriptionJob") if row["action"] == "startTranscriptionJob"]
    assert action["parameters"] == {"TranscriptionJobName": "", "Media": {}}


def test_without_words_the_optimized_ones_are_offered():
    assert all(action["optimized"] for action in search(""))


def test_callbacks_are_offered_only_where_they_exist():
    patterns = {action["resource"]: action["patterns"] for action in search("", 200)}
    assert patterns["arn:aws:states:::dynamodb:getItem"] == [""]
    assert patterns["arn:aws:states:::lambda:invoke"] == ["", "waitForTaskToken"]


def test_what_answers_with_a_stream_is_not_offered():
    assert not [found for found in resources("bedrockruntime", 200) if "stream" in found.lower()]
    assert not [found for found in resources("transcribe stream", 200) if found.endswith("startStreamTranscription")]


def test_what_is_not_known_to_be_supported_is_marked_and_comes_last():
    found = search("describe job flows", 50)
    marked = next(action for action in found if action["resource"] == "arn:aws:states:::aws-sdk:emr:describeJobFlows")
    assert not marked["supported"]
    order = [action["supported"] for action in search("connection", 200)]
    assert order == sorted(order, reverse=True)
    assert not all(action.supported for action in index())
    assert orjson.loads(shapes.describe(marked["resource"]))["supported"] is False


def test_all_services_are_there_and_none_twice():
    names = [action.resource for action in index()]
    assert len(names) == len(set(names))
    assert len(names) > 15_000
    assert len({action.service for action in index()}) > 350


def test_the_index_takes_little_memory():
    """In a process of its own: what the models took must have been given back."""
    script = (
        "import re; from designer import catalogue\n"
        "def resident(): return int(re.search(r'VmRSS:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
        "before = resident(); catalogue.index(); print(resident() - before)"
    )
    taken = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert int(taken) < 60_000, "KiB"
