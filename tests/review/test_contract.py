import json
import time
from pathlib import Path

import pytest

from review.contract import Unreadable, read_body, read_message, violations
from review.contract.candidates import title_and_description

TOKEN = "t/o+k=" * 10

# What the founding talk's workflow hands to its Lambda function: two branches of its Parallel state.
TALK = {
    "type": "message",
    "input": {"key": "videos/cloud.mp4"},
    "response_payload": [
        {
            "prompt": "Human:You will create a title and description",
            "Bedrock": {
                "model_response": ' Here it is:\n```json\n{"title": "Clouds", "description": "About clouds."}\n```',
                "model": "anthropic.claude-v2",
            },
        },
        {
            "input": {"key": "videos/cloud.mp4"},
            "Payload": {"transcript": "Clouds are wide."},
            "publicmodel": {
                "model_response": '{"title": "Skies", "description": "About skies."}',
                "model": "gpt-3.5-turbo",
            },
        },
    ],
    "taskToken": TOKEN,
}


def test_the_talks_message_becomes_candidates_side_by_side():
    question = read_body(TALK)
    assert [(c["key"], c["title"], c["description"], c["model"]) for c in question.candidates] == [
        ("A", "Clouds", "About clouds.", "anthropic.claude-v2"),
        ("B", "Skies", "About skies.", "gpt-3.5-turbo"),
    ]
    assert question.candidates[0]["prompt"].startswith("Human:You will")
    assert question.answer == "talk"
    assert question.title == "Choose a title for cloud.mp4"
    assert question.topic == "videos/cloud.mp4"


def test_the_token_is_nowhere_but_in_token():
    body = {**TALK, "note": f"answer with {TOKEN}", TOKEN: [TOKEN]}
    question = read_body(body)
    assert question.token == TOKEN
    assert TOKEN not in json.dumps(question.payload)
    assert TOKEN not in json.dumps(question.candidates)
    assert TOKEN not in repr(question)


def test_a_message_with_nothing_but_a_token_is_a_question():
    question = read_message(json.dumps({"TaskToken": TOKEN, "state": "Approve refund", "amount": 612.4}))
    assert question.title == "Approve refund: what should happen?"
    assert question.payload == {"state": "Approve refund", "amount": 612.4}
    assert question.candidates == []
    assert question.answer == "choice"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"title": "x"}', "no taskToken"),
        ('{"taskToken": ""}', "no taskToken"),
        (json.dumps({"taskToken": "x" * 2049}), "no taskToken"),
        ('{"taskToken": "x", "title": "a\\u0000b"}', "NUL"),
        ('{"taskToken": "x", "title": "a\\ud800b"}', "surrogate"),
        ('{"taskToken": "\\ud800"}', "surrogate"),
        ('{"taskToken": "x", "title": ' + "[" * 100_000, "nested"),
    ],
)
def test_what_cannot_be_answered_is_unreadable_and_says_why(text, words):
    with pytest.raises(Unreadable, match=words):
        read_message(text)


def test_a_member_that_breaks_the_contract_is_left_out_and_told():
    question = read_body({"taskToken": TOKEN, "title": 7, "answer": "haiku", "topic": "kept"})
    assert question.topic == "kept"
    assert question.answer == "choice"
    assert "title" in question.remarks
    assert "answer" in question.remarks
    assert TOKEN not in question.remarks


def test_violations_never_quote_the_token_wherever_it_stands():
    short = "t/o+k="
    body = {
        "taskToken": short,
        "title": 1,
        "group": [short],
        "priority": short,
        "candidates": [{short: 1, "model": [short]}],
    }
    assert len(violations(body)) == 4
    assert short not in str(violations(body)) + read_body(body).remarks
    with pytest.raises(Unreadable) as refused:
        read_body({"taskToken": short, "policy": {"required": short}})
    assert short not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"x": ' + "[" * 900 + "]" * 900, "nested more than 200 levels"),
        ('"x": ' + '{"a":' * 100_000, "nested too deeply|not JSON"),
        ('"x": NaN', "a number that JSON doesn't have"),
        ('"x": [{"y": 1e999}]', "a number that JSON doesn't have"),
        ('"x": {"\\u0000": 1}', "NUL"),
    ],
)
def test_what_could_not_be_stored_or_read_again_is_told_at_once(text, words):
    with pytest.raises(Unreadable, match=words):
        read_message(f'{{"taskToken": "{TOKEN}", {text}}}')


def test_a_models_answer_that_is_all_braces_is_text_and_soon_read():
    for text in ('{"a":' * 40_000, "{" * 200_000, '{"x": [' * 30_000):
        began = time.perf_counter()
        assert read_body({"taskToken": TOKEN, "candidates": [{"text": text}]}).candidates[0]["text"] == text
        assert time.perf_counter() - began < 2


def test_text_of_a_candidate_that_is_json_becomes_title_and_description():
    question = read_body(
        {"taskToken": TOKEN, "candidates": [{"text": '{"title": "A", "description": "B"}'}, {"text": "Just words"}]}
    )
    assert [(c["title"], c["description"], c["text"]) for c in question.candidates] == [
        ("A", "B", ""),
        ("", "", "Just words"),
    ]


def test_messages_as_a_prompt_become_text():
    prompt = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "A title, please."}]
    question = read_body({"taskToken": TOKEN, "candidates": [{"title": "A", "prompt": prompt}]})
    assert question.candidates[0]["prompt"] == "system: Be brief.\n\nuser: A title, please."


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "A", "description": "B"}',
        'Sure!\n{"title": "A",\n"description": "B"} Bye {x}',
        '{oops {"title": "A", "description": "B"}',
    ],
)
def test_a_models_chatter_around_its_json_is_ignored(text):
    assert title_and_description(text) == ("A", "B")


def test_text_without_a_title_gives_none():
    assert title_and_description("no braces") is None
    assert title_and_description('{"name": "A"}') is None


def test_the_sample_workflow_sends_what_the_contract_knows():
    path = Path(__file__).parents[2] / "samples" / "video-title-and-avatar" / "definition.asl.json"
    message = json.loads(path.read_text())["States"]["Ask a person"]["Parameters"]["MessageBody"]
    sent = {name.removesuffix(".$"): "x" for name in message} | {"candidates": [], "answer": "choice", "dueSeconds": 1}
    assert violations(sent) == []


def test_a_priority_and_a_version_are_read_and_one_that_is_unknown_is_told_of():
    given = {"taskToken": TOKEN, "title": "x", "contractVersion": 1, "priority": "urgent"}
    assert (read_body(given).priority, violations(given)) == ("urgent", [])
    assert read_body({"taskToken": TOKEN}).priority == "normal"
    strange = read_body({**given, "contractVersion": 2, "priority": "at once"})
    assert strange.priority == "normal"
    assert "contractVersion" in strange.remarks
    assert "priority" in strange.remarks
