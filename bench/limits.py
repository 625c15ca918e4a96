"""What this machine could do at most, measured in the same run: no figure of an engine can be better than these."""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import orjson

from bench.raw_http import Connection, connect, each
from bench.report import Figure, Report, middle
from bench.servers import bare_server

PAYLOAD = {"order": {"id": "1234", "lines": [{"sku": f"sku-{n}", "count": n, "price": n * 1.5} for n in range(16)]}}


def measure(report: Report, *, seconds: float) -> None:
    report.heading("Raw limits of this machine")
    text = json.dumps(PAYLOAD)
    for name, work in {
        f"json.loads of {len(text)} bytes": lambda: json.loads(text),
        f"orjson.loads of {len(text)} bytes": lambda: orjson.loads(text),
        f"json.dumps of {len(text)} bytes": lambda: json.dumps(PAYLOAD),
        f"orjson.dumps of {len(text)} bytes": lambda: orjson.dumps(PAYLOAD),
    }.items():
        report.add(Figure(what=name, value=rate(work, seconds), unit="/s"))
    report.add(Figure(what="asyncio: futures set and awaited", value=asyncio.run(_switches(seconds)), unit="/s"))
    for synchronous in ("NORMAL", "FULL"):
        value = _commits(synchronous, seconds)
        report.add(Figure(what=f"SQLite: commits of one row, WAL, {synchronous}", value=value, unit="/s"))
    report.add(Figure(what="SQLite: rows in commits of 100", value=_commits("NORMAL", seconds, rows=100), unit="/s"))
    with tempfile.TemporaryFile() as file:
        report.add(Figure(what="fsync of 4 KiB", value=rate(lambda: _sync(file), seconds), unit="/s"))
    with bare_server() as bare:
        value = asyncio.run(_bare_http(bare.port, seconds))
        report.add(Figure(what="bare asyncio HTTP, 32 connections", value=value, unit="requests/s"))


def rate(work: Callable[[], object], seconds: float) -> float:
    """Calls a second, the middle of five stretches."""
    stretches = []
    for _ in range(5):
        count, began = 0, time.perf_counter()
        end = began + seconds / 5
        while (now := time.perf_counter()) < end or not count:
            work()
            count += 1
        stretches.append(count / (now - began))
    return middle(stretches)


async def _switches(seconds: float) -> float:
    loop = asyncio.get_running_loop()
    count, began = 0, time.perf_counter()
    while time.perf_counter() < began + seconds:
        for _ in range(100):
            future = loop.create_future()
            loop.call_soon(future.set_result, None)
            await future
        count += 100
    return count / (time.perf_counter() - began)


def _commits(synchronous: str, seconds: float, rows: int = 1) -> float:
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "limit.sqlite3", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, data BLOB)")
        data = b"x" * 300

        def commit() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO row (data) VALUES (?)", [(data,)] * rows)
            connection.execute("COMMIT")

        found = rate(commit, seconds) * rows
        connection.close()
        return found


def _sync(file: object) -> None:
    import os

    descriptor = file.fileno()  # type: ignore[attr-defined]
    os.pwrite(descriptor, b"x" * 4096, 0)
    os.fsync(descriptor)


async def _bare_http(port: int, seconds: float) -> float:
    probe = await connect(port)
    began = time.perf_counter()
    for _ in range(200):
        await probe.send("Ping", b"{}")
    count = max(int(seconds * 400 / (time.perf_counter() - began)), 200)
    probe.close()

    async def ping(connection: Connection, _: object) -> None:
        await connection.send("Ping", b"{}")

    _, taken = await each(port, range(count), ping)
    return count / taken
