"""What an execution is from its first moment: its row, and what the interpreter is told of who runs."""

from asl.execution import Identity
from localaws.catalogue import MachineRecord
from localaws.journal import ExecutionRow


def first_row(
    execution_id: int,
    machine: MachineRecord,
    *,
    name: str,
    at: float,
    input_text: str,
    trace_header: str | None,
    version: int | None,
    alias: str | None,
) -> ExecutionRow:
    """Of a ``version``, ``machine`` is as it was published; ``at`` is seconds since the epoch."""
    return ExecutionRow(
        id=execution_id,
        state_machine_id=machine.id,
        name=name,
        definition_id=machine.definition_id,
        status="RUNNING",
        started_at=at,
        stopped_at=None,
        last_event_id=0,
        role_arn=machine.role_arn,
        trace_header=trace_header,
        revision_id=machine.revision_id,
        version=version,
        alias=alias,
        error=None,
        cause=None,
        machine_arn=machine.arn,
        machine_type=machine.type,
        input=input_text,
    )


def identity_of(row: ExecutionRow, arn: str, machine_name: str) -> Identity:
    """``arn`` is given: an EXPRESS execution's name in the store holds the part of it that tells two apart."""
    return Identity(
        execution_arn=arn,
        execution_name=row.name if row.machine_type == "STANDARD" else row.name.split(":", maxsplit=1)[0],
        state_machine_arn=row.machine_arn,
        state_machine_name=machine_name,
        role_arn=row.role_arn,
        start_time=row.started_at,
        type=row.machine_type,
        alias_arn=row.alias_arn,
        version_arn=row.version_arn,
    )
