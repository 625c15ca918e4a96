"""Amazon Transcribe's jobs: they take a few seconds, and their text comes from captions beside the media in S3.

``talk.mp4`` is transcribed from ``talk.vtt`` or ``talk.srt`` (or ``talk.mp4.vtt``, ``talk.mp4.srt``). Without captions
the job fails and says so. Jobs survive a restart: what was due meanwhile is done at the next start.
"""

import asyncio
import contextlib
import logging
import re
import time
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from asl.json_text import dumps, loads
from asl.json_types import JSON
from localaws.models.answers import Refused, json_answer
from localaws.models.captions import Cue, read_captions, transcript
from localaws.models.jobs import Job, Jobs, NameTaken
from localaws.services.request import Receive, Request, Response, Scope, Send, from_scope, read_body, send_response
from localaws.settings import Settings

log = logging.getLogger(__name__)

_TARGET = "Transcribe."
_OPERATIONS = frozenset(
    {"StartTranscriptionJob", "GetTranscriptionJob", "ListTranscriptionJobs", "DeleteTranscriptionJob"}
)
_NAME = re.compile(r"[0-9a-zA-Z._-]{1,200}\Z")
_FORMATS = frozenset({"mp3", "mp4", "wav", "flac", "ogg", "amr", "webm", "m4a"})
_JSON_1_1 = "application/x-amz-json-1.1"


class TranscribeServices(Protocol):
    """What the jobs need: S3, and that what was written stays written."""

    async def call(
        self, service: str, operation: str, params: dict[str, Any], *, region: str | None = None
    ) -> dict[str, Any]: ...

    async def flush(self) -> None: ...


def takes(scope: Scope) -> bool:
    """The four operations of transcription jobs; vocabularies and the rest are somebody else's."""
    if scope["type"] != "http":
        return False
    target = from_scope(scope, default_region="us-east-1").headers.get("x-amz-target", "")
    return target.startswith(_TARGET) and target.removeprefix(_TARGET) in _OPERATIONS


class Transcribe:
    """The ASGI application and the work behind it; one per endpoint."""

    def __init__(self, services: TranscribeServices, settings: Settings, path: Path) -> None:
        self._services = services
        self._settings = settings
        self._jobs = Jobs(path)
        self._more = asyncio.Event()
        self._working: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to work on what is due."""
        self._working = asyncio.create_task(self._work(), name="transcribe")

    async def stop(self) -> None:
        """Stop; what isn't done is done after the next start."""
        if self._working is not None:
            self._working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._working
        self._jobs.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = from_scope(scope, default_region=self._settings.region)
        request.body = await read_body(receive)
        try:
            answer = self._answer(request)
        except Refused as refused:
            error = {"__type": refused.code, "Message": refused.message}
            answer = json_answer(error, status=refused.status, content_type=_JSON_1_1)
        await send_response(send, answer, method=request.method)

    def _answer(self, request: Request) -> Response:
        try:
            body = loads(request.body.decode() or "{}")
        except ValueError:
            raise Refused("SerializationException", "The request's body is not JSON.") from None
        match request.operation:
            case "StartTranscriptionJob":
                value: JSON = {"TranscriptionJob": _shown(self._start_job(body, request.region))}
            case "GetTranscriptionJob":
                value = {"TranscriptionJob": _shown(self._found(body, request.region))}
            case "DeleteTranscriptionJob":
                self._jobs.delete(request.region, _name(body))
                value = {}
            case _:
                value = self._listed(body, request.region)
        return json_answer(value, content_type=_JSON_1_1)

    def _start_job(self, body: dict[str, JSON], region: str) -> Job:
        name = _name(body)
        if not _media_uri(body):
            raise Refused("BadRequestException", "The S3 URI that you provided in MediaFileUri isn't valid.")
        if not any(body.get(field) for field in ("LanguageCode", "IdentifyLanguage", "IdentifyMultipleLanguages")):
            raise Refused(
                "BadRequestException",
                "You must specify either LanguageCode, IdentifyLanguage or IdentifyMultipleLanguages.",
            )
        try:
            job = self._jobs.add(region, name, body, delay=self._settings.transcribe_delay)
        except NameTaken:
            raise Refused("ConflictException", "The requested job name already exists.") from None
        self._more.set()
        return job

    def _found(self, body: dict[str, JSON], region: str) -> Job:
        job = self._jobs.find(region, _name(body))
        if job is None:
            raise Refused(
                "BadRequestException",
                "The requested job couldn't be found. Check the job name and try your request again.",
            )
        return job

    def _listed(self, body: dict[str, JSON], region: str) -> JSON:
        limit = int(body.get("MaxResults") or 5)
        token = str(body.get("NextToken") or "0")
        offset = int(token) if token.isdigit() else 0
        status = body.get("Status")
        jobs = self._jobs.list(
            region,
            status=str(status) if status else None,
            contains=str(body.get("JobNameContains") or ""),
            offset=offset,
            limit=limit + 1,
        )
        answer: dict[str, JSON] = {"TranscriptionJobSummaries": [_summary(job) for job in jobs[:limit]]}
        if status:
            answer["Status"] = status
        if len(jobs) > limit:
            answer["NextToken"] = str(offset + limit)
        return answer

    # The work

    async def _work(self) -> None:
        while True:
            self._more.clear()
            for job in self._jobs.due(time.time()):
                await self._finish(job)
            moment = self._jobs.next_due()
            pause = None if moment is None else max(0.0, moment - time.time())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._more.wait(), pause)

    async def _finish(self, job: Job) -> None:
        try:
            uri = await self._transcribe(job)
        except _JobFailed as failed:
            self._jobs.finish(job, failure=str(failed))
        except (ClientError, BotoCoreError) as error:
            self._jobs.finish(job, failure=f"The transcript couldn't be written: {error}")
        except Exception:
            log.exception("Transcription job %s failed inside the endpoint", job.name)
            self._jobs.finish(job, failure="Internal failure. Try your request again.")
        else:
            self._jobs.finish(job, output_uri=uri)

    async def _transcribe(self, job: Job) -> str:
        bucket, key = _media_uri(job.request) or ("", "")
        cues = await self._captions(bucket, key, job.region)
        document = transcript(cues, job_name=job.name, account=self._settings.account)
        target, output_key = _output(job, self._settings.account)
        if not job.request.get("OutputBucketName"):
            with contextlib.suppress(ClientError):
                await self._services.call("s3", "CreateBucket", {"Bucket": target}, region="us-east-1")
        await self._services.call(
            "s3",
            "PutObject",
            {"Bucket": target, "Key": output_key, "Body": dumps(document).encode(), "ContentType": "application/json"},
            region=job.region,
        )
        await self._services.flush()
        return f"{self._settings.endpoint_url}/{target}/{quote(output_key)}"

    async def _captions(self, bucket: str, key: str, region: str) -> list[Cue]:
        await self._check_media(bucket, key, region)
        stem = str(PurePosixPath(key).with_suffix(""))
        for candidate in (f"{stem}.vtt", f"{stem}.srt", f"{key}.vtt", f"{key}.srt"):
            try:
                answer = await self._services.call(
                    "s3", "GetObject", {"Bucket": bucket, "Key": candidate}, region=region
                )
            except ClientError:
                continue
            cues = read_captions(answer["Body"].read().decode("utf-8", "replace"))
            if cues:
                return cues
        raise _JobFailed(
            f"The embedded Transcribe reads captions, and there are none beside s3://{bucket}/{key}. "
            f"Put {stem}.vtt or {stem}.srt into the bucket {bucket} and start a new job."
        )

    async def _check_media(self, bucket: str, key: str, region: str) -> None:
        try:
            await self._services.call("s3", "HeadObject", {"Bucket": bucket, "Key": key}, region=region)
        except ClientError as error:
            raise _JobFailed(
                f"The S3 object s3://{bucket}/{key} can't be accessed. Make sure that it exists and try again."
            ) from error


