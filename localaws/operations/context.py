"""What every operation needs, and the checks that several share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from asl.json_types import JSON
from localaws import arns
from localaws.catalogue import Catalogue, MachineRecord
from localaws.engine import Engine
from localaws.journal import ExecutionRow, Journal
from localaws.open_executions import OpenExecutions
from localaws.paging import Pages
from localaws.versions import AliasRecord, VersionRecord
from localaws.wire import Call, ServiceError

# White space, brackets, wildcards, special and control characters, as the API reference lists them.
_BAD_NAME = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Context:
    engine: Engine
    pages: Pages
    open_executions: OpenExecutions

    @property
    def journal(self) -> Journal:
        return self.engine.journal

    @property
    def catalogue(self) -> Catalogue:
        return self.engine.catalogue


def check_name(name: str) -> str:
    if _BAD_NAME.search(name):
        raise ServiceError("InvalidName", f"Invalid Name: '{name}'")
    return name


def check_encryption(configuration: Mapping[str, JSON]) -> None:
    """A key of the caller's belongs to the type that takes one, and to no other. Nothing here is encrypted by it."""
    own_key = configuration["type"] == "CUSTOMER_MANAGED_KMS_KEY"
    members = [name for name in ("kmsKeyId", "kmsDataKeyReusePeriodSeconds") if configuration.get(name) is not None]
    if own_key and "kmsKeyId" not in members:
        problem = "kmsKeyId is required for the type CUSTOMER_MANAGED_KMS_KEY"
    elif members and not own_key:
        problem = f"{members[0]} can't be set for the type AWS_OWNED_KEY"
    else:
        return
    raise ServiceError("InvalidEncryptionConfiguration", f"Invalid Encryption Configuration: '{problem}'")


def find_machine(context: Context, arn: str) -> MachineRecord:
    record = context.catalogue.find(arn)
    if record is None:
        raise _does_not_exist(arn)
    return record


def machine(context: Context, arn_text: str) -> MachineRecord:
    """The state machine itself, which a version's or an alias's ARN doesn't name."""
    arn = arns.parse_kind(arn_text, "stateMachine")
    if len(arn.rest) != 1:
        raise _does_not_exist(arn_text)
    return find_machine(context, arn.text)


@dataclass(frozen=True, slots=True)
class Target:
    """What an ARN names: a state machine, a version of it (then ``machine`` is as it was published), or an alias."""

    machine: MachineRecord
    version: VersionRecord | None = None
    alias: AliasRecord | None = None


def qualified(context: Context, arn_text: str) -> Target:
    """What an ARN of a state machine, a version or an alias names; what isn't there is refused in AWS's words."""
    arn = arns.parse_kind(arn_text, "stateMachine")
    record = context.catalogue.find(arn.machine_arn)
    if record is None or len(arn.rest) > 2:
        raise _does_not_exist(arn_text)
    if len(arn.rest) == 1:
        return Target(record)
    versions = context.catalogue.versions
    if arn.version is not None:
        version = versions.find(record.id, arn.version)
        if version is None:
            raise _does_not_exist(arn_text)
        return Target(as_published(record, version), version)
    alias = versions.alias(record.id, arn.alias or "")
    if alias is None:
        raise _does_not_exist(arn_text)
    return Target(record, alias=alias)


def as_published(record: MachineRecord, version: VersionRecord) -> MachineRecord:
    return replace(
        record,
        revision_id=version.revision_id,
        definition_id=version.definition_id,
        role_arn=version.role_arn,
        configuration=version.configuration,
    )


def _does_not_exist(arn_text: str) -> ServiceError:
    return ServiceError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn_text}'")


def standard_execution(context: Context, arn_text: str) -> ExecutionRow:
    """The row of an execution as the last commit left it; EXPRESS executions have no such API."""
    arn = arns.parse_kind(arn_text, "execution")
    row = context.journal.find_execution(arn.machine_arn, ":".join(arn.rest[1:])) if len(arn.rest) > 1 else None
    if row is None:
        raise ServiceError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn_text}'")
    return row


def own_prefix(call: Call) -> str:
    """How the ARNs of the caller's state machines begin."""
    return arns.machine_arn(call.region, call.account, "")
