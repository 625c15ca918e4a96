"""The built-in writer: sensible titles from a transcript, remarks that change them, and answers of other kinds."""

import json
import re
from pathlib import Path

import pytest

from localaws.models.captions import read_captions
from localaws.models.language import first_tokens, key_phrases, sentences, services, title_case
from localaws.models.reading import Task, Turn, read, turns_of
from localaws.models.remarks import read_wishes
from localaws.models.voices import VOICES
from localaws.models.writing import write

CAPTIONS = Path(__file__).parents[2] / "samples/media/serverless-generative-ai.vtt"
BAKERY = (
    "Hi everyone, and welcome back. In this video I want to show you how a small bakery moved its order desk to a serverless "
    "workflow. When a customer sends an order, AWS Step Functions starts an execution. First Amazon Transcribe turns the voice "
    "message into text. The workflow waits for a choice with a task token, so nothing costs money while the bread is in the "
    "oven. If the baker does not answer within an hour, the order goes to a dead-letter queue in Amazon SQS. Thanks for watching!"
)
TALK = (
    "Human:You will create a title and description for the provided video transcript. Transcript:\n{}  \n\n Your response should "
    'be formatted as a JSONObject as follows. {{"title":"title", "description":"description of the video"}} Do not add "here is '
    'a generated .." Assistant:'
)
SAMPLE = (
    "You write titles for conference videos. Create a title and a description for this video transcript. Answer with one JSON "
    'object holding "title" and "description", at most 80 characters for the title, and nothing else.\n\nEditor\'s remarks: {}'
    "\n\nTranscript:\n{}"
)


def answered(prompt: str, voice: str = "claude") -> dict[str, str]:
    found = json.loads(write(read(turns_of(prompt)), voice=voice))
    assert list(found) == ["title", "description"]
    return found


def with_remarks(remarks: str, voice: str = "claude") -> dict[str, str]:
    return answered(SAMPLE.format(remarks, BAKERY), voice)


PLAIN = with_remarks("none")


def test_the_talks_prompt_gives_a_title_and_a_description_as_json() -> None:
    found = answered(TALK.format(BAKERY))
    assert found["title"] == "Building an Order Desk with AWS Step Functions"
    assert "a small bakery moved its order desk" in found["description"]
    assert "welcome" not in found["description"].lower(), "greetings say nothing"


def test_a_system_prompt_and_a_transcript_as_the_users_turn_do_as_well() -> None:
    turns = [
        Turn("system", "You will create a title and description. Your response should be formatted as a JSONObject."),
        Turn("user", BAKERY),
    ]
    brief = read(turns)
    assert (brief.task, brief.as_json, brief.source) == (Task.TITLE, True, BAKERY)
    assert json.loads(write(brief, voice="gpt"))["title"].startswith("AWS Step Functions in Action")


@pytest.mark.parametrize(
    "remarks", ["none", "", "shorter", "focus on the task token", "as a question", "name the services"]
)
def test_no_two_voices_write_the_same_title(remarks: str) -> None:
    titles = {voice: with_remarks(remarks, voice)["title"] for voice in VOICES}
    assert len(set(titles.values())) == len(VOICES), titles


@pytest.mark.skipif(not CAPTIONS.exists(), reason="the sample's captions are not there")
def test_the_samples_own_video_gets_a_title_that_says_what_it_is_about() -> None:
    said = " ".join(cue.text for cue in read_captions(CAPTIONS.read_text()))
    found = answered(TALK.format(said))
    assert found["title"] == "Building a Generative AI Application with AWS Step Functions"
    assert len(sentences(found["description"])) == 2


def test_shorter_is_shorter() -> None:
    found = with_remarks("Shorter, please.")
    assert len(found["title"]) < len(PLAIN["title"])
    assert len(found["description"]) < len(PLAIN["description"])