class _JobFailed(Exception):  # noqa: N818 - the job's end, not a fault of ours
    """The job's FailureReason."""


def _name(body: dict[str, JSON]) -> str:
    name = body.get("TranscriptionJobName")
    if not isinstance(name, str) or not _NAME.match(name):
        raise Refused(
            "BadRequestException",
            f"1 validation error detected: Value '{name}' at 'transcriptionJobName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: ^[0-9a-zA-Z._-]+",
        )
    return name


def _media_uri(body: dict[str, JSON]) -> tuple[str, str] | None:
    """(bucket, key) of the media, from an s3:// URI or a path-style URL."""
    media = body.get("Media")
    uri = media.get("MediaFileUri") if isinstance(media, dict) else None
    if not isinstance(uri, str):
        return None
    parts = urlsplit(uri)
    if parts.scheme == "s3":
        key = uri.split("/", 3)[3] if uri.count("/") > 2 else ""
        return (parts.netloc, key) if parts.netloc and key else None
    bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
    return (bucket, key) if parts.scheme in {"http", "https"} and bucket and key else None


def _output(job: Job, account: str) -> tuple[str, str]:
    """(bucket, key) of the transcript."""
    bucket = job.request.get("OutputBucketName") or f"transcribe-{account}-output"
    key = str(job.request.get("OutputKey") or "")
    return str(bucket), f"{key}{job.name}.json" if not key or key.endswith("/") else key


def _summary(job: Job) -> dict[str, JSON]:
    shown: dict[str, JSON] = {
        "TranscriptionJobName": job.name,
        "TranscriptionJobStatus": job.status,
        "CreationTime": round(job.created_at, 3),
        "StartTime": round(job.created_at, 3),
        "LanguageCode": job.request.get("LanguageCode") or "en-US",
        "OutputLocationType": "CUSTOMER_BUCKET" if job.request.get("OutputBucketName") else "SERVICE_BUCKET",
    }
    if job.completed_at is not None:
        shown["CompletionTime"] = round(job.completed_at, 3)
    if job.failure:
        shown["FailureReason"] = job.failure
    return shown


def _shown(job: Job) -> dict[str, JSON]:
    shown = _summary(job)
    del shown["OutputLocationType"]
    uri = _media_uri(job.request)
    suffix = PurePosixPath(uri[1]).suffix.lstrip(".").lower() if uri else ""
    form = job.request.get("MediaFormat") or (suffix if suffix in _FORMATS else None)
    shown["Media"] = job.request["Media"]
    shown["Transcript"] = {"TranscriptFileUri": job.output_uri} if job.output_uri else {}
    shown["Settings"] = job.request.get("Settings") or {"ChannelIdentification": False, "ShowAlternatives": False}
    return shown | ({"MediaFormat": form} if form else {})
