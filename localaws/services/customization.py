"""Bedrock's customizations of models: moto takes them in, and here they go on: each ends by itself after some seconds.

Looking at a job is what ends it, so nothing has to run meanwhile and a restart changes nothing. No model is trained:
the metrics are moto's constants.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 4.0
_TIMES = "%Y-%m-%d %H:%M:%S"  # moto's, in local time
_OF_THE_END = ("endTime", "outputModelArn", "trainingMetrics", "validationMetrics")


def apply() -> None:
    """Change moto's classes; once to a process."""
    import moto.bedrock.models as bedrock

    job: Any = bedrock.ModelCustomizationJob
    backend: Any = bedrock.BedrockBackend
    job.to_dict = _telling(job.to_dict)
    # Bedrock knows a job by its name and by its ARN, which comes with its slash and colons quoted.
    for name in ("get_model_customization_job", "stop_model_customization_job"):
        setattr(backend, name, _by_name_or_arn(getattr(backend, name)))


def _by_name_or_arn(method: Callable[..., Any]) -> Callable[..., Any]:
    def found(self: Any, job_identifier: str) -> Any:
        return method(self, job_identifier=unquote(job_identifier).rsplit("/", 1)[-1])

    return found


def _telling(shown_by: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """The job as Bedrock tells of it: of its end once it has ended, of a failure never."""

    def to_dict(job: Any) -> dict[str, Any]:
        now = datetime.now()  # noqa: DTZ005 - as moto keeps it
        began = datetime.strptime(job.creation_time, _TIMES)  # noqa: DTZ007
        if job.status == "InProgress" and (now - began).total_seconds() >= SECONDS:
            job.status = "Completed"
            job.end_time = job.last_modified_time = now.strftime(_TIMES)
        left_out = {"failureMessage", *(_OF_THE_END if job.status == "InProgress" else ())}
        return {name: value for name, value in shown_by(job).items() if name not in left_out}

    return to_dict
