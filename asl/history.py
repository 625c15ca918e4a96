"""History events: small tuples while an execution runs, AWS's wire shape when somebody reads them.

An event is ``(type, previous_event_id, timestamp, *details)``; its id is its position in the history, from 1. What the
details are is decided by the type (the table at the end); a list that went through JSON reads the same. Data that came
as text is kept as text alone and echoed verbatim; data that the interpreter made is kept as a shared value.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from asl import json_text
from asl.json_types import JSON

HistoryEvent: TypeAlias = Sequence[JSON]


def render(event_id: int, event: HistoryEvent, *, include_data: bool = True) -> dict[str, JSON]:
    """The event as GetExecutionHistory gives it; ``timestamp`` is seconds since the epoch as a float."""
    kind = event[0]
    shape: dict[str, JSON] = {"id": event_id, "previousEventId": event[1], "timestamp": event[2], "type": kind}
    entry = _DETAILS.get(kind)
    if entry is not None:
        member, details = entry
        shape[member] = details(event[3:], include_data)
    return shape


_NOT_TRUNCATED = {"truncated": False}
Details: TypeAlias = Callable[[Sequence[JSON], bool], dict[str, JSON]]


def _data(member: str, value: JSON, text: str | None, include: bool) -> dict[str, JSON]:
    shown = {member: text if text is not None else json_text.dumps(value)} if include else {}
    return shown | {f"{member}Details": _NOT_TRUNCATED}


def _present(**members: JSON) -> dict[str, JSON]:
    return {name: value for name, value in members.items() if value is not None}


def _execution_started(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    text, role_arn, alias_arn, version_arn = details
    identity = _present(roleArn=role_arn, stateMachineAliasArn=alias_arn, stateMachineVersionArn=version_arn)
    return _data("input", None, text, include) | identity


def _execution_succeeded(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    value, text = details
    return _data("output", value, text, include)


def _failure(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    error, cause = details
    return _present(error=error, cause=cause) if include else {}


def _state_entered(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    name, value, text = details
    return {"name": name} | _data("input", value, text, include)


def _state_exited(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    name, value, text, *assigned = details
    shape: dict[str, JSON] = {"name": name} | _data("output", value, text, include)
    if assigned:
        if include:
            shape["assignedVariables"] = {key: json_text.dumps(member) for key, member in assigned[0].items()}
        shape["assignedVariablesDetails"] = _NOT_TRUNCATED
    return shape


def _evaluation_failed(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    error, cause, location, state = details
    return _failure((error, cause), include) | _present(location=location, state=state)


def _task_scheduled(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    resource_type, resource, region, parameters, timeout, heartbeat, role_arn = details
    shape = _present(
        resourceType=resource_type,
        resource=resource,
        region=region,
        timeoutInSeconds=timeout,
        heartbeatInSeconds=heartbeat,
        taskCredentials=None if role_arn is None else {"roleArn": role_arn},
    )
    if include:
        shape["parameters"] = json_text.dumps(parameters)
    return shape


def _task_started(details: Sequence[JSON], _include: bool) -> dict[str, JSON]:
    resource_type, resource = details
    return {"resourceType": resource_type, "resource": resource}


def _task_output(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    resource_type, resource, text = details
    return {"resourceType": resource_type, "resource": resource} | _data("output", None, text, include)


def _task_failed(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    resource_type, resource, error, cause = details
    return {"resourceType": resource_type, "resource": resource} | _failure((error, cause), include)


def _lambda_scheduled(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    resource, value, text, timeout, role_arn = details
    credentials = None if role_arn is None else {"roleArn": role_arn}
    shape = _present(resource=resource, timeoutInSeconds=timeout, taskCredentials=credentials)
    return shape | _data("input", value, text, include)


def _activity_scheduled(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    resource, value, text, timeout, heartbeat = details
    shape = _present(resource=resource, timeoutInSeconds=timeout, heartbeatInSeconds=heartbeat)
    return shape | _data("input", value, text, include)


def _output_text(details: Sequence[JSON], include: bool) -> dict[str, JSON]:
    (text,) = details
    return _data("output", None, text, include)


def _worker(details: Sequence[JSON], _include: bool) -> dict[str, JSON]:
    (worker_name,) = details
    return _present(workerName=worker_name)


def _length(details: Sequence[JSON], _include: bool) -> dict[str, JSON]:
    (length,) = details
    return {"length": length}


def _map_run(details: Sequence[JSON], _include: bool) -> dict[str, JSON]:
    arn, *redrives = details
    return {"mapRunArn": arn} | ({"redriveCount": redrives[0]} if redrives else {})


def _redriven(details: Sequence[JSON], _include: bool) -> dict[str, JSON]:
    (count,) = details
    return {"redriveCount": count}


def _iteration(details: Sequence[JSON], _include: bool) -> dict[str, JSON]:
    name, index = details
    return {"name": name, "index": index}


STATE_TYPES = ("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")

# type -> (the member that holds its details, how they are shaped). Types that aren't here carry no details object at
# all: LambdaFunctionStarted, MapRunSucceeded, MapRunAborted, MapStateSucceeded, MapStateFailed, MapStateAborted,
# ParallelStateStarted, ...Succeeded, ...Failed, ...Aborted, TaskStateAborted, WaitStateAborted.
_DETAILS: Mapping[str, tuple[str, Details]] = {
    "ExecutionStarted": ("executionStartedEventDetails", _execution_started),
    "ExecutionSucceeded": ("executionSucceededEventDetails", _execution_succeeded),
    "ExecutionFailed": ("executionFailedEventDetails", _failure),
    "ExecutionAborted": ("executionAbortedEventDetails", _failure),
    "ExecutionTimedOut": ("executionTimedOutEventDetails", _failure),
    "ExecutionRedriven": ("executionRedrivenEventDetails", _redriven),
    **{f"{kind}StateEntered": ("stateEnteredEventDetails", _state_entered) for kind in STATE_TYPES},
    **{f"{kind}StateExited": ("stateExitedEventDetails", _state_exited) for kind in STATE_TYPES},
    "TaskScheduled": ("taskScheduledEventDetails", _task_scheduled),
    "TaskStarted": ("taskStartedEventDetails", _task_started),
    "TaskStartFailed": ("taskStartFailedEventDetails", _task_failed),
    "TaskSubmitted": ("taskSubmittedEventDetails", _task_output),
    "TaskSubmitFailed": ("taskSubmitFailedEventDetails", _task_failed),
    "TaskSucceeded": ("taskSucceededEventDetails", _task_output),
    "TaskFailed": ("taskFailedEventDetails", _task_failed),
    "TaskTimedOut": ("taskTimedOutEventDetails", _task_failed),
    "LambdaFunctionScheduled": ("lambdaFunctionScheduledEventDetails", _lambda_scheduled),
    "LambdaFunctionScheduleFailed": ("lambdaFunctionScheduleFailedEventDetails", _failure),
    "LambdaFunctionStartFailed": ("lambdaFunctionStartFailedEventDetails", _failure),
    "LambdaFunctionSucceeded": ("lambdaFunctionSucceededEventDetails", _output_text),
    "LambdaFunctionFailed": ("lambdaFunctionFailedEventDetails", _failure),
    "LambdaFunctionTimedOut": ("lambdaFunctionTimedOutEventDetails", _failure),
    "ActivityScheduled": ("activityScheduledEventDetails", _activity_scheduled),
    "ActivityScheduleFailed": ("activityScheduleFailedEventDetails", _failure),
    "ActivityStarted": ("activityStartedEventDetails", _worker),
    "ActivitySucceeded": ("activitySucceededEventDetails", _output_text),
    "ActivityFailed": ("activityFailedEventDetails", _failure),
    "ActivityTimedOut": ("activityTimedOutEventDetails", _failure),
    "EvaluationFailed": ("evaluationFailedEventDetails", _evaluation_failed),
    "MapRunStarted": ("mapRunStartedEventDetails", _map_run),
    "MapRunRedriven": ("mapRunRedrivenEventDetails", _map_run),
    "MapRunFailed": ("mapRunFailedEventDetails", _failure),
    "MapStateStarted": ("mapStateStartedEventDetails", _length),
    "MapIterationStarted": ("mapIterationStartedEventDetails", _iteration),
    "MapIterationSucceeded": ("mapIterationSucceededEventDetails", _iteration),
    "MapIterationFailed": ("mapIterationFailedEventDetails", _iteration),
    "MapIterationAborted": ("mapIterationAbortedEventDetails", _iteration),
}