def test_the_services_are_named_if_asked_for() -> None:
    found = with_remarks("Please name the services in the title")
    assert all(name in found["title"] for name in ("Step Functions", "Transcribe", "SQS"))
    both = with_remarks("shorter, and name the services")
    assert both["title"] == "Step Functions, Transcribe and SQS"
    assert "Amazon SQS" in both["description"]


@pytest.mark.parametrize(
    ("remarks", "expected"),
    [
        ('Use "no servers at all" in the title', "No Servers at All"),
        ("Mention the dead-letter queue.", "Dead-letter Queue"),
        ("please include bread and make it longer", "Bread"),
        ("focus on the task token", "Task Token"),
        ("make it a question", "?"),
        ("more fun!", "!"),
        ("kubernetes", "Kubernetes"),
    ],
)
@pytest.mark.parametrize("voice", sorted(VOICES))
def test_what_remarks_ask_for_is_in_the_title(remarks: str, expected: str, voice: str) -> None:
    assert expected in with_remarks(remarks, voice)["title"]


@pytest.mark.parametrize("voice", sorted(VOICES))
@pytest.mark.parametrize(
    "remarks",
    [
        "I don't like it",
        "boring",
        "no",
        "Hmm.",
        "日本語で",
        "better please",
        "again",
        "The title should be different",
        "plain and simple",
    ],
)
def test_remarks_always_change_the_title(remarks: str, voice: str) -> None:
    assert with_remarks(remarks, voice)["title"] != with_remarks("none", voice)["title"]


def test_remarks_about_the_description_leave_the_title() -> None:
    found = with_remarks("a longer description")
    assert found["title"] == PLAIN["title"]
    assert len(found["description"]) > len(PLAIN["description"])


def test_words_to_avoid_are_avoided() -> None:
    found = with_remarks("avoid AWS and don't use the word desk")
    assert "AWS" not in found["title"]
    assert "desk" not in with_remarks("don't say order desk")["title"].lower()


@pytest.mark.parametrize(("limit", "number"), [("five", 5), ("3", 3), ("2", 2)])
@pytest.mark.parametrize("voice", sorted(VOICES))
def test_a_limit_of_words_is_kept_without_loose_ends(limit: str, number: int, voice: str) -> None:
    title = with_remarks(f"at most {limit} words", voice)["title"]
    assert 0 < len(title.split()) <= number
    assert not re.search(r"(?:\b(?:with|a|and|the|on|for)|[,:])$", title, re.IGNORECASE), title


def test_the_prompts_own_limit_of_characters_is_kept() -> None:
    found = with_remarks('use "a very long phrase that nobody would put into any title of any video at all"')
    assert len(found["title"]) <= 80


def test_a_small_budget_of_tokens_still_gives_whole_json() -> None:
    text = write(read(turns_of(TALK.format(BAKERY))), voice="claude", max_tokens=60)
    assert json.loads(text)["title"]


@pytest.mark.parametrize("none", ["none", "None.", "", " - ", "n/a", "no remarks"])
def test_no_remarks_are_no_wishes(none: str) -> None:
    assert not read_wishes(none)


@pytest.mark.parametrize(
    "prompt",
    [
        "Reviewer's comments: name the services\n\nCreate a title and description.\n\nTranscript: " + BAKERY,
        "Create a title and description.\nFeedback: name the services\nTranscript:\n" + BAKERY,
        "Write a title and a description. Editor's remarks: name the services\n\nTranscript:\n" + BAKERY,
        "Transcript:\n" + BAKERY + "\n\nTitle and description please.\n\nRemarks by the reviewer: name the services",
    ],
)
def test_remarks_are_found_wherever_a_prompt_carries_them(prompt: str) -> None:
    brief = read(turns_of(prompt))
    assert brief.wishes.name_services
    assert "small bakery" in brief.source


def test_a_summary_takes_the_texts_own_sentences() -> None:
    summary = write(read(turns_of(f"Summarize the following text in two sentences:\n\n{BAKERY}")), voice="llama")
    assert len(sentences(summary)) == 2
    assert all(each.rstrip(".") in BAKERY or "small bakery" in each for each in sentences(summary))


