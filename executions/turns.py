"""Writers of the mirror that share a process take turns.

SQLite has one writer at a time, and who finds the database busy sleeps, up to a tenth of a second, before it asks
again: with several polls at once nearly all of their time. A lock wakes the next one at once. Between processes, on
PostgreSQL, rows are locked, not the database, and nobody has to wait.
"""

import contextlib
import threading

from django.conf import settings

_lock = threading.RLock()  # what is done after a commit may write again


def writing() -> contextlib.AbstractContextManager[object]:
    return _lock if settings.CALLBOARD_SINGLE_PROCESS else contextlib.nullcontext()
