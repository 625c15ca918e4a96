"""The optimized integrations that run a job (``.sync``): how each one's job is looked at, when it is over, how stopped.

One row for each action that has the pattern, but for nested executions and for Kubernetes. Expressions are JMESPath:
``find`` and ``stop`` over ``{"request": what was asked for, "answer": what the service said}``, both in the service's
own names; ``status`` over what the look-up gives; ``result`` over the same in the States Language's names.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncAction:
    """``gone``: codes of errors by which a look-up says that what was to be deleted is."""

    look: str  # the operation that describes the job
    find: Mapping[str, str]
    status: str
    succeeded: frozenset[str]
    failed: frozenset[str]
    stop: str | None = None
    stop_with: Mapping[str, str] = field(default_factory=dict)
    result: str = "@"
    refused: str | None = None  # an answer that says, though the call went well, that there is no job
    gone: frozenset[str] = frozenset()


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOPPED = "'Stopped with the execution that it belongs to.'"

# A task's containers tell how it ended; one that never ran has no exit code.
_ECS_STATUS = (
    "length(tasks[?lastStatus != 'STOPPED']) > `0` && 'RUNNING' || "
    "(length(tasks[].containers[?exitCode != `0`][]) > `0` && 'FAILED' || 'SUCCEEDED')"
)


_SINGLE_JOBS: Final[Mapping[tuple[str, str], SyncAction]] = {
    ("glue", "startJobRun"): SyncAction(
        look="GetJobRun",
        find={"JobName": "request.JobName", "RunId": "answer.JobRunId"},
        status="JobRun.JobRunState",
        succeeded=_codes("SUCCEEDED"),
        failed=_codes("FAILED STOPPED TIMEOUT ERROR EXPIRED"),
        stop="BatchStopJobRun",
        stop_with={"JobName": "request.JobName", "JobRunIds": "[answer.JobRunId]"},
        result="JobRun",
    ),
    ("databrew", "startJobRun"): SyncAction(
        look="DescribeJobRun",
        find={"Name": "request.Name", "RunId": "answer.RunId"},
        status="State",
        succeeded=_codes("SUCCEEDED"),
        failed=_codes("FAILED STOPPED TIMEOUT"),
        stop="StopJobRun",
        stop_with={"Name": "request.Name", "RunId": "answer.RunId"},
    ),
    ("batch", "submitJob"): SyncAction(
        look="DescribeJobs",
        find={"jobs": "[answer.jobId]"},
        status="jobs[0].status",
        succeeded=_codes("SUCCEEDED"),
        failed=_codes("FAILED"),
        stop="TerminateJob",
        stop_with={"jobId": "answer.jobId", "reason": _STOPPED},
        result="Jobs[0]",
    ),
    ("ecs", "runTask"): SyncAction(
        look="DescribeTasks",
        find={"cluster": "answer.tasks[0].clusterArn", "tasks": "answer.tasks[].taskArn"},
        status=_ECS_STATUS,
        succeeded=_codes("SUCCEEDED"),
        failed=_codes("FAILED"),
        stop="StopTask",
        stop_with={
            "cluster": "answer.tasks[0].clusterArn",
            "task": "answer.tasks[0].taskArn",
            "reason": _STOPPED,
        },
        result="length(Tasks) == `1` && Tasks[0] || @",
        refused="length(tasks || `[]`) == `0`",
    ),
    ("athena", "startQueryExecution"): SyncAction(
        look="GetQueryExecution",
        find={"QueryExecutionId": "answer.QueryExecutionId"},
        status="QueryExecution.Status.State",
        succeeded=_codes("SUCCEEDED"),
        failed=_codes("FAILED CANCELLED"),
        stop="StopQueryExecution",
        stop_with={"QueryExecutionId": "answer.QueryExecutionId"},
    ),
    ("bedrock", "createModelCustomizationJob"): SyncAction(
        look="GetModelCustomizationJob",
        find={"jobIdentifier": "answer.jobArn"},
        status="status",
        succeeded=_codes("Completed"),
        failed=_codes("Failed Stopped"),
        stop="StopModelCustomizationJob",
        stop_with={"jobIdentifier": "answer.jobArn"},
    ),
    ("mediaconvert", "createJob"): SyncAction(
        look="GetJob",
        find={"Id": "answer.Job.Id"},
        status="Job.Status",
        succeeded=_codes("COMPLETE"),
        failed=_codes("ERROR CANCELED"),
        stop="CancelJob",
        stop_with={"Id": "answer.Job.Id"},
    ),
}


def _build(kind: str, *, batch: bool) -> SyncAction:
    looked_at = f"{kind}s[0]"
    return SyncAction(
        look="BatchGetBuildBatches" if batch else "BatchGetBuilds",
        find={"ids": f"[answer.{kind}.id]"},
        status="buildBatches[0].buildBatchStatus" if batch else f"{looked_at}.buildStatus",
        succeeded=_codes("SUCCEEDED"),
        failed=_codes("FAILED FAULT STOPPED TIMED_OUT"),
        stop="StopBuildBatch" if batch else "StopBuild",
        stop_with={"id": f"answer.{kind}.id"},
        result="{BuildBatch: BuildBatches[0]}" if batch else "{Build: Builds[0]}",
    )


def _codebuild() -> Mapping[tuple[str, str], SyncAction]:
    return {
        ("codebuild", "startBuild"): _build("build", batch=False),
        ("codebuild", "startBuildBatch"): _build("buildBatch", batch=True),
        ("codebuild", "retryBuildBatch"): _build("buildBatch", batch=True),
    }


def _training(kind: str) -> SyncAction:
    """SageMaker's jobs are all alike; ``kind`` is what stands in their names."""
    name = {f"{kind}Name": f"request.{kind}Name"}
    return SyncAction(
        look=f"Describe{kind}",
        find=name,
        status=f"{kind}Status",
        succeeded=_codes("Completed"),
        failed=_codes("Failed Stopped DeleteFailed"),
        stop=f"Stop{kind}",
        stop_with=name,
    )


