"""``eks:runJob.sync``: a Kubernetes job is made, looked at until it is complete or has failed, or taken away.

The result is the job as the server has it, with its containers' logs where LogOptions ask for them.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from botocore.exceptions import EndpointConnectionError

from asl.json_text import dumps, loads
from asl.json_types import JSON
from localaws.integrations.kubernetes import Kubernetes, content_of, to_result
from localaws.integrations.task import JobNotSeen, ServiceJob, TaskFailure, TaskRequest

_CLUSTER: Final = ("ClusterName", "CertificateAuthority", "Endpoint")
_LATER: Final = frozenset({408, 429})


async def perform_call(kubernetes: Kubernetes, request: TaskRequest) -> JSON:
    """``eks:call``."""
    given: Mapping[str, Any] = request.parameters
    response = await kubernetes.call(
        given,
        given["Method"],
        given["Path"],
        region=request.region,
        query=given.get("QueryParameters"),
        body=given.get("RequestBody"),
    )
    return to_result(response)


async def make_job(kubernetes: Kubernetes, request: TaskRequest) -> dict[str, JSON]:
    """``eks:runJob``: the server's answer."""
    given: Mapping[str, Any] = request.parameters
    path = f"/apis/batch/v1/namespaces/{_part(given.get('Namespace') or 'default')}/jobs"
    return to_result(await kubernetes.call(given, "POST", path, region=request.region, body=given["Job"]))


async def start_job(kubernetes: Kubernetes, request: TaskRequest) -> tuple[str, ServiceJob]:
    """(The answer as JSON text, what is to be watched.)"""
    given: Mapping[str, Any] = request.parameters
    answer = await make_job(kubernetes, request)
    about: dict[str, JSON] = {
        "cluster": {name: given[name] for name in _CLUSTER},
        "namespace": given.get("Namespace") or "default",
        "name": answer["ResponseBody"]["metadata"]["name"],
        "logs": given.get("LogOptions"),
    }
    return dumps(answer), ServiceJob(resource=request.resource, region=request.region, about=about)


async def look_at(kubernetes: Kubernetes, job: ServiceJob) -> str | None:
    """As `localaws.integrations.jobs.look_at`."""
    found = await _get(kubernetes, job, f"/apis/batch/v1/{_place(job)}")
    ended = {
        entry.get("type") for entry in found.get("status", {}).get("conditions") or () if entry.get("status") == "True"
    }
    if not ended & {"Complete", "Failed"}:
        return None
    options = job.about["logs"] or {}
    if options.get("RetrieveLogs"):
        found = {**found, "logs": await _logs(kubernetes, job, options)}
    text = dumps(found)
    if "Failed" in ended:
        raise TaskFailure("States.TaskFailed", text)
    return text


async def stop_job(kubernetes: Kubernetes, job: ServiceJob) -> None:
    """Delete it, and its pods. Raises botocore's errors where the server may do it later."""
    try:
        response = await kubernetes.call(
            job.about["cluster"],
            "DELETE",
            f"/apis/batch/v1/{_place(job)}",
            region=job.region,
            query={"propagationPolicy": "Background"},
        )
    except TaskFailure as failure:
        raise EndpointConnectionError(endpoint_url=job.about["cluster"]["Endpoint"], error=failure) from failure
    if response.status >= 500 or response.status in _LATER:
        raise EndpointConnectionError(endpoint_url=job.about["cluster"]["Endpoint"], error=str(response.status))


async def _logs(kubernetes: Kubernetes, job: ServiceJob, options: Mapping[str, Any]) -> JSON:
    """``{"pods": {pod: {"containers": {container: {"log": ...}}}}}``, logs as JSON where they are any."""
    selector = {"labelSelector": f"job-name={job.about['name']}"}
    place = f"/api/v1/namespaces/{_part(job.about['namespace'])}/pods"
    listed = await _get(kubernetes, job, place, selector)
    pods: dict[str, JSON] = {}
    for pod in listed.get("items") or ():
        name, containers = pod["metadata"]["name"], {}
        for container in pod["spec"]["containers"]:
            query = {**(options.get("LogParameters") or {}), "container": container["name"]}
            log = await _get(kubernetes, job, f"{place}/{_part(name)}/log", query)
            containers[container["name"]] = {"log": log if options.get("RawLogs") else _parsed(log)}
        pods[name] = {"containers": containers}
    return {"pods": pods}


async def _get(kubernetes: Kubernetes, job: ServiceJob, path: str, query: JSON = None) -> Any:
    """What the server shows. Raises `JobNotSeen`."""
    try:
        response = await kubernetes.call(job.about["cluster"], "GET", path, region=job.region, query=query)
        to_result(response)
    except TaskFailure as failure:
        code = failure.error.removeprefix("EKS.")
        lasting = code.isdigit() and int(code) < 500 and int(code) not in _LATER
        raise JobNotSeen(failure, lasting=lasting) from failure
    return content_of(response)


def _place(job: ServiceJob) -> str:
    return f"namespaces/{_part(job.about['namespace'])}/jobs/{_part(job.about['name'])}"


def _part(name: str) -> str:
    """One part of a path, whatever a Task says."""
    return quote(name, safe="")


def _parsed(log: JSON) -> JSON:
    try:
        return loads(log) if isinstance(log, str) else log
    except ValueError:
        return log
