"""CreateActivity, DescribeActivity, ListActivities, DeleteActivity, GetActivityTask.

GetActivityTask holds the request open until a task is there, for at most a minute. A task is given to one worker, and
only while the worker's connection is open; what the worker answers comes by SendTask*.
"""

import asyncio
from collections.abc import Mapping

from asl import json_text
from asl.json_types import JSON
from localaws import arns
from localaws.activities import ActivityRecord, Key
from localaws.operations.context import Context, check_encryption, check_name
from localaws.operations.tags import check_tags
from localaws.paging import page_size
from localaws.wire import Call, ServiceError

LONGEST_POLL = 60.0  # seconds
MAX_ACTIVITIES = 100_000  # in an account and Region
MAX_WORKERS = 1000  # that poll one activity at the same time
_DEFAULTS: Mapping[str, JSON] = {"encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}


async def create_activity(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    name = check_name(given["name"])
    tags = check_tags(given.get("tags") or [])
    configuration = {member: given[member] for member in _DEFAULTS if given.get(member) is not None}
    if configuration:
        check_encryption(configuration["encryptionConfiguration"])
    arn = arns.activity_arn(call.region, call.account, name)

    def write() -> ActivityRecord:
        activities = context.catalogue.activities
        existing = activities.find(arn)
        if existing is not None:
            if {**_DEFAULTS, **existing.configuration} != {**_DEFAULTS, **configuration}:
                raise ServiceError("ActivityAlreadyExists", f"Activity Already Exists: '{arn}'")
            return existing
        if activities.has(arns.activity_arn(call.region, call.account, ""), MAX_ACTIVITIES):
            raise ServiceError(
                "ActivityLimitExceeded",
                "The maximum number of activities has been reached. Existing activities must be deleted before a new"
                " activity can be created.",
            )
        record = ActivityRecord(arn=arn, name=name, created_at=context.engine.clock(), configuration=configuration)
        activities.add(record)
        context.catalogue.set_tags(arn, tags)
        return record

    record = await context.engine.request(write)
    return {"activityArn": record.arn, "creationDate": record.created_at}


async def describe_activity(context: Context, call: Call) -> dict[str, JSON]:
    record = _existing(context, call.input["activityArn"])
    return {**_summary(record), **_DEFAULTS, **record.configuration}


async def list_activities(context: Context, call: Call) -> dict[str, JSON]:
    prefix, size = arns.activity_arn(call.region, call.account, ""), page_size(call.input.get("maxResults"))
    asked = ["ListActivities", prefix]
    after = context.pages.position(call.input.get("nextToken"), of=asked)
    found = context.catalogue.activities.activities(prefix, after=after, limit=size + 1)
    answer: dict[str, JSON] = {"activities": [_summary(record) for record in found[:size]]}
    if len(found) > size:
        answer["nextToken"] = context.pages.token(found[size - 1].arn, of=asked)
    return answer


async def delete_activity(context: Context, call: Call) -> dict[str, JSON]:
    arn = arns.parse_kind(call.input["activityArn"], "activity").text
    await context.engine.request(lambda: context.catalogue.activities.delete(arn))
    return {}


async def get_activity_task(context: Context, call: Call) -> dict[str, JSON]:
    arn, worker = _existing(context, call.input["activityArn"]).arn, call.input.get("workerName")
    line = context.engine.activity_line
    if line.workers(arn) >= MAX_WORKERS:
        raise ServiceError("ActivityWorkerLimitExceeded", f"At most {MAX_WORKERS} workers can poll '{arn}'.")
    gone = None if call.disconnected is None else asyncio.ensure_future(call.disconnected())
    until = asyncio.get_running_loop().time() + LONGEST_POLL
    try:
        while True:
            task = await _take(context, arn, worker)
            if task is not None or not await _arrival(context, arn, gone, until):
                return task or {}
    finally:
        if gone is not None:
            gone.cancel()


async def _arrival(context: Context, arn: str, gone: asyncio.Future[None] | None, until: float) -> bool:
    """Wait for a task to take; False when the time is up or there is nobody to take it any more."""
    line, seconds = context.engine.activity_line, until - asyncio.get_running_loop().time()
    arrival = line.arrival(arn)
    try:
        waiting = {arrival} if gone is None else {arrival, gone}
        await asyncio.wait(waiting, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)
        return arrival.done() and not line.closed and (gone is None or not gone.done())
    finally:
        line.leave(arn, arrival)


async def _take(context: Context, arn: str, worker: str | None) -> dict[str, JSON] | None:
    """The next task in line that is still wanted, begun in the worker's name; back in line if that can't be stored."""
    engine = context.engine
    taken: list[Key] = []

    def begin() -> dict[str, JSON] | None:
        while (key := engine.activity_line.take(arn)) is not None:
            taken.append(key)
            task = engine.assign(key, worker)
            if task is not None:
                return {"taskToken": task.token, "input": json_text.dumps(task.parameters)}
        return None

    try:
        assigned: dict[str, JSON] | None = await engine.request(begin)
    except ServiceError:
        for key in reversed(taken):
            engine.activity_line.put_back(arn, key)
        raise
    return assigned


def _existing(context: Context, arn_text: str) -> ActivityRecord:
    arn = arns.parse_kind(arn_text, "activity")
    record = context.catalogue.activities.find(arn.text)
    if record is None:
        raise ServiceError("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn_text}'")
    return record


def _summary(record: ActivityRecord) -> dict[str, JSON]:
    return {"activityArn": record.arn, "name": record.name, "creationDate": record.created_at}