def _sagemaker() -> Mapping[tuple[str, str], SyncAction]:
    tuning = _training("HyperParameterTuningJob")
    kinds = ("TrainingJob", "TransformJob", "ProcessingJob", "LabelingJob")
    return {
        **{("sagemaker", f"create{kind}"): _training(kind) for kind in kinds},
        ("sagemaker", "createHyperParameterTuningJob"): tuning,
    }


def _emr() -> Mapping[tuple[str, str], SyncAction]:
    """Steps and clusters of EMR. A cluster counts as there when it waits for steps."""
    cluster = "{ClusterId: Cluster.Id, Cluster: Cluster}"
    return {
        ("elasticmapreduce", "createCluster"): SyncAction(
            look="DescribeCluster",
            find={"ClusterId": "answer.JobFlowId"},
            status="Cluster.Status.State",
            succeeded=_codes("WAITING"),
            failed=_codes("TERMINATING TERMINATED TERMINATED_WITH_ERRORS"),
            stop="TerminateJobFlows",
            stop_with={"JobFlowIds": "[answer.JobFlowId]"},
            result=cluster,
        ),
        ("elasticmapreduce", "terminateCluster"): SyncAction(
            look="DescribeCluster",
            find={"ClusterId": "request.JobFlowIds[0]"},
            status="Cluster.Status.State",
            succeeded=_codes("TERMINATED"),
            failed=_codes("TERMINATED_WITH_ERRORS"),
            result=cluster,
        ),
        ("elasticmapreduce", "addStep"): SyncAction(
            look="DescribeStep",
            find={"ClusterId": "request.JobFlowId", "StepId": "answer.StepIds[0]"},
            status="Step.Status.State",
            succeeded=_codes("COMPLETED"),
            failed=_codes("CANCELLED FAILED INTERRUPTED"),
            stop="CancelSteps",
            stop_with={"ClusterId": "request.JobFlowId", "StepIds": "answer.StepIds"},
        ),
        ("emr-containers", "startJobRun"): SyncAction(
            look="DescribeJobRun",
            find={"id": "answer.id", "virtualClusterId": "request.virtualClusterId"},
            status="jobRun.state",
            succeeded=_codes("COMPLETED"),
            failed=_codes("FAILED CANCELLED"),
            stop="CancelJobRun",
            stop_with={"id": "answer.id", "virtualClusterId": "request.virtualClusterId"},
            result="JobRun",
        ),
        ("emr-containers", "deleteVirtualCluster"): SyncAction(
            look="DescribeVirtualCluster",
            find={"id": "request.id"},
            status="virtualCluster.state",
            succeeded=_codes("TERMINATED"),
            failed=_codes("ARRESTED"),
            result="VirtualCluster",
            gone=_codes("ResourceNotFoundException"),
        ),
    }


