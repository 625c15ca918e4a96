"""StartExecution, StartSyncExecution, DescribeExecution, ListExecutions, StopExecution."""

import random
import uuid
from dataclasses import dataclass
from typing import Any

from asl.events import ExecutionStopped
from asl.json_types import JSON
from localaws import arns
from localaws.catalogue import MachineRecord
from localaws.journal import ExecutionRow
from localaws.live import Live
from localaws.operations import map_runs, payloads, redrive
from localaws.operations.context import Context, Target, as_published, check_name, qualified, standard_execution
from localaws.paging import page_size
from localaws.wire import Call, ServiceError


@dataclass(frozen=True, slots=True)
class StartRequest:
    """A checked request to start an execution."""

    arn: str  # of a state machine, a version or an alias
    name: str
    is_named: bool
    text: str
    trace_header: str | None

    def run(self, context: Context) -> tuple[int, str, float]:
        """Start it: the execution's number, its ARN and when it began. Inside a transaction."""
        target = _startable(context, self.arn)
        record = target.machine
        if record.type == "EXPRESS":
            live = _begin_express(context, target, self.name, self.text, self.trace_header)
            return live.id, live.arn, live.row.started_at
        arn = arns.execution_arn(record.arn, self.name)
        existing = _existing(context, record, arn, self.name) if self.is_named else None
        if existing is not None:
            _refuse_unless_same(existing, arn, self.text)
            return existing.id, arn, existing.started_at
        context.open_executions.refuse_if_full(arn)
        live = context.engine.begin(
            record, arn=arn, name=self.name, input_text=self.text, trace_header=self.trace_header, **_origin(target)
        )
        return live.id, arn, live.row.started_at


def prepare_start(call: Call) -> StartRequest:
    """Check what can be checked before the store is looked at."""
    given = call.input
    text = payloads.input_text(given)
    name = given.get("name")
    return StartRequest(
        given["stateMachineArn"],
        check_name(name) if name is not None else str(uuid.uuid4()),
        name is not None,
        text,
        given.get("traceHeader"),
    )


async def start_execution(context: Context, call: Call) -> dict[str, JSON]:
    request = prepare_start(call)
    _, arn, started_at = await context.engine.at_once(lambda: request.run(context))
    return {"executionArn": arn, "startDate": started_at}


