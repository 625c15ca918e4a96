"""One state under test: performed by the interpreter's own steps, each of them noted by the name that AWS gives it.

Sans IO, as the interpreter: `StateTest.begin` says what the state waits for, and whoever drives it answers with a
result, an error or the time. Nothing runs after the state: where it leads is a name. Parallel and Map states don't run
what is inside them: their result is given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from asl import failure, flow_states, json_text, tasks
from asl.definition import Branch, Catcher, Flow, Output, Parallel, Pass, State, StateMachine, Task
from asl.effects import ScheduleTask, StartTimer
from asl.errors import RUNTIME, StatesError
from asl.events import TaskFailed
from asl.execution import Execution, Identity, Refusal
from asl.frames import Frame, Waiting, Working
from asl.inspected_map import Iterations, MapInspection
from asl.interpreter import PERFORM
from asl.json_types import JSON
from asl.jsonpath_flow import WITH_RESULT_PATH, compile_placement, compile_selection
from asl.run import Run
from asl.scope import Query, Scope
from asl.tested_state import NAME, TestedState
from asl.tolerance import find_excess

WITH_INPUT_PATH: Final = frozenset({"Task", "Pass", "Choice", "Wait", "Succeed", "Map"})
WITH_PARAMETERS: Final = frozenset({"Task", "Pass"})

Awaited: TypeAlias = ScheduleTask | StartTimer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a test says of the world around its state."""

    input: str = "{}"  # JSON text
    variables: Mapping[str, JSON] | None = None
    context: Mapping[str, JSON] | None = None  # in place of the Context Object
    has_role: bool = True
    retries: int = 0  # that the Retrier which takes the error has granted already
    failed_iterations: int = 0
    data_set: str | None = None  # what an ItemReader read


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How the state ended: SUCCEEDED, FAILED, RETRIABLE or CAUGHT_ERROR."""

    status: str
    output: str | None = None  # JSON text
    error: str | None = None
    cause: str | None = None
    next_state: str | None = None


class _Run(Run):
    """With a Context Object of the test's own, and without a role where the test has none."""

    __slots__ = ("given",)

    def __init__(self, execution: Execution, at: float, given: Given) -> None:
        super().__init__(execution, at, budget=1)
        self.given = given

    def context(self) -> JSON:
        if self.given.context is None:
            context = super().context()
            if not self.given.has_role:
                context["Execution"]["RoleArn"] = None
            return context
        if self.item is None:
            return dict(self.given.context)
        return {**self.given.context, "Map": {"Item": self.item}}


