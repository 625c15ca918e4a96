"""RedriveExecution, and what other operations say of redrives."""

from asl.json_types import JSON
from localaws.journal import ExecutionRow
from localaws.operations.context import Context, standard_execution
from localaws.redrive import TOKEN_LIFE, reason_against, redrive_status
from localaws.wire import Call, ServiceError


async def redrive_execution(context: Context, call: Call) -> dict[str, JSON]:
    arn, client_token = call.input["executionArn"], call.input.get("clientToken")
    while True:
        at: float | None = await context.engine.request(lambda: _redrive(context, arn, client_token))
        if at is not None:
            return {"redriveDate": at}


def _redrive(context: Context, arn: str, client_token: str | None) -> float | None:
    """When it was redriven; None while its end, or another redrive, is still to be committed."""
    engine = context.engine
    live = engine.find_live(arn)
    if live is not None and (live.ended or live.redrive is not None):
        return None
    row = standard_execution(context, arn)
    if client_token is not None:
        for at, used in context.journal.redrives(row.id):
            if used == client_token and engine.clock() - at <= TOKEN_LIFE:
                return at
    reason = why_not(context, row)
    if reason is None and "/" in row.machine_arn:
        reason = "Execution is a child of a Map Run, whose parent's redrive redrives it"
    if reason is not None:
        raise ServiceError("ExecutionNotRedrivable", f"Execution {arn} invalid for redrive as: {reason}")
    context.open_executions.refuse_if_full(arn)
    return engine.redrive(arn, row, client_token)


def why_not(context: Context, row: ExecutionRow) -> str | None:
    # A Map Run's own state machine is deleted with that of the Map.
    machine = context.catalogue.find(row.machine_arn.partition("/")[0])
    deleting = machine is None or machine.status == "DELETING"
    return reason_against(row, deleting=deleting, now=context.engine.clock())


def redrives(row: ExecutionRow) -> dict[str, JSON]:
    """How often it was redriven, and when last; as DescribeExecution and ListExecutions have it."""
    answer: dict[str, JSON] = {"redriveCount": row.redrive_count}
    if row.redriven_at is not None:
        answer["redriveDate"] = row.redriven_at
    return answer


def describe(context: Context, row: ExecutionRow) -> dict[str, JSON]:
    status = redrive_status(why_not(context, row))
    if status["redriveStatus"] == "REDRIVABLE" and "/" in row.machine_arn:
        status["redriveStatus"] = "REDRIVABLE_BY_MAP_RUN"
    return redrives(row) | status
