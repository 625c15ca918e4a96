"""Jobs of services that the endpoint itself has not: what goes over the wire, and how their ends are seen.

A server stands where AWS would and speaks the services' own HTTP; botocore calls it as it would call AWS.
"""

from typing import NamedTuple

import pytest
from served import Endpoint, create, events, finished, machine, wait_until
from stub_servers import serving

MEDIACONVERT = {"Role": "arn:aws:iam::000000000000:role/media", "Settings": {"Inputs": []}}
SERVERLESS = {
    "ApplicationId": "app1",
    "ExecutionRoleArn": "arn:aws:iam::000000000000:role/spark",
    "JobDriver": {"SparkSubmit": {"EntryPoint": "s3://b/count.py"}},
}


class Aws:
    """Each service's job: in ``states`` one after another, the last for as long as it is looked at."""

    def __init__(self):
        self.states, self.stopped = ["SUBMITTED"], []

    def state(self):
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def answer(self, method, path, query, body):
        match method, path:
            case "POST", "/2017-08-29/jobs":
                return 201, {"job": {"id": "m1", "status": "SUBMITTED", "role": body["role"], "settings": {}}}
            case "GET", "/2017-08-29/jobs/m1":
                return 200, {"job": {"id": "m1", "status": self.state(), "role": "r", "settings": {}}}
            case "POST", "/jobs/clean/startJobRun":
                return 200, {"RunId": "db_1"}
            case "GET", "/jobs/clean/jobRun/db_1":
                return 200, {"JobName": "clean", "RunId": "db_1", "State": self.state()}
            case "POST", "/applications/app1/jobruns":
                return 200, {"applicationId": "app1", "jobRunId": "j1", "arn": "arn:aws:emr-serverless:::x"}
            case "GET", "/applications/app1/jobruns/j1":
                return 200, {"jobRun": {"applicationId": "app1", "jobRunId": "j1", "state": self.state()}}
            case ("DELETE", "/2017-08-29/jobs/m1" | "/applications/app1/jobruns/j1") | (
                "POST",
                "/jobs/clean/jobRun/db_1/stopJobRun",
            ):
                self.stopped.append(path)
                return 200, {}
            case _:
                return 404, {"message": f"{method} {path} isn't there"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """(what stands where AWS would, its server, an endpoint that calls it)"""
    aws = Aws()
    with serving(aws.answer) as server:
        settings = {
            "LOCALAWS_AWS_SERVICES": "mediaconvert,databrew,emr-serverless",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        with Endpoint(tmp_path_factory.mktemp("jobs") / "home", **settings) as endpoint:
            yield aws, server, endpoint


@pytest.fixture(autouse=True)
def fresh(place):
    place[0].__init__()
    place[1].asked.clear()


class Job(NamedTuple):
    """What a Task asks for, and what the service calls a job that runs, is over, has failed."""

    resource: str
    parameters: dict
    running: str
    over: str
    failed: str


JOBS = pytest.mark.parametrize(
    "job",
    [
        Job("mediaconvert:createJob", MEDIACONVERT, "PROGRESSING", "COMPLETE", "ERROR"),
        Job("databrew:startJobRun", {"Name": "clean"}, "RUNNING", "SUCCEEDED", "TIMEOUT"),
        Job("emr-serverless:startJobRun", SERVERLESS, "RUNNING", "SUCCESS", "FAILED"),
    ],
    ids=lambda job: job.resource,
)


def start(client, resource, parameters):
    task = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}.sync", "Parameters": parameters, "End": True}
    return client.start_execution(stateMachineArn=create(client, machine(T=task)))["executionArn"]


@JOBS
def test_a_job_is_started_looked_at_and_its_end_is_the_tasks(place, job):
    aws, server, endpoint = place
    aws.states = [job.running, job.running, job.over]
    found = finished(endpoint.client(), start(endpoint.client(), job.resource, job.parameters))
    assert (found["status"], job.over in found["output"]) == ("SUCCEEDED", True), found
    assert [method for method, *_ in server.asked] == ["POST", "GET", "GET", "GET"]
    service = job.resource.partition(":")[0]
    for _, _, headers, _ in server.asked:  # signed as AWS wants it, for the service
        assert f"/us-east-1/{service}/aws4_request" in headers["Authorization"]
        assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
    types = [event["type"] for event in events(endpoint.client(), found["executionArn"])]
    assert types[1:-1] == [
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
    ]


@JOBS
def test_a_job_that_fails_is_the_tasks_failure(place, job):
    place[0].states = [job.running, job.failed]
    found = finished(place[2].client(), start(place[2].client(), job.resource, job.parameters))
    assert (found["error"], job.failed in found["cause"]) == ("States.TaskFailed", True), found


@JOBS
def test_a_job_that_nobody_waits_for_is_stopped(place, job):
    aws, server, endpoint = place
    aws.states = [job.running]
    client = endpoint.client()
    arn = start(client, job.resource, job.parameters)
    wait_until(lambda: len(server.asked) > 1, "it is looked at")
    client.stop_execution(executionArn=arn)
    wait_until(lambda: aws.stopped, "it is stopped")


@pytest.mark.parametrize(
    ("resource", "parameters"), [("mediaconvert:createJob", MEDIACONVERT), ("databrew:startJobRun", {"Name": "clean"})]
)
def test_what_the_endpoint_has_not_says_how_to_have_it(sfn, resource, parameters):
    found = finished(sfn, start(sfn, resource, parameters))
    assert found["status"] == "FAILED"
    service = resource.partition(":")[0]
    assert "is not available on the embedded endpoint" in found["cause"]
    assert f"LOCALAWS_AWS_SERVICES={service} has Tasks call it at AWS" in found["cause"]
    assert found["error"].lower().startswith(service)
