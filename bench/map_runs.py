"""Distributed Maps over rows in S3: items and executions a second, the endpoint's memory, and a kill in the middle.

The results go to S3, too. Memory is looked at many times a second; what counts is the most that was seen.
"""

import contextlib
import json
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.report import Figure, Report, at_least, at_most
from bench.servers import Server, own
from bench.throughput import create

ITEMS = 2000.0  # a second
EXECUTIONS = 500.0  # STANDARD ones a second
MEMORY = 300.0  # MiB
FLAT = 1.2  # memory at four times the rows, to that at once
LOOK_SECONDS = 0.02
BUCKET = "bench"


def measure(report: Report, *, rows: int, children: int) -> None:
    report.heading(f"Distributed Map: {rows:,} rows in S3, {children:,} STANDARD executions")
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        peaks = [_rows(report, Path(folder) / str(times), times * rows) for times in (1, 4)]
        what = f"the same, {4 * rows:,} rows to {rows:,}"
        report.add(Figure(what=what, value=peaks[1] / peaks[0], unit="times", bounds=[at_most(FLAT)]))
        _children(report, Path(folder) / "children", children)


def _rows(report: Report, home: Path, rows: int) -> float:
    """EXPRESS executions of 100 rows each; the most memory that was used, in MiB."""
    with _server(home) as server:
        server.client("s3").create_bucket(Bucket=BUCKET)
        _upload(server, rows)
        before = server.memory() / 2**20
        arn = create(server.client(), _over_rows("EXPRESS", {"MaxItemsPerBatch": 100}))
        with _peak(server) as peak:
            began = time.perf_counter()
            output = _end(server, _begin(server, arn))
            taken = time.perf_counter() - began
        counts = _describe(server, output["MapRunArn"])["itemCounts"]
        assert (counts["succeeded"], counts["total"]) == (rows, rows), counts
    what = f"{rows:,} CSV rows, batches of 100, EXPRESS executions"
    report.add(Figure(what=what, value=rows / taken, unit="items/s", bounds=[at_least(ITEMS)]))
    note = f"{before:.0f} MiB before, with the rows uploaded"
    what = "memory of the endpoint meanwhile, at most"
    report.add(Figure(what=what, value=peak[0], unit="MiB", bounds=[at_most(MEMORY)], note=note))
    return peak[0]


def _children(report: Report, home: Path, children: int) -> None:
    with _server(home) as server:
        server.client("s3").create_bucket(Bucket=BUCKET)
        _upload(server, children)
        arn = create(server.client(), _over_rows("STANDARD", None))
        began = time.perf_counter()
        output = _end(server, _begin(server, arn))
        taken = time.perf_counter() - began
        what = f"{children:,} STANDARD executions of one Pass"
        rate = children / taken
        report.add(Figure(what=what, value=rate, unit="executions/s", bounds=[at_least(EXECUTIONS)]))
        assert _describe(server, output["MapRunArn"])["executionCounts"]["succeeded"] == children
        execution, port = _begin(server, arn), server.port
        map_run = _map_run(server, execution)
        while (ended := _describe(server, map_run)["executionCounts"]["succeeded"]) < children / 2:
            time.sleep(LOOK_SECONDS)
        server.stop(signal.SIGKILL)
    with _server(home, port=port) as server:
        _end(server, execution)
        counts = _describe(server, map_run)["executionCounts"]
        note = f"killed after {ended:,} had ended; {counts['total'] - children:,} were begun twice"
        lost = children - counts["succeeded"]
        what = f"lost of {children:,} STANDARD executions at kill -9 in the middle"
        report.add(Figure(what=what, value=lost, unit="", bounds=[at_most(0)], note=note))


@contextlib.contextmanager
def _server(home: Path, *, port: int = 0) -> Iterator[Server]:
    server = own(home, port=port)
    try:
        yield server
    finally:
        server.stop()


def _upload(server: Server, rows: int) -> None:
    lines = "".join(f"{number},Name {number},City {number % 97},{number * 7 % 1000}\n" for number in range(rows))
    body = f"id,name,city,amount\n{lines}".encode()
    server.client("s3").put_object(Bucket=BUCKET, Key="rows.csv", Body=body)


def _over_rows(kind: str, batcher: dict[str, int] | None) -> dict[str, Any]:
    state: dict[str, Any] = {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "Parameters": {"Bucket": BUCKET, "Key": "rows.csv"},
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": "P",
            "States": {"P": {"Type": "Pass", "End": True}},
        },
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": BUCKET, "Prefix": "results"},
        },
        "End": True,
    }
    if batcher is not None:
        state["ItemBatcher"] = batcher
    return {"StartAt": "M", "States": {"M": state}}


def _begin(server: Server, arn: str) -> str:
    name = uuid.uuid4().hex
    execution: str = server.client().start_execution(stateMachineArn=arn, name=name)["executionArn"]
    return execution


def _end(server: Server, execution: str) -> dict[str, Any]:
    """The execution's output."""
    client = server.client()
    while (found := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(LOOK_SECONDS)
    assert found["status"] == "SUCCEEDED", found
    output: dict[str, Any] = json.loads(found["output"])
    return output


def _map_run(server: Server, execution: str) -> str:
    client = server.client()
    while not (found := client.list_map_runs(executionArn=execution)["mapRuns"]):
        time.sleep(LOOK_SECONDS)
    arn: str = found[0]["mapRunArn"]
    return arn


def _describe(server: Server, map_run: str) -> dict[str, Any]:
    found: dict[str, Any] = server.client().describe_map_run(mapRunArn=map_run)
    return found


@contextlib.contextmanager
def _peak(server: Server) -> Iterator[list[float]]:
    """The most memory in MiB, once the block has been left."""
    found, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            found[0] = max(found[0], server.memory() / 2**20)

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield found
    finally:
        over.set()
        watching.join()
