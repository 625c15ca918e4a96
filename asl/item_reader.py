"""ItemReader: the items in a data set's text, by its ReaderConfig. Where the text lies is left to the driver."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from asl import json_text
from asl.errors import StatesError
from asl.integer_field import compile_integer_path
from asl.json_types import JSON
from asl.jsonata_flow import compile_integer, compile_query
from asl.scope import Query, Scope

FAILED: Final = "States.ItemReaderFailed"
DELIMITERS: Final = {"COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "SPACE": " ", "TAB": "\t"}


def compile_config(config: Mapping[str, JSON], *, is_jsonata: bool) -> Query:
    """ReaderConfig with its values evaluated, and what ``MaxItemsPath`` finds as ``MaxItems``."""
    most = _most_items(config, is_jsonata=is_jsonata)
    others = {key: value for key, value in config.items() if key not in {"MaxItems", "MaxItemsPath"}}
    rest = compile_query(others, "ItemReader/ReaderConfig") if is_jsonata else None

    def evaluate(data: JSON, scope: Scope) -> JSON:
        evaluated = others if rest is None else rest(data, scope)
        return evaluated if most is None else {**evaluated, "MaxItems": most(data, scope)}

    return evaluate


def _most_items(config: Mapping[str, JSON], *, is_jsonata: bool) -> Query | None:
    """What is wrong with a number is told by whoever reads."""
    if "MaxItemsPath" in config and not is_jsonata:
        return compile_integer_path(config["MaxItemsPath"], "MaxItemsPath", lambda _number: None)
    if "MaxItems" not in config:
        return None
    if is_jsonata:
        return compile_integer(config["MaxItems"], "ItemReader/ReaderConfig/MaxItems", lambda _number: None)
    most = int(config["MaxItems"])
    return lambda _data, _scope: most


def read_items(text: Iterable[str], config: Mapping[str, JSON]) -> Iterator[JSON]:
    """The items, at most MaxItems of them, of a text that comes in pieces. Raises States.ItemReaderFailed.

    ``config`` is evaluated. CSV gives an object of strings per line, JSONL a value per line; either is read no further
    than it is asked for. All else (JSON, a listing of objects) is an array, which ItemsPointer may find in an object.
    """
    items: Iterator[JSON]
    match config.get("InputType"):
        case "CSV":
            items = _read_csv(text, config)
        case "JSONL":
            items = (_parse(line) for line in _lines(text) if line.strip())
        case _:
            items = iter(_read_json("".join(text), config.get("ItemsPointer")))
    return at_most(items, config)


def at_most(items: Iterator[JSON], config: Mapping[str, JSON]) -> Iterator[JSON]:
    """The first MaxItems of them; 0 is as many as there are."""
    most = config.get("MaxItems", 0)
    if most < 0:
        raise _failed("field MaxItems must be positive")
    return items if most == 0 else itertools.islice(items, most)


def _lines(text: Iterable[str]) -> Iterator[str]:
    """With their ends, however the text was cut into pieces."""
    rest = ""
    for piece in text:
        *lines, rest = (rest + piece).split("\n")
        for line in lines:
            yield line + "\n"
    if rest:
        yield rest


def _failed(cause: str) -> StatesError:
    return StatesError(FAILED, cause)


def _parse(text: str) -> JSON:
    try:
        return json_text.loads(text)
    except ValueError:
        raise _failed("Could not parse the data that ItemReader read as JSON.") from None


def _read_json(text: str, pointer: JSON) -> list[JSON]:
    found = _parse(text)
    if pointer is not None:
        found = _pointed_at(found, str(pointer))
    if not isinstance(found, list):
        raise _failed("Attempting to map over non-iterable node.")
    return found


def _pointed_at(value: JSON, pointer: str) -> JSON:
    """RFC 6901."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            raise _failed(f"The ItemsPointer '{pointer}' could not be found in the data that ItemReader read.")
    return value


def _read_csv(text: Iterable[str], config: Mapping[str, JSON]) -> Iterator[JSON]:
    rows = _rows(csv.reader(_lines(text), delimiter=DELIMITERS.get(str(config.get("CSVDelimiter")), ",")))
    headers = config.get("CSVHeaders") if config.get("CSVHeaderLocation") == "GIVEN" else None
    if headers is None:
        headers = next(rows, [])
    if not isinstance(headers, list) or not all(isinstance(header, str) for header in headers):
        raise _failed("CSV headers must be an array of strings.")
    if len(set(headers)) < len(headers):
        raise _failed("CSV headers cannot contain duplicates.")
    columns = _as_java_has_them(headers)
    return ({name: row[index] if index < len(row) else "" for index, name in columns} for row in rows)


def _as_java_has_them(headers: list[str]) -> list[tuple[int, str]]:
    """(position, name), in the order of a HashMap of Java: recorded."""
    buckets = 16
    while len(headers) > buckets * 3 // 4:
        buckets *= 2

    def bucket(column: tuple[int, str]) -> int:
        code = 0
        for unit in memoryview(column[1].encode("utf-16-le", "surrogatepass")).cast("H"):
            code = (code * 31 + unit) & 0xFFFFFFFF
        return (code ^ code >> 16) & (buckets - 1)

    return sorted(enumerate(headers), key=bucket)


def _rows(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from (row for row in lines if row)
    except csv.Error as reason:
        raise _failed(f"Could not parse the data that ItemReader read as CSV: {reason}") from None
