"""Celery's worker and beat as threads of the web process, for the embedded deployment.

The broker is memory, so a message dies with the process; that loses no work, since what is due is always a query that
beat's sweeps ask again.
"""

from __future__ import annotations

import logging
import threading

from celery.beat import Scheduler, Service
from celery.worker import WorkController

from callboard.celery import app

logger = logging.getLogger(__name__)

CONCURRENCY = 8


class EmbeddedCelery:
    """A worker with a pool of threads, and beat. `start` returns at once; `stop` waits for running tasks, a while."""

    def __init__(self) -> None:
        app.loader.import_default_modules()
        self._worker = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=CONCURRENCY,
            hostname="embedded@callboard",
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            quiet=True,
        )
        self._beat = Service(app, max_interval=1, scheduler_cls=Scheduler)
        self._threads = [
            threading.Thread(target=self._run_worker, name="celery-worker", daemon=True),
            threading.Thread(
                target=self._beat.start, kwargs={"embedded_process": False}, name="celery-beat", daemon=True
            ),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout: float = 5) -> None:
        self._beat.stop(wait=False)
        self._worker.stop()
        for thread in self._threads:
            thread.join(timeout)

    def _run_worker(self) -> None:
        try:
            self._worker.start()
        except Exception:
            logger.exception("The embedded Celery worker ended. Restart Callboard.")
            raise
