"""Transcription jobs: slow enough to be waited for, made from captions, kept over a restart."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from localaws.integrations import Integrations, TaskFailure
from localaws.models.captions import Cue, read_captions, transcript
from localaws.services import Services
from localaws.settings import Settings

VTT = """WEBVTT - A talk

NOTE nothing to hear here

STYLE
::cue { color: red }

1
00:00:00.600 --> 00:00:03.000 align:start
<v Ann>Hello, <b>world</b> &amp; all.

00:03.500 --> 00:05.000
It's a second
line.
"""
SRT = "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}From <i>SubRip</i>.\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nMore.\r\n"


def test_webvtt_is_read_without_its_markup() -> None:
    assert read_captions(VTT) == [Cue(0.6, 3.0, "Hello, world & all."), Cue(3.5, 5.0, "It's a second line.")]


def test_subrip_is_read() -> None:
    assert read_captions(SRT) == [Cue(1.0, 2.5, "From SubRip."), Cue(3.0, 4.0, "More.")]


@pytest.mark.parametrize("text", ["", "WEBVTT", "no captions\n\nat all", "WEBVTT\n\n00:00.000 --> 00:01.000\n   \n"])
def test_what_says_nothing_has_no_cues(text: str) -> None:
    assert read_captions(text) == []


def test_a_transcript_has_transcribes_shape() -> None:
    found = transcript([Cue(0.0, 2.0, "Hello, it's me.")], job_name="j", account="1")
    assert (found["jobName"], found["accountId"], found["status"], found["stand_in"]) == ("j", "1", "COMPLETED", True)
    results = found["results"]
    assert results["transcripts"] == [{"transcript": "Hello, it's me."}]
    kinds = [(item["type"], item["alternatives"][0]["content"]) for item in results["items"]]
    assert kinds == [
        ("pronunciation", "Hello"), ("punctuation", ","), ("pronunciation", "it's"), ("pronunciation", "me"), ("punctuation", "."),
    ]  # fmt: skip
    assert (results["items"][0]["start_time"], results["items"][3]["end_time"]) == ("0.0", "2.0")
    assert results["audio_segments"][0]["items"] == [0, 1, 2, 3, 4]


@pytest.fixture
async def media(services: Services) -> str:
    await services.call("s3", "CreateBucket", {"Bucket": "media"})
    await services.call("s3", "PutObject", {"Bucket": "media", "Key": "videos/talk.mp4", "Body": b"film"})
    await services.call("s3", "PutObject", {"Bucket": "media", "Key": "videos/talk.vtt", "Body": VTT.encode()})
    return "media"


START = {
    "TranscriptionJobName": "job",
    "LanguageCode": "en-US",
    "Media": {"MediaFileUri": "s3://media/videos/talk.mp4"},
    "OutputBucketName": "media",
    "OutputKey": "output/talk.json",
}


async def finished(perform: Any, name: str = "job") -> dict[str, Any]:
    for _ in range(200):
        job = (await perform("aws-sdk:transcribe:getTranscriptionJob", {"TranscriptionJobName": name}))[
            "TranscriptionJob"
        ]
        if job["TranscriptionJobStatus"] != "IN_PROGRESS":
            return job
        await asyncio.sleep(0.02)
    raise AssertionError("the job did not finish")


async def test_a_job_takes_its_time_and_writes_its_transcript(perform: Any, services: Services, media: str) -> None:
    started = (await perform("aws-sdk:transcribe:startTranscriptionJob", START))["TranscriptionJob"]
    assert (started["TranscriptionJobStatus"], started["Transcript"], started["MediaFormat"]) == (
        "IN_PROGRESS",
        {},
        "mp4",
    )
    with pytest.raises(Exception, match="NoSuchKey"):
        await services.call("s3", "GetObject", {"Bucket": media, "Key": "output/talk.json"})
    job = await finished(perform)
    assert job["TranscriptionJobStatus"] == "COMPLETED"
    assert job["Transcript"]["TranscriptFileUri"].endswith("/media/output/talk.json")
    assert job["CompletionTime"] > job["CreationTime"]
    stored = await perform("aws-sdk:s3:getObject", {"Bucket": media, "Key": "output/talk.json"})
    assert (
        json.loads(stored["Body"])["results"]["transcripts"][0]["transcript"]
        == "Hello, world & all. It's a second line."
    )


@pytest.mark.usefixtures("media")
@pytest.mark.parametrize(
    ("captions", "output", "key"),
    [
        ("videos/talk.srt", {"OutputKey": "folder/"}, "folder/job.json"),
        ("videos/talk.mp4.vtt", {}, "job.json"),
    ],
)
async def test_captions_may_be_subrip_or_named_after_the_whole_file(
    perform: Any, services: Services, captions: str, output: dict[str, str], key: str
) -> None:
    await services.call("s3", "DeleteObject", {"Bucket": "media", "Key": "videos/talk.vtt"})
    text = SRT if captions.endswith("srt") else VTT
    await services.call("s3", "PutObject", {"Bucket": "media", "Key": captions, "Body": text.encode()})
    request = {name: value for name, value in START.items() if name != "OutputKey"}
    await perform("aws-sdk:transcribe:startTranscriptionJob", {**request, **output})
    assert (await finished(perform))["TranscriptionJobStatus"] == "COMPLETED"
    await services.call("s3", "HeadObject", {"Bucket": "media", "Key": key})


async def test_without_a_bucket_of_ones_own_the_transcript_lies_in_the_services(
    perform: Any, services: Services, media: str
) -> None:
    request = {name: value for name, value in START.items() if not name.startswith("Output")}
    await perform("aws-sdk:transcribe:startTranscriptionJob", request)
    uri = (await finished(perform))["Transcript"]["TranscriptFileUri"]
    bucket, key = uri.rsplit("/", 2)[-2:]
    await services.call("s3", "HeadObject", {"Bucket": bucket, "Key": key})


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("videos/mute.mp4", "Put videos/mute.vtt or videos/mute.srt into the bucket media"),
        ("videos/none.mp4", "can't be accessed"),
    ],
)
async def test_a_job_that_cannot_be_done_fails_and_says_why(
    perform: Any, services: Services, media: str, key: str, reason: str
) -> None:
    await services.call("s3", "PutObject", {"Bucket": media, "Key": "videos/mute.mp4", "Body": b"film"})
    await perform("aws-sdk:transcribe:startTranscriptionJob", {**START, "Media": {"MediaFileUri": f"s3://media/{key}"}})
    job = await finished(perform)
    assert job["TranscriptionJobStatus"] == "FAILED"
    assert reason in job["FailureReason"]
    assert job["Transcript"] == {}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"TranscriptionJobName": "no spaces"}, "Transcribe.BadRequestException"),
        ({"Media": {"MediaFileUri": "nowhere"}}, "Transcribe.BadRequestException"),
        ({"LanguageCode": None}, "Transcribe.BadRequestException"),
    ],
)
async def test_what_transcribe_would_refuse_is_refused(perform: Any, changes: dict[str, Any], error: str) -> None:
    with pytest.raises(TaskFailure, match=error):
        await perform("aws-sdk:transcribe:startTranscriptionJob", {**START, **changes})


async def test_a_name_is_used_once_until_its_job_is_deleted(perform: Any, media: str) -> None:
    await perform("aws-sdk:transcribe:startTranscriptionJob", START)
    with pytest.raises(TaskFailure, match=r"Transcribe\.ConflictException"):
        await perform("aws-sdk:transcribe:startTranscriptionJob", START)
    await perform("aws-sdk:transcribe:deleteTranscriptionJob", {"TranscriptionJobName": "job"})
    with pytest.raises(TaskFailure, match="couldn't be found"):
        await perform("aws-sdk:transcribe:getTranscriptionJob", {"TranscriptionJobName": "job"})
    await perform("aws-sdk:transcribe:startTranscriptionJob", START)


async def test_jobs_are_listed_by_page_status_and_name(perform: Any, media: str) -> None:
    for number in range(3):
        await perform("aws-sdk:transcribe:startTranscriptionJob", {**START, "TranscriptionJobName": f"job-{number}"})
    first = await perform("aws-sdk:transcribe:listTranscriptionJobs", {"MaxResults": 2})
    rest = await perform("aws-sdk:transcribe:listTranscriptionJobs", {"MaxResults": 2, "NextToken": first["NextToken"]})
    names = [
        job["TranscriptionJobName"] for job in first["TranscriptionJobSummaries"] + rest["TranscriptionJobSummaries"]
    ]
    assert sorted(names) == ["job-0", "job-1", "job-2"]
    assert "NextToken" not in rest
    found = await perform(
        "aws-sdk:transcribe:listTranscriptionJobs", {"JobNameContains": "B-1", "Status": "IN_PROGRESS"}
    )
    assert [job["TranscriptionJobName"] for job in found["TranscriptionJobSummaries"]] in ([["job-1"], []])


async def test_a_job_that_a_restart_interrupts_is_done_after_it(
    services: Services, settings: Settings, media: str
) -> None:
    slow = replace(settings, transcribe_delay=0.3)
    first = Integrations(services=services, settings=slow)
    await first.start()
    await services.call("transcribe", "StartTranscriptionJob", START)
    await first.stop()
    await asyncio.sleep(0.4)
    services._registered.clear()  # as a new process would have it
    second = Integrations(services=services, settings=slow)
    await second.start()
    try:
        for _ in range(100):
            job = (await services.call("transcribe", "GetTranscriptionJob", {"TranscriptionJobName": "job"}))[
                "TranscriptionJob"
            ]
            if job["TranscriptionJobStatus"] == "COMPLETED":
                break
            await asyncio.sleep(0.02)
        assert job["TranscriptionJobStatus"] == "COMPLETED"
    finally:
        await second.stop()
