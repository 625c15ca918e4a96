"""Which process polls which activity. A poll is held open for up to a minute, so it runs in a thread of its own beside
Celery's, which beat's task starts (`keep_polling`) in whichever worker it lands.

An activity is polled by the process that holds its lease. The lease is short, renewed by a thread while the process
lives, and taken by another when it has lapsed. It saves calls and decides nothing: Step Functions hands each task to
one poll, whoever else asks.
"""

from __future__ import annotations

import atexit
import logging
import threading
import uuid
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from review import activities
from review.models import Activity

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=15)
RENEW_SECONDS = 5
LONGEST_PAUSE_SECONDS = 60
STORE_SECONDS = 5  # that the end of the process waits for a task which was just received
_OWN_NAME = uuid.uuid4().hex
_stopping = threading.Event()
_lock = threading.Lock()
_pollers: dict[int, _Poller] = {}
_keeper: threading.Thread | None = None


def keep_polling() -> int:
    """Begin to poll what nobody polls; how many activities this process polls now."""
    if _stopping.is_set():
        return 0
    with _lock:
        for pk in Activity.objects.values_list("pk", flat=True):
            poller = _pollers.get(pk)
            if (poller is None or not poller.is_alive()) and _lease(pk):
                _pollers[pk] = _Poller(pk)
                _pollers[pk].start()
        alive = sum(poller.is_alive() for poller in _pollers.values())
        if alive:
            _start_keeper()
        return alive


def stop() -> None:
    """At the end of the process: no new poll, and what was received is stored first."""
    _stopping.set()
    for poller in list(_pollers.values()):
        if poller.storing.acquire(timeout=STORE_SECONDS):
            poller.storing.release()


atexit.register(stop)


class _Poller(threading.Thread):
    """Polls one activity for as long as it exists and this process has its lease."""

    def __init__(self, pk: int) -> None:
        super().__init__(name=f"activity-{pk}", daemon=True)
        self.pk = pk
        self.storing = threading.Lock()
        self._failures = 0

    def run(self) -> None:
        while not _stopping.is_set():
            try:
                activity = Activity.objects.select_related("environment").filter(pk=self.pk).first()
                if activity is None or not _lease(self.pk):
                    return
                self._poll(activity)
            except DatabaseError as error:
                logger.warning("Activity %s is polled again later: %s", self.pk, type(error).__name__)
                _stopping.wait(RENEW_SECONDS)
            except Exception:
                logger.exception("Activity %s: a task could not be taken", self.pk)
                _stopping.wait(RENEW_SECONDS)
            finally:
                connection.close()  # this thread's own; none is held over a minute's wait

    def _poll(self, activity: Activity) -> None:
        connection.close()
        try:
            received = activities.receive(activity)
        except (ClientError, BotoCoreError, OSError) as error:
            self._refused(activity, error)
            return
        if received is not None:
            with self.storing:
                activities.take(activity, received, _stopping)
        self._failures = 0
        Activity.objects.filter(pk=self.pk).update(last_answer_at=timezone.now(), problem="")

    def _refused(self, activity: Activity, error: Exception) -> None:
        self._failures += 1
        words = type(error).__name__
        if isinstance(error, ClientError):
            said = error.response["Error"]
            words = f"{said['Code']}: {said.get('Message', '')}"
        Activity.objects.filter(pk=self.pk).update(problem=words[:300])
        if self._failures == 1:
            logger.warning(
                "Activity %s can't be polled (%s); it is tried again, at longest every %s seconds",
                activity.name,
                words,
                LONGEST_PAUSE_SECONDS,
            )
        connection.close()
        _stopping.wait(min(2**self._failures, LONGEST_PAUSE_SECONDS))


def _lease(pk: int) -> bool:
    now = timezone.now()
    free = Q(polled_until=None) | Q(polled_until__lte=now) | Q(poller=_OWN_NAME)
    rows = Activity.objects.filter(free, pk=pk)
    return bool(rows.update(poller=_OWN_NAME, polled_until=now + LEASE))


def _start_keeper() -> None:
    global _keeper  # noqa: PLW0603  (one a process: it is a fact of the process)
    if _keeper is None or not _keeper.is_alive():
        _keeper = threading.Thread(target=_renew, name="activity-leases", daemon=True)
        _keeper.start()


def _renew() -> None:
    while not _stopping.wait(RENEW_SECONDS):
        mine = [pk for pk, poller in list(_pollers.items()) if poller.is_alive()]
        if not mine:
            return
        try:
            Activity.objects.filter(pk__in=mine, poller=_OWN_NAME).update(polled_until=timezone.now() + LEASE)
        except DatabaseError as error:
            logger.warning("The leases of activities were not renewed: %s", type(error).__name__)
        finally:
            connection.close()
