"""The items of a Map Run, read from S3 a piece at a time: in a thread of its own, never the whole of a large object.

What the pieces mean is `asl.item_reader`'s: here is where they lie: one object, all objects below a prefix, or those
that a manifest names (an S3 inventory's, Athena's).
"""

import asyncio
import codecs
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from asl import json_text
from asl.errors import StatesError
from asl.item_reader import FAILED, at_most, read_items
from asl.json_types import JSON
from localaws.integrations.catalogue import optimized_operation
from localaws.integrations.parameters import ParametersDoNotFit, optimized_parameter, to_input
from localaws.parquet_items import read_parquet

PIECE = 1024 * 1024  # bytes that are asked for at a time

Call = Callable[[str, dict[str, Any]], dict[str, Any]]


class ItemSource:
    """``call(operation, params)`` calls S3 and blocks: not for the event loop's thread."""

    def __init__(self, call: Call, reader: Mapping[str, JSON]) -> None:
        self._call = call
        self._reader = reader
        self.source = ""  # where the item that was given last lies: "S3://bucket/key"; of a list's entries the bucket

    def items(self) -> Iterator[JSON]:
        """Raises States.ItemReaderFailed."""
        resource, config = self._reader["Resource"], self._reader["Config"]
        action = str(resource).rpartition(":")[2]
        try:
            if action == "listObjectsV2":
                yield from at_most(self._listed(self._parameters(action), config), config)
            elif action == "getObject":
                yield from self._in_object(self._parameters(action), config)
            else:
                raise StatesError(FAILED, f"The resource {resource} is none that an ItemReader reads from.")
        except ClientError as error:
            raise StatesError(FAILED, str(error.response["Error"].get("Message", error))) from error
        except (BotoCoreError, UnicodeDecodeError, zlib.error) as error:
            raise StatesError(FAILED, str(error)) from error

    def _parameters(self, action: str) -> dict[str, Any]:
        """As S3 takes them."""
        operation = optimized_operation("s3", action)
        try:
            return to_input(operation.model.input_shape, self._reader["Parameters"], name_rule=optimized_parameter)
        except ParametersDoNotFit as fault:
            raise StatesError(FAILED, fault.cause) from None

    def _in_object(self, parameters: dict[str, Any], config: Mapping[str, JSON]) -> Iterator[JSON]:
        self.source = _uri(parameters)
        kind = config.get("InputType")
        if kind == "MANIFEST" or "ManifestType" in config:
            yield from at_most(self._in_manifest(parameters, config), config)
        elif kind == "PARQUET":
            rows = read_parquet(partial(self._part, parameters), self._size(parameters))
            yield from at_most(rows, config)
        else:
            yield from read_items(self._text(parameters), config)

    def _listed(self, parameters: dict[str, Any], config: Mapping[str, JSON]) -> Iterator[JSON]:
        """Each object below the prefix, as S3 lists it; with LOAD_AND_FLATTEN, the items in each."""
        flatten = config.get("Transformation") == "LOAD_AND_FLATTEN"
        self.source = f"S3://{parameters.get('Bucket')}"
        for listed in self._listing(parameters):
            found: Iterator[JSON] = iter([listed])
            if flatten:
                inner = {name: value for name, value in config.items() if name != "MaxItems"}
                found = self._in_object({"Bucket": parameters["Bucket"], "Key": listed["Key"]}, inner)
            yield from found

    def _listing(self, parameters: dict[str, Any]) -> Iterator[dict[str, JSON]]:
        token: dict[str, str] = {}
        while True:
            page = self._call("ListObjectsV2", {**parameters, **token})
            for entry in page.get("Contents", ()):
                yield {
                    "Etag": entry["ETag"],
                    "Key": entry["Key"],
                    "LastModified": int(entry["LastModified"].timestamp()),
                    "Size": entry["Size"],
                    "StorageClass": entry.get("StorageClass", "STANDARD"),
                }
            if not page.get("IsTruncated"):
                return
            token = {"ContinuationToken": page["NextContinuationToken"]}

    def _in_manifest(self, parameters: dict[str, Any], config: Mapping[str, JSON]) -> Iterator[JSON]:
        inventory = config.get("ManifestType", "S3_INVENTORY") == "S3_INVENTORY"
        return self._in_inventory(parameters) if inventory else self._in_athena(parameters, config)

    def _in_inventory(self, parameters: dict[str, Any]) -> Iterator[JSON]:
        """An object per line of the inventory's files, with the columns that its manifest names."""
        try:
            manifest = json_text.loads("".join(self._text(parameters)))
            bucket = str(manifest["destinationBucket"]).rpartition(":")[2]
            columns = [name.strip() for name in manifest["fileSchema"].split(",")]
            kind, keys = manifest["fileFormat"], [entry["key"] for entry in manifest["files"]]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise StatesError(FAILED, "The manifest is none of an S3 inventory.") from None
        if kind != "CSV":
            raise StatesError(FAILED, f"This local endpoint reads no inventory in the format {kind}: use CSV.")
        given = {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": columns}
        for key in keys:
            self.source = _uri({"Bucket": bucket, "Key": key})
            yield from read_items(self._text({"Bucket": bucket, "Key": key}), given)

    def _in_athena(self, parameters: dict[str, Any], config: Mapping[str, JSON]) -> Iterator[JSON]:
        """The items in each file that a manifest of Athena's UNLOAD names, ``s3://bucket/key`` a line."""
        inner = {name: value for name, value in config.items() if name not in ("ManifestType", "MaxItems")}
        for line in "".join(self._text(parameters)).splitlines():
            bucket, _, key = line.strip().strip('"').removeprefix("s3://").partition("/")
            if key:
                yield from self._in_object({"Bucket": bucket, "Key": key}, inner)

    def _text(self, parameters: dict[str, Any]) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        for piece in self._bytes(parameters):
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)

    def _bytes(self, parameters: dict[str, Any]) -> Iterator[bytes]:
        """The object's content, unpacked if it is gzip's."""
        size = self._size(parameters)
        pieces = (self._part(parameters, start, min(PIECE, size - start)) for start in range(0, size, PIECE))
        return _unpacked(pieces) if str(parameters.get("Key")).endswith(".gz") else pieces

    def _size(self, parameters: dict[str, Any]) -> int:
        return int(self._call("HeadObject", parameters)["ContentLength"])

    def _part(self, parameters: dict[str, Any], start: int, size: int) -> bytes:
        wanted = {**parameters, "Range": f"bytes={start}-{start + size - 1}"}
        part: bytes = self._call("GetObject", wanted)["Body"].read()
        return part


def _uri(parameters: Mapping[str, Any]) -> str:
    return f"S3://{parameters.get('Bucket')}/{parameters.get('Key')}"


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A piece at a time, however small it was packed; one member after another, as gzip puts files together."""
    member = None
    for piece in pieces:
        while piece:
            if member is None:
                member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield member.decompress(piece, PIECE)
            piece = member.unconsumed_tail or member.unused_data  # noqa: PLW2901 - what is left of it
            if member.eof:
                member = None
    if member is not None:
        raise StatesError(FAILED, "The object that ItemReader read ends in the middle of its compressed data.")


def blocking(calls: Any, region: str) -> Call:
    """S3 for another thread than the event loop's, which this is called in. ``calls`` is `ServiceCalls`."""
    loop = asyncio.get_running_loop()

    def call(operation: str, params: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = asyncio.run_coroutine_threadsafe(
            calls.call("s3", operation, params, region=region), loop
        ).result()
        return answer

    return call
