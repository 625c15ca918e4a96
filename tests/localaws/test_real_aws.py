"""Services that Tasks call at AWS: another endpoint stands where AWS would."""

import json

import pytest
from served import Endpoint, create, finished, machine
from test_jobs import customization, runs

from localaws.integrations.real_aws import RealAws
from localaws.settings import SettingError


@pytest.fixture
def away(endpoint, tmp_path):
    one = Endpoint(
        tmp_path / "home",
        LOCALAWS_AWS_SERVICES="bedrock, sqs",
        AWS_ENDPOINT_URL=endpoint.url,
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
    ).start()
    yield one
    one.stop()


def run(client, definition):
    return finished(client, client.start_execution(stateMachineArn=create(client, definition))["executionArn"])


def test_a_job_runs_there_and_is_watched_from_here(away, endpoint):
    found = run(away.client(), runs("bedrock:createModelCustomizationJob.sync", customization("at-aws")))
    assert json.loads(found["output"])["Status"] == "Completed", found
    there = endpoint.client("bedrock").list_model_customization_jobs()["modelCustomizationJobSummaries"]
    assert "at-aws" in [job["jobName"] for job in there]
    assert away.client("bedrock").list_model_customization_jobs()["modelCustomizationJobSummaries"] == []


def test_other_services_stay_here(away, endpoint):
    state = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter", "End": True}
    parameters = {"Name": "only-here", "Value": "x", "Type": "String"}
    assert run(away.client(), machine(Put={**state, "Parameters": parameters}))["status"] == "SUCCEEDED"
    assert away.client("ssm").get_parameter(Name="only-here")["Parameter"]["Value"] == "x"
    assert endpoint.client("ssm").get_parameters(Names=["only-here"])["Parameters"] == []


def test_what_is_no_service_of_aws_is_refused_at_the_start():
    with pytest.raises(SettingError, match="LOCALAWS_AWS_SERVICES names no services of AWS: bedrocks"):
        RealAws(None, ["bedrocks", "sqs"])
