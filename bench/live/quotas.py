"""What Callboard spends of an AWS account's quotas, and how fresh its pages are within that: an endpoint that throttles
as AWS does stands in for AWS (bench.live.stand_in). All of it counts, from the first call on.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import connect

from bench.live.stand_in import StandIn
from bench.live.watching import Watcher, watch
from bench.live.work import PARKED, WAIT
from bench.report import Figure, Report, at_most, middle, percentile

if TYPE_CHECKING:
    from bench.live.sites import Place

SHARE = 0.25  # of each bucket
FRESH = 10.0  # s, p95: statuses
EVENTS = 2.0  # s, p95: the events of watched ones
A_MINUTE = 6.0  # calls, of one that has been quiet for five minutes
QUIET = 330  # seconds
WATCHED = 8
SETUP = """
environment, _ = Environment.objects.get_or_create(name="AWS", defaults=dict(kind="aws", region="us-east-1",
  endpoint_url=url, execution_role_arn="arn:aws:iam::000000000000:role/any"))
"""
DEPLOY = (
    SETUP
    + """
machine = deployed(name, definition, environment)
runs = [start_execution(state_machine=machine, environment=environment, input="{}") for _ in range(count)]
answer([runs[0].state_machine_arn, [[run.pk, run.arn] for run in runs]])
"""
)
# As if its last news were so old: the clock's part of waiting.
AGED = """
from datetime import timedelta
from django.utils import timezone
Execution.objects.filter(pk=key).update(news_at=timezone.now() - timedelta(seconds=seconds))
"""
KNOWN = 'answer(Execution.objects.filter(environment__name="AWS").count())'
HEARD = (
    SETUP
    + """
from callboard import aws
from executions import status_setup
*making, _ = status_setup.plan(environment, "status-changes")  # the last wants an address that begins with https
for step in making:
    if not step.done:
        step.perform()
queue = aws.client(environment, "sqs").get_queue_url(QueueName="status-changes")["QueueUrl"]
Environment.objects.filter(pk=environment.pk).update(status_queue_url=queue)
"""
)


def measure(report: Report, place: Place, *, quick: bool) -> None:
    with StandIn(place.site.aws_url) as there:
        _quiet(report, place, there, 30 if quick else 60)
    with StandIn(place.site.aws_url) as there:
        place.run('Environment.objects.filter(name="AWS").update(endpoint_url=url)', url=there.url)
        _many(report, place, there, count=300 if quick else 1000, seconds=30 if quick else 90)


def _quiet(report: Report, place: Place, there: StandIn, seconds: float) -> None:
    _, [[key, arn]] = place.run(DEPLOY, url=there.url, name="quiet", definition=PARKED, count=1)

    async def counted() -> int:
        until = asyncio.Event()
        watching = asyncio.create_task(watch(place, [Watcher(key)], since=time.time(), until=until))
        await asyncio.sleep(5)
        await asyncio.to_thread(place.run, AGED, key=key, seconds=QUIET)
        await asyncio.sleep(15)
        since = time.monotonic()
        await asyncio.sleep(seconds)
        found = there.count("GetExecutionHistory", since=since)
        until.set()
        await watching
        return found

    calls = asyncio.run(counted())
    place.endpoint().stop_execution(executionArn=arn)
    report.add(
        Figure(
            what="calls for a watched execution, quiet for five minutes",
            value=calls * 60 / seconds,
            unit="a minute",
            bounds=[at_most(A_MINUTE)],
            note=f"{calls} in {seconds:.0f} s, its last news set back by {QUIET} s",
        )
    )


def _many(report: Report, place: Place, there: StandIn, *, count: int, seconds: int) -> None:
    began = time.monotonic()
    machine, _ = place.run(DEPLOY, url=there.url, name="parked", definition=PARKED, count=1)
    sfn = place.endpoint()
    arns = [sfn.start_execution(stateMachineArn=machine)["executionArn"] for _ in range(count - WATCHED - 1)]
    _, watched = place.run(DEPLOY, url=there.url, name="watched", definition=WAIT, count=WATCHED)
    deadline = time.monotonic() + 180
    while (known := place.run(KNOWN)) < count:
        if time.monotonic() > deadline:
            raise SystemExit(f"{known} of {count} executions were found")
        time.sleep(2)
    found = time.monotonic() - began
    watchers = [Watcher(key) for key, _ in watched]
    listed = asyncio.run(_ended(place, watchers, arns[:seconds], []))
    _say(
        report, f"{count:,} running, ListExecutions: status fresh", listed, FRESH, note=f"all known after {found:.0f} s"
    )
    place.run(HEARD, url=there.url)
    time.sleep(3)
    heard = asyncio.run(_ended(place, [], arns[seconds : 2 * seconds], []))
    _say(report, "the same, EventBridge", heard, FRESH)
    delays = [delay for watcher in watchers for delay in watcher.delays]
    ages = [age for watcher in watchers for age in watcher.ages]
    note = f"the pages said that they were {percentile(ages, 0.95):.1f} s old at most (p95)" if ages else ""
    _say(report, f"the same, {WATCHED} watched: events", delays, EVENTS, note=note)
    until = time.monotonic()
    for action, (size, refill) in there.quotas.items():
        calls = there.count(action)
        report.add(
            Figure(
                what=f"the same: of AWS's bucket for {action}",
                value=100 * there.used(action, began, until),
                unit="%",
                bounds=[at_most(100 * SHARE)],
                note=f"{calls} calls in {until - began:.0f} s, of {size:.0f} and {refill:g} a second; "
                f"{there.buckets[action].lowest:.0f} were left at least",
            )
        )
    report.add(Figure(what="calls refused", value=sum(there.refused.values()), unit="", bounds=[at_most(0)]))
    for arn in [*arns[2 * seconds :], *(arn for _, arn in watched)]:
        sfn.stop_execution(executionArn=arn)


async def _ended(place: Place, watchers: list[Watcher], arns: list[str], took: list[float]) -> list[float]:
    """Stop one a second, at the endpoint; how long it took until the list of executions, open in a page, showed it."""
    stopped: dict[str, float] = {}
    until = asyncio.Event()
    client: Any = place.endpoint()

    async def listen() -> None:
        async with connect(place.socket_url("/ws/executions/"), additional_headers=place.headers) as socket:
            async for text in socket:
                row = json.loads(text).get("execution", {})
                if row.get("status") == "ABORTED" and row["arn"] in stopped:
                    took.append(time.time() - stopped.pop(row["arn"]))

    watching = asyncio.create_task(watch(place, watchers, since=time.time() + 5, until=until))
    listening = asyncio.create_task(listen())
    await asyncio.sleep(5)
    for arn in arns:
        stopped[arn] = time.time()
        await asyncio.to_thread(client.stop_execution, executionArn=arn)
        await asyncio.sleep(1)
    for _ in range(30):
        if stopped:
            await asyncio.sleep(1)
    until.set()
    await watching
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    return took + [time.time() - at for at in stopped.values()]


def _say(report: Report, what: str, took: list[float], limit: float, note: str = "") -> None:
    said = f"p50 {middle(took):.2f} s, at most {max(took):.2f} s; {len(took):,} of them"
    note = f"{said}; {note}" if note else said
    report.add(Figure(what=what, value=percentile(took, 0.95), unit="s p95", bounds=[at_most(limit)], note=note))
