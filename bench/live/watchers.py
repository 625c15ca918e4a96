"""Many pages: 200 on one execution with 50 events a second, and 50 on an execution each. Nothing may be lost, doubled
or out of order: each page's ids are held against the endpoint's own history.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from bench.live.watching import Watcher, watch
from bench.live.work import EVENTS_OF_A_TURN, WAIT, Worker, length, turns
from bench.report import Figure, Report, at_most, middle, percentile

if TYPE_CHECKING:
    from bench.live.sites import Place

DELAY = 500.0  # ms, p99
START = """
machine = deployed(name, definition, Environment.objects.get(kind="embedded"))
runs = [start_execution(state_machine=machine, environment=Environment.objects.get(kind="embedded"), input="{}")
  for _ in range(count)]
answer([[run.pk, run.arn] for run in runs])
"""


def measure(report: Report, place: Place, *, quick: bool) -> None:
    seconds = 10 if quick else 25
    activity = place.endpoint().create_activity(name="turns")["activityArn"]
    [(key, arn)] = place.run(START, name="turns", definition=turns(activity), count=1)
    watchers = [Watcher(key) for _ in range(200)]
    with Worker(place, activity, lambda: EVENTS_OF_A_TURN / 50):
        asyncio.run(_watched(place, watchers, [arn], seconds))
    _add(report, place, "200 watchers on one execution, 50 events/s", watchers, {key: length(place, arn)})

    runs = place.run(START, name="waits", definition=WAIT, count=50)
    watchers = [Watcher(key) for key, _ in runs]
    asyncio.run(_watched(place, watchers, [arn for _, arn in runs], seconds))
    whole = {key: length(place, arn) for key, arn in runs}
    _add(report, place, "50 watchers on 50 executions, 200 events/s", watchers, whole)


async def _watched(place: Place, watchers: list[Watcher], arns: list[str], seconds: float) -> None:
    """Watch for so long, then stop the executions and go on until every page has heard of the end."""
    until = asyncio.Event()
    watching = asyncio.create_task(watch(place, watchers, since=time.time() + 5, until=until))
    client: Any = place.endpoint()
    await asyncio.sleep(5 + seconds)
    for arn in arns:
        await asyncio.to_thread(client.stop_execution, executionArn=arn)
    await asyncio.wait({watching}, timeout=30)
    until.set()
    await watching


def _add(report: Report, place: Place, what: str, watchers: list[Watcher], whole: dict[int, int]) -> None:
    delays = [1000 * delay for watcher in watchers for delay in watcher.delays]
    mistakes = sum(watcher.mistakes(whole[watcher.execution]) for watcher in watchers)
    note = f"p50 {middle(delays):.0f} ms, p95 {percentile(delays, 0.95):.0f} ms; {len(delays):,} events came"
    value = percentile(delays, 0.99)
    report.add(Figure(what=f"{what}: event to client, p99", value=value, unit="ms", bounds=[at_most(DELAY)], note=note))
    what = f"{place.kind}: lost, doubled, out of order"
    report.add(Figure(what=what, value=mistakes, unit="events", bounds=[at_most(0)]))
