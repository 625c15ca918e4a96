"""Tasks that run a service's job and wait for it: what they get, who is stopped with whom, and what survives."""

import json
import sqlite3
from contextlib import closing

import pytest
from served import create, events, finished, machine, wait_until

ROLE = "arn:aws:iam::000000000000:role/work"
CUSTOMIZATION = {
    "RoleArn": ROLE,
    "BaseModelIdentifier": "amazon.titan-text-express-v1",
    "TrainingDataConfig": {"S3Uri": "s3://data/train.jsonl"},
    "OutputDataConfig": {"S3Uri": "s3://data/out/"},
    "HyperParameters": {"epochCount": "1"},
}


def runs(resource, parameters, **fields):
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, "End": True}
    return machine(Work={**state, **fields})


def customization(name):
    return {**CUSTOMIZATION, "JobName": name, "CustomModelName": f"{name}-model"}


def customizes(name, **fields):
    return runs("bedrock:createModelCustomizationJob.sync", customization(name), **fields)


def start(client, definition):
    return client.start_execution(stateMachineArn=create(client, definition))["executionArn"]


def submitted(client, arn):
    """The answer of the service that took the job."""

    def found():
        last = events(client, arn)[-1]
        assert last["type"] not in ("ExecutionFailed", "ExecutionSucceeded"), last
        return last if last["type"] == "TaskSubmitted" else None

    return json.loads(wait_until(found, "the job is started")["taskSubmittedEventDetails"]["output"])


def status_of(bedrock, name):
    return bedrock.get_model_customization_job(jobIdentifier=name)["status"]


def test_a_job_is_waited_for_and_its_description_is_the_result(endpoint, sfn):
    arn = start(sfn, customizes("waited-for"))
    job = submitted(sfn, arn)["JobArn"]
    found = json.loads(finished(sfn, arn)["output"])
    assert (found["JobArn"], found["Status"], found["JobName"]) == (job, "Completed", "waited-for")
    assert isinstance(found["CreationTime"], int), "times are milliseconds"
    assert found["EndTime"] >= found["CreationTime"]
    types = [event["type"] for event in events(sfn, arn)][2:6]
    assert types == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_a_stopped_execution_stops_its_job(endpoint, sfn):
    bedrock = endpoint.client("bedrock")
    arn = start(sfn, customizes("stopped"))
    submitted(sfn, arn)
    sfn.stop_execution(executionArn=arn)
    wait_until(lambda: status_of(bedrock, "stopped") == "Stopped", "the job is stopped")


def test_a_task_that_times_out_stops_its_job(endpoint, sfn):
    arn = start(sfn, customizes("timed-out", TimeoutSeconds=1))
    assert finished(sfn, arn)["error"] == "States.Timeout"
    wait_until(lambda: status_of(endpoint.client("bedrock"), "timed-out") == "Stopped", "the job is stopped")


def test_a_job_that_is_stopped_by_others_fails_its_task_with_its_description(endpoint, sfn):
    arn = start(sfn, customizes("cancelled"))
    submitted(sfn, arn)
    endpoint.client("bedrock").stop_model_customization_job(jobIdentifier="cancelled")
    found = finished(sfn, arn)
    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")
    assert json.loads(found["cause"])["Status"] == "Stopped"
    assert events(sfn, arn)[-2]["type"] == "TaskFailed"


def test_a_job_that_the_service_does_not_take_fails_to_be_submitted(sfn):
    wrong = {**customization("wrong"), "TrainingDataConfig": {"S3Uri": "no-uri"}}
    arn = start(sfn, runs("bedrock:createModelCustomizationJob.sync", wrong))
    assert finished(sfn, arn)["error"] == "Bedrock.ValidationException"
    assert events(sfn, arn)[-2]["type"] == "TaskSubmitFailed"