def _application(succeeded: str, failed: str, *, found_in: str = "request") -> SyncAction:
    return SyncAction(
        look="GetApplication",
        find={"applicationId": f"{found_in}.applicationId"},
        status="application.state",
        succeeded=_codes(succeeded),
        failed=_codes(failed),
        result="Application",
        gone=_codes("ResourceNotFoundException") if "TERMINATED" in succeeded else frozenset(),
    )


def _emr_serverless() -> Mapping[tuple[str, str], SyncAction]:
    run = {"applicationId": "request.applicationId", "jobRunId": "answer.jobRunId"}
    return {
        ("emr-serverless", "createApplication"): _application("CREATED STARTED", "TERMINATED", found_in="answer"),
        ("emr-serverless", "startApplication"): _application("STARTED", "STOPPING STOPPED TERMINATED"),
        ("emr-serverless", "stopApplication"): _application("STOPPED", "TERMINATED"),
        ("emr-serverless", "deleteApplication"): _application("TERMINATED", ""),
        ("emr-serverless", "startJobRun"): SyncAction(
            look="GetJobRun",
            find=run,
            status="jobRun.state",
            succeeded=_codes("SUCCESS"),
            failed=_codes("FAILED CANCELLED"),
            stop="CancelJobRun",
            stop_with=run,
            result="JobRun",
        ),
        ("emr-serverless", "cancelJobRun"): SyncAction(
            look="GetJobRun",
            find=run,
            status="jobRun.state",
            succeeded=_codes("CANCELLED"),
            failed=_codes("SUCCESS FAILED"),
            result="JobRun",
        ),
    }


def _part_of_eks(look: str, find: Mapping[str, str], status: str, failed: str, *, deleted: bool) -> SyncAction:
    return SyncAction(
        look=look,
        find=find,
        status=status,
        succeeded=frozenset() if deleted else _codes("ACTIVE"),
        failed=_codes(failed),
        gone=_codes("ResourceNotFoundException") if deleted else frozenset(),
    )


def _eks() -> Mapping[tuple[str, str], SyncAction]:
    """Clusters, node groups and profiles; none is taken back when its execution is stopped."""
    cluster = "DescribeCluster", {"name": "request.name"}, "cluster.status"
    group = {"clusterName": "request.clusterName", "nodegroupName": "request.nodegroupName"}
    profile = {"clusterName": "request.clusterName", "fargateProfileName": "request.fargateProfileName"}
    nodes = "DescribeNodegroup", group, "nodegroup.status"
    fargate = "DescribeFargateProfile", profile, "fargateProfile.status"
    return {
        ("eks", "createCluster"): _part_of_eks(*cluster, "FAILED", deleted=False),
        ("eks", "deleteCluster"): _part_of_eks(*cluster, "FAILED", deleted=True),
        ("eks", "createNodegroup"): _part_of_eks(*nodes, "CREATE_FAILED DEGRADED", deleted=False),
        ("eks", "deleteNodegroup"): _part_of_eks(*nodes, "DELETE_FAILED", deleted=True),
        ("eks", "createFargateProfile"): _part_of_eks(*fargate, "CREATE_FAILED", deleted=False),
        ("eks", "deleteFargateProfile"): _part_of_eks(*fargate, "DELETE_FAILED", deleted=True),
    }


SYNC_ACTIONS: Final[Mapping[tuple[str, str], SyncAction]] = MappingProxyType(
    {**_SINGLE_JOBS, **_codebuild(), **_sagemaker(), **_emr(), **_emr_serverless(), **_eks()}
)
