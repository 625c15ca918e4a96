"""CreateStateMachine, UpdateStateMachine, DescribeStateMachine(ForExecution), ListStateMachines, DeleteStateMachine."""

import uuid
from collections.abc import Mapping
from dataclasses import replace

from asl.check_map import INVALID_LABEL
from asl.diagnostics import is_error
from asl.json_types import JSON
from asl.validate import aws_message, diagnose
from localaws import arns
from localaws.catalogue import MachineRecord
from localaws.operations.context import (
    Context,
    check_encryption,
    check_name,
    machine,
    own_prefix,
    qualified,
    standard_execution,
)
from localaws.operations.map_runs import map_run_of
from localaws.operations.tags import check_tags
from localaws.operations.versions import publish, refuse_deleting, version_arn
from localaws.paging import page_size
from localaws.versions import VersionRecord
from localaws.wire import Call, ServiceError

MAX_MACHINES = 100_000  # in an account and Region
_CONFIGURATION: Mapping[str, JSON] = {
    "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
    "tracingConfiguration": {"enabled": False},
    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
}


async def create_state_machine(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    name = check_name(given["name"])
    kind = given.get("type") or "STANDARD"
    role_arn = arns.parse_role(given["roleArn"])
    _check_definition(given["definition"], kind)
    _check_publish(given)
    configuration = _configuration(given)
    tags = check_tags(given.get("tags") or [])
    arn = arns.machine_arn(call.region, call.account, name)

    def write() -> tuple[MachineRecord, VersionRecord | None]:
        catalogue = context.catalogue
        wanted = MachineRecord(
            id=0,
            arn=arn,
            name=name,
            type=kind,
            status="ACTIVE",
            role_arn=role_arn,
            definition_id=catalogue.save_definition(given["definition"]),
            revision_id=None,
            created_at=context.engine.clock(),
            updated_at=context.engine.clock(),
            configuration=configuration,
        )
        existing = catalogue.find(arn)
        if existing is not None:
            _refuse_unless_same(existing, wanted)
        else:
            if catalogue.has_machines(own_prefix(call), MAX_MACHINES):
                raise ServiceError(
                    "StateMachineLimitExceeded",
                    "The maximum number of state machines has been reached. Existing state machines must be deleted"
                    " before a new state machine can be created.",
                )
            catalogue.create(wanted)
            catalogue.set_tags(arn, tags)
        record = machine(context, arn)
        return record, publish(context, record, given.get("versionDescription")) if given.get("publish") else None

    record, version = await context.engine.request(write)
    answer: dict[str, JSON] = {"stateMachineArn": record.arn, "creationDate": record.created_at}
    if version is not None:
        answer["stateMachineVersionArn"] = version_arn(record, version)
    return answer


def _refuse_unless_same(existing: MachineRecord, wanted: MachineRecord) -> None:
    """Creating what is there already, word for word, is no error. A different role or tags change nothing."""
    refuse_deleting(existing)
    same = existing.type == wanted.type and existing.definition_id == wanted.definition_id
    if not same or effective(existing) != effective(wanted):
        raise ServiceError("StateMachineAlreadyExists", f"State Machine Already Exists: '{existing.arn}'")


async def update_state_machine(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    arn = arns.parse_kind(given["stateMachineArn"], "stateMachine").text
    if not any(given.get(member) is not None for member in ("definition", "roleArn", *_CONFIGURATION)):
        raise ServiceError(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration"
            " must be specified",
        )
    _check_publish(given)
    role_arn = given.get("roleArn")
    if role_arn is not None:
        arns.parse_role(role_arn)
    definition = given.get("definition")
    if definition is not None:
        _check_definition(definition, machine(context, arn).type)
    configuration = _configuration(given)

    def write() -> tuple[MachineRecord, VersionRecord | None]:
        record = machine(context, arn)
        refuse_deleting(record)
        definition_id = (
            context.catalogue.save_definition(definition) if definition is not None else record.definition_id
        )
        updated = replace(
            record,
            definition_id=definition_id,
            role_arn=role_arn or record.role_arn,
            configuration={**effective(record), **configuration},
            updated_at=context.engine.clock(),
        )
        before = replace(record, configuration=effective(record))
        if replace(updated, updated_at=record.updated_at) != before:
            updated = replace(updated, revision_id=str(uuid.uuid4()))
        context.catalogue.update(updated)
        return updated, publish(context, updated, given.get("versionDescription")) if given.get("publish") else None

    record, version = await context.engine.request(write)
    answer: dict[str, JSON] = {"updateDate": record.updated_at}
    if record.revision_id is not None:
        answer["revisionId"] = record.revision_id
    if version is not None:
        answer["stateMachineVersionArn"] = version_arn(record, version)
    return answer


async def describe_state_machine(context: Context, call: Call) -> dict[str, JSON]:
    """The state machine, or a version of it. An alias has a description of its own."""
    target = qualified(context, call.input["stateMachineArn"])
    if target.alias is not None:
        machine(context, call.input["stateMachineArn"])
    record, version = target.machine, target.version
    answer: dict[str, JSON] = {
        "stateMachineArn": record.arn if version is None else version_arn(record, version),
        "name": record.name,
        "status": record.status,
        "roleArn": record.role_arn,
        "type": record.type,
        "creationDate": record.created_at if version is None else version.created_at,
        **effective(record),
    }
    if version is not None and version.description is not None:
        answer["description"] = version.description
    if call.input.get("includedData") != "METADATA_ONLY":
        answer |= _definition(context, record.definition_id)
    if record.revision_id is not None:
        answer["revisionId"] = record.revision_id
    return answer


async def describe_state_machine_for_execution(context: Context, call: Call) -> dict[str, JSON]:
    """The state machine as the execution runs it: with the definition and the role that it began with."""
    row = standard_execution(context, call.input["executionArn"])
    record = context.catalogue.find(row.machine_arn, deleted=True)
    assert record is not None  # an execution's state machine keeps its row
    answer: dict[str, JSON] = {
        "stateMachineArn": record.arn,
        "name": record.name,
        "roleArn": row.role_arn,
        "updateDate": record.updated_at,
        **effective(record),
    }
    if call.input.get("includedData") != "METADATA_ONLY":
        answer |= _definition(context, row.definition_id)
    if row.revision_id is not None:
        answer["revisionId"] = row.revision_id
    map_run = map_run_of(context, row)
    if map_run is not None:
        answer |= {"mapRunArn": map_run, "label": record.name.rpartition("/")[2]}
    return answer


async def list_state_machines(context: Context, call: Call) -> dict[str, JSON]:
    prefix, size = own_prefix(call), page_size(call.input.get("maxResults"))
    asked = ["ListStateMachines", prefix]
    after = context.pages.position(call.input.get("nextToken"), of=asked)
    found = context.catalogue.machines(prefix, after=after, limit=size + 1)
    answer: dict[str, JSON] = {
        "stateMachines": [
            {
                "stateMachineArn": record.arn,
                "name": record.name,
                "type": record.type,
                "creationDate": record.created_at,
            }
            for record in found[:size]
        ]
    }
    if len(found) > size:
        answer["nextToken"] = context.pages.token(found[size - 1].arn, of=asked)
    return answer


async def delete_state_machine(context: Context, call: Call) -> dict[str, JSON]:
    arn = arns.parse_kind(call.input["stateMachineArn"], "stateMachine").text

    def write() -> None:
        record = context.catalogue.find(arn)
        if record is not None and record.status == "ACTIVE":  # what isn't there is deleted already
            context.catalogue.delete(record)

    await context.engine.request(write)
    return {}


def _check_definition(text: str, kind: str) -> None:
    errors = [found for found in diagnose(text, type=kind, placeholders=False) if is_error(found)]
    for label in (found for found in errors if found.code == INVALID_LABEL):
        message = f"Error=ValueError Args={[label.message]!r} in definition '{text}'."  # as recorded
        raise ServiceError("InvalidDefinition", message)
    if errors:
        raise ServiceError("InvalidDefinition", aws_message(errors))


def _check_publish(given: dict[str, JSON]) -> None:
    if given.get("versionDescription") is not None and not given.get("publish"):
        raise ServiceError("ValidationException", "Version description can only be set when publish is true")


def _definition(context: Context, definition_id: int) -> dict[str, JSON]:
    answer: dict[str, JSON] = {"definition": context.catalogue.definition_text(definition_id)}
    references = context.catalogue.references(definition_id)
    return answer | {"variableReferences": references} if references else answer


def effective(record: MachineRecord) -> dict[str, JSON]:
    """A state machine's configuration with what holds where it says nothing."""
    return {**_CONFIGURATION, **record.configuration}


def _configuration(given: dict[str, JSON]) -> dict[str, JSON]:
    found = {member: given[member] for member in _CONFIGURATION if given.get(member) is not None}
    if "loggingConfiguration" in found:
        found["loggingConfiguration"] = _logging(found["loggingConfiguration"])
    if "encryptionConfiguration" in found:
        check_encryption(found["encryptionConfiguration"])
    return found


def _logging(given: dict[str, JSON]) -> dict[str, JSON]:
    configuration: dict[str, JSON] = _CONFIGURATION["loggingConfiguration"] | given
    destinations = configuration.get("destinations") or []
    if len(destinations) > 1 or (configuration["level"] != "OFF" and not destinations):
        raise ServiceError(
            "InvalidLoggingConfiguration",
            "Invalid Logging Configuration: Must specify exactly one Log Destination.",
        )
    return configuration
