"""DescribeMapRun, ListMapRuns, UpdateMapRun, and what other operations say of a Map Run's executions."""

from collections.abc import Mapping
from typing import Any

from asl.json_types import JSON
from localaws import arns
from localaws.journal import ExecutionRow
from localaws.map_run_rows import MapRunRow, Tally
from localaws.operations.context import Context, standard_execution
from localaws.paging import page_size
from localaws.wire import Call, ServiceError

_COUNTED = {
    "running": "RUNNING",
    "succeeded": "SUCCEEDED",
    "failed": "FAILED",
    "timedOut": "TIMED_OUT",
    "aborted": "ABORTED",
    "pendingRedrive": "PENDING_REDRIVE",
}


def find_map_run(context: Context, arn_text: str) -> MapRunRow:
    arns.parse_kind(arn_text, "mapRun")
    row = context.engine.map_runs.rows.find(arn_text)
    if row is None:
        raise ServiceError("ResourceNotFound", f"Resource not found: '{arn_text}'")
    return row


async def describe_map_run(context: Context, call: Call) -> dict[str, JSON]:
    row = find_map_run(context, call.input["mapRunArn"])
    runner = context.engine.map_runs.runner(row)
    tally = context.engine.map_runs.rows.tally(row) if runner is None else runner.tally
    answer: dict[str, JSON] = {
        "mapRunArn": row.arn,
        "executionArn": context.journal.execution(row.execution_id).arn,
        "status": row.status,
        "startDate": row.started_at,
        "maxConcurrency": row.max_concurrency,
        "toleratedFailurePercentage": row.tolerated_percentage or 0.0,
        "toleratedFailureCount": row.tolerated_count or 0,
        "itemCounts": _items(row, tally),
        "executionCounts": _executions(row, tally),
        "redriveCount": row.redrive_count,
    }
    if row.stopped_at is not None:
        answer["stopDate"] = row.stopped_at
    if row.redriven_at is not None:
        answer["redriveDate"] = row.redriven_at
    return answer


def _items(row: MapRunRow, tally: Tally) -> dict[str, JSON]:
    total = max(row.total or 0, tally.begun_items)
    return _counts(tally.items) | {
        "pending": total - tally.begun_items,
        "total": total,
        "resultsWritten": row.results_written,
    }


def _executions(row: MapRunRow, tally: Tally) -> dict[str, JSON]:
    """Of items that are put into batches nobody knows yet how many executions they will be."""
    batched = tally.begun != tally.begun_items
    pending = 0 if batched else max((row.total or 0) - tally.begun_items, 0)
    return _counts(tally.executions) | {
        "pending": pending,
        "total": tally.begun + pending,
        "resultsWritten": 0 if row.results_written == 0 else tally.begun,
    }


def _counts(found: Mapping[str, int]) -> dict[str, JSON]:
    counts: dict[str, JSON] = {name: found.get(status, 0) for name, status in _COUNTED.items()}
    return counts | {"failuresNotRedrivable": 0}


async def list_map_runs(context: Context, call: Call) -> dict[str, JSON]:
    parent = standard_execution(context, call.input["executionArn"])
    size = page_size(call.input.get("maxResults"))
    asked = ["ListMapRuns", call.input["executionArn"]]
    after = context.pages.position(call.input.get("nextToken"), of=asked) or 0
    found = context.engine.map_runs.rows.of_execution(parent.id, after=after, limit=size + 1)
    answer: dict[str, JSON] = {"mapRuns": [_listed(row, parent) for row in found[:size]]}
    if len(found) > size:
        answer["nextToken"] = context.pages.token(found[size - 1].id, of=asked)
    return answer


def _listed(row: MapRunRow, parent: ExecutionRow) -> dict[str, JSON]:
    shown: dict[str, JSON] = {
        "executionArn": parent.arn,
        "mapRunArn": row.arn,
        "stateMachineArn": parent.machine_arn,
        "startDate": row.started_at,
    }
    return shown if row.stopped_at is None else shown | {"stopDate": row.stopped_at}


async def update_map_run(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input

    def write() -> MapRunRow:
        row = find_map_run(context, given["mapRunArn"])
        if row.status != "RUNNING":
            raise ServiceError("ValidationException", f"Map Run is {row.status} and cannot be updated")
        for member, name in (
            ("maxConcurrency", "max_concurrency"),
            ("toleratedFailureCount", "tolerated_count"),
            ("toleratedFailurePercentage", "tolerated_percentage"),
        ):
            if given.get(member) is not None:
                setattr(row, name, given[member])
        context.engine.map_runs.rows.update(row)
        return row

    context.engine.map_runs.updated(await context.engine.request(write))
    return {}


async def list_executions(context: Context, call: Call) -> dict[str, JSON]:
    """ListExecutions of a Map Run, the last item's first."""
    given = call.input
    row = find_map_run(context, given["mapRunArn"])
    machine = context.catalogue.by_id(row.state_machine_id, definition_id=row.definition_id)
    if machine.type == "EXPRESS":
        message = "This operation is not supported by this type of state machine"
        raise ServiceError("StateMachineTypeNotSupported", message)
    asked = ["ListExecutions", row.arn, given.get("statusFilter"), given.get("redriveFilter")]
    size, rows = page_size(given.get("maxResults")), context.engine.map_runs.rows
    position = context.pages.position(given.get("nextToken"), of=asked)
    after = 1 << 62 if position is None else position
    shown: list[dict[str, JSON]] = []
    while True:
        page = rows.children(row, standing=given.get("statusFilter"), after=after, limit=size + 1, newest_first=True)
        for child in page:
            found = context.journal.execution(child.execution_id)
            if _passes(found, given.get("redriveFilter")):
                if len(shown) == size:
                    return {"executions": shown, "nextToken": context.pages.token(after, of=asked)}
                shown.append(_child(found, row, child.items))
            after = child.number
        if len(page) <= size:
            return {"executions": shown}


def _passes(row: ExecutionRow, redrive_filter: str | None) -> bool:
    return redrive_filter is None or (redrive_filter == "REDRIVEN") == (row.redrive_count > 0)


def _child(row: ExecutionRow, run: MapRunRow, items: int) -> dict[str, JSON]:
    shown: dict[str, Any] = {
        "executionArn": row.arn,
        "stateMachineArn": row.machine_arn,
        "name": row.name,
        "status": row.status,
        "startDate": row.started_at,
        "mapRunArn": run.arn,
        "itemCount": items,
        "redriveCount": row.redrive_count,
    }
    shown |= {} if row.stopped_at is None else {"stopDate": row.stopped_at}
    return shown | ({} if row.redriven_at is None else {"redriveDate": row.redriven_at})


def map_run_of(context: Context, row: ExecutionRow) -> str | None:
    """The ARN of the Map Run that an execution belongs to."""
    if "/" not in row.machine_arn:
        return None
    found = context.engine.map_runs.rows.of_child(row.id)
    return None if found is None else found.arn
