"""The launch pages as people use them, against a real endpoint: form, upload, question, result."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from callboard import aws
from executions.models import Execution
from launch.models import Launch
from review.models import Decision, ReviewTask
from review.services import accept_message
from tests.launch.conftest import deploy, open_task, until

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)  # where what happens after a commit matters
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0" + b"\0" * 64
VTT = b"WEBVTT\n\n00:00.000 --> 00:04.000\nQueues keep work safe while a worker is busy.\n"
PARTIAL = {"X-Callboard-Partial": "1"}


@pytest.fixture
def signed_in(client, operator):
    client.force_login(operator)
    return operator


def media(name="talk.mp4", content=MP4):
    return SimpleUploadedFile(name, content)


def test_the_gallery_names_what_runs_and_what_is_not_deployed(client, signed_in, video_sample):
    page = client.get(reverse("launch")).content.decode()
    assert "A title and a picture for your video" in page
    assert reverse("launch-workflow", args=["video"]) in page
    assert reverse("launch-workflow", args=["summary"]) not in page
    assert "Not deployed yet" in page


def test_the_page_plays_the_sample_video_from_s3(client, signed_in, video_sample):
    page = client.get(reverse("launch-workflow", args=["video"])).content.decode()
    assert "serverless-generative-ai.mp4?" in page
    assert "X-Amz-Signature" in page
    assert "Listen to the video" in page


def test_the_button_asks_for_one_run_however_often_it_is_pressed(client, signed_in, video_sample):
    form = {"key": "videos/prompt-chaining.mp4", "request": "pressed-twice"}
    url = reverse("launch-start", args=["video"])
    assert client.post(url, form).url == client.post(url, form).url
    assert Launch.objects.get().requested_by == signed_in


@pytest.mark.parametrize("key", ["", "secrets/a.mp4", "videos/a.txt"])
def test_what_is_no_video_is_refused_in_words(client, signed_in, video_sample, key):
    answer = client.post(reverse("launch-start", args=["video"]), {"key": key})
    assert answer.status_code == 422
    assert "Choose a video" in answer.content.decode()
    assert not Launch.objects.exists()


@committed
def test_a_form_comes_from_the_samples_schema_and_its_result_is_shown(client, signed_in, environment):
    from tests.launch.conftest import ROOT

    deploy(environment, "llama-summary", (ROOT / "samples" / "llama-summary" / "definition.asl.json").read_text())
    url = reverse("launch-workflow", args=["summary"])
    assert "Text to sum up" in client.get(url).content.decode()
    short = client.post(reverse("launch-start", args=["summary"]), {"text": "too short"})
    assert short.status_code == 422
    assert "at least 20 characters" in short.content.decode()
    assert ">too short</textarea>" in short.content.decode()
    text = "Queues keep work safe. A worker takes one message at a time and deletes it when the work is done."
    run = client.post(reverse("launch-start", args=["summary"]), {"text": text}).url
    until(environment, lambda: Launch.objects.exclude(result_notified_at=None).exists())
    page = client.get(run).content.decode()
    assert "Llama 2 summed your text up" in page
    assert Launch.objects.get().result["summary"].strip() in page.replace("&#x27;", "'").replace("&quot;", '"')


@committed
def test_an_upload_is_one_run_though_s3_announces_it_too(client, signed_in, environment, video_sample):
    form = {"media": media("My Talk (final).mp4"), "captions": SimpleUploadedFile("talk.vtt", VTT)}
    answer = client.post(reverse("launch-upload", args=["video"]), form)
    assert answer.status_code == 302
    launch = Launch.objects.get()
    key = launch.input["input"]["key"]
    assert key.startswith("videos/my-talk-final-")
    keys = {
        entry["Key"] for entry in aws.client(environment, "s3").list_objects_v2(Bucket="callboard-media")["Contents"]
    }
    assert {key, key.replace(".mp4", ".vtt")} <= keys
    until(environment, lambda: Launch.objects.exclude(execution_arn="").exists())
    task = until(environment, open_task)
    assert Launch.objects.count() == 1
    assert "Queues keep work safe" in task.payload["context"]
    aws.client(environment, "stepfunctions").stop_execution(executionArn=task.execution_arn)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Choose a video first"),
        ({"media": ("a.exe", MP4), "captions": ("a.vtt", VTT)}, "no video that can be read"),
        ({"media": ("a.mp4", b"<html>"), "captions": ("a.vtt", VTT)}, "hold what its name says"),
        ({"media": ("a.mp4", MP4)}, "Add the captions"),
        ({"media": ("a.mp4", MP4), "captions": ("a.txt", VTT)}, "holds no captions"),
        ({"media": ("a.mp4", MP4), "captions": ("a.vtt", b"WEBVTT")}, "holds no cue"),
        ({"media": ("a.mp4", MP4), "captions": ("a.vtt", b"\xff\xfe-->")}, "not text in UTF-8"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_in_words(client, signed_in, video_sample, files, words):
    form = {name: SimpleUploadedFile(*file) for name, file in files.items()}
    answer = client.post(reverse("launch-upload", args=["video"]), form)
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&#x27;", "'").replace("doesn't", "doesn't")
    assert not Launch.objects.exists()


def test_an_upload_without_the_csrf_token_is_refused(operator, video_sample):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator)
    assert strict.post(reverse("launch-upload", args=["video"]), {"media": media()}).status_code == 403


@committed
def test_the_question_is_answered_in_place_and_the_result_has_a_picture(client, signed_in, environment, video_sample):
    run = client.post(reverse("launch-start", args=["video"]), {"key": "videos/prompt-chaining.mp4"}).url
    task = until(environment, open_task)
    page = client.get(run).content.decode()
    assert "It’s your turn" in page
    launch = Launch.objects.get()
    decide = reverse("launch-decide", args=["video", launch.pk])
    again = client.post(decide, {"task": task.pk, "outcome": "regenerate", "comment": "shorter"}, headers=PARTIAL)
    assert again.status_code == 200
    late = client.post(decide, {"task": task.pk, "outcome": "approve", "candidate": "A"}, headers=PARTIAL)
    assert late.status_code == 409
    second = until(environment, lambda: (found := open_task()) and found.pk != task.pk and found)
    client.post(decide, {"task": second.pk, "outcome": "approve", "candidate": "B"}, headers=PARTIAL)
    until(environment, lambda: Launch.objects.exclude(result_notified_at=None).exists())
    part = client.get(reverse("launch-progress", args=["video", launch.pk])).content.decode()
    assert "All done" in part
    assert "operator chose a title" in part
    assert "avatars/" in part
    tokens = [row.sealed_token for row in ReviewTask.objects.all()]
    assert not [token for token in tokens if token in page + part]


def test_another_runs_question_cannot_be_answered_through_this_run(client, signed_in, environment, video_sample):
    from review.services import accept_message

    stranger = accept_message(environment, {"taskToken": "another"})
    client.post(reverse("launch-start", args=["video"]), {"key": "videos/prompt-chaining.mp4"})
    decide = reverse("launch-decide", args=["video", Launch.objects.get().pk])
    assert client.post(decide, {"task": stranger.pk, "outcome": "approve"}).status_code == 409
    assert not Decision.objects.exists()


def test_the_api_asks_for_a_run_and_a_duplicate_is_the_same_run(client, signed_in, video_sample):
    body = {
        "workflow": "video-title-and-avatar",
        "input": {"input": {"key": "videos/prompt-chaining.mp4"}},
        "deduplication_id": "from-the-api",
    }
    first = client.post("/api/v1/launch", body, content_type="application/json")
    assert first.status_code == 202
    assert first.json()["execution_name"] == "from-the-api"
    assert client.post("/api/v1/launch", body, content_type="application/json").json() == first.json()
    wrong = client.post(
        "/api/v1/launch", {**body, "input": {}, "deduplication_id": "x"}, content_type="application/json"
    )
    assert wrong.status_code == 422
    unknown = client.post("/api/v1/launch", {**body, "workflow": "unknown"}, content_type="application/json")
    assert unknown.status_code == 404


VIDEO = {"workflow": "video-title-and-avatar", "input": {"input": {"key": "videos/prompt-chaining.mp4"}}}


@pytest.mark.parametrize(
    ("identity", "words"),
    [("", "1 to 128"), ("x" * 129, "1 to 128"), ("a\u0000b", "NUL"), ("\ud800", "surrogate")],
)
def test_an_identity_that_can_not_be_one_is_a_bad_request(client, signed_in, video_sample, identity, words):
    body = json.dumps({**VIDEO, "deduplication_id": identity})
    answer = client.post("/api/v1/launch", body, content_type="application/json")
    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert not Launch.objects.exists()


def test_the_same_identity_with_another_input_is_a_conflict(client, signed_in, video_sample):
    body = {**VIDEO, "deduplication_id": "once"}
    assert client.post("/api/v1/launch", body, content_type="application/json").status_code == 202
    other = {**body, "input": {"input": {"key": "videos/another.mp4"}}}
    answer = client.post("/api/v1/launch", other, content_type="application/json")
    assert answer.status_code == 409
    assert "once" in answer.json()["message"]
    page = client.post(reverse("launch-start", args=["video"]), {"key": "videos/another.mp4", "request": "once"})
    assert page.status_code == 409
    assert "used for another run" in page.content.decode()
    assert Launch.objects.get().input == VIDEO["input"]


def test_the_last_runs_say_which_of_them_waits_for_a_person(client, signed_in, operator, video_sample):
    asked = client.post("/api/v1/launch", VIDEO, content_type="application/json").json()
    launch = Launch.objects.get(pk=asked["id"])
    execution = Execution.objects.create(
        environment=launch.environment,
        arn="arn:aws:states:us-east-1:000000000000:execution:m:e",
        name="e",
        state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:m",
        started_at=timezone.now(),
    )
    Launch.objects.filter(pk=launch.pk).update(execution=execution, execution_arn=execution.arn)
    page = reverse("launch-workflow", args=["video"])
    assert "Waiting for a person" not in client.get(page).content.decode()
    accept_message(launch.environment, {"taskToken": "t" * 40, "title": "Which?", "execution": execution.arn})
    assert "Waiting for a person" in client.get(page).content.decode()


def test_people_without_a_role_see_and_start_nothing(client, video_sample):
    for user in (None, User.objects.create_user("nobody")):
        if user:
            client.force_login(user)
        expected = {403} if user else {302, 401}
        assert client.get(reverse("launch")).status_code in expected
        assert client.get(reverse("launch-workflow", args=["video"])).status_code in expected
        assert (
            client.post(reverse("launch-start", args=["video"]), {"key": "videos/prompt-chaining.mp4"}).status_code
            in expected
        )
        assert client.post(reverse("launch-upload", args=["video"]), {"media": media()}).status_code in expected
        assert client.post("/api/v1/launch", {}, content_type="application/json").status_code in {401, 403}
    assert not Launch.objects.exists()
