"""One line per figure: what was measured, the peers of the same run, and whether it reaches what was promised.

A bound is a floor (a rate), a ceiling (a time, bytes) or a ratio to the better peer; a line without one informs only.
"""

import json
import operator
import os
import platform
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

WIDTH = 58


@dataclass(frozen=True, slots=True)
class Bound:
    """What ``value`` is held against: at least or at most ``limit``."""

    relation: str  # ">=" or "<="
    limit: float
    why: str = ""  # "4 x aws-local-stepfunctions"

    def holds(self, value: float) -> bool:
        compare: Callable[[float, float], bool] = operator.ge if self.relation == ">=" else operator.le
        return compare(value, self.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    what: str
    value: float
    unit: str
    bounds: Sequence[Bound] = ()
    peers: Mapping[str, float | str] = field(default_factory=dict)  # a peer's value, or why it has none
    note: str = ""

    @property
    def verdict(self) -> str:
        if not self.bounds:
            return "-"
        return "pass" if all(bound.holds(self.value) for bound in self.bounds) else "FAIL"


def at_least(limit: float, why: str = "") -> Bound:
    return Bound(">=", limit, why)


def at_most(limit: float, why: str = "") -> Bound:
    return Bound("<=", limit, why)


def times(factor: float, peers: Mapping[str, float | str], *, best: Callable[..., Any] = max) -> list[Bound]:
    """A bound relative to the better of the peers that could be measured; none if none could."""
    known = {name: value for name, value in peers.items() if isinstance(value, (int, float)) and value}
    if not known:
        return []
    name, value = best(known.items(), key=lambda item: item[1])
    return [Bound(">=" if best is max else "<=", factor * value, f"{factor:g} x {name}")]


def show(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def line(figure: Figure) -> str:
    against = ", ".join(
        f"{bound.relation} {show(bound.limit)}{f' ({bound.why})' if bound.why else ''}" for bound in figure.bounds
    )
    first = f"{figure.verdict:>4}  {figure.what:<{WIDTH}} {show(figure.value):>10} {figure.unit:<14} {against}"
    rest = [
        f"{'':6}{'':4}{name}: {value if isinstance(value, str) else f'{show(value)} {figure.unit}'}"
        for name, value in figure.peers.items()
    ]
    if figure.note:
        rest.append(f"{'':10}{figure.note}")
    return "\n".join([first.rstrip(), *rest])


class Report:
    """Prints each figure as it comes, and in the end what did not hold."""

    def __init__(self, path: Path | None = None) -> None:
        self.figures: list[Figure] = []
        self._path = path

    def heading(self, text: str) -> None:
        print(f"\n{text}", flush=True)

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        print(line(figure), flush=True)

    def close(self) -> int:
        """Write the JSON lines, say the sum; the number of bounds that didn't hold."""
        failed = [figure.what for figure in self.figures if figure.verdict == "FAIL"]
        held = sum(figure.verdict == "pass" for figure in self.figures)
        print(f"\n{held} hold, {len(failed)} don't{': ' + '; '.join(failed) if failed else ''}.")
        print(f"Load average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
        if self._path is not None:
            rows = [asdict(figure) | {"verdict": figure.verdict} for figure in self.figures]
            self._path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return len(failed)


def machine() -> str:
    model = next(
        (row.split(":", 1)[1].strip() for row in _cpuinfo() if row.startswith("model name")), platform.processor()
    )
    return (
        f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; load average {os.getloadavg()[0]:.1f}"
    )


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def middle(values: Sequence[float]) -> float:
    return median(values) if values else float("nan")


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
