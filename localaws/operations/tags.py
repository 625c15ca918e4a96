"""TagResource, UntagResource, ListTagsForResource, for state machines."""

from asl.json_types import JSON
from localaws import arns
from localaws.operations.context import Context
from localaws.operations.state_machines import check_tags
from localaws.wire import Call, ServiceError


async def tag_resource(context: Context, call: Call) -> dict[str, JSON]:
    arn, tags = call.input["resourceArn"], call.input["tags"]

    def write() -> None:
        _check_resource(context, arn)
        present = {tag["key"]: tag["value"] for tag in context.catalogue.tags(arn)}
        given = check_tags(tags)
        check_tags([{"key": key, "value": value} for key, value in (present | given).items()])
        context.catalogue.set_tags(arn, given)

    await context.engine.request(write)
    return {}


async def untag_resource(context: Context, call: Call) -> dict[str, JSON]:
    arn, keys = call.input["resourceArn"], call.input["tagKeys"]

    def write() -> None:
        _check_resource(context, arn)
        context.catalogue.remove_tags(arn, keys)

    await context.engine.request(write)
    return {}


async def list_tags_for_resource(context: Context, call: Call) -> dict[str, JSON]:
    arn = call.input["resourceArn"]
    _check_resource(context, arn)
    return {"tags": context.catalogue.tags(arn)}


def _check_resource(context: Context, arn_text: str) -> None:
    arn = arns.parse_kind(arn_text, "stateMachine", "activity")
    if arn.kind == "activity" or context.catalogue.find(arn_text) is None:
        raise ServiceError("ResourceNotFound", f"Resource not found: '{arn_text}'")
