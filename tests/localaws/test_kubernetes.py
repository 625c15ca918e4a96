"""eks:call and eks:runJob against a Kubernetes API server of the test's own, over TLS."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from served import Endpoint, create, events, finished, machine, wait_until
from stub_servers import certificate, serving

JOBS = "/apis/batch/v1/namespaces/films/jobs"
JOB = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "cut"}, "spec": {"backoffLimit": 0}}
POD = {"metadata": {"name": "cut-x7"}, "spec": {"containers": [{"name": "main"}, {"name": "side"}]}}


class Cluster:
    """Runs a job for as long as it is looked at ``looks`` times; ``end`` is the condition that it ends with."""

    def __init__(self):
        self.looks, self.end, self.jobs = 2, "Complete", {}

    def answer(self, method, path, query, body):
        match method, path.removeprefix(JOBS):
            case "POST", "":
                if body["metadata"]["name"] in self.jobs:
                    return 409, {"kind": "Status", "reason": "AlreadyExists"}
                self.jobs[body["metadata"]["name"]] = 0
                return 201, body
            case "GET", "/cut" if "cut" in self.jobs:
                self.jobs["cut"] += 1
                over = self.jobs["cut"] > self.looks
                conditions = [{"type": "Suspended", "status": "False"}, {"type": self.end, "status": "True"}]
                return 200, {**JOB, "status": {"conditions": conditions if over else []}}
            case "DELETE", "/cut":
                self.jobs.pop("cut", None)
                return 200, {"kind": "Status", "status": "Success"}
            case "GET", "/api/v1/namespaces/films/pods":
                return 200, {"items": [POD] if query["labelSelector"] == ["job-name=cut"] else []}
            case "GET", "/api/v1/namespaces/films/pods/cut-x7/log":
                return 200, '{"frames": 12}\n' if query["container"] == ["main"] else f"last {query.get('tailLines')}\n"
            case _:
                return 404, {"kind": "Status", "reason": "NotFound"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """(the cluster, its server, an endpoint that may call it, what a Task says of it)"""
    folder, cluster = tmp_path_factory.mktemp("kubernetes"), Cluster()
    context, authority = certificate(folder)
    with serving(cluster.answer, context=context) as server:
        host = f"127.0.0.1:{server.port}"
        about = {"ClusterName": "studio", "CertificateAuthority": authority, "Endpoint": f"https://{host}"}
        with Endpoint(folder / "home", LOCALAWS_HTTP_ALLOWED_HOSTS=host) as endpoint:
            yield cluster, server, endpoint, about


@pytest.fixture(autouse=True)
def fresh(place):
    place[0].__init__()
    place[1].asked.clear()


def start(client, action, parameters):
    task = {"Type": "Task", "Resource": f"arn:aws:states:::eks:{action}", "Parameters": parameters, "End": True}
    return client.start_execution(stateMachineArn=create(client, machine(T=task)))["executionArn"]


def run(place, action, **parameters):
    client = place[2].client()
    return finished(client, start(client, action, {**place[3], **parameters}))


def test_a_call_is_the_servers_own_with_a_token_of_the_callers(place):
    found = run(
        place,
        "call",
        Method="GET",
        Path="/api/v1/namespaces/films/pods",
        QueryParameters={"labelSelector": ["job-name=cut"]},
    )
    output = json.loads(found["output"])
    assert (output["StatusCode"], output["ResponseBody"]) == (200, {"items": [POD]})
    assert output["ResponseHeaders"]["content-type"] == ["application/json"]
    ((_, _, headers, _),) = place[1].asked
    token = headers["Authorization"].removeprefix("Bearer k8s-aws-v1.")
    url = urlsplit(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())
    asked = parse_qs(url.query)
    assert (url.hostname, asked["Action"], asked["X-Amz-Expires"]) == (
        "sts.us-east-1.amazonaws.com",
        ["GetCallerIdentity"],
        ["60"],
    )
    assert asked["X-Amz-SignedHeaders"] == ["host;x-k8s-aws-id"]


def test_what_the_server_refuses_is_the_tasks_error(place):
    found = run(place, "call", Method="GET", Path="/nowhere")
    assert (found["status"], found["error"]) == ("FAILED", "EKS.404")
    assert json.loads(found["cause"])["ResponseBody"]["reason"] == "NotFound"


@pytest.mark.parametrize("raw", [False, True])
def test_a_job_is_waited_for_and_its_logs_are_in_the_result(place, raw):
    options = {"RetrieveLogs": True, "RawLogs": raw, "LogParameters": {"tailLines": ["20"]}}
    found = run(place, "runJob.sync", Namespace="films", Job=JOB, LogOptions=options)
    output = json.loads(found["output"])
    assert output["status"]["conditions"][-1]["type"] == "Complete"
    main = '{"frames": 12}\n' if raw else {"frames": 12}
    assert output["logs"]["pods"] == {
        "cut-x7": {"containers": {"main": {"log": main}, "side": {"log": "last ['20']\n"}}}
    }
    types = [event["type"] for event in events(place[2].client(), found["executionArn"])]
    assert types[2:5] == ["TaskScheduled", "TaskStarted", "TaskSubmitted"]


def test_a_job_that_fails_is_the_tasks_failure(place):
    place[0].end = "Failed"
    found = run(place, "runJob.sync", Namespace="films", Job=JOB)
    assert (found["error"], json.loads(found["cause"])["metadata"]["name"]) == ("States.TaskFailed", "cut")


def test_a_job_that_nobody_waits_for_is_deleted_also_after_a_kill(place):
    cluster, _, endpoint, about = place
    cluster.looks = 10**6
    client = endpoint.client()
    arn = start(client, "runJob.sync", {**about, "Namespace": "films", "Job": JOB})
    wait_until(lambda: cluster.jobs.get("cut"), "the job is looked at")
    endpoint.kill()
    client = endpoint.start().client()
    looked = cluster.jobs["cut"]
    wait_until(lambda: cluster.jobs["cut"] > looked, "it is looked at again")
    assert run(place, "runJob", Namespace="films", Job=JOB)["error"] == "EKS.409"
    client.stop_execution(executionArn=arn)
    wait_until(lambda: "cut" not in cluster.jobs, "the job is deleted")


def test_another_certificate_than_the_named_one_is_no_cluster(place, tmp_path):
    _, other = certificate(tmp_path)
    found = run(place, "call", Method="GET", Path="/api", CertificateAuthority=other)
    assert (found["error"], "CERTIFICATE_VERIFY_FAILED" in found["cause"]) == ("EKS.SdkClientException", True)
    assert place[1].asked == []


def test_without_a_cluster_it_is_said_how_to_reach_one(place):
    found = run(place, "call", Method="GET", Path="/api", Endpoint="https://10.0.0.1")
    assert found["error"] == "States.Runtime"
    assert "name eks in LOCALAWS_AWS_SERVICES" in found["cause"]
    assert "name its host (10.0.0.1) in LOCALAWS_HTTP_ALLOWED_HOSTS" in found["cause"]


def test_parameters_that_do_not_fit_are_refused_before_anything_is_sent(place):
    client = place[2].client()
    found = finished(client, start(client, "runJob", {"ClusterName": 1, "Job": JOB, "Jobs": []}))
    assert found["error"] == "States.Runtime"
    for problem in ("'Jobs' is not supported", "'ClusterName' must be a STRING", "'Endpoint' is required"):
        assert problem in found["cause"]
    assert place[1].asked == []
