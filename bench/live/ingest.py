"""Histories copied by the mirror, call and JSON included, while the table of events grows."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from bench.report import Figure, Report, at_least, middle

if TYPE_CHECKING:
    from bench.live.store import Size, Store

RATE = 5_000  # events/s
FLAT = 0.8  # of the rate while the table was empty
STATES = 400  # of the copied run: two events each, and the first and the last
INPUT = json.dumps({"topic": "How storks find their way", "tags": ["birds", "travel"], "text": "word " * 40})


class Ingest:
    """Measured several times in a run; the figures belong together."""

    def __init__(self, store: Store, size: Size) -> None:
        import boto3

        self._size = size
        client = boto3.client("stepfunctions", endpoint_url=store.aws_url, region_name="us-east-1")
        names = [f"State {number}" for number in range(STATES)]
        states = {
            name: {"Type": "Pass", **({"Next": following} if following else {"End": True})}
            for name, following in zip(names, [*names[1:], ""], strict=True)
        }
        machine = client.create_state_machine(
            name=f"copied-{time.monotonic_ns()}",
            definition=json.dumps({"StartAt": names[0], "States": states}),
            roleArn="arn:aws:iam::123456789012:role/any",
        )["stateMachineArn"]
        self._arns = [
            client.start_execution(stateMachineArn=machine, input=INPUT)["executionArn"] for _ in range(size.copies)
        ]
        for arn in self._arns:
            while client.describe_execution(executionArn=arn)["status"] == "RUNNING":
                time.sleep(0.05)
        self._rates: list[tuple[int, float]] = []

    def stretch(self) -> None:
        """Copy all of them three times, each into rows of its own; the middle rate counts."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM executions_historyevent")
            [before] = cursor.fetchone()
        self._rates.append((before, middle([self._copy() for _ in range(3)])))

    def _copy(self) -> float:
        from django.utils import timezone

        from designer.models import Environment
        from executions.mirror import copy_history
        from executions.models import Execution

        place = Environment.objects.filter(kind="embedded").earliest("pk")
        place.pk, place.name = None, f"Copy {time.monotonic_ns()}"  # the same endpoint under another name: new rows
        place.save()
        runs = [
            Execution.objects.create(
                environment=place, arn=arn, name=arn.rpartition(":")[2], state_machine_arn="", started_at=timezone.now()
            )
            for arn in self._arns
        ]
        began = time.perf_counter()
        events = sum(copy_history(run) for run in runs)
        return events / (time.perf_counter() - began)

    def report(self, report: Report) -> None:
        empty = self._rates[0][1]
        for before, rate in self._rates:
            report.add(
                Figure(
                    what=f"ingest, {before:,} events stored before",
                    value=rate,
                    unit="events/s",
                    bounds=[at_least(RATE), at_least(FLAT * empty, "80% of the first")],
                    note="one thread: GetExecutionHistory, redaction, rows",
                )
            )
