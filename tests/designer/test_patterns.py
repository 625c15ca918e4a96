"""The palette's patterns: each is a valid fragment of a workflow in both query languages, and runs as it says."""

import json
from pathlib import Path

import pytest

from asl.parse import parse
from asl.simulation import simulate
from asl.validate import diagnose

FOLDER = Path(__file__).parents[2] / "frontend" / "src" / "designer" / "catalogue" / "patterns"
PATTERNS = sorted(path.stem for path in FOLDER.glob("*.json"))
LANGUAGES = ["JSONPath", "JSONata"]


def definition(name, language):
    """The pattern as a workflow of its own: where its path goes on, there is the end."""
    states = json.loads((FOLDER / f"{name}.json").read_text())[language]
    text = json.dumps(
        {"QueryLanguage": language, "StartAt": next(iter(states)), "States": {**states, "After": {"Type": "Succeed"}}}
    )
    return text.replace("@onward", "After").replace(
        "@review-queue", "https://sqs.us-east-1.amazonaws.com/123456789012/review"
    )


def answers(*results):
    return {str(number): {"Return": result} for number, result in enumerate(results)}


def claude(*texts):
    return answers(*({"Body": {"content": [{"type": "text", "text": text}]}} for text in texts))


NOVA = answers({"Body": {"output": {"message": {"content": [{"text": "n"}]}}}})
FAILS = {"0-9": {"Throw": {"Error": "Bedrock.ThrottlingException", "Cause": "busy"}}}
JOB = {"TranscriptionJob": {"TranscriptionJobName": "j", "TranscriptionJobStatus": "IN_PROGRESS"}}
DONE = {"TranscriptionJob": {"TranscriptionJobName": "j", "TranscriptionJobStatus": "COMPLETED"}}
REVIEW = {"outcome": "approve", "candidate": {"key": "A", "title": "T"}, "comment": ""}
# name -> (what happens, input, mocks, status, states that it passes through in this order)
RUNS = [
    ("poll-until-done", {"media": "s3://b/k"}, {"Start the job": answers(JOB), "Look at the job": answers(JOB, DONE)}, "SUCCEEDED",
     ["Start the job", "Look at the job", "Job done?", "Wait for the job", "Look at the job", "Job done?", "After"]),
    ("prompt-chain", {"topic": "rain"}, {"First prompt": claude("o"), "Second prompt": claude("d"), "Third prompt": claude("s")}, "SUCCEEDED",
     ["First prompt", "Second prompt", "Third prompt", "After"]),
    ("parallel-models", {"prompt": "p"}, {"Ask Claude": claude("c"), "Ask Nova": NOVA, "Ask Llama": answers({"Body": {"generation": "l"}})}, "SUCCEEDED",
     ["Ask three models", "After"]),
    ("approval", {"text": "t"}, {"Propose": claude("one", "two"), "Ask a person": answers({"outcome": "regenerate", "candidate": None, "comment": "shorter"}, REVIEW)}, "SUCCEEDED",
     ["Propose", "Ask a person", "Approved?", "Take the remarks", "Propose", "Ask a person", "Approved?", "After"]),
    ("threshold-approval", {"draft": "d"}, {"Score the draft": claude("85")}, "SUCCEEDED", ["Score the draft", "Good enough?", "After"]),
    ("threshold-approval", {"draft": "d"}, {"Score the draft": claude("40"), "Ask a person": answers(REVIEW)}, "SUCCEEDED",
     ["Score the draft", "Good enough?", "Ask a person", "After"]),
    ("threshold-approval", {"draft": "d"}, {"Score the draft": claude("rather good"), "Ask a person": answers(REVIEW)}, "SUCCEEDED",
     ["Score the draft", "Ask a person", "After"]),
    ("fallback-model", {"prompt": "p"}, {"Ask the first model": FAILS, "Ask the second model": NOVA}, "SUCCEEDED",
     ["Ask the first model", "Ask the second model", "After"]),
    ("read-transcript", {"bucket": "b", "key": "k"},
     {"Read the transcript": answers({"Body": json.dumps({"results": {"transcripts": [{"transcript": "Hello."}]}})})}, "SUCCEEDED",
     ["Read the transcript", "After"]),
    ("dead-letter", {"a": 1}, {"Do the work": {"0-9": {"Throw": {"Error": "Boom", "Cause": "c"}}}, "Keep for later": answers({"MessageId": "m"})}, "FAILED",
     ["Do the work", "Keep for later", "Given up"]),
    ("dead-letter", {"a": 1}, {"Do the work": answers({"Payload": {"b": 2}})}, "SUCCEEDED", ["Do the work", "After"]),
]  # fmt: skip


def run(name, language, given, mocks):
    return simulate(parse(definition(name, language)), input=json.dumps(given), mocks=mocks)


def passed(found):
    details = (event.get("stateEnteredEventDetails") for event in found.history)
    return [detail["name"] for detail in details if detail]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_has_no_mistake(name, language):
    assert [finding.message for finding in diagnose(definition(name, language), type="STANDARD")] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", RUNS, ids=[f"{row[0]} {row[3]}" for row in RUNS])
def test_a_pattern_runs_as_it_says(row, language):
    name, given, mocks, status, path = row
    found = run(name, language, given, mocks)
    assert (found.status, found.problem) == (status, None), found.cause
    entered = iter(passed(found))
    assert all(state in entered for state in path), passed(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_give_the_same_results(language):
    def output(row):
        return json.loads(run(row[0], language, row[1], row[2]).output)

    chain = output(RUNS[1])
    assert chain["answer"] == "s"
    assert [turn["role"] for turn in chain["conversation"]] == ["user", "assistant"] * 3
    models = output(RUNS[2])
    assert [each["text"] for each in models["candidates"]] == ["c", "n", "l"]
    assert output(RUNS[8])["transcript"] == "Hello."
    assert output(RUNS[3])["review"] == REVIEW


def test_every_pattern_is_run():
    """But the one over S3: the child executions of a distributed Map aren't simulated; the browser's test runs it."""
    assert {name for name, *_ in RUNS} == set(PATTERNS) - {"map-reduce"}
