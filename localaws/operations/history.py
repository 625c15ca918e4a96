"""GetExecutionHistory: events in AWS's shape, made from stored tuples when somebody reads them."""

from asl.history import render
from asl.json_types import JSON
from localaws.operations.context import Context, standard_execution
from localaws.paging import page_size
from localaws.wire import Call


async def get_execution_history(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    row = standard_execution(context, given["executionArn"])
    backwards = bool(given.get("reverseOrder"))
    include = given.get("includeExecutionData") is not False
    size = page_size(given.get("maxResults"))
    asked = ["GetExecutionHistory", given["executionArn"], backwards, include]
    position = context.pages.position(given.get("nextToken"), of=asked)
    if backwards:
        last = position if position is not None else row.last_event_id
        first = max(last - size + 1, 1)
        following, more = first - 1, first > 1
    else:
        first = position if position is not None else 1
        last = min(first + size - 1, row.last_event_id)
        following, more = last + 1, last < row.last_event_id
    stored = context.journal.history(row.id, first, last)
    events = [render(event_id, event, include_data=include) for event_id, event in stored]
    if backwards:
        events.reverse()
    answer: dict[str, JSON] = {"events": events}
    if more:
        answer["nextToken"] = context.pages.token(following, of=asked)
    return answer
