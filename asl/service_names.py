"""How the States Language names AWS's services, actions, parameters and errors, where that isn't AWS's own spelling.

Step Functions calls services through AWS's SDKs for Java and keeps their names: services are the SDK's packages
(``sfn``, ``config``), parameters its accessors in PascalCase (``DbInstanceIdentifier``), errors its exception classes
(``DynamoDb.ResourceNotFoundException``). The rules are here, with the tables of what the rules don't give; walking the
service models themselves is left to who has them.

Source: the developer guide, "AWS SDK service integrations" and "Optimized integrations"; the naming of the AWS SDK for
Java 2.x.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

# Services whose SDK-integration name isn't botocore's without its hyphens.
_BOTOCORE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "applicationdiscovery": "discovery",
        "cloudwatchlogs": "logs",
        "cognitoidentityprovider": "cognito-idp",
        "costandusagereport": "cur",
        "costexplorer": "ce",
        "databasemigration": "dms",
        "directory": "ds",
        "directoryservicedata": "ds-data",
        "elasticloadbalancing": "elb",
        "elasticloadbalancingv2": "elbv2",
        "elasticsearch": "es",
        "eventbridge": "events",
        "iotdataplane": "iot-data",
        "iotjobsdataplane": "iot-jobs-data",
        "lexmodelbuilding": "lex-models",
        "lexmodelsv2": "lexv2-models",
        "lexruntimev2": "lexv2-runtime",
        "marketplacemetering": "meteringmarketplace",
        "migrationhub": "mgh",
        "pinpointsmsvoice": "pinpoint-sms-voice",
        "serverlessapplicationrepository": "serverlessrepo",
        "sfn": "stepfunctions",
        "simpledb": "sdb",
    }
)
_SDK_NAMES: Mapping[str, str] = MappingProxyType({botocore: name for name, botocore in _BOTOCORE_NAMES.items()})

# Operations that Step Functions doesn't offer though the service has them; event streams besides.
UNSUPPORTED_OPERATIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "applicationdiscovery": frozenset({"DescribeExportConfigurations", "ExportConfigurations"}),
        "bedrockagentruntime": frozenset(
            {"InvokeAgent", "InvokeFlow", "InvokeInlineAgent", "OptimizePrompt", "RetrieveAndGenerateStream"}
        ),
        "bedrockruntime": frozenset({"InvokeModelWithResponseStream", "ConverseStream"}),
        "cloudwatchlogs": frozenset({"StartLiveTail"}),
        "codedeploy": frozenset(
            {
                "BatchGetDeploymentInstances",
                "GetDeploymentInstance",
                "ListDeploymentInstances",
                "SkipWaitTimeForInstanceTermination",
            }
        ),
        "comprehendmedical": frozenset({"DetectEntities"}),
        "dataexchange": frozenset({"SendApiAsset"}),
        "directconnect": frozenset(
            {
                "AllocateConnectionOnInterconnect",
                "DescribeConnectionLoa",
                "DescribeConnectionsOnInterconnect",
                "DescribeInterconnectLoa",
            }
        ),
        "efs": frozenset({"CreateTags"}),
        "elastictranscoder": frozenset({"TestRole"}),
        "emr": frozenset({"DescribeJobFlows"}),
        "iot": frozenset(
            {"AttachPrincipalPolicy", "DetachPrincipalPolicy", "ListPolicyPrincipals", "ListPrincipalPolicies"}
        ),
        "iotdeviceadvisor": frozenset({"ListTestCases"}),
        "iotsitewise": frozenset({"InvokeAssistant"}),
        "kinesis": frozenset({"SubscribeToShard"}),
        "lambda": frozenset({"InvokeAsync", "InvokeWithResponseStream"}),
        "lexruntimev2": frozenset({"StartConversation"}),
        "mediapackage": frozenset({"RotateChannelCredentials"}),
        "qbusiness": frozenset({"Chat"}),
        "rdsdata": frozenset({"ExecuteSql"}),
        "s3": frozenset({"SelectObjectContent"}),
        "sagemakerruntime": frozenset({"InvokeEndpointWithResponseStream"}),
        "shield": frozenset({"DeleteSubscription"}),
        "sts": frozenset({"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizedErrors:
    """How an optimized integration words a service's errors.

    ``prefix`` begins the Error Name; ``service`` stands in the Cause; ``base`` is the exception of a code that the
    service's model doesn't know.
    """

    prefix: str
    service: str
    base: str


# These keep the names of the AWS SDK for Java 1.x.
OPTIMIZED_ERRORS: Mapping[str, OptimizedErrors] = MappingProxyType(
    {
        "apigateway": OptimizedErrors(
            prefix="ApiGateway", service="AmazonApiGateway", base="AmazonApiGatewayException"
        ),
        "athena": OptimizedErrors(prefix="Athena", service="AmazonAthena", base="AmazonAthenaException"),
        "batch": OptimizedErrors(prefix="Batch", service="AWSBatch", base="AWSBatchException"),
        "bedrock": OptimizedErrors(prefix="Bedrock", service="BedrockRuntime", base="BedrockRuntimeException"),
        "codebuild": OptimizedErrors(prefix="CodeBuild", service="AWSCodeBuild", base="AWSCodeBuildException"),
        "databrew": OptimizedErrors(prefix="DataBrew", service="AWSGlueDataBrew", base="AWSGlueDataBrewException"),
        "dynamodb": OptimizedErrors(prefix="DynamoDB", service="AmazonDynamoDBv2", base="AmazonDynamoDBException"),
        "ecs": OptimizedErrors(prefix="ECS", service="AmazonECS", base="AmazonECSException"),
        "eks": OptimizedErrors(prefix="EKS", service="AmazonEKS", base="AmazonEKSException"),
        "elasticmapreduce": OptimizedErrors(
            prefix="EMR", service="AmazonElasticMapReduce", base="AmazonElasticMapReduceException"
        ),
        "emr-containers": OptimizedErrors(
            prefix="EMRContainers", service="AmazonEMRContainers", base="AmazonEMRContainersException"
        ),
        "emr-serverless": OptimizedErrors(
            prefix="EMRServerless", service="AWSEMRServerless", base="AWSEMRServerlessException"
        ),
        "events": OptimizedErrors(prefix="EventBridge", service="AmazonEventBridge", base="AmazonEventBridgeException"),
        "glue": OptimizedErrors(prefix="Glue", service="AWSGlue", base="AWSGlueException"),
        "lambda": OptimizedErrors(prefix="Lambda", service="AWSLambda", base="AWSLambdaException"),
        "mediaconvert": OptimizedErrors(
            prefix="MediaConvert", service="AWSMediaConvert", base="AWSMediaConvertException"
        ),
        "sagemaker": OptimizedErrors(prefix="SageMaker", service="AmazonSageMaker", base="AmazonSageMakerException"),
        "sns": OptimizedErrors(prefix="SNS", service="AmazonSNS", base="AmazonSNSException"),
        "sqs": OptimizedErrors(prefix="SQS", service="AmazonSQS", base="AmazonSQSException"),
        "states": OptimizedErrors(prefix="StepFunctions", service="AWSStepFunctions", base="AWSStepFunctionsException"),
    }
)


def words(name: str) -> list[str]:
    """Split at the word boundaries that the AWS SDK for Java sees: "AmplifyUIBuilder" -> Amplify, UI, Builder."""
    text = re.sub(r"[^A-Za-z0-9]+", " ", name)
    text = re.sub(r"([^a-z]{2,})v([0-9]+)", r"\1 v\2 ", text)
    text = re.sub(r"([^A-Z]{2,})V([0-9]+)", r"\1 V\2 ", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-zA-Z0-9])", " ", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", text)
    text = re.sub(r"([0-9])([a-zA-Z])", r"\1 \2", text)
    return text.split()


def pascal_case(name: str) -> str:
    """Join `words` again, each with one capital: "DynamoDB Streams" -> "DynamoDbStreams"."""
    return "".join(word[:1].upper() + word[1:].lower() for word in words(name))


def _without_service(service_id: str) -> str:
    return service_id.removesuffix(" Service")


def sdk_service_name(service_id: str) -> str:
    """The service's name in a Resource, from its model's serviceId: "Config Service" -> "config"."""
    return re.sub(r"[^a-z0-9]", "", _without_service(service_id).lower())


def error_prefix(service_id: str) -> str:
    """What begins the Error Names of an SDK integration, from the model's serviceId: "DynamoDB" -> "DynamoDb"."""
    return pascal_case(_without_service(service_id))


