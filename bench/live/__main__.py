"""Measure the live pages: ``python -m bench.live [--quick] [--only PART,...] [--on embedded|servers] [--out FILE]``.

Some parts are measured in each deployment, embedded and with PostgreSQL and Redis; others in a database that holds as
much as years of use leave. Prints a line per figure; the exit status says whether all bounds hold.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.live import decisions, inbox, lists, pixels, quotas, watchers
from bench.live.ingest import Ingest
from bench.live.sites import place
from bench.live.store import FULL, QUICK, SMOKE, Size, store
from bench.report import Report, machine

if TYPE_CHECKING:
    from collections.abc import Callable

# By name, in the order in which they are measured: each is given the report, a running deployment, and `quick`.
PARTS: dict[str, Callable[..., None]] = {
    "watchers": watchers.measure,
    "pixels": pixels.measure,
    "quotas": quotas.measure,
    "decision": decisions.measure,
}
DEPLOYMENTS = ("embedded", "servers")
# What depends on how much is stored: of one database, which is filled in between.
STORED = ("ingest", "lists", "inbox")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter runs, less stored")
    parser.add_argument("--smoke", action="store_true", help="next to nothing stored: whether it runs at all")
    parser.add_argument("--out", type=Path, help="write the figures as JSON lines")
    parser.add_argument("--only", help=f"measure these alone, with commas between: {', '.join([*PARTS, *STORED])}")
    parser.add_argument("--on", choices=DEPLOYMENTS, action="append", help="in this deployment alone")
    options = parser.parse_args()
    chosen = options.only.split(",") if options.only else [*PARTS, *STORED]
    if unknown := set(chosen) - {*PARTS, *STORED}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    report = Report(options.out)
    print(machine())
    placed = [name for name in PARTS if name in chosen]
    for kind in (options.on or DEPLOYMENTS) if placed else ():
        report.heading(kind)
        with place(kind) as here:
            for name in placed:
                PARTS[name](report, here, quick=options.quick or options.smoke)
    if stored := [name for name in STORED if name in chosen]:
        measure_stored(report, SMOKE if options.smoke else QUICK if options.quick else FULL, stored)
    return report.close()


def measure_stored(report: Report, size: Size, chosen: list[str]) -> None:
    from bench.live import filling

    if chosen == ["inbox"]:  # its questions are asked by the oldest of them
        size = replace(size, executions=min(size.executions, inbox.ASKING))
    report.heading(f"PostgreSQL with {size.executions:,} executions")
    with store() as here:
        ingest = Ingest(here, size) if "ingest" in chosen else None
        filling.prepare(here)
        for share in (0.0, 0.5, 1.0):
            seconds = filling.fill(here, whole=size.executions, share=share)
            print(f"      {share:.0%} stored after {seconds:.0f} s", flush=True)
            if ingest is not None:
                ingest.stretch()
        if ingest is not None:
            ingest.report(report)
        if "lists" in chosen:
            lists.measure(report, size)
        if "inbox" in chosen:
            inbox.measure(report, here, size)


if __name__ == "__main__":
    raise SystemExit(main())
