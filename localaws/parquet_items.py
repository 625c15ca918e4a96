"""The rows of a Parquet file as items: each an object by column, a row group's pages at a time.

Values are as Arrow writes them in JSON: times in ISO 8601, decimals as numbers, bytes in hexadecimal, nulls as null. Of
the file only the parts that its footer points to are asked for, so that one in S3 is never here as a whole.
"""

import io
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Final

from asl import json_text
from asl.errors import StatesError
from asl.item_reader import FAILED
from asl.json_types import JSON

logger = logging.getLogger(__name__)

BLOCK: Final = 512 * 1024  # bytes that are asked for at a time
BLOCKS: Final = 32  # that are kept: columns lie apart from each other and are read in turn
ROWS: Final = 500  # at a time
MAGIC: Final = b"PAR1"
LONGEST: Final = 1000  # characters of the library's own words: now and then all that it read

Read = Callable[[int, int], bytes]  # position, length


def read_parquet(read: Read, size: int) -> Iterator[JSON]:
    """Raises States.ItemReaderFailed where the content is no Parquet, and whatever ``read`` does."""
    file = _File(read, size)
    if size < 12 or file.peek(0, 4) != MAGIC or file.peek(size - 4, 4) != MAGIC:
        raise _unreadable("it doesn't begin and end as one.")
    try:
        yield from _rows(file)
    except BaseException as reason:
        if file.failure is not None:
            raise file.failure from None
        # A fault of the format is an Exception, or a panic, which is none: a class of the library's own.
        panicked = type(reason).__module__ == "pyo3_runtime"
        if type(reason) is not Exception and not panicked:
            raise
        if panicked:  # Rust writes that where no program can keep it from: on standard error
            logger.warning("The panic of arro3-io above is an odd Parquet file's, and has failed its Map alone.")
        raise _unreadable(str(reason).removeprefix("C Data interface error: ")[:LONGEST]) from None


def _rows(file: Any) -> Iterator[JSON]:
    import arro3.io  # 10 MB that few need

    for batch in arro3.io.read_parquet(file, batch_size=ROWS):
        lines = io.BytesIO()
        arro3.io.write_ndjson(batch, lines, explicit_nulls=True)
        for line in lines.getvalue().splitlines():
            yield json_text.loads(line.decode())


def _unreadable(why: str) -> StatesError:
    return StatesError(FAILED, f"Could not parse the data that ItemReader read as Parquet: {why}")


class _File:
    """A binary file to the library, which keeps to itself what is wrong with reading one: that is in ``failure``."""

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self._size = size
        self._position = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self.failure: Exception | None = None

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        left = max(self._size - self._position, 0)
        found = self.peek(self._position, left if size < 0 else min(size, left))
        self._position += len(found)
        return found

    def peek(self, start: int, size: int) -> bytes:
        end = start + size
        blocks = range(start // BLOCK, -(-end // BLOCK))
        whole = b"".join(self._block(number) for number in blocks)
        skipped = blocks.start * BLOCK
        return whole[start - skipped : end - skipped]

    def _block(self, number: int) -> bytes:
        found: Any = self._blocks.get(number)
        if found is None:
            start = number * BLOCK
            try:
                found = self._read(start, min(BLOCK, self._size - start))
            except Exception as failure:
                self.failure = failure
                raise
            self._blocks[number] = found
            if len(self._blocks) > BLOCKS:
                self._blocks.popitem(last=False)
        else:
            self._blocks.move_to_end(number)
        return bytes(found)