def test_parameters_that_do_not_fit_fail_before_the_task_is_scheduled(sfn):
    arn = start(sfn, runs("glue:startJobRun.sync", {"JobNames": "x"}))
    found = finished(sfn, arn)
    assert found["cause"] == (
        "An error occurred while executing the state 'Work' (entered at the event id #2). "
        'The Parameters \'{"JobNames":"x"}\' could not be used to start the Task: '
        "[The field 'JobNames' is not supported by Step Functions, The field 'JobName' is required but was missing]"
    )
    assert [event["type"] for event in events(sfn, arn)] == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]


def test_jobs_and_what_is_to_be_stopped_survive_kill_9(own):
    own.start()
    client = own.client()
    arns = [start(client, customizes(name)) for name in ("kept", "called-off")]
    for arn in arns:
        submitted(client, arn)
    client.stop_execution(executionArn=arns[1])
    own.kill()
    client = own.start().client()
    assert json.loads(finished(client, arns[0])["output"])["Status"] == "Completed"
    wait_until(lambda: status_of(own.client("bedrock"), "called-off") == "Stopped", "the other job is stopped")


def test_without_a_wait_the_answer_is_the_result(endpoint, sfn):
    arn = start(sfn, runs("bedrock:createModelCustomizationJob", customization("not-waited-for")))
    found = json.loads(finished(sfn, arn)["output"])
    assert found["JobArn"].endswith("/not-waited-for")
    assert found["SdkHttpMetadata"]["HttpStatusCode"] == 200


# -- the other services


def glue(endpoint):
    command = {"Name": "glueetl", "ScriptLocation": "s3://scripts/job.py"}
    endpoint.client("glue").create_job(Name="nightly", Role=ROLE, Command=command)
    return "glue:startJobRun.sync", {"JobName": "nightly"}, {"JobRunState": "SUCCEEDED", "JobName": "nightly"}


def batch(endpoint):
    iam, ec2, client = endpoint.client("iam"), endpoint.client("ec2"), endpoint.client("batch")
    role = iam.create_role(RoleName="batch", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    network = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=network, CidrBlock="10.0.0.0/25")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(Description="x", GroupName="batch", VpcId=network)["GroupId"]
    resources = {"type": "FARGATE", "maxvCpus": 1, "subnets": [subnet], "securityGroupIds": [group]}
    environment = client.create_compute_environment(
        computeEnvironmentName="env", type="MANAGED", computeResources=resources, serviceRole=role
    )["computeEnvironmentArn"]
    order = [{"order": 1, "computeEnvironment": environment}]
    client.create_job_queue(jobQueueName="queue", state="ENABLED", priority=1, computeEnvironmentOrder=order)
    container = {"image": "busybox", "vcpus": 1, "memory": 128, "command": ["true"]}
    client.register_job_definition(jobDefinitionName="d", type="container", containerProperties=container)
    parameters = {"JobName": "one", "JobQueue": "queue", "JobDefinition": "d"}
    return "batch:submitJob.sync", parameters, {"Status": "SUCCEEDED", "JobName": "one"}


def athena(endpoint):
    parameters = {"QueryString": "SELECT 1", "ResultConfiguration": {"OutputLocation": "s3://results/"}}
    return "athena:startQueryExecution.sync", parameters, {"QueryExecution": {"Query": "SELECT 1"}}


