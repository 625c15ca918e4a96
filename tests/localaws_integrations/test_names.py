"""Names of services, actions, parameters and errors: the guide's own list, and every model that botocore has."""

import json
from pathlib import Path

import botocore.session
import pytest

from asl.resource import OPTIMIZED_ACTIONS, parse_resource
from asl.service_names import (
    UNSUPPORTED_OPERATIONS,
    botocore_service_name,
    error_prefix,
    exception_name,
    optimized_exception_name,
    sdk_action,
    sdk_parameter,
    sdk_service_name,
)
from localaws.integrations.catalogue import optimized_operation, sdk_operation, service_model

DEFINITIONS = Path(__file__).parents[2].parent / "shared/definitions"


@pytest.fixture(scope="module")
def services() -> list[str]:
    return botocore.session.Session().get_available_services()


# The developer guide's table: serviceId, name in a Resource, prefix of exceptions.
@pytest.mark.parametrize(
    ("service_id", "name", "prefix"),
    [
        ("API Gateway", "apigateway", "ApiGateway"),
        ("ApiGatewayV2", "apigatewayv2", "ApiGatewayV2"),
        ("Application Discovery Service", "applicationdiscovery", "ApplicationDiscovery"),
        ("AmplifyUIBuilder", "amplifyuibuilder", "AmplifyUiBuilder"),
        ("b2bi", "b2bi", "B2Bi"),
        ("CleanRoomsML", "cleanroomsml", "CleanRoomsMl"),
        ("CloudHSM V2", "cloudhsmv2", "CloudHsmV2"),
        ("CloudWatch Logs", "cloudwatchlogs", "CloudWatchLogs"),
        ("codestar notifications", "codestarnotifications", "CodestarNotifications"),
        ("Config Service", "config", "Config"),
        ("Cost and Usage Report Service", "costandusagereport", "CostAndUsageReport"),
        ("Database Migration Service", "databasemigration", "DatabaseMigration"),
        ("Directory Service", "directory", "Directory"),
        ("Directory Service Data", "directoryservicedata", "DirectoryServiceData"),
        ("DynamoDB", "dynamodb", "DynamoDb"),
        ("DynamoDB Streams", "dynamodbstreams", "DynamoDbStreams"),
        ("EC2", "ec2", "Ec2"),
        ("ECR PUBLIC", "ecrpublic", "EcrPublic"),
        ("Elastic Load Balancing v2", "elasticloadbalancingv2", "ElasticLoadBalancingV2"),
        ("Elasticsearch Service", "elasticsearch", "Elasticsearch"),
        ("EventBridge", "eventbridge", "EventBridge"),
        ("FSx", "fsx", "FSx"),
        ("IoT Jobs Data Plane", "iotjobsdataplane", "IotJobsDataPlane"),
        ("IoTFleetWise", "iotfleetwise", "IoTFleetWise"),
        ("IVS RealTime", "ivsrealtime", "IvsRealTime"),
        ("Kinesis Video WebRTC Storage", "kinesisvideowebrtcstorage", "KinesisVideoWebRtcStorage"),
        ("Lex Model Building Service", "lexmodelbuilding", "LexModelBuilding"),
        ("Marketplace Entitlement Service", "marketplaceentitlement", "MarketplaceEntitlement"),
        ("MTurk", "mturk", "MTurk"),
        ("QConnect", "qconnect", "QConnect"),
        ("Route 53", "route53", "Route53"),
        ("S3Outposts", "s3outposts", "S3Outposts"),
        ("SageMaker A2I Runtime", "sagemakera2iruntime", "SageMakerA2IRuntime"),
        ("SESv2", "sesv2", "SesV2"),
        ("SFN", "sfn", "Sfn"),
        ("Timestream InfluxDB", "timestreaminfluxdb", "TimestreamInfluxDb"),
        ("WAFV2", "wafv2", "Wafv2"),
        ("XRay", "xray", "XRay"),
    ],
)
def test_services_have_the_names_of_the_guide(service_id: str, name: str, prefix: str) -> None:
    assert sdk_service_name(service_id) == name
    assert error_prefix(service_id) == prefix


def test_every_service_of_botocore_is_found_by_its_name(services: list[str]) -> None:
    wrong = {}
    for service in services:
        name = sdk_service_name(str(service_model(service).service_id))
        found = botocore_service_name(name, services)
        if found != service and not (service == "sms-voice" and found == "pinpoint-sms-voice"):
            wrong[service] = (name, found)
    assert wrong == {}


