"""Pages asked for through the whole of Django, as a browser that is signed in gets them; how long the server took."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.report import Figure, at_most, middle, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.report import Report


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
    """Reads pages as ``client``, each ``times``, and adds what it took to ``report``."""

    report: Report
    client: Any
    times: int

    def measure(self, what: str, addresses: Sequence[str], limit: float) -> None:
        """The addresses in turn, each at least once."""
        count = max(self.times, len(addresses))
        took = [timed(self.client, addresses[n % len(addresses)])[0] for n in range(count)]
        self.report.add(figure(what, took, limit))
