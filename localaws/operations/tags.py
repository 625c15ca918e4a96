"""TagResource, UntagResource, ListTagsForResource, for state machines and activities."""

from asl.json_types import JSON
from localaws import arns
from localaws.operations.context import Context
from localaws.wire import Call, ServiceError

MAX_TAGS = 50


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


def check_tags(tags: list[dict[str, str]]) -> dict[str, str]:
    found = {tag.get("key") or "": tag.get("value") or "" for tag in tags}
    if "" in found:
        raise ServiceError("ValidationException", "1 validation error detected: A tag's key must not be empty")
    if len(found) > MAX_TAGS:
        raise ServiceError("TooManyTags", f"A resource can have at most {MAX_TAGS} tags.")
    return found


def _check_resource(context: Context, arn_text: str) -> None:
    arn = arns.parse_kind(arn_text, "stateMachine", "activity")
    catalogue = context.catalogue
    found = catalogue.activities.find(arn_text) if arn.kind == "activity" else catalogue.find(arn_text)
    if found is None:
        raise ServiceError("ResourceNotFound", f"Resource not found: '{arn_text}'")
