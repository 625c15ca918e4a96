"""What actions take and answer, as forms and completion get it."""

import json
import time

import pytest
from botocore.loaders import Loader

from asl.resource import OPTIMIZED_ACTIONS
from designer import shapes
from designer.plain_text import first_sentence, plain


def described(name):
    return json.loads(shapes.describe(f"arn:aws:states:::{name}"))


def members(answer, shape):
    return {member["name"]: member for member in answer["shapes"][shape]["members"]}


def test_parameters_are_spelt_as_step_functions_spells_them():
    optimized, sdk = described("dynamodb:getItem"), described("aws-sdk:dynamodb:getItem")
    assert {"S", "N", "SS", "BOOL", "NULL"} <= set(members(optimized, "AttributeValue"))
    assert {"S", "N", "Ss", "Bool"} <= set(members(sdk, "AttributeValue"))
    found = members(described("aws-sdk:rds:describeDBInstances"), "DescribeDBInstancesMessage")
    assert "DbInstanceIdentifier" in found


def test_what_is_required_comes_first_with_its_documentation_as_plain_text():
    answer = described("dynamodb:getItem")
    first, second, *_ = answer["shapes"][answer["input"]]["members"]
    assert (first["name"], first["required"], second["name"]) == ("TableName", True, "Key")
    assert first["doc"].startswith("The name of the table")
    assert "<" not in first["doc"]
    assert answer["doc"].startswith("The GetItem operation returns a set of attributes")
    assert answer["url"] == "https://docs.aws.amazon.com/goto/WebAPI/dynamodb-2012-08-10/GetItem"


def test_kinds_of_values_are_told():
    answer = described("aws-sdk:s3:getObject")
    given = members(answer, answer["input"])
    kinds = {name: answer["shapes"][member["shape"]]["type"] for name, member in given.items()}
    assert (kinds["Bucket"], kinds["IfModifiedSince"], kinds["PartNumber"]) == ("string", "timestamp", "integer")
    assert "ENABLED" in answer["shapes"][given["ChecksumMode"]["shape"]]["enum"]
    assert answer["shapes"][members(answer, answer["output"])["Body"]["shape"]]["type"] == "blob"


def test_recursive_shapes_end():
    answer = described("dynamodb:putItem")
    value = members(answer, "AttributeValue")
    assert answer["shapes"][value["M"]["shape"]]["value"] == "AttributeValue"


def test_a_large_action_comes_in_parts():
    answer = described("mediaconvert:createJob")
    assert len(answer["shapes"]) == shapes.MOST_SHAPES
    named = {inner for shape in answer["shapes"].values() for inner in shapes._inner(shape)}
    missing = sorted(named - set(answer["shapes"]))
    rest = json.loads(shapes.describe_shape("arn:aws:states:::mediaconvert:createJob", missing[0]))
    assert missing[0] in rest["shapes"]


def test_text_that_an_optimized_integration_takes_as_json_is_told():
    for name, field in [
        ("sqs:sendMessage", "MessageBody"), ("sns:publish", "Message"), ("lambda:invoke", "Payload"),
        ("states:startExecution", "Input"),
    ]:  # fmt: skip
        answer = described(name)
        member = members(answer, answer["input"])[field]
        assert (answer["shapes"][member["shape"]], member["text"]) == ({"type": "json"}, True), name
    answer = described("aws-sdk:sqs:sendMessage")
    assert answer["shapes"][members(answer, answer["input"])["MessageBody"]["shape"]]["type"] == "string"


def test_one_integration_of_two_services():
    assert "ModelId" in members(described("bedrock:invokeModel"), "InvokeModelInput")
    answer = described("bedrock:createModelCustomizationJob.sync")
    assert "BaseModelIdentifier" in members(answer, answer["input"])
    assert answer["output"] is None  # a job's result is what the service says of it in the end


@pytest.mark.parametrize(
    "resource", [f"{service}:{action}" for service, actions in OPTIMIZED_ACTIONS.items() for action in actions]
)
def test_every_optimized_integration_has_its_parameters_a_text_and_a_page(resource):
    answer = described(resource)
    assert answer["shapes"][answer["input"]]["type"] == "structure"
    assert answer["guide"].startswith("https://docs.aws.amazon.com/step-functions/latest/dg/")
    assert answer["note"] or answer["patterns"] == [""] or answer["doc"]


def test_actions_of_emr_are_about_one_cluster():
    answer = described("elasticmapreduce:addStep")
    assert list(members(answer, answer["input"])) == ["ClusterId", "Step", "ExecutionRoleArn"]
    assert answer["shapes"]["StepConfig"]["type"] == "structure"


@pytest.mark.parametrize(
    "name", ["aws-sdk:s3:selectObjectContent", "aws-sdk:nothing:getItem", "dynamodb:query", "aws-sdk:s3:GetObject"]
)
def test_what_step_functions_does_not_offer_is_unknown(name):
    with pytest.raises(shapes.UnknownActionError):
        shapes.describe(f"arn:aws:states:::{name}")


def test_each_service_of_botocore_can_be_described():
    from designer.catalogue import index

    one_each = {action.service: action.resource for action in index() if not action.optimized}
    assert len(one_each) > 0.95 * len(Loader().list_available_services("service-2")) - 20
    for resource in list(one_each.values())[::12]:
        assert json.loads(shapes.describe(resource))["input"] is None or json.loads(shapes.describe(resource))["shapes"]


def test_asked_again_it_is_there_at_once():
    shapes.describe("arn:aws:states:::aws-sdk:ec2:runInstances")
    began = time.process_time()
    shapes.describe("arn:aws:states:::aws-sdk:ec2:runInstances")
    assert time.process_time() - began < 0.05


def test_documentation_is_words_without_markup():
    html = "<p>Reads <code>a</code> &amp; b.</p><ul><li><p>one</p></li><li>two</li></ul><script>x()</script>"
    assert plain(html) == "Reads a & b.\n- one\n- two"
    assert plain("<p>some words that go on</p>", 12) == "some words …"
    assert first_sentence("<p>Gets v1.2 of it. Then more.</p>") == "Gets v1.2 of it."


@pytest.mark.django_db
def test_the_api_answers_with_shapes_and_says_what_it_does_not_know(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("root"))
    answer = client.get("/api/v1/catalogue/shapes", {"resource": "arn:aws:states:::sqs:sendMessage"})
    assert answer.json()["note"].startswith("MessageBody may be JSON")
    assert (
        client.get("/api/v1/catalogue/shapes", {"resource": "arn:aws:lambda:us-east-1:1:function:f"}).status_code == 404
    )
    assert client.get("/api/v1/catalogue/services").json()["services"]
    rows = client.get("/api/v1/catalogue", {"service": "SQS"}).json()["actions"]
    assert rows[0]["resource"] == "arn:aws:states:::sqs:sendMessage"


@pytest.mark.parametrize(
    ("resource", "error"),
    [
        ("dynamodb:putItem", "DynamoDB.ConditionalCheckFailedException"),
        ("aws-sdk:dynamodb:putItem", "DynamoDb.ConditionalCheckFailedException"),
        ("lambda:invoke", "Lambda.TooManyRequestsException"),
        ("bedrock:invokeModel", "Bedrock.ThrottlingException"),
    ],
)
def test_errors_have_the_names_that_a_retrier_or_catcher_gives_them(resource, error):
    assert error in described(resource)["errors"]
