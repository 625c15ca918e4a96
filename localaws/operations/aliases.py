"""CreateStateMachineAlias, UpdateStateMachineAlias, DescribeStateMachineAlias, ListStateMachineAliases,
DeleteStateMachineAlias.

An alias points at one or two versions of one state machine, each with its share of the executions that it starts.
"""

from collections.abc import Sequence
from dataclasses import replace

from asl.json_types import JSON
from localaws import arns
from localaws.catalogue import MachineRecord
from localaws.operations.context import Context, find_machine, qualified
from localaws.operations.versions import refuse_deleting
from localaws.paging import page_size
from localaws.versions import AliasRecord
from localaws.wire import Call, ServiceError

MAX_ALIASES = 100


async def create_state_machine_alias(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    machine_arn, routing = _routing(given["routingConfiguration"])

    def write() -> tuple[MachineRecord, AliasRecord]:
        record = _routable(context, machine_arn, routing)
        versions = context.catalogue.versions
        at = context.engine.clock()
        wanted = AliasRecord(
            state_machine_id=record.id,
            name=given["name"],
            description=given.get("description"),
            routing=routing,
            created_at=at,
            updated_at=at,
        )
        existing = versions.alias(record.id, wanted.name)
        if existing is not None:
            return record, _same_or_refused(existing, wanted)
        if len(versions.aliases(record.id)) >= MAX_ALIASES:
            raise ServiceError(
                "ServiceQuotaExceededException", f"A state machine can have at most {MAX_ALIASES} aliases."
            )
        versions.save_alias(wanted)
        return record, wanted

    record, alias = await context.engine.request(write)
    return {"creationDate": alias.created_at, "stateMachineAliasArn": _arn(record, alias)}


def _same_or_refused(existing: AliasRecord, wanted: AliasRecord) -> AliasRecord:
    if replace(wanted, created_at=existing.created_at, updated_at=existing.updated_at) != existing:
        raise ServiceError(
            "ConflictException",
            "Failed to create alias because an alias with the same name and a different routing configuration"
            " already exists.",
        )
    return existing


async def update_state_machine_alias(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    description, configuration = given.get("description"), given.get("routingConfiguration")
    arn = arns.parse_kind(given["stateMachineAliasArn"], "stateMachine").text
    if description is None and configuration is None:
        raise ServiceError(
            "ValidationException", "Either the description or the routing configuration must be specified"
        )
    routed = _routing(configuration) if configuration is not None else None

    def write() -> AliasRecord:
        record, alias = _existing(context, arn)
        if routed is not None:
            machine_arn, routing = routed
            if machine_arn != record.arn:
                raise _of_another(record.arn, configuration or [])
            _routable(context, machine_arn, routing)
            alias = replace(alias, routing=routing)
        if description is not None:
            alias = replace(alias, description=description)
        alias = replace(alias, updated_at=context.engine.clock())
        context.catalogue.versions.save_alias(alias)
        return alias

    return {"updateDate": (await context.engine.request(write)).updated_at}


async def describe_state_machine_alias(context: Context, call: Call) -> dict[str, JSON]:
    record, alias = _existing(context, call.input["stateMachineAliasArn"])
    answer: dict[str, JSON] = {
        "stateMachineAliasArn": _arn(record, alias),
        "name": alias.name,
        "routingConfiguration": [
            {"stateMachineVersionArn": f"{record.arn}:{number}", "weight": weight} for number, weight in alias.routing
        ],
        "creationDate": alias.created_at,
        "updateDate": alias.updated_at,
    }
    if alias.description is not None:
        answer["description"] = alias.description
    return answer


async def list_state_machine_aliases(context: Context, call: Call) -> dict[str, JSON]:
    """All aliases of a state machine, or those that point at one version."""
    target = qualified(context, call.input["stateMachineArn"])
    size = page_size(call.input.get("maxResults"))
    asked = ["ListStateMachineAliases", call.input["stateMachineArn"]]
    after = context.pages.position(call.input.get("nextToken"), of=asked) or ""
    versions = context.catalogue.versions
    if target.version is None:
        found = versions.aliases(target.machine.id, after=after, limit=size + 1)
    else:
        pointing = versions.aliases_of(target.machine.id, target.version.number)
        found = [alias for alias in pointing if alias.name > after][: size + 1]
    answer: dict[str, JSON] = {
        "stateMachineAliases": [
            {"stateMachineAliasArn": _arn(target.machine, alias), "creationDate": alias.created_at}
            for alias in found[:size]
        ]
    }
    if len(found) > size:
        answer["nextToken"] = context.pages.token(found[size - 1].name, of=asked)
    return answer


async def delete_state_machine_alias(context: Context, call: Call) -> dict[str, JSON]:
    arn = call.input["stateMachineAliasArn"]

    def write() -> None:
        record, alias = _existing(context, arn)
        context.catalogue.versions.delete_alias(record.id, alias.name)

    await context.engine.request(write)
    return {}


def _existing(context: Context, arn_text: str) -> tuple[MachineRecord, AliasRecord]:
    arn = arns.parse_kind(arn_text, "stateMachine")
    record = context.catalogue.find(arn.machine_arn)
    alias = None
    if record is not None and arn.alias is not None:
        alias = context.catalogue.versions.alias(record.id, arn.alias)
    if record is None or alias is None:
        raise ServiceError("ResourceNotFound", f"Resource not found: '{arn_text}'")
    return record, alias


def _routing(configuration: Sequence[JSON]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The state machine's ARN, and (version, weight) for each member. Raises with AWS's words."""
    named = [member["stateMachineVersionArn"] for member in configuration]
    weights = [member["weight"] for member in configuration]
    received = f"Received: [{', '.join(named)}]"
    parsed = [arns.parse_kind(text, "stateMachine") for text in named]
    if any(arn.version is None for arn in parsed):
        raise ServiceError(
            "ValidationException", f"Routing configuration must contain state machine version ARNs. {received}"
        )
    if len({arn.machine_arn for arn in parsed}) > 1:
        raise _of_another(parsed[0].machine_arn, configuration)
    if len(set(named)) < len(named):
        raise ServiceError(
            "ValidationException",
            f"Routing configuration must contain distinct state machine version ARNs. {received}",
        )
    if sum(weights) != 100:
        raise ServiceError(
            "ValidationException",
            f"Sum of routing configuration weights must equal 100. Received: [{', '.join(map(str, weights))}]",
        )
    numbers = [arn.version or 0 for arn in parsed]
    return parsed[0].machine_arn, tuple(zip(numbers, weights, strict=True))


def _of_another(arn: str, configuration: Sequence[JSON]) -> ServiceError:
    named = ", ".join(member["stateMachineVersionArn"] for member in configuration)
    return ServiceError(
        "ValidationException",
        f"Routing configuration must contain versions of the state machine '{arn}' alone. Received: [{named}]",
    )


def _routable(context: Context, machine_arn: str, routing: tuple[tuple[int, int], ...]) -> MachineRecord:
    record = find_machine(context, machine_arn)
    refuse_deleting(record)
    for number, _ in routing:
        if context.catalogue.versions.find(record.id, number) is None:
            raise ServiceError("ResourceNotFound", f"Resource not found: '{record.arn}:{number}'")
    return record


def _arn(record: MachineRecord, alias: AliasRecord) -> str:
    return f"{record.arn}:{alias.name}"
