"""Whether an execution may be redriven, and AWS's reasons where it may not.

What a redrive does is `asl.redrive`'s. Limits: API reference, RedriveExecution; reasons: DescribeExecution.
"""

from localaws.journal import ExecutionRow

DAY = 24 * 3600.0
PERIOD = 14 * DAY  # seconds after its end in which an execution can be redriven
LONGEST = 365 * DAY  # seconds that an execution may be open, from its start
EVENTS = 24_999  # a history of so many has no room for ExecutionRedriven and one event more
TOKEN_LIFE = 15 * 60.0  # seconds in which a client's token gets the same answer


def reason_against(row: ExecutionRow, *, deleting: bool, now: float) -> str | None:
    """Why the execution can't be redriven now; None where it can. ``deleting``: its state machine is."""
    if deleting:
        return "State machine is in DELETING status"
    if row.status in {"RUNNING", "SUCCEEDED"}:
        return f"Execution is {row.status} and cannot be redriven"
    if row.last_event_id >= EVENTS:
        return "Execution history event limit exceeded"
    if now - row.started_at > LONGEST:
        return "Execution has exceeded the max execution time"
    if now - (row.stopped_at or row.started_at) > PERIOD:
        return "Execution redrivable period exceeded"
    if not row.has_state:  # it ended in a store that kept nothing of it, or the endpoint itself failed
        return "Execution was started before the launch of RedriveExecution"
    return None


def redrive_status(reason: str | None) -> dict[str, str]:
    if reason is None:
        return {"redriveStatus": "REDRIVABLE"}
    return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
