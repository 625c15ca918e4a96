"""PublishStateMachineVersion, ListStateMachineVersions, DeleteStateMachineVersion.

A version is a revision of a state machine, kept for good: its definition, role and configuration. A revision has at
most one version; publishing it again gives that one.
"""

from dataclasses import replace

from asl.json_types import JSON
from localaws import arns
from localaws.catalogue import MachineRecord
from localaws.operations.context import Context, machine
from localaws.paging import page_size
from localaws.versions import VersionRecord
from localaws.wire import Call, ServiceError

MAX_VERSIONS = 1000
INITIAL = "INITIAL"  # names the revision of a state machine that was never updated


async def publish_state_machine_version(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    arn = arns.parse_kind(given["stateMachineArn"], "stateMachine").text

    def write() -> tuple[MachineRecord, VersionRecord]:
        record = machine(context, arn)
        refuse_deleting(record)
        check_revision(record, given.get("revisionId"))
        return record, publish(context, record, given.get("description"))

    record, version = await context.engine.request(write)
    return {"creationDate": version.created_at, "stateMachineVersionArn": version_arn(record, version)}


async def list_state_machine_versions(context: Context, call: Call) -> dict[str, JSON]:
    record = machine(context, call.input["stateMachineArn"])
    size = page_size(call.input.get("maxResults"))
    asked = ["ListStateMachineVersions", record.arn]
    before = context.pages.position(call.input.get("nextToken"), of=asked)
    found = context.catalogue.versions.versions(record.id, before=before, limit=size + 1)
    answer: dict[str, JSON] = {
        "stateMachineVersions": [
            {"stateMachineVersionArn": version_arn(record, version), "creationDate": version.created_at}
            for version in found[:size]
        ]
    }
    if len(found) > size:
        answer["nextToken"] = context.pages.token(found[size - 1].number, of=asked)
    return answer


async def delete_state_machine_version(context: Context, call: Call) -> dict[str, JSON]:
    arn = arns.parse_kind(call.input["stateMachineVersionArn"], "stateMachine")
    number = arn.version
    if number is None:
        raise ServiceError("ValidationException", f"The ARN is not that of a state machine version: '{arn.text}'")

    def write() -> None:
        record = context.catalogue.find(arn.machine_arn)
        if record is None:  # what isn't there is deleted already
            return
        pointing = context.catalogue.versions.aliases_of(record.id, number)
        if pointing:
            names = ", ".join(alias.name for alias in pointing)
            raise ServiceError(
                "ConflictException",
                "Version to be deleted must not be referenced by an alias."
                f" Current list of aliases referencing this version: [{names}]",
            )
        context.catalogue.versions.delete(record.id, number)

    await context.engine.request(write)
    return {}


def refuse_deleting(record: MachineRecord) -> None:
    if record.status == "DELETING":
        raise ServiceError("StateMachineDeleting", f"State Machine is being deleted: '{record.arn}'")


def check_revision(record: MachineRecord, revision_id: str | None) -> None:
    """Is the revision that the caller means still the current one?"""
    current = record.revision_id or INITIAL
    if revision_id is not None and revision_id != current:
        raise ServiceError(
            "ConflictException",
            f"Failed to publish the State Machine version for revision {revision_id}."
            f" The current State Machine revision is {current}.",
        )


def publish(context: Context, record: MachineRecord, description: str | None) -> VersionRecord:
    """The version of the current revision, made unless it is there. Inside a transaction."""
    catalogue = context.catalogue
    newest = catalogue.versions.newest(record.id)
    if newest is not None and newest.revision_id == record.revision_id:
        return newest
    if catalogue.versions.count(record.id) >= MAX_VERSIONS:
        raise ServiceError(
            "ServiceQuotaExceededException", f"A state machine can have at most {MAX_VERSIONS} versions."
        )
    version = VersionRecord(
        state_machine_id=record.id,
        number=record.last_version + 1,
        revision_id=record.revision_id,
        definition_id=record.definition_id,
        role_arn=record.role_arn,
        created_at=context.engine.clock(),
        description=description,
        configuration=record.configuration,
    )
    catalogue.versions.add(version)
    catalogue.update(replace(record, last_version=version.number))
    return version


def version_arn(record: MachineRecord, version: VersionRecord) -> str:
    return f"{record.arn}:{version.number}"
