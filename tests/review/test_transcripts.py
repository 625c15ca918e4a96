"""What a candidate's transcript says line by line, whichever form it has, and who is shown it."""

import json
import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from review import transcripts
from review.contract import violations
from review.services import accept_message
from review.transcripts import as_webvtt, read
from tests.review.conftest import CONTRACT, make_reviewer

WEBVTT = """WEBVTT - made by hand

NOTE not said

1
00:00.500 --> 00:02.000 align:start
<v Ann>Plain <i>words</i> &amp; more</v>

01:00:02.250 --> 01:00:04.000
Over two
lines
"""


def said(lines):
    return [(line.text, line.start, line.end, line.speaker) for line in lines]


def word(text, start, speaker="spk_0"):
    times = {"start_time": str(start), "end_time": str(start + 0.25)}
    return {"type": "pronunciation", "alternatives": [{"content": text}], "speaker_label": speaker, **times}


def mark(text):
    return {"type": "punctuation", "alternatives": [{"content": text}]}


def test_captions_are_read_with_times_and_voices_and_without_markup():
    expected = [("Plain words & more", 0.5, 2.0, "Ann"), ("Over two lines", 3602.25, 3604.0, "")]
    assert said(read(WEBVTT)) == expected
    assert said(read("\ufeff" + WEBVTT.replace("\n", "\r\n"))) == expected
    assert said(read("1\n00:00:01,000 --> 00:00:02,500\nSubRip\n")) == [("SubRip", 1.0, 2.5, "")]


def test_words_of_transcribe_become_sentences_turns_and_pauses():
    items = [
        *(word("Hello", 0.0), word("there", 0.3), mark(","), word("you", 0.6), mark(".")),
        *(word("Yes", 1.0, "spk_1"), word("But", 1.3, "spk_0"), word("later", 4.0, "spk_0")),
    ]
    document = {"results": {"transcripts": [{"transcript": "Hello there, you. Yes"}], "items": items}}
    assert said(read(json.dumps(document))) == [
        ("Hello there, you.", 0.0, 0.85, "Speaker 1"),
        ("Yes", 1.0, 1.25, "Speaker 2"),
        ("But", 1.3, 1.55, "Speaker 1"),
        ("later", 4.0, 4.25, "Speaker 1"),
    ]


def test_segments_of_transcribe_are_lines_and_a_transcript_alone_is_one():
    segment = {"transcript": "A whole segment.", "start_time": "0.5", "end_time": "2.0"}
    assert said(read(json.dumps({"results": {"audio_segments": [segment]}}))) == [("A whole segment.", 0.5, 2.0, "")]
    alone = {"results": {"transcripts": [{"transcript": "No times."}]}}
    assert said(read(json.dumps(alone))) == [("No times.", None, None, "")]


@pytest.mark.parametrize("text", ["", "WEBVTT\n", "{}", '{"results": 7}', "{" * 5000, "[1]", "a --> b"])
def test_any_text_is_read_somehow(text):
    read(text)


def test_captions_that_are_written_hold_no_markup_and_are_read_back():
    lines = read("one\n\n00:01.000 --> 00:02.000\n&lt;b&gt; --&gt; &amp;\n")
    written = as_webvtt(lines)
    assert "<b>" not in written
    assert written.count("-->") == 1
    assert read(written) == lines
    assert as_webvtt(read("without times")) == "WEBVTT\n"


@pytest.fixture
def spoken(environment):
    media = {"media": "s3://films/a.wav", "transcript": WEBVTT}
    stored = {"kind": "video", "media": "s3://films/b", "transcript": {"bucket": "films", "key": "b.json"}}
    message = {**CONTRACT, "candidates": [{"title": "One", **media}, {"title": "Two", **stored}]}
    assert violations(message) == []
    return accept_message(environment, message)


def test_a_page_has_a_player_and_captions_and_its_transcript_is_asked_for_apart(client, spoken):
    client.force_login(make_reviewer("person"))
    page = client.get(reverse("review-task", args=[spoken.pk])).content.decode()
    assert page.count("<audio ") == 1
    assert '<track kind="captions"' in page.split("<video ")[1]
    assert "Over two" not in page
    shown = client.get(f"/api/v1/reviews/{spoken.pk}").json()["candidates"]
    assert [candidate["kind"] for candidate in shown] == ["audio", "video"]
    found = client.get(shown[0]["transcript_url"]).json()
    assert (found["lines"][0]["speaker"], found["why"]) == ("Ann", "")
    captions = client.get(reverse("review-captions", args=[spoken.pk, "A"]))
    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    assert captions.content.decode().count(" --> ") == 2
    assert client.get(reverse("review-transcript", args=[spoken.pk, "C"])).status_code == 404


def test_a_stored_transcript_comes_from_buckets_that_are_shown_alone(client, spoken, environment, monkeypatch):
    client.force_login(make_reviewer("person"))
    asked = reverse("review-transcript", args=[spoken.pk, "B"])
    assert "can't be reached" in client.get(asked).json()["why"]  # nothing listens at the endpoint
    monkeypatch.setattr(transcripts, "download", lambda environment, bucket, key: f"{bucket}: {key}".encode())
    assert client.get(asked).json()["lines"][0]["text"] == "films: b.json"
    monkeypatch.undo()
    environment.kind = "aws"
    environment.save()
    assert "films isn't among the buckets" in client.get(asked).json()["why"]
    assert client.get(reverse("review-captions", args=[spoken.pk, "B"])).status_code == 404


def test_strangers_read_no_transcript(client, spoken):
    asked = reverse("review-transcript", args=[spoken.pk, "A"])
    assert Client().get(asked).status_code == 302
    client.force_login(User.objects.create_user("nobody"))
    assert client.get(asked).status_code == 403


def test_a_transcript_made_to_hold_up_the_page_is_soon_read():
    for said in ("<" * 300_000, "{\\" * 150_000, "<v " * 100_000):
        began = time.perf_counter()
        transcripts.read(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{said}")
        assert time.perf_counter() - began < 2
