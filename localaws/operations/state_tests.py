"""TestState: one state, alone or of a whole machine, performed once; nothing of it is stored.

What a state means is `asl.inspection`'s. Here: what of the request AWS takes, the call that a Task makes if it isn't
mocked, and what of the state's way with data is shown at which level.
"""

import asyncio
import secrets
import uuid
from typing import Final

from asl import json_text
from asl.diagnostics import DefinitionError
from asl.effects import ScheduleTask, StartTimer
from asl.execution import Identity
from asl.inspection import Given, StateTest, Verdict
from asl.json_types import JSON
from asl.tested_state import TestedState, alone, of_machine
from asl.validate import aws_message
from localaws import arns
from localaws.integrations.http_exchange import HttpExchange
from localaws.integrations.task import TaskFailure, TaskRequest
from localaws.operations import payloads
from localaws.operations.context import Context
from localaws.operations.mocked_context import mocked_context
from localaws.operations.mocks import check_iterations, check_mock
from localaws.wire import Call, ServiceError

LIMIT: Final = 300.0  # seconds that a test may take


async def test_state(context: Context, call: Call) -> dict[str, JSON]:
    given = call.input
    role_arn = given.get("roleArn")
    if role_arn is not None:
        arns.parse_role(role_arn)
    text = payloads.input_text(given)
    tested = _tested(given)
    check_mock(given, tested)
    exchanges: list[HttpExchange] = []
    at, performer = context.engine.clock(), context.engine.performer
    test = StateTest(
        tested,
        _given(given, tested, text),
        identity=_identity(call, role_arn, at),
        at=at,
        seed=secrets.token_bytes(32),
        refusal=None if given.get("mock") is not None or performer is None else performer.refusal,
    )
    await _drive(context, call, test, tested, exchanges)
    assert test.verdict is not None
    answer = _answer(test.verdict)
    level = given.get("inspectionLevel") or "INFO"
    if level != "INFO":
        answer["inspectionData"] = _inspection_data(test, text)
    if level == "TRACE" and exchanges:
        answer["inspectionData"] |= exchanges[-1].shown(reveal=bool(given.get("revealSecrets")))
    return answer


# -- what is asked for ------------------------------------------------------------------------------


def _tested(given: dict[str, JSON]) -> TestedState:
    name = given.get("stateName")
    try:
        tested = alone(given["definition"]) if name is None else of_machine(given["definition"], name)
    except DefinitionError as error:
        raise ServiceError("InvalidDefinition", aws_message(error.diagnostics)) from None
    if tested is None:
        raise ServiceError("ValidationException", "State not found in definition")
    return tested


def _given(given: dict[str, JSON], tested: TestedState, text: str) -> Given:
    configuration = given.get("stateConfiguration") or {}
    context = given.get("context")
    return Given(
        input=text,
        variables=_variables(given.get("variables")),
        context=None if context is None else mocked_context(context, tested),
        has_role=given.get("roleArn") is not None,
        retries=configuration.get("retrierRetryCount") or 0,
        failed_iterations=configuration.get("mapIterationFailureCount") or 0,
        data_set=configuration.get("mapItemReaderData"),
    )


def _variables(text: str | None) -> dict[str, JSON] | None:
    if text is None:
        return None
    try:
        variables = json_text.loads(text)
    except ValueError:
        variables = None
    if not isinstance(variables, dict):
        raise ServiceError("ValidationException", "Variables must be a JSON object.")
    return variables


def _identity(call: Call, role_arn: str | None, at: float) -> Identity:
    """As of an EXPRESS execution of a state machine that nobody named."""
    machine, execution = str(uuid.uuid4()), str(uuid.uuid4())
    machine_arn = arns.machine_arn(call.region, call.account, machine)
    return Identity(
        execution_arn=machine_arn.replace(":stateMachine:", ":express:", 1) + f":{execution}",
        execution_name=execution,
        state_machine_arn=machine_arn,
        state_machine_name=machine,
        role_arn=role_arn or "",
        start_time=at,
        type="EXPRESS",
    )


# -- what happens -----------------------------------------------------------------------------------


async def _drive(
    context: Context, call: Call, test: StateTest, tested: TestedState, exchanges: list[HttpExchange]
) -> None:
    awaited = test.begin()
    if test.verdict is not None:
        return
    mock = call.input.get("mock")
    if mock is not None:
        if test.iterations is not None:
            check_iterations(call.input, tested, test.iterations.total)
        if mock.get("result") is not None:
            test.succeed(mock["result"])
        else:
            test.fail(mock["errorOutput"]["error"], mock["errorOutput"].get("cause"))
    elif isinstance(awaited, StartTimer):
        await _wait(context, test, awaited)
    else:
        assert awaited is not None
        await _perform(context, call, test, awaited, exchanges)


async def _wait(context: Context, test: StateTest, timer: StartTimer) -> None:
    left = timer.due - context.engine.clock()
    await asyncio.sleep(min(left, LIMIT))
    if left > LIMIT:
        test.verdict = Verdict(status="FAILED", error="States.Timeout")
    else:
        test.time_has_come(context.engine.clock())


async def _perform(
    context: Context, call: Call, test: StateTest, task: ScheduleTask, exchanges: list[HttpExchange]
) -> None:
    performer = context.engine.performer
    assert performer is not None  # an endpoint that answers performs
    limit = LIMIT if task.timeout is None else min(task.timeout, LIMIT)
    try:
        async with asyncio.timeout(limit):
            output = await performer.call(_request(call, task, exchanges))
    except TaskFailure as failure:
        test.fail(failure.error, failure.cause)
    except TimeoutError:
        test.time_out(context.engine.clock())
    else:
        test.succeed(output)


def _request(call: Call, task: ScheduleTask, exchanges: list[HttpExchange]) -> TaskRequest:
    machine_arn = arns.machine_arn(call.region, call.account, str(uuid.uuid4()))
    return TaskRequest(
        execution_arn=machine_arn.replace(":stateMachine:", ":express:", 1) + f":{uuid.uuid4()}",
        state_machine_arn=machine_arn,
        role_arn=call.input["roleArn"],
        state_name=task.state_name,
        resource=task.resource,
        parameters=task.parameters,
        token=task.token,
        timeout=task.timeout,
        heartbeat=task.heartbeat,
        region=call.region,
        account=call.account,
        credentials=task.credentials,
        watch=exchanges.append,
    )


# -- what is answered -------------------------------------------------------------------------------


def _answer(verdict: Verdict) -> dict[str, JSON]:
    members = {
        "output": verdict.output,
        "error": verdict.error,
        "cause": verdict.cause,
        "nextState": verdict.next_state,
    }
    return {"status": verdict.status} | {name: value for name, value in members.items() if value is not None}


def _inspection_data(test: StateTest, text: str) -> dict[str, JSON]:
    data: dict[str, JSON] = {"input": text}
    data |= {name: value if name in COUNTS else json_text.dumps(value) for name, value in test.inspected.items()}
    if test.variables:
        data["variables"] = json_text.dumps(test.variables)
    if test.error_details:
        data["errorDetails"] = dict(test.error_details)
    return data


COUNTS: Final = frozenset({"maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage"})