def botocore_service_name(sdk_name: str, available: Iterable[str]) -> str | None:
    """Which of botocore's ``available`` services an SDK-integration name means: "sfn" -> "stepfunctions"."""
    names = set(available)
    if sdk_name in _BOTOCORE_NAMES:
        name = _BOTOCORE_NAMES[sdk_name]
        return name if name in names else None
    return next((name for name in sorted(names) if name.replace("-", "") == sdk_name and name not in _SDK_NAMES), None)


def _uncapitalize(name: str) -> str:
    """Lower a leading capital or acronym, as Java's accessors do: DBInstance -> dbInstance, ETag -> eTag."""
    end = 1
    while end < len(name) and name[end].isupper() and not (end + 1 < len(name) and name[end + 1].islower()):
        end += 1
    return name[:end].lower() + name[end:]


def sdk_parameter(member: str) -> str:
    """A member of a request or a result as the States Language spells it: DBInstanceId -> DbInstanceId."""
    if member.lower() == "equals":
        return "EqualsValue"
    name = _uncapitalize(member)
    return name[:1].upper() + name[1:]


def sdk_action(operation: str) -> str:
    """An operation as a Resource names it: DescribeDBInstances -> describeDBInstances."""
    return _uncapitalize(operation)


def exception_name(shape: str) -> str:
    """An error's shape as SDK integrations name it: DBInstanceNotFoundFault -> DbInstanceNotFoundException."""
    stem = shape
    for suffix in ("Fault", "Exception"):
        if shape.endswith(suffix) and shape != suffix:
            stem = shape.removesuffix(suffix)
            break
    return pascal_case(stem) + "Exception"


def optimized_exception_name(shape: str) -> str:
    """An error's shape as optimized integrations name it: InvalidName -> InvalidNameException."""
    return shape if shape.endswith("Exception") else f"{shape.removesuffix('Fault')}Exception"


def optimized_errors(service: str) -> OptimizedErrors:
    """How ``service`` words its errors; those without an entry of their own follow the common pattern."""
    prefix = pascal_case(service)
    return OPTIMIZED_ERRORS.get(service) or OptimizedErrors(
        prefix=prefix, service=f"Amazon{prefix}", base=f"Amazon{prefix}Exception"
    )


def is_supported(sdk_name: str, operation: str) -> bool:
    """Whether Step Functions offers an operation of the service; event streams are for the caller to leave out."""
    return operation not in UNSUPPORTED_OPERATIONS.get(sdk_name, frozenset())
