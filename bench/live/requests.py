"""Pages asked for through the whole of Django, as a browser that is signed in gets them; how long the server took."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.report import Figure, at_most, middle, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.report import Report


PARTIAL = b"were looked at: this text takes longer to find"


def signed_in(user: Any) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def timed(client: Any, address: str, **headers: str) -> tuple[float, Any]:
    """Milliseconds, and the answer."""
    began = time.perf_counter()
    answer = client.get(address, headers=headers)
    took = 1000 * (time.perf_counter() - began)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answers {answer.status_code}")
    return took, answer


def figure(what: str, took: Sequence[float], limit: float, note: str = "") -> Figure:
    """``took`` in ms, held by its p95."""
    said = f"p50 {middle(took):.0f} ms{'; ' if note else ''}{note}"
    return Figure(what=what, value=percentile(took, 0.95), unit="ms p95", bounds=[at_most(limit)], note=said)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads pages as ``client``, so many ``times`` after each was read once, and adds what it took to ``report``."""

    report: Report
    client: Any
    times: int

    def measure(self, what: str, addresses: Sequence[str], limit: float) -> None:
        """The addresses in turn. The first time of each, when its pages of the database may still have to be read from
        the disk, is told apart.
        """
        first = [timed(self.client, address) for address in addresses]
        count = max(self.times, len(addresses))
        again = [timed(self.client, addresses[n % len(addresses)]) for n in range(count)] if self.times else first
        note = f"for the first time at most {max(took for took, _ in first):.0f} ms"
        # A list may look at the newest alone where text takes too long to find; that is no whole answer.
        if partial := sum(PARTIAL in answer.content for _, answer in again):
            note += f"; {partial} of {len(again)} answers looked at the newest alone"
        self.report.add(figure(what, [took for took, _ in again], limit, note=note))
