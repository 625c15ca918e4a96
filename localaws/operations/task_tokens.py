"""SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat: the outcome of a task from outside, by its token.

A token names its execution, so no index is needed; whether it is genuine and still open only the execution can say. One
that is closed, used or expired answers TaskTimedOut, one that names nothing here TaskDoesNotExist.
"""

from collections.abc import Callable

from asl.events import Event, HeartbeatReceived, TaskFailed, TaskSucceeded
from asl.json_types import JSON
from asl.tokens import InvalidToken, parse_token
from localaws import arns
from localaws.operations import payloads
from localaws.operations.context import Context
from localaws.wire import Call, ServiceError


async def send_task_success(context: Context, call: Call) -> dict[str, JSON]:
    output = _output_text(call.input["output"])
    return await _send(
        context, call, lambda at, task_id: TaskSucceeded(at=at, task_id=task_id, output=output, by_token=True)
    )


async def send_task_failure(context: Context, call: Call) -> dict[str, JSON]:
    error, cause = call.input.get("error"), call.input.get("cause")

    def event(at: float, task_id: int) -> Event:
        return TaskFailed(at=at, task_id=task_id, error=error, cause=cause, by_token=True)

    return await _send(context, call, event)


async def send_task_heartbeat(context: Context, call: Call) -> dict[str, JSON]:
    return await _send(context, call, lambda at, task_id: HeartbeatReceived(at=at, task_id=task_id))


async def _send(context: Context, call: Call, event: Callable[[float, int], Event]) -> dict[str, JSON]:
    token = call.input["taskToken"]
    try:
        arn_text, task_id = parse_token(token)
        arn = arns.parse_kind(arn_text, "execution")
    except (InvalidToken, ServiceError):
        raise ServiceError("InvalidToken", "Invalid Token: 'Invalid token'") from None

    def send() -> None:
        engine = context.engine
        live = engine.find_live(arn_text)
        if live is None:
            row = context.journal.find_execution(arn.machine_arn, ":".join(arn.rest[1:]))
            if row is None:
                raise ServiceError("TaskDoesNotExist", "Task does not exist")
            if row.status != "RUNNING":
                raise _closed()
            live = engine.live(arn_text, row)
        if live.ended or not live.execution.token_is_open(token):
            raise _closed()
        engine.deliver(live, event(engine.clock(), task_id))

    await context.engine.at_once(send)
    return {}


def _closed() -> ServiceError:
    return ServiceError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")


def _output_text(text: str) -> str:
    reason = payloads.fault(text, "output")
    if reason is not None:
        raise ServiceError("InvalidOutput", f"Invalid Output: '{reason}'")
    return text
