"""The calls that Task states make. `Integrations.perform` takes one and gives back its JSON, or raises `TaskFailure`.

Which event comes of it (TaskSucceeded, TaskSubmitted, TaskFailed) is the engine's to say; so are time-outs and
retries.
"""

from localaws.integrations.perform import Integrations
from localaws.integrations.task import TaskFailure, TaskRequest

__all__ = ["Integrations", "TaskFailure", "TaskRequest"]
