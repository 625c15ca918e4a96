"""What a Map Run gives: its executions' outputs as the state's result, or files in S3 (ResultWriter).

Files hold at most `FILE_BYTES` each, and no more than one is held in memory. Formats: developer guide, "ResultWriter".
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from asl import json_text
from asl.errors import DATA_LIMIT_EXCEEDED, StatesError
from asl.json_types import JSON
from asl.map_run import joined
from localaws.journal import ExecutionRow, Journal
from localaws.map_run_rows import MapRunRow, MapRunRows, Tally

FAILED: Final = "States.ResultWriterFailed"
FILE_BYTES: Final = 2 * 1024 * 1024
OUTPUT_LIMIT: Final = 262_144  # bytes of a state's result
PAGE: Final = 50  # executions that are read at a time
KINDS: Final = {"SUCCEEDED": ("SUCCEEDED",), "FAILED": ("FAILED", "TIMED_OUT", "ABORTED"), "PENDING": ("RUNNING",)}

Put = Callable[[str, str, bytes], Awaitable[None]]  # bucket, key, content


class MapResults:
    def __init__(
        self, journal: Journal, rows: MapRunRows, run: MapRunRow, settings: Mapping[str, JSON], tally: Tally
    ) -> None:
        self._journal = journal
        self._tally = tally
        self._rows = rows
        self._run = run
        self._writer: Mapping[str, JSON] | None = settings.get("writer")
        self._state_name = settings["label"]
        self.written = 0  # items

    @property
    def goes_to_s3(self) -> bool:
        return self._writer is not None and bool(self._writer["Resource"])

    async def result(self) -> str:
        """JSON text. Raises States.DataLimitExceeded where it is larger than a state's result may be."""
        if self._rows.output_size(self._run) > OUTPUT_LIMIT:
            limit = "the maximum number of bytes service limit"
            cause = f"The state/task '{self._state_name}' returned a result with a size exceeding {limit}."
            raise StatesError(DATA_LIMIT_EXCEEDED, cause)
        config = {} if self._writer is None else self._writer["Config"]
        executions = self._executions("SUCCEEDED")
        return joined([text async for row, _ in executions for text in _shown(row, config, default="COMPACT")])

    async def write(self, put: Put) -> str:
        """Write the files and the manifest; the state's result. Raises States.ResultWriterFailed."""
        assert self._writer is not None
        try:
            return await self._write(put, self._writer["Parameters"], self._writer["Config"])
        except ClientError as error:
            raise StatesError(FAILED, str(error.response["Error"].get("Message", error))) from error
        except (BotoCoreError, KeyError) as error:
            raise StatesError(FAILED, str(error)) from error

    async def _write(self, put: Put, parameters: Mapping[str, str], config: Mapping[str, JSON]) -> str:
        bucket, prefix = parameters["Bucket"], parameters.get("Prefix", "")
        for name, value in (("Bucket", bucket), ("Prefix", prefix)):
            if not isinstance(value, str):
                raise StatesError(FAILED, f"The value for the field '{name}' must be a STRING")
        prefix = prefix.strip("/")
        folder = f"{prefix}/" * bool(prefix) + self._run.arn.rpartition(":")[2]
        lines = config.get("OutputType") == "JSONL"
        files: dict[str, JSON] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
        self.written = 0
        for kind, statuses in KINDS.items():
            async for content in self._files(statuses, config, lines=lines):
                key = f"{folder}/{kind}_{len(files[kind])}.{'jsonl' if lines else 'json'}"
                await put(bucket, key, content)
                files[kind].append({"Key": key, "Size": len(content)})
        manifest = {"DestinationBucket": bucket, "MapRunArn": self._run.arn, "ResultFiles": files}
        key = f"{folder}/manifest.json"
        await put(bucket, key, json_text.dumps(manifest).encode())
        return json_text.dumps({"MapRunArn": self._run.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}})

    async def _files(
        self, statuses: tuple[str, ...], config: Mapping[str, JSON], *, lines: bool
    ) -> AsyncIterator[bytes]:
        texts: list[bytes] = []
        size = 0
        for status in statuses:
            async for row, items in self._executions(status):
                self.written += items
                for shown in _shown(row, config, default="NONE"):
                    text = shown.encode()
                    if texts and size + len(text) > FILE_BYTES:
                        yield _file(texts, lines=lines)
                        texts, size = [], 0
                    texts.append(text)
                    size += len(text)
        if texts:
            yield _file(texts, lines=lines)

    async def _executions(self, status: str) -> AsyncIterator[tuple[ExecutionRow, int]]:
        """Whoever else uses the loop has a turn after each page. Nobody looks for what isn't there."""
        if not self._tally.executions.get(status):
            return
        after = -1
        while True:
            page = self._rows.children(self._run, standing=status, after=after, limit=PAGE)
            for child in page:
                yield self._journal.execution(child.execution_id), child.items
            if len(page) < PAGE:
                return
            after = page[-1].number
            await asyncio.sleep(0)


def _file(texts: list[bytes], *, lines: bool) -> bytes:
    return b"\n".join(texts) + b"\n" if lines else b"[" + b",".join(texts) + b"]"


def _shown(row: ExecutionRow, config: Mapping[str, JSON], *, default: str) -> Iterator[str]:
    """An execution as its Transformation has it; one that failed is always shown whole."""
    transformation = config.get("Transformation", default)
    if transformation == "NONE" or row.status != "SUCCEEDED":
        yield json_text.dumps(_described(row))
        return
    output = row.output or "null"
    if transformation == "FLATTEN" and output.startswith("["):
        yield from (json_text.dumps(member) for member in json_text.loads(output))
    else:
        yield output


def _described(row: ExecutionRow) -> dict[str, Any]:
    found: dict[str, Any] = {"ExecutionArn": row.arn, "Input": row.input, "InputDetails": {"Included": True}}
    found |= {name: text for name, text in (("Cause", row.cause), ("Error", row.error)) if text is not None}
    found["Name"] = row.name
    if row.output is not None:
        found |= {"Output": row.output, "OutputDetails": {"Included": True}}
    standard = row.machine_type == "STANDARD"
    found |= {"RedriveCount": row.redrive_count} if standard else {}
    if row.status == "SUCCEEDED" or not standard:
        found["RedriveStatus"] = "NOT_REDRIVABLE"
        found["RedriveStatusReason"] = f"Execution is {row.status} and cannot be redriven"
    else:
        found["RedriveStatus"] = "REDRIVABLE_BY_MAP_RUN"
    found |= {"StartDate": _date(row.started_at), "StateMachineArn": row.machine_arn, "Status": row.status}
    return found | ({} if row.stopped_at is None else {"StopDate": _date(row.stopped_at)})


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
