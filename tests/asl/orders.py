"""What may happen to an execution, in any order: to what is outstanding, and to what is not."""

from hypothesis import strategies as st

from asl.events import (
    Continued,
    ExecutionExpired,
    ExecutionRedriven,
    ExecutionStopped,
    HeartbeatReceived,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
    TimerFired,
)

# What may come next, as (kind, which of the outstanding ones): made into an event when its turn comes.
scripts = st.lists(
    st.tuples(
        st.sampled_from(
            ["started", "submitted", "succeeded", "failed", "heartbeat", "timer", "stale", "stop", "expire", "redrive"]
        ),
        st.integers(0, 20),
    ),
    max_size=25,
)


def make_event(playbook, kind, choice):
    """The event, or None where nothing of the kind is outstanding. It may be for a task or timer that never was."""
    if kind == "stop":
        return ExecutionStopped(at=playbook.now, error="Stopped") if choice < 3 else None
    if kind == "expire":
        return ExecutionExpired(at=playbook.now) if choice < 3 else None
    if kind == "redrive":
        return ExecutionRedriven(at=playbook.now) if playbook.execution.can_be_redriven else None
    task_ids = sorted(playbook.tasks)
    if kind == "stale":
        return TaskSucceeded(at=playbook.now, task_id=10_000 + choice, output="{}")
    if not task_ids:
        return None
    task_id, at = task_ids[choice % len(task_ids)], playbook.now
    match kind:
        case "started":
            return TaskStarted(at=at, task_id=task_id, worker_name="w")
        case "submitted":
            return TaskSubmitted(at=at, task_id=task_id, output='{"MessageId": "1"}')
        case "succeeded":
            output = ['{"a":  1}', "[1, 2]", "not json"][choice % 3]
            return TaskSucceeded(at=at, task_id=task_id, output=output, by_token=choice % 2 == 1)
        case "failed":
            error = ["Broken", None, "States.Timeout"][choice % 3]
            return TaskFailed(at=at, task_id=task_id, error=error, cause="c", by_token=choice % 4 == 1)
        case "heartbeat":
            return HeartbeatReceived(at=at, task_id=task_id)
    return None


# Events about anything, outstanding or not, at any time: (kind, task or timer, seconds from now).
anything = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "started",
                "submitted",
                "succeeded",
                "failed",
                "heartbeat",
                "timer",
                "stop",
                "expire",
                "redrive",
                "continue",
            ]
        ),
        st.integers(-1, 9),
        st.sampled_from([0, 0.5, 4, 100, -100]),
    ),
    max_size=30,
)


def any_event(kind, number, at):
    match kind:
        case "started":
            return TaskStarted(at=at, task_id=number)
        case "submitted":
            return TaskSubmitted(at=at, task_id=number, output="{}")
        case "succeeded":
            return TaskSucceeded(at=at, task_id=number, output='{"a": 1}', by_token=number % 2 == 0)
        case "failed":
            flags = {"start": number % 3 == 0, "submit": number > 4}
            return TaskFailed(at=at, task_id=number, error="Broken", cause=None, **flags)
        case "heartbeat":
            return HeartbeatReceived(at=at, task_id=number)
        case "timer":
            return TimerFired(at=at, timer_id=number)
        case "stop":
            return ExecutionStopped(at=at)
        case "expire":
            return ExecutionExpired(at=at)
        case "redrive":
            return ExecutionRedriven(at=at)
    return Continued(at=at)
