"""Measure the live pages: ``python -m bench.live [--quick] [--only PART] [--on embedded|servers] [--out FILE]``.

Each part is measured in each deployment, embedded and with PostgreSQL and Redis. Prints a line per figure; the exit
status says whether all bounds hold.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bench.live import watchers
from bench.live.sites import place
from bench.report import Report, machine

if TYPE_CHECKING:
    from collections.abc import Callable

# By name, in the order in which they are measured: each is given the report, a running deployment, and `quick`.
PARTS: dict[str, Callable[..., None]] = {"watchers": watchers.measure}
DEPLOYMENTS = ("embedded", "servers")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter runs")
    parser.add_argument("--out", type=Path, help="write the figures as JSON lines")
    parser.add_argument("--only", choices=list(PARTS), action="append", help="measure this alone; may be given again")
    parser.add_argument("--on", choices=DEPLOYMENTS, action="append", help="in this deployment alone")
    options = parser.parse_args()
    report = Report(options.out)
    print(machine())
    for kind in options.on or DEPLOYMENTS:
        report.heading(kind)
        with place(kind) as here:
            for name in options.only or PARTS:
                PARTS[name](report, here, quick=options.quick)
    return report.close()


if __name__ == "__main__":
    raise SystemExit(main())
