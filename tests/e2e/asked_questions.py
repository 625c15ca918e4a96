"""Run by `manage.py shell`: two people and questions that runs of one workflow ask them; prints where and with which sessions."""

import io
import json
import struct
import time
import wave

from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore

from callboard.aws import client
from designer import deployment, selectors, services
from designer.models import Environment
from executions.services import start_execution
from review.models import ReviewTask

EMBEDDED = Environment.objects.get(kind="embedded")
QUEUE = client(EMBEDDED, "sqs").get_queue_url(QueueName="callboard-review")["QueueUrl"]
ASK = {
    "taskToken.$": "$$.Task.Token",
    "execution.$": "$$.Execution.Id",
    "state.$": "$$.State.Name",
    "title.$": "$.title",
    "candidates.$": "$.candidates",
    "policy.$": "$.policy",
}
WORKFLOW = {
    "StartAt": "Write",
    "States": {
        "Write": {"Type": "Pass", "Result": {"model": "none", "words": 12}, "ResultPath": "$.written", "Next": "Ask"},
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": QUEUE, "MessageBody": ASK},
            "ResultPath": "$.review",
            "Next": "Publish",
        },
        "Publish": {"Type": "Pass", "OutputPath": "$.review", "End": True},
    },
}
TEXTS = [
    {"title": "A board for callbacks", "description": "Who is on tonight, in one place.", "model": "m-1", "prompt": "Say it"},
    {"title": "A board of callbacks", "description": "Who is on tonight, at a glance.", "model": "m-2", "prompt": "Say it"},
]  # fmt: skip
SAID = "WEBVTT\n\n00:00.000 --> 00:02.000\nThe first words\n\n00:04.000 --> 00:06.000\n<v Ann>The second words\n"
RECORDINGS = [
    {"title": "Slow", "media": "s3://spoken/reading.wav", "transcript": SAID},
    {"title": "Slower", "media": {"bucket": "spoken", "key": "reading.wav"}, "transcript": "s3://spoken/job.json"},
]
QUESTIONS = {
    "edit": ("Which title is edited?", TEXTS, {}),
    "eyes": ("Which title do two pairs of eyes see?", TEXTS, {"fourEyes": True}),
    "phone": ("Which title fits a phone?", TEXTS, {}),
    "sound": ("Which recording is clearer?", RECORDINGS, {}),
}


def sound(seconds=8, rate=8000):
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", 4000 * (-1) ** (at // 20)) for at in range(seconds * rate)))
    return written.getvalue()


def person(name):
    user = User.objects.create_user(name)
    user.groups.set(Group.objects.filter(name__in=["Reviewer", "Operator"]))
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_hash"] = str(user.pk), user.get_session_auth_hash()
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session.create()
    return user, session.session_key


def main():
    s3 = client(EMBEDDED, "s3")
    s3.create_bucket(Bucket="spoken")
    s3.put_object(Bucket="spoken", Key="reading.wav", Body=sound(), ContentType="audio/wav")
    segment = {"transcript": "As Transcribe heard it.", "start_time": "1.0", "end_time": "2.0"}
    s3.put_object(Bucket="spoken", Key="job.json", Body=json.dumps({"results": {"audio_segments": [segment]}}).encode())
    (starter, first), (_, second) = person("starter"), person("other")
    machine = services.create_state_machine(name="asks-people", definition=json.dumps(WORKFLOW), by=None)
    deployment.deploy(deployment.plan(selectors.latest_revision(machine), EMBEDDED, options={}), by=None)
    runs = {
        name: start_execution(
            state_machine=machine,
            environment=EMBEDDED,
            input=json.dumps({"title": title, "candidates": candidates, "policy": policy}),
            by=starter,
        )
        for name, (title, candidates, policy) in QUESTIONS.items()
    }
    end = time.monotonic() + 60
    while ReviewTask.objects.exclude(scheduled_event_id=None).exclude(execution=None).count() < len(runs):
        assert time.monotonic() < end, "the questions didn't come"
        time.sleep(0.1)
    tasks = {name: ReviewTask.objects.get(execution_arn=run.arn).pk for name, run in runs.items()}
    print(
        json.dumps({"tasks": tasks, "runs": {n: run.pk for n, run in runs.items()}, "starter": first, "other": second})
    )


main()
