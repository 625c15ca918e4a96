"""Measure everything: ``python -m bench [--quick] [--only NAME ...] [--no-peers] [--out FILE]``.

Prints a line per figure as it comes; the exit status says whether all bounds hold.
"""

import argparse
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import deliveries, growth, interpreter, latency, limits, map_runs, million, parked, throughput
from bench.latency import Peers
from bench.peers import SERVERS, PeerError
from bench.report import Report, machine
from bench.servers import Server, own_server, start_peer


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything. Rounds are repeated runs, of which the middle one counts; seconds are of one stretch."""

    rounds: int = 7
    seconds: float = 1.0
    states: int = 1000
    executions: int = 1000
    calls: int = 60
    deliveries: int = 4000
    parked: int = 1000
    many_parked: int = 100_000
    rows: int = 100_000
    children: int = 10_000
    million: int = 1_000_000
    old_events: int = 20_000
    old_executions: int = 100_000
    stretches: int = 60


FULL = Size()
QUICK = Size(
    rounds=3,
    seconds=0.3,
    calls=20,
    deliveries=1500,
    many_parked=10_000,
    children=2000,
    million=50_000,
    old_executions=20_000,
    stretches=20,
)
SMOKE = Size(
    rounds=1, seconds=0.02, states=20, executions=20, calls=2, deliveries=64, parked=24, many_parked=40,
    rows=200, children=50, million=200, old_events=100, old_executions=20, stretches=1,
)  # fmt: skip


class Run:
    """The servers of a run: this project's own and its peers, started when the first part needs them."""

    def __init__(self, report: Report, size: Size, stack: contextlib.ExitStack, *, peers: bool) -> None:
        self.report = report
        self.size = size
        self.with_peers = peers
        self._stack = stack
        self._server: Server | None = None
        self._peers: dict[str, Server | str] = {}

    @property
    def server(self) -> Server:
        if self._server is None:
            self._server = self._stack.enter_context(own_server())
        return self._server

    @property
    def peers(self) -> Peers:
        if not self._peers:
            for peer in SERVERS:
                try:
                    if not self.with_peers:
                        raise PeerError("not asked for")
                    started = self._peers[peer.name] = start_peer(peer)
                    self._stack.callback(started.stop)
                except PeerError as reason:
                    self._peers[peer.name] = str(reason)
        return self._peers

    # -- the parts, by their names on the command line

    def limits(self) -> None:
        limits.measure(self.report, seconds=self.size.seconds)

    def interpreter(self) -> None:
        size = self.size
        interpreter.measure(
            self.report, rounds=size.rounds, seconds=size.seconds, size=size.states, peers=self.with_peers
        )

    def transitions(self) -> None:
        ministack = self.peers["ministack"]
        throughput.transitions(self.report, self.server, ministack, rounds=self.size.rounds, size=self.size.states)

    def executions(self) -> None:
        ministack = self.peers["ministack"]
        throughput.executions(self.report, self.server, ministack, rounds=self.size.rounds, count=self.size.executions)

    def latency(self) -> None:
        latency.single(self.report, self.server, self.peers, count=self.size.calls)

    def history(self) -> None:
        latency.history(self.report, self.server, self.peers, count=self.size.calls)

    def ping(self) -> None:
        latency.ping(self.report, self.server, seconds=10 * self.size.seconds)

    def deliveries(self) -> None:
        deliveries.measure(self.report, rounds=self.size.rounds, count=self.size.deliveries)

    def answers(self) -> None:
        parked.answers(self.report, self.server, self.peers, count=self.size.parked, answered=2 * self.size.calls)

    def parked(self) -> None:
        parked.many(self.report, count=self.size.many_parked)

    def map_runs(self) -> None:
        map_runs.measure(self.report, rows=self.size.rows, children=self.size.children)

    def million(self) -> None:
        million.measure(self.report, executions=self.size.million, calls=5 * self.size.calls)

    def growth(self) -> None:
        growth.measure(
            self.report,
            events=self.size.old_events,
            executions=self.size.old_executions,
            stretches=self.size.stretches,
        )


PARTS: dict[str, Callable[[Run], None]] = {
    "limits": Run.limits,
    "interpreter": Run.interpreter,
    "transitions": Run.transitions,
    "executions": Run.executions,
    "latency": Run.latency,
    "history": Run.history,
    "ping": Run.ping,
    "deliveries": Run.deliveries,
    "answers": Run.answers,
    "parked": Run.parked,
    "map-runs": Run.map_runs,
    "million": Run.million,
    "growth": Run.growth,
}


def run(report: Report, size: Size, parts: list[str], *, peers: bool) -> None:
    with contextlib.ExitStack() as stack:
        one = Run(report, size, stack, peers=peers)
        for part in parts:
            PARTS[part](one)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a minute or two instead of a quarter of an hour")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="these parts")
    parser.add_argument("--no-peers", action="store_true", help="install and start no other implementation")
    parser.add_argument("--out", type=Path, help="write the figures as JSON lines, too")
    options = parser.parse_args()
    report = Report(options.out)
    print(machine())
    run(report, QUICK if options.quick else FULL, options.only, peers=not options.no_peers)
    return 1 if report.close() else 0


if __name__ == "__main__":
    sys.exit(main())