def test_a_name_that_only_botocore_uses_means_nothing(services: list[str]) -> None:
    assert botocore_service_name("stepfunctions", services) is None
    assert botocore_service_name("logs", services) is None
    assert botocore_service_name("nonsense", services) is None


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("DBInstanceIdentifier", "DbInstanceIdentifier"),
        ("SSEKMSKeyId", "SsekmsKeyId"),
        ("ETag", "ETag"),
        ("ACL", "Acl"),
        ("IPSetDescriptors", "IpSetDescriptors"),
        ("ChecksumCRC32", "ChecksumCRC32"),
        ("EnableIAMDatabaseAuthentication", "EnableIAMDatabaseAuthentication"),
        ("MD5OfMessageBody", "Md5OfMessageBody"),
        ("stateMachineArn", "StateMachineArn"),
        ("equals", "EqualsValue"),
        ("S3Bucket", "S3Bucket"),
    ],
)
def test_parameters_fold_a_leading_acronym(member: str, name: str) -> None:
    assert sdk_parameter(member) == name


@pytest.mark.parametrize(
    ("shape", "sdk", "optimized"),
    [
        ("ResourceNotFoundException", "ResourceNotFoundException", "ResourceNotFoundException"),
        ("StateMachineDoesNotExist", "StateMachineDoesNotExistException", "StateMachineDoesNotExistException"),
        ("NoSuchKey", "NoSuchKeyException", "NoSuchKeyException"),
        ("DBInstanceNotFoundFault", "DbInstanceNotFoundException", "DBInstanceNotFoundException"),
    ],
)
def test_errors_always_end_in_exception(shape: str, sdk: str, optimized: str) -> None:
    assert exception_name(shape) == sdk
    assert optimized_exception_name(shape) == optimized


def test_actions_fold_as_accessors_do() -> None:
    assert sdk_action("DescribeDBInstances") == "describeDBInstances"
    assert sdk_action("ListObjectsV2") == "listObjectsV2"


def test_an_operation_is_found_by_service_and_action() -> None:
    found = sdk_operation("rds", "describeDBInstances")
    assert (found.service, found.name, found.prefix) == ("rds", "DescribeDBInstances", "Rds")
    assert sdk_operation("rds", "describeNothing") is None
    assert sdk_operation("nothing", "describe") is None


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("sts", "assumeRole"),
        ("s3", "selectObjectContent"),
        ("bedrockruntime", "converseStream"),
        ("lambda", "invokeAsync"),
    ],
)
def test_what_step_functions_does_not_offer_is_not_found(service: str, action: str) -> None:
    assert sdk_operation(service, action) is None


@pytest.mark.parametrize(
    ("service", "action"), [("polly", "startSpeechSynthesisStream"), ("cloudwatchlogs", "getLogObject")]
)
def test_event_streams_are_not_offered_though_no_table_names_them(service: str, action: str) -> None:
    assert action[0].upper() + action[1:] not in UNSUPPORTED_OPERATIONS.get(service, frozenset())
    assert sdk_operation(service, action) is None


def test_every_optimized_service_call_has_its_operation() -> None:
    for service in ("dynamodb", "sqs", "sns", "events", "lambda", "bedrock"):
        for action in OPTIMIZED_ACTIONS[service]:
            if (service, action) != ("bedrock", "createModelCustomizationJob"):
                assert optimized_operation(service, action).name.lower() == action.lower()


@pytest.mark.skipif(not DEFINITIONS.exists(), reason="no folder of definitions beside the project")
def test_every_sdk_resource_in_other_peoples_definitions_names_an_operation() -> None:
    retired = {"lookoutvision"}  # gone from botocore since
    unknown = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            resource = parse_resource(value["Resource"]) if isinstance(value.get("Resource"), str) else None
            if resource and resource.kind == "sdk" and resource.service not in retired:
                operation = sdk_operation(resource.service, resource.action)
                if operation is None:
                    unknown.add(value["Resource"])
                elif isinstance(value.get("Parameters"), dict):
                    members = {sdk_parameter(name) for name in operation.model.input_shape.members}
                    given = {name.removesuffix(".$") for name in value["Parameters"]}
                    unknown.update(f"{value['Resource']} {name}" for name in given - members)
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    for path in DEFINITIONS.glob("*.json"):
        walk(json.loads(path.read_text()))
    assert unknown == set()
