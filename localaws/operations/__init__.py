"""The Step Functions API: one function per operation, from a checked `Call` to the answer's members.

`perform` finds the function, checks the request's shape first, and refuses what there is no such operation for as AWS
does.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from asl.json_types import JSON
from localaws import shapes
from localaws.operations import (
    activities,
    aliases,
    executions,
    history,
    map_runs,
    redrive,
    state_machines,
    state_tests,
    tags,
    task_tokens,
    validation,
    versions,
)
from localaws.operations.context import Context
from localaws.wire import Call, ServiceError

__all__ = ["OPERATIONS", "Context", "perform"]

Operation: TypeAlias = Callable[[Context, Call], Awaitable[dict[str, JSON]]]

OPERATIONS: Mapping[str, Operation] = {
    "CreateStateMachine": state_machines.create_state_machine,
    "UpdateStateMachine": state_machines.update_state_machine,
    "DescribeStateMachine": state_machines.describe_state_machine,
    "DescribeStateMachineForExecution": state_machines.describe_state_machine_for_execution,
    "ListStateMachines": state_machines.list_state_machines,
    "DeleteStateMachine": state_machines.delete_state_machine,
    "ValidateStateMachineDefinition": validation.validate_state_machine_definition,
    "TestState": state_tests.test_state,
    "PublishStateMachineVersion": versions.publish_state_machine_version,
    "ListStateMachineVersions": versions.list_state_machine_versions,
    "DeleteStateMachineVersion": versions.delete_state_machine_version,
    "CreateStateMachineAlias": aliases.create_state_machine_alias,
    "UpdateStateMachineAlias": aliases.update_state_machine_alias,
    "DescribeStateMachineAlias": aliases.describe_state_machine_alias,
    "ListStateMachineAliases": aliases.list_state_machine_aliases,
    "DeleteStateMachineAlias": aliases.delete_state_machine_alias,
    "StartExecution": executions.start_execution,
    "StartSyncExecution": executions.start_sync_execution,
    "DescribeExecution": executions.describe_execution,
    "ListExecutions": executions.list_executions,
    "StopExecution": executions.stop_execution,
    "ListMapRuns": map_runs.list_map_runs,
    "DescribeMapRun": map_runs.describe_map_run,
    "UpdateMapRun": map_runs.update_map_run,
    "RedriveExecution": redrive.redrive_execution,
    "GetExecutionHistory": history.get_execution_history,
    "SendTaskSuccess": task_tokens.send_task_success,
    "SendTaskFailure": task_tokens.send_task_failure,
    "SendTaskHeartbeat": task_tokens.send_task_heartbeat,
    "CreateActivity": activities.create_activity,
    "DescribeActivity": activities.describe_activity,
    "ListActivities": activities.list_activities,
    "DeleteActivity": activities.delete_activity,
    "GetActivityTask": activities.get_activity_task,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTagsForResource": tags.list_tags_for_resource,
}


async def perform(context: Context, call: Call) -> dict[str, JSON]:
    """Raises `ServiceError` with AWS's words."""
    operation = OPERATIONS.get(call.operation)
    if operation is None:
        raise ServiceError("UnknownOperationException", f"There is no operation {call.operation}.")
    shapes.check(call.operation, call.input)
    return await operation(context, call)
