"""What the mirror tells the other applications, and the one thing it asks them."""

from django.dispatch import Signal

# Sent after the commit with `execution` (Execution) and `new_events` (list of HistoryEvent, ascending, possibly empty).
execution_changed = Signal()

# Asked with `execution`: which review tasks wait for it? A receiver answers a list of
# {id, url, state_name, task_scheduled_event_id, status, group, person}, the last two "" for nobody in particular. The
# mirror doesn't know who reviews.
reviews_wanted = Signal()

# Asked with `execution_ids`: which of them wait for a person? A receiver answers a set of ids.
waiting_wanted = Signal()

# Asked with `before` (datetime): what waits for a person since then or longer? A receiver answers a list of
# (execution id, id of what is asked), the longest waiting first.
waits_wanted = Signal()