async def start_sync_execution(context: Context, call: Call) -> dict[str, JSON]:
    given, request = call.input, prepare_start(call)
    text, name = request.text, request.name

    def start() -> tuple[str, float, Any]:
        target = _startable(context, request.arn)
        if target.machine.type != "EXPRESS":
            raise ServiceError(
                "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine"
            )
        live = _begin_express(context, target, name, text, request.trace_header)
        return live.arn, live.row.started_at, context.engine.when_ended(live.id)

    arn, started_at, ended = await context.engine.at_once(start)
    outcome = await ended
    stopped_at = outcome.stopped_at or started_at
    milliseconds = max(int((stopped_at - started_at) * 1000), 1)
    answer: dict[str, JSON] = {
        "executionArn": arn,
        "stateMachineArn": given["stateMachineArn"],
        "name": name,
        "startDate": started_at,
        "stopDate": stopped_at,
        "status": outcome.status,
        "input": text,
        "inputDetails": {"included": True},
        "outputDetails": {"included": True},
        # AWS bills by 100 ms and by 64 MB.
        "billingDetails": {
            "billedMemoryUsedInMB": 64,
            "billedDurationInMilliseconds": -(-milliseconds // 100) * 100,
        },
    }
    if outcome.output is not None:
        answer["output"] = outcome.output
    return answer | _failure(outcome.error, outcome.cause)


async def describe_execution(context: Context, call: Call) -> dict[str, JSON]:
    row = standard_execution(context, call.input["executionArn"])
    answer = _summary(row) | redrive.describe(context, row)
    if call.input.get("includedData") != "METADATA_ONLY":
        answer |= {"input": row.input, "inputDetails": {"included": True}}
        if row.output is not None:
            answer |= {"output": row.output, "outputDetails": {"included": True}}
        answer |= _failure(row.error, row.cause)
    map_run = map_runs.map_run_of(context, row)
    if map_run is not None:
        answer["mapRunArn"] = map_run
    if row.trace_header is not None:
        answer["traceHeader"] = row.trace_header
    return answer


async def list_executions(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    if given.get("mapRunArn") is not None:
        if given.get("stateMachineArn") is not None:
            raise ServiceError("ValidationException", "Must specify either a State Machine ARN or a Map Run ARN.")
        return await map_runs.list_executions(context, call)
    if given.get("stateMachineArn") is None:
        raise ServiceError("ValidationException", "Must specify either a State Machine ARN or a Map Run ARN.")
    target = qualified(context, given["stateMachineArn"])
    record = target.machine
    if record.type == "EXPRESS":
        raise ServiceError(
            "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine"
        )
    for name, present in (
        ("RedriveFilter", given.get("redriveFilter") is not None),
        ("PENDING_REDRIVE StatusFilter", given.get("statusFilter") == "PENDING_REDRIVE"),
    ):
        if present:  # they are about a Map Run's executions
            message = f"{name} cannot be applied to ListExecutions call with StateMachine ARN"
            raise ServiceError("ValidationException", message)
    asked = ["ListExecutions", given["stateMachineArn"], given.get("statusFilter")]
    before = context.pages.position(given.get("nextToken"), of=asked)
    size = page_size(given.get("maxResults"))
    found = context.journal.list_executions(
        record.id,
        version=None if target.version is None else target.version.number,
        alias=None if target.alias is None else target.alias.name,
        status=given.get("statusFilter"),
        before=before,
        limit=size + 1,
    )
    answer: dict[str, JSON] = {"executions": [_summary(row) | redrive.redrives(row) for row in found[:size]]}
    if len(found) > size:
        answer["nextToken"] = context.pages.token(found[size - 1].id, of=asked)
    return answer


async def stop_execution(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input

    def stop() -> float:
        live = context.engine.find_live(given["executionArn"])
        if live is None:
            row = standard_execution(context, given["executionArn"])
            if row.status != "RUNNING":
                return row.stopped_at or row.started_at
            live = context.engine.live(given["executionArn"], row)
        elif live.row.machine_type == "EXPRESS":
            arns.parse_kind(given["executionArn"], "execution")
        at = context.engine.clock()
        context.engine.deliver(live, ExecutionStopped(at=at, error=given.get("error"), cause=given.get("cause")))
        return live.outcome.stopped_at or at

    return {"stopDate": await context.engine.at_once(stop)}


def _startable(context: Context, arn: str) -> Target:
    """What an execution is started of; an alias has chosen one of its versions."""
    target = qualified(context, arn)
    if target.machine.status == "DELETING":
        raise ServiceError("StateMachineDeleting", f"State Machine is being deleted: '{arn}'")
    if target.alias is None:
        return target
    ((number, _),) = random.choices(target.alias.routing, [weight for _, weight in target.alias.routing])  # noqa: S311
    version = context.catalogue.versions.find(target.machine.id, number)
    assert version is not None  # a version that an alias points at can't be deleted
    return Target(as_published(target.machine, version), version, target.alias)


def _origin(target: Target) -> dict[str, Any]:
    return {
        "version": None if target.version is None else target.version.number,
        "alias": None if target.alias is None else target.alias.name,
    }


def _begin_express(context: Context, target: Target, name: str, text: str, trace_header: str | None) -> Live:
    """An EXPRESS execution's name may come again: what tells two apart is a part of the ARN that AWS adds."""
    unique = str(uuid.uuid4())
    arn = arns.express_execution_arn(target.machine.arn, name, unique)
    return context.engine.begin(
        target.machine,
        arn=arn,
        name=f"{name}:{unique}",
        input_text=text,
        trace_header=trace_header,
        **_origin(target),
    )


def _existing(context: Context, record: MachineRecord, arn: str, name: str) -> ExecutionRow | None:
    live = context.engine.find_live(arn)
    return live.row_now() if live is not None else context.journal.find_execution(record.arn, name)


def _refuse_unless_same(existing: ExecutionRow, arn: str, text: str) -> None:
    """Starting what runs already, with the same input, is no error; an ended execution's name is taken for good."""
    if existing.status != "RUNNING" or existing.input != text:
        raise ServiceError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")


def _summary(row: ExecutionRow) -> dict[str, JSON]:
    answer: dict[str, JSON] = {
        "executionArn": row.arn,
        "stateMachineArn": row.machine_arn,
        "name": row.name,
        "status": row.status,
        "startDate": row.started_at,
    }
    if row.stopped_at is not None:
        answer["stopDate"] = row.stopped_at
    if row.version_arn is not None:
        answer["stateMachineVersionArn"] = row.version_arn
    if row.alias_arn is not None:
        answer["stateMachineAliasArn"] = row.alias_arn
    return answer


def _failure(error: str | None, cause: str | None) -> dict[str, JSON]:
    return {name: text for name, text in (("error", error), ("cause", cause)) if text is not None}
