"""What the mirror tells the other applications, after the commit."""

from django.dispatch import Signal

# Sent with `execution` (Execution) and `new_events` (list of HistoryEvent, ascending, possibly empty).
execution_changed = Signal()