def codebuild(endpoint):
    endpoint.client("codebuild").create_project(
        name="site",
        source={"type": "S3", "location": "code/site.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole="arn:aws:iam::000000000000:role/service-role/work",
    )
    return "codebuild:startBuild.sync", {"ProjectName": "site"}, {"Build": {"BuildStatus": "SUCCEEDED"}}


def sagemaker(endpoint):
    parameters = {
        "TrainingJobName": "train",
        "AlgorithmSpecification": {"TrainingImage": "x", "TrainingInputMode": "File"},
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://out/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    return "sagemaker:createTrainingJob.sync", parameters, {"TrainingJobStatus": "Completed"}


def cluster(endpoint):
    parameters = {
        "Name": "c",
        "ReleaseLabel": "emr-6.15.0",
        "Instances": {
            "InstanceCount": 1,
            "MasterInstanceType": "m5.xlarge",
            "KeepJobFlowAliveWhenNoSteps": True,
            "Placement": {"AvailabilityZone": "us-east-1a"},
        },
        "JobFlowRole": "r",
        "ServiceRole": "r",
    }
    return "elasticmapreduce:createCluster.sync", parameters, {"Cluster": {"Name": "c"}}


def ecs(endpoint):
    client, ec2 = endpoint.client("ecs"), endpoint.client("ec2")
    client.create_cluster(clusterName="films")
    container = {"name": "work", "image": "busybox", "essential": True, "memory": 128}
    client.register_task_definition(
        family="work",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[container],
    )
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    parameters = {
        "Cluster": "films",
        "TaskDefinition": "work",
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": [subnet], "SecurityGroups": []}},
    }
    return "ecs:runTask.sync", parameters, {"LastStatus": "STOPPED"}


def step(endpoint):
    found = endpoint.client("emr").run_job_flow(
        Name="steps",
        ReleaseLabel="emr-6.15.0",
        Instances={"InstanceCount": 1, "MasterInstanceType": "m5.xlarge", "KeepJobFlowAliveWhenNoSteps": True},
        JobFlowRole="r",
        ServiceRole="r",
    )
    jar = {"Name": "count", "HadoopJarStep": {"Jar": "command-runner.jar"}}
    return "elasticmapreduce:addStep.sync", {"ClusterId": found["JobFlowId"], "Step": jar}, {"Step": {"Name": "count"}}


def containers(endpoint):
    place = {"id": "fleet", "type": "EKS", "info": {"eksInfo": {"namespace": "films"}}}
    cluster = endpoint.client("emr-containers").create_virtual_cluster(name="films", containerProvider=place)["id"]
    driver = {"SparkSubmitJobDriver": {"EntryPoint": "s3://scripts/job.py"}}
    parameters = {
        "VirtualClusterId": cluster,
        "Name": "count",
        "ExecutionRoleArn": ROLE,
        "ReleaseLabel": "emr-6.3.0-latest",
        "JobDriver": driver,
    }
    return "emr-containers:startJobRun.sync", parameters, {"Name": "count", "State": "COMPLETED"}


def emr_serverless(endpoint):
    parameters = {"Name": "spark", "ReleaseLabel": "emr-6.15.0", "Type": "SPARK"}
    return "emr-serverless:createApplication.sync", parameters, {"Name": "spark", "State": "STARTED"}


def eks(endpoint):
    network = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": []}
    iam = endpoint.client("iam")
    role = iam.create_role(RoleName="eks", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    parameters = {"Name": "fleet", "RoleArn": role, "ResourcesVpcConfig": network}
    return "eks:createCluster.sync", parameters, {"Cluster": {"Name": "fleet", "Status": "ACTIVE"}}


@pytest.mark.parametrize(
    "service", [glue, batch, ecs, athena, codebuild, sagemaker, cluster, step, containers, emr_serverless, eks]
)
def test_jobs_of_other_services_are_waited_for(endpoint, sfn, service):
    resource, parameters, expected = service(endpoint)
    found = finished(sfn, start(sfn, runs(resource, parameters)), 30)
    assert found["status"] == "SUCCEEDED", found
    output = json.loads(found["output"])
    for name, value in expected.items():
        assert output[name] == value if not isinstance(value, dict) else output[name].items() >= value.items(), output


def test_a_job_that_the_service_cannot_stop_is_left_and_forgotten(own):
    own.start()
    client = own.client()
    resource, parameters, _ = step(own)
    arn = start(client, runs(resource, parameters))
    submitted(client, arn)
    client.stop_execution(executionArn=arn)
    with closing(sqlite3.connect(own.home / "stepfunctions.sqlite3")) as store:
        wait_until(lambda: store.execute("SELECT count(*) FROM job").fetchone() == (0,), "the job is forgotten")