def test_a_conversation_is_carried_on() -> None:
    said = "User: Write an outline with three points for an article about human review in workflows."
    outline = write(read(turns_of(said)), voice="cohere")
    assert [line[:2] for line in outline.split("\n")] == ["1.", "2.", "3."]
    assert "human review in workflows" in outline
    said += f"\nChatbot: {outline}\nUser: Now write a draft that follows this outline."
    draft = write(read(turns_of(said)), voice="cohere")
    assert len(sentences(draft)) == 3
    assert draft.startswith("Human review in workflows")
    said += f"\nChatbot: {draft}\nUser: Say it again in one short paragraph."
    short = write(read(turns_of(said)), voice="cohere")
    assert 0 < len(short) < len(draft)
    assert short in draft


@pytest.mark.parametrize(
    ("review", "sentiment"),
    [
        ("It broke at once, I am very disappointed", "Negative"),
        ("Wonderful, works perfectly and arrived fast", "Positive"),
    ],
)
def test_a_choice_between_two_words_follows_the_texts_tone(review: str, sentiment: str) -> None:
    prompt = f"\n\nHuman: Here is the review <review> {review} </review>. Give one word response - Positive or Negative.\n\nAssistant:"
    assert write(read(turns_of(prompt)), voice="claude") == sentiment


def test_a_choice_from_a_list_is_one_of_the_list() -> None:
    prompt = 'Given the categories ["COMPLAINT","BILLING"], give the answer with exactly one class.\n\nText: My billing is wrong.'
    assert write(read(turns_of(prompt)), voice="claude") in {"COMPLAINT", "BILLING"}


def test_a_json_example_is_filled_in_its_own_shape() -> None:
    prompt = (
        'Give me 3 ideas.\nYour response should be a JSON array.\n<example>\n[{"title": "T", "reason": "R"}]\n</example>\n<text>'
        + BAKERY
        + "</text>"
    )
    found = json.loads(write(read(turns_of(prompt)), voice="claude"))
    assert [list(each) for each in found] == [["title", "reason"]] * 3


def test_a_question_is_answered_from_the_text() -> None:
    prompt = f"When does the order go to the dead-letter queue?\n\nText: {BAKERY}"
    assert "does not answer within an hour" in write(read(turns_of(prompt)), voice="claude")


@pytest.mark.parametrize(
    "prompt", ["", "?", "x", "🙂", "Human:", "[INST]", "{" * 50, "a " * 5000, "Transcript:", "title description json"]
)
@pytest.mark.parametrize("voice", sorted(VOICES))
def test_any_prompt_has_an_answer(prompt: str, voice: str) -> None:
    assert isinstance(write(read(turns_of(prompt)), voice=voice, max_tokens=50), str)


def test_turns_are_told_apart_in_llamas_format() -> None:
    turns = turns_of("<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\nHello [/INST] Hi! </s><s>[INST] Bye [/INST]")
    assert turns == [Turn("system", "Be kind."), Turn("user", "Hello"), Turn("assistant", "Hi!"), Turn("user", "Bye")]


def test_services_have_their_fullest_name_and_a_language_is_none() -> None:
    assert services("Lambda and AWS Lambda in the Amazon States Language, with S3") == ("AWS Lambda", "S3")


def test_key_phrases_hold_no_verb_that_follows_a_name() -> None:
    phrases = [each.text for each in key_phrases(BAKERY)]
    assert "order desk" in phrases
    assert not any("starts" in each or "turns" in each for each in phrases)


def test_headlines_have_capitals_where_headlines_have_them() -> None:
    assert title_case("what a task token does for AWS on iOS") == "What a Task Token Does for AWS on iOS"


def test_text_is_cut_at_a_token() -> None:
    assert first_tokens("one two, three", 3) == ("one two,", True)
    assert first_tokens("one two", 3) == ("one two", False)
