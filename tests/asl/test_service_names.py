"""AWS's names as the States Language spells them; against botocore's own models in tests/localaws_integrations."""

import pytest

from asl.service_names import (
    botocore_service_name,
    error_prefix,
    exception_name,
    is_supported,
    optimized_errors,
    optimized_exception_name,
    pascal_case,
    sdk_action,
    sdk_parameter,
    sdk_service_name,
    words,
)


@pytest.mark.parametrize(
    ("service_id", "name", "prefix"),
    [("Config Service", "config", "Config"), ("DynamoDB", "dynamodb", "DynamoDb"), ("S3", "s3", "S3")],
)
def test_a_service_is_named_by_its_models_id(service_id, name, prefix):
    assert (sdk_service_name(service_id), error_prefix(service_id)) == (name, prefix)


def test_words_are_split_where_java_splits_them():
    assert words("AmplifyUIBuilder") == ["Amplify", "UI", "Builder"]
    assert pascal_case("DynamoDB Streams") == "DynamoDbStreams"
    assert pascal_case("Lex Models V2") == "LexModelsV2"


def test_botocores_name_is_found_among_those_that_there_are():
    available = ["stepfunctions", "logs", "cognito-idp", "bedrock-runtime"]
    assert botocore_service_name("sfn", available) == "stepfunctions"
    assert botocore_service_name("bedrockruntime", available) == "bedrock-runtime"
    assert botocore_service_name("config", available) is None
    assert botocore_service_name("discovery", available) is None
    assert botocore_service_name("costexplorer", available) is None
    assert botocore_service_name("logs", available) is None, "Step Functions says cloudwatchlogs"


@pytest.mark.parametrize(
    ("member", "parameter"),
    [("DBInstanceId", "DbInstanceId"), ("ETag", "ETag"), ("equals", "EqualsValue"), ("bucket", "Bucket"), ("A", "A")],
)
def test_members_are_spelt_as_javas_accessors(member, parameter):
    assert sdk_parameter(member) == parameter


def test_actions_errors_and_what_is_not_offered():
    assert sdk_action("DescribeDBInstances") == "describeDBInstances"
    assert exception_name("DBInstanceNotFoundFault") == "DbInstanceNotFoundException"
    assert exception_name("Exception") == "ExceptionException"
    assert optimized_exception_name("InvalidName") == "InvalidNameException"
    assert optimized_exception_name("NotThereException") == "NotThereException"
    assert optimized_errors("dynamodb").prefix == "DynamoDB"
    assert optimized_errors("newservice").base == "AmazonNewserviceException"
    assert is_supported("s3", "GetObject")
    assert not is_supported("s3", "SelectObjectContent")
    assert is_supported("nothing", "DoIt")
