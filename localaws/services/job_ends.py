"""Jobs of EMR that moto would run for ever: steps and job runs end by themselves after some seconds, one after another.

As with customizations of models, looking at them is what ends them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 2.0


def apply_to_clusters() -> None:
    """Change moto's classes of EMR; once to a process. Their import takes 90 MB (EC2 comes with it)."""
    import moto.emr.models as emr

    clusters: Any = emr.ElasticMapReduceBackend
    for name in ("describe_step", "describe_cluster", "list_steps"):
        setattr(clusters, name, _after_steps(getattr(clusters, name)))


def apply_to_containers() -> None:
    """Change moto's classes of EMR on EKS; once to a process."""
    import moto.emrcontainers.models as containers

    runs: Any = containers.EMRContainersBackend
    runs.start_job_run = _noting_when(runs.start_job_run)
    runs.describe_job_run = _ending(runs.describe_job_run)


def _after_steps(look: Callable[..., Any]) -> Callable[..., Any]:
    def looked(self: Any, cluster_id: str, *args: Any, **kwargs: Any) -> Any:
        cluster = self.clusters.get(cluster_id)
        if cluster is not None and cluster.steps and cluster.state == "RUNNING":
            _advance(cluster)
        return look(self, cluster_id, *args, **kwargs)

    return looked


def _advance(cluster: Any) -> None:
    """A cluster's steps run one at a time; without any it waits for more."""
    from moto.core.utils import utcnow

    now = utcnow()
    for step in cluster.steps:
        if step.state not in {"PENDING", "RUNNING"}:
            continue
        if step.state == "PENDING" or step.start_date_time is None:
            step.state, step.start_date_time = "RUNNING", step.start_date_time or now
        if now - step.start_date_time < timedelta(seconds=SECONDS):
            return
        step.state, step.end_date_time = "COMPLETED", now
    cluster.state = "WAITING"


def _noting_when(start: Callable[..., Any]) -> Callable[..., Any]:
    def started(self: Any, *args: Any, **kwargs: Any) -> Any:
        from moto.core.utils import utcnow

        run = start(self, *args, **kwargs)
        run.began_at = utcnow()  # moto keeps the day alone
        return run

    return started


def _ending(look: Callable[..., Any]) -> Callable[..., Any]:
    def looked(self: Any, *args: Any, **kwargs: Any) -> Any:
        from moto.core.utils import utcnow

        run, now = look(self, *args, **kwargs), utcnow()
        began = getattr(run, "began_at", run.created_at)
        if run.state == "RUNNING" and now - began >= timedelta(seconds=SECONDS):
            run.state, run.finished_at = "COMPLETED", now
        return run

    return looked
