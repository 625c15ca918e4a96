"""What every operation needs, and the checks that several share."""

import re
from dataclasses import dataclass

from localaws import arns
from localaws.catalogue import Catalogue, MachineRecord
from localaws.engine import Engine
from localaws.journal import ExecutionRow, Journal
from localaws.paging import Pages
from localaws.wire import Call, ServiceError

# White space, brackets, wildcards, special and control characters, as the API reference lists them.
_BAD_NAME = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Context:
    engine: Engine
    pages: Pages

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


def machine(context: Context, arn_text: str) -> MachineRecord:
    """The state machine an ARN names. Versions and aliases are none that this endpoint has."""
    arn = arns.parse_kind(arn_text, "stateMachine")
    record = context.catalogue.find(arn.text) if len(arn.rest) == 1 else None
    if record is None:
        raise ServiceError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn_text}'")
    return record


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
