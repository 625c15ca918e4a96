"""What services refuse, in Step Functions' two formats: exact names over many services."""

import re
from typing import Any

import pytest

from localaws.integrations import TaskFailure

ROLE = "arn:aws:iam::000000000000:role/x"
SDK = re.compile(
    r".+ \(Service: (?P<service>\w+), Status Code: (?P<status>\d{3}), Request ID: \S+\) \(SDK Attempt Count: 1\)"
)
OPTIMIZED = re.compile(
    r".+ \(Service: (?P<service>\w+); Status Code: (?P<status>\d{3}); Error Code: (?P<code>\w+); Request ID: \S+; Proxy: null\)"
)


SDK_ERRORS = (
    ("s3:getObject", {"Bucket": "none", "Key": "k"}, "S3.NoSuchBucketException", "404"),
    ("iam:getRole", {"RoleName": "x"}, "Iam.NoSuchEntityException", "404"),
    ("kms:describeKey", {"KeyId": "x"}, "Kms.NotFoundException", "400"),
    ("ssm:getParameter", {"Name": "x"}, "Ssm.ParameterNotFoundException", "400"),
    ("sqs:getQueueUrl", {"QueueName": "x"}, "Sqs.QueueDoesNotExistException", "400"),
    ("dynamodb:describeTable", {"TableName": "none"}, "DynamoDb.ResourceNotFoundException", "400"),
    ("lambda:getFunction", {"FunctionName": "x"}, "Lambda.ResourceNotFoundException", "404"),
    ("cloudwatchlogs:describeLogStreams", {"LogGroupName": "x"}, "CloudWatchLogs.ResourceNotFoundException", "400"),
    ("eventbridge:describeRule", {"Name": "x"}, "EventBridge.ResourceNotFoundException", "400"),
    ("ec2:describeVpcs", {"VpcIds": ["vpc-1"]}, "Ec2.Ec2Exception", "400"),
    ("rds:describeDBInstances", {"DbInstanceIdentifier": "x"}, "Rds.DbInstanceNotFoundException", "404"),
    ("cloudformation:describeStacks", {"StackName": "x"}, "CloudFormation.CloudFormationException", "400"),
    ("ecs:describeServices", {"Cluster": "x", "Services": ["a"]}, "Ecs.ClusterNotFoundException", "400"),
    ("eks:describeCluster", {"Name": "x"}, "Eks.ResourceNotFoundException", "404"),
    ("glue:getJob", {"JobName": "x"}, "Glue.EntityNotFoundException", "400"),
    ("kinesis:describeStream", {"StreamName": "x"}, "Kinesis.ResourceNotFoundException", "400"),
    ("apigateway:getRestApi", {"RestApiId": "x"}, "ApiGateway.NotFoundException", "404"),
    ("route53:getHostedZone", {"Id": "x"}, "Route53.NoSuchHostedZoneException", "404"),
    (
        "cognitoidentityprovider:describeUserPool",
        {"UserPoolId": "us-east-1_x"},
        "CognitoIdentityProvider.ResourceNotFoundException",
        "400",
    ),
    (
        "elasticloadbalancingv2:describeLoadBalancers",
        {"Names": ["x"]},
        "ElasticLoadBalancingV2.LoadBalancerNotFoundException",
        "400",
    ),
    ("bedrockruntime:invokeModel", {"ModelId": "x", "Body": {}}, "BedrockRuntime.ValidationException", "400"),
)  # action, parameters, Error Name, status
OPTIMIZED_ERRORS = (
    (
        "dynamodb:getItem",
        {"TableName": "none", "Key": {"a": {"S": "b"}}},
        "DynamoDB.ResourceNotFoundException",
        "AmazonDynamoDBv2",
        "ResourceNotFoundException",
    ),
    (
        "lambda:invoke",
        {"FunctionName": "x"},
        "Lambda.ResourceNotFoundException",
        "AWSLambda",
        "ResourceNotFoundException",
    ),
    (
        "glue:startJobRun",
        {"JobName": "x"},
        "Glue.EntityNotFoundException",
        "AWSGlue",
        "EntityNotFoundException",
    ),
    (
        "batch:submitJob",
        {"JobName": "x", "JobQueue": "q", "JobDefinition": "d"},
        "Batch.ClientException",
        "AWSBatch",
        "ClientException",
    ),
    (
        "ecs:runTask",
        {"TaskDefinition": "x", "Cluster": "c"},
        "ECS.ClusterNotFoundException",
        "AmazonECS",
        "ClusterNotFoundException",
    ),
    (
        "codebuild:stopBuild",
        {"Id": "x:1"},
        "CodeBuild.ResourceNotFoundException",
        "AWSCodeBuild",
        "ResourceNotFoundException",
    ),
    (
        "emr-serverless:startApplication",
        {"ApplicationId": "x"},
        "EMRServerless.ResourceNotFoundException",
        "AWSEMRServerless",
        "ResourceNotFoundException",
    ),
    (
        "eks:createNodegroup",
        {"ClusterName": "x", "NodegroupName": "n", "Subnets": ["s"], "NodeRole": ROLE},
        "EKS.ResourceNotFoundException",
        "AmazonEKS",
        "ResourceNotFoundException",
    ),
    (
        "mediaconvert:createJob",
        {"Role": ROLE, "Settings": {}},
        "MediaConvert.AWSMediaConvertException",
        "AWSMediaConvert",
        "NotImplemented",
    ),
)  # action, parameters, Error Name, service, code


async def refusal(perform: Any, resource: str, parameters: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(TaskFailure) as failed:
        await perform(resource, parameters)
    return failed.value.error, failed.value.cause or ""


async def test_sdk_integrations_name_errors_as_the_sdk_for_java_2(perform: Any) -> None:
    for action, parameters, expected, status in SDK_ERRORS:
        error, cause = await refusal(perform, f"aws-sdk:{action}", parameters)
        said = SDK.fullmatch(cause)
        assert said is not None, cause
        assert (error, said["service"], said["status"]) == (expected, expected.split(".")[0], status), action


async def test_optimized_integrations_name_errors_as_the_sdk_for_java_1(perform: Any) -> None:
    for action, parameters, expected, service, code in OPTIMIZED_ERRORS:
        error, cause = await refusal(perform, action, parameters)
        said = OPTIMIZED.fullmatch(cause)
        assert said is not None, cause
        assert (error, said["service"], said["code"]) == (expected, service, code), action
