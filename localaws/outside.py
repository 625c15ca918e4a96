"""What is done outside the store about a transition, once it is committed: calls, lines of workers, timers.

Nothing here decides; an effect that is lost with the process is owed by its row and taken up at the next start.
"""

from asl.effects import CancelTask, CancelTimer, ScheduleTask, StartTimer
from localaws.activities import ActivityLine, is_activity
from localaws.journal import ExecutionRow, Journal
from localaws.live import Live, task_of
from localaws.performer import Performer, request_of
from localaws.timers import Timers


class Outside:
    """``performer`` makes the calls of Tasks; None before there is anybody."""

    def __init__(self, activity_line: ActivityLine, timers: Timers) -> None:
        self.performer: Performer | None = None
        self._activity_line = activity_line
        self._timers = timers

    def take_up(self, journal: Journal) -> None:
        """The tasks that the store says are owed: those to be called, and those that wait for an activity's worker."""
        for execution_id, task_id, data in journal.owed_tasks():
            self._call(journal.execution(execution_id), task_of(task_id, data))
        for activity, execution_id, task_id in journal.owed_activity_tasks():
            self._activity_line.add(activity, (execution_id, task_id))

    def perform(self, live: Live) -> None:
        """The effects since the last commit, in their order; the engine sees to those that concern itself."""
        for effect in live.effects:
            match effect:
                case ScheduleTask():
                    self._begin(live.row, effect)
                case CancelTask():
                    self._activity_line.discard((live.id, effect.task_id))
                    if self.performer is not None:
                        self.performer.cancel(live.id, effect.task_id)
                case StartTimer():
                    self._timers.add(live.id, effect.timer_id, effect.due)
                case CancelTimer():
                    self._timers.cancel(live.id, effect.timer_id)
                case _:
                    pass

    def _begin(self, row: ExecutionRow, task: ScheduleTask) -> None:
        if is_activity(task.resource):
            self._activity_line.add(task.resource, (row.id, task.task_id))
        else:
            self._call(row, task)

    def _call(self, row: ExecutionRow, task: ScheduleTask) -> None:
        if self.performer is not None:
            request = request_of(
                task,
                execution_id=row.id,
                execution_arn=row.arn,
                machine_arn=row.machine_arn,
                role_arn=row.role_arn,
            )
            self.performer.perform(row.id, task.task_id, request)
