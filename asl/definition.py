"""A state machine, compiled and frozen: names resolved, paths, templates and rules turned into closures.

Made by `asl.parse` from a text that `asl.validate` found right. A state's way with data is its `Flow`, made by the
query language it is written in. The interpreter sees closures only: another query language is another maker of flows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from asl.json_types import JSON
from asl.scope import Query, Scope

Output: TypeAlias = Callable[[JSON, JSON, Scope], JSON]

END = ""  # where a state leads that ends its branch


@dataclass(frozen=True, slots=True)
class Flow:
    """How data goes through a state. None where it goes through unchanged, so that nothing is called for nothing."""

    effective_input: Query | None = None  # raw input -> effective input
    arguments: Query | None = None  # effective input -> what the state works with
    select: Query | None = None  # result -> selected result
    output: Output | None = None  # raw input, selected result -> output
    assign: Output | None = None  # raw input, selected result -> variables by name


@dataclass(frozen=True, slots=True)
class Retrier:
    error_equals: tuple[str, ...]
    interval: float  # seconds
    max_attempts: int
    backoff_rate: float
    max_delay: float | None  # seconds
    jitter: bool


@dataclass(frozen=True, slots=True)
class Catcher:
    error_equals: tuple[str, ...]
    next: str
    output: Output | None  # raw input, error output -> the next state's input
    assign: Output | None  # raw input, error output -> variables by name


@dataclass(frozen=True, slots=True)
class Pass:
    result: JSON
    has_result: bool


@dataclass(frozen=True, slots=True)
class Choice:
    rules: tuple[tuple[Callable[[JSON, Scope], bool], str, Flow], ...]  # test, where to, how the state is left then
    default: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    until: Callable[[JSON, Scope, float], float]  # effective input, scope, now -> when to go on


@dataclass(frozen=True, slots=True)
class Succeed:
    pass


@dataclass(frozen=True, slots=True)
class Fail:
    error: Query | None
    cause: Query | None


@dataclass(frozen=True, slots=True)
class Task:
    resource: str  # as written
    style: str  # "task", "lambda" or "activity": which family of events it writes
    resource_type: str  # "sqs", "aws-sdk:dynamodb"; "" for lambda and activity ARNs
    action: str  # "sendMessage.waitForTaskToken"
    pattern: str  # "", "sync", "sync:2", "waitForTaskToken"
    timeout: Query | None  # seconds
    heartbeat: Query | None  # seconds
    credentials: Query | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A state machine inside a state (or the outermost one, number 0): one scope of state names."""

    number: int
    start_at: str
    states: "Mapping[str, State]"


@dataclass(frozen=True, slots=True)
class Parallel:
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Map:
    processor: Branch
    items: Query  # effective input -> the array
    item_selector: Query | None
    max_concurrency: Query  # 0: as many as there may be


@dataclass(frozen=True, slots=True)
class DataCall:
    """An ItemReader or a ResultWriter: what it calls, with what, and how it treats the data."""

    resource: str | None
    parameters: Query | None
    config: Query


@dataclass(frozen=True, slots=True)
class Batcher:
    """What the state says of its batches; None where it says nothing."""

    most_items: Query | None
    most_bytes: Query | None
    batch_input: Query | None


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Effective input -> number of items; -> percentage, 0 to 100. None where the state doesn't say."""

    count: Query | None
    percentage: Query | None


@dataclass(frozen=True, slots=True)
class DistributedMap:
    """A Map whose items are executions of their own."""

    label: str
    definition: str  # the children's state machine, as text
    execution_type: str
    items: Query
    reader: DataCall | None
    item_selector: Query | None
    selector_definition: JSON
    language: str  # the query language of the state
    batcher: Batcher | None
    writer: DataCall | None
    max_concurrency: Query  # 0: as many as there may be
    tolerance: Tolerance


Work: TypeAlias = Pass | Choice | Wait | Succeed | Fail | Task | Parallel | Map | DistributedMap


@dataclass(frozen=True, slots=True, eq=False)
class State:
    name: str
    type: str
    entered: str  # event types, made once: "PassStateEntered"
    exited: str
    flow: Flow
    work: Work
    next: str  # "" ends the branch
    # Of a Pass state that leaves its input as it is: (entered, exited, name, next), all that a run through it needs.
    through: tuple[str, str, str, str] | None = None
    retry: tuple[Retrier, ...] = ()
    catch: tuple[Catcher, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class StateMachine:
    text: str
    comment: str | None
    query_language: str
    timeout: int | None  # seconds
    branches: tuple[Branch, ...]  # by number
