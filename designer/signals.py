"""What the list of workflows asks the other applications. The designer doesn't know who mirrors executions."""

from django.dispatch import Signal

# Asked with `machine_ids`; a receiver answers {machine id: figures of its recent executions}.
recent_runs_wanted = Signal()

# Asked with `environment`; a receiver answers values for the placeholders of the samples: {name: text}.
substitutions_wanted = Signal()

# Asked with `machine_id`; a receiver answers {"executions": count, "visits": {state's name: visits a run}} of past
# runs.
past_visits_wanted = Signal()

# Asked with `machine_id` and `request`; a receiver answers the links to runs of the workflow that are out and that this
# person may see: [{name, note, url (of the page that lists them), expires_at, opened_at, created_by}].
shared_runs_wanted = Signal()
