"""The live parts of an execution: one frame for each branch that runs, and what each frame waits for.

A frame is in one state. It is ready to enter it, or its work says what must happen before it goes on. Frames form a
tree: a Parallel or Map state's frame has one child for each branch or iteration that is under way.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from asl.definition import Branch, State
from asl.json_types import JSON


@dataclass(slots=True)
class Waiting:
    """A Wait state until its time."""

    timer_id: int
    due: float


@dataclass(slots=True)
class Retrying:
    """A state that failed, until a Retrier's interval is over."""

    timer_id: int
    due: float


@dataclass(slots=True)
class Working:
    """A task between its schedule and its outcome."""

    task_id: int
    has_token: bool
    timeout_timer: int | None
    timeout_due: float | None
    heartbeat: float | None  # seconds between heartbeats
    heartbeat_timer: int | None
    heartbeat_due: float | None
    started: bool = False
    submitted: bool = False
    reply: JSON = None  # an outcome that came by the token before the submission: [output, error, cause]


@dataclass(slots=True)
class Joining:
    """A Parallel or Map state until its children are done."""

    row: int  # the stored row of these counters
    total: int
    next_index: int  # the first iteration that hasn't been started
    concurrency: int
    items: list[JSON] | None  # a Map's
    items_row: int  # 0 for a Parallel
    results: list[JSON]
    texts: dict[int, str]  # results that came as text and are kept as it
    children: dict[int, int] = field(default_factory=dict)  # index -> frame of those under way
    done_rows: list[int] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Has every branch or iteration given its result?"""
        return not self.children and self.next_index >= self.total


@dataclass(frozen=True, slots=True)
class Distributing:
    """A distributed Map until its Map Run is over."""

    task_id: int
    arn: str
    redrives: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A state that hadn't succeeded when its execution ended, or when its branch was aborted: a redrive takes it up."""

    entered: bool  # False: it was still to be entered
    map_run: str = ""  # the ARN of a distributed Map's own
    redrives: int = 0  # of that Map Run


@dataclass(frozen=True, slots=True)
class Resuming:
    """A state that a redrive takes up, until its turn comes: it is performed anew, but not entered again."""

    map_run: str = ""
    redrives: int = 0


InProgress: TypeAlias = Waiting | Retrying | Working | Joining | Distributing | Stopped | Resuming


@dataclass(slots=True, eq=False)
class Frame:
    id: int
    parent: int  # 0 for the outermost
    index: int  # which branch or iteration of the parent
    branch: Branch
    state: State
    data: JSON  # the state's raw input
    text: str | None  # the same as it came, where it came as text
    previous: int  # id of the last history event of this branch
    entered_id: int = 0  # id of the StateEntered event
    entered_at: float = 0.0
    attempts: list[int] | None = None  # per Retrier of the state
    retry_count: int = 0
    work: InProgress | None = None
    data_row: int = 0  # where larger data is stored; 0: with the frame
    stored_data: JSON = None  # what that row holds
    came_from: int = 0  # id of the last event before the state was entered
    variables: dict[str, JSON] | None = None  # those of this branch; replaced, never changed
    variables_row: int = 0  # where larger ones are stored
    stored_variables: JSON = None