class StateTest:
    """Drive it: `begin`, then the answer to what it waits for, until there is a ``verdict``."""

    def __init__(
        self,
        tested: TestedState,
        given: Given,
        *,
        identity: Identity,
        at: float,
        seed: bytes,
        refusal: Refusal | None = None,
    ) -> None:
        self.inspected: dict[str, JSON] = {}  # inspectionData's members that are data or numbers, as values
        self.error_details: dict[str, int] = {}
        self.verdict: Verdict | None = None
        self.iterations: Iterations | None = None  # of a Map whose input was right
        self._tested = tested
        self._given = given
        state = self._observed(tested)
        branch = Branch(0, NAME, {NAME: state})
        machine = StateMachine("", None, tested.query_language, None, (branch,))
        execution = Execution(machine, identity, given.input, seed)
        execution.refusal = refusal
        self._run = _Run(execution, at, given)
        self._frame = Frame(
            id=execution.new_row(),
            parent=0,
            index=0,
            branch=branch,
            state=state,
            data=execution.input_value,
            text=given.input,
            previous=0,
            entered_at=at,
            variables=dict(given.variables) if given.variables else None,
        )
        execution.frames[self._frame.id] = self._run.frame = self._frame

    @property
    def variables(self) -> Mapping[str, JSON]:
        """As they are after the state."""
        return self._frame.variables or {}

    # -- the state's course -------------------------------------------------------------------------

    def begin(self) -> Awaited:
        """Enter the state. What it waits for; None when it has ended, and for a Map or Parallel (they are told)."""
        run, frame = self._run, self._frame
        frame.previous = frame.entered_id = run.emit((frame.state.entered, 0, run.at, NAME, frame.data, frame.text))
        self._take(self._perform)
        awaited = [effect for effect in run.effects if isinstance(effect, ScheduleTask)]
        if awaited:
            return awaited[0]
        waits = isinstance(frame.work, Waiting)
        return next((one for one in run.effects if isinstance(one, StartTimer)), None) if waits else None

    def _perform(self) -> str | None:
        run, frame = self._run, self._frame
        work = frame.state.work
        if isinstance(work, Pass) and work.has_result:
            self._note("result", work.result)
        if frame.state.type == "Map":
            inspection = MapInspection(run, frame, self._tested, self._note, self._given.data_set)
            self.iterations = inspection.prepare()
            return None
        if isinstance(work, Parallel):
            effective = flow_states.effective_input(run, frame)
            if frame.state.flow.arguments is not None:
                frame.state.flow.arguments(effective, run)
            return None
        return PERFORM[type(work)](run, frame)

    def time_has_come(self, at: float) -> None:
        """The Wait is over."""
        self._run.at = at
        self._frame.work = None
        self._take(lambda: flow_states.wait_is_over(self._run, self._frame))

    def succeed(self, result: str) -> None:
        """The work's result, as JSON text: a Task's, or the array of what the branches or iterations gave."""
        run, frame = self._run, self._frame
        work = frame.work
        if isinstance(work, Working):
            self._note("result", json_text.loads(result))
            self._take(lambda: tasks.succeeded(run, frame, work, result))
            return
        excess = self._excess()
        if excess is not None:
            self._fail(excess)
            return
        value = json_text.loads(result)
        following, flow = frame.state.next, frame.state.flow
        self._take(lambda: flow_states.leave_with(run, frame, value, following, flow, text=result))

    def _excess(self) -> StatesError | None:
        if self.iterations is None:
            return None
        return find_excess(
            failed=self._given.failed_iterations,
            total=self.iterations.total,
            tolerated=self.iterations.tolerated,
            tolerated_percentage=self.iterations.tolerated_percentage,
        )

    def fail(self, error: str | None, cause: str | None) -> None:
        """The work failed."""
        run, frame = self._run, self._frame
        work = frame.work
        if isinstance(work, Working):
            event = TaskFailed(at=run.at, task_id=work.task_id, error=error, cause=cause)
            self._fail(tasks.failed(run, frame, work, event))
        else:
            self._fail(StatesError(error, cause, terminal=error == RUNTIME))

    def time_out(self, at: float) -> None:
        """The Task's time is up."""
        run, frame = self._run, self._frame
        work = frame.work
        assert isinstance(work, Working)
        run.at = at
        self._fail(tasks.timed_out(run, frame, work, work.timeout_timer or 0))

    # -- the end ------------------------------------------------------------------------------------

    def _take(self, step: Callable[[], str | None]) -> None:
        try:
            following = step()
        except (StatesError, RecursionError) as reason:
            self._fail(failure.as_failure(reason))
            return
        if following is not None:
            self.verdict = Verdict(status="SUCCEEDED", output=self._output(), next_state=following or None)

    def _output(self) -> str:
        return self._frame.text if self._frame.text is not None else json_text.dumps(self._frame.data)

    def _fail(self, error: StatesError) -> None:
        """Causes stand alone here: without a history, there is no event at which the state was entered."""
        run, frame = self._run, self._frame
        state = frame.state
        frame.work = None
        position = failure.retrier_for(state, error)
        if position is not None:
            self.error_details["retryIndex"] = position
            retrier, retries = state.retry[position], self._given.retries
            if retries < retrier.max_attempts:
                delay = failure.delay_before(run, retrier, retries)
                self.error_details["retryBackoffIntervalSeconds"] = int(delay)
                self.verdict = Verdict(status="RETRIABLE", error=error.error, cause=error.cause)
                return
        position = failure.catcher_for(state, error)
        if position is None:
            self.verdict = Verdict(status="FAILED", error=error.error, cause=error.cause)
        else:
            self.error_details["catchIndex"] = position
            self._leave_by(state.catch[position], error)

    def _leave_by(self, catcher: Catcher, error: StatesError) -> None:
        try:
            failure.leave_by(self._run, self._frame, catcher, error)
        except (StatesError, RecursionError) as reason:
            in_catcher = failure.as_failure(reason)
            self.verdict = Verdict(status="FAILED", error=in_catcher.error, cause=in_catcher.cause)
            return
        self.verdict = Verdict(
            status="CAUGHT_ERROR",
            output=self._output(),
            error=error.error,
            cause=error.cause,
            next_state=catcher.next,
        )

    # -- what is noted ------------------------------------------------------------------------------

    def _note(self, name: str, value: JSON) -> None:
        self.inspected[name] = value

    def _observed(self, tested: TestedState) -> State:
        """The state, each step of whose way with data leaves a note. The steps are the interpreter's."""
        state = tested.compiled()
        flow, kind = state.flow, state.type
        if tested.is_jsonata:
            if isinstance(state.work, Task):
                flow = replace(flow, arguments=self._noting("afterArguments", flow.arguments))
        else:
            flow = self._observed_paths(tested, flow, kind)
        return replace(state, flow=flow, through=None)

    def _observed_paths(self, tested: TestedState, flow: Flow, kind: str) -> Flow:
        if kind in WITH_INPUT_PATH:
            flow = replace(flow, effective_input=self._noting("afterInputPath", flow.effective_input))
        if kind in WITH_PARAMETERS:
            flow = replace(flow, arguments=self._noting("afterParameters", flow.arguments))
        if kind in WITH_RESULT_PATH:
            flow = replace(flow, output=self._placing(tested.definition))
        return flow

    def _noting(self, name: str, query: Query | None) -> Query:
        def read(data: JSON, scope: Scope) -> JSON:
            value = data if query is None else query(data, scope)
            self._note(name, value)
            return value

        return read

    def _placing(self, definition: Mapping[str, JSON]) -> Output:
        """ResultPath and OutputPath, with a look at what is between them."""
        place, reduce = compile_placement(definition), compile_selection(definition, "OutputPath")

        def output(raw: JSON, selected: JSON, scope: Scope) -> JSON:
            self._note("afterResultSelector", selected)
            placed = selected if place is None else place(raw, selected, scope)
            self._note("afterResultPath", placed)
            return placed if reduce is None else reduce(placed, scope)

        return output
