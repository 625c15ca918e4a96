"""What a role must be allowed, read from the definition and no more."""

import json

import pytest
from django.urls import reverse

from designer.policy import needed
from designer.services import create_state_machine


def policy_of(resource, parameters=None, *, key="Parameters", **fields):
    state = {"Type": "Task", "Resource": resource, key: parameters or {}, "End": True, **fields}
    return needed({"StartAt": "A", "States": {"A": state}}, region="eu-west-1", account="111122223333")


def statements(found):
    return [(row["Action"], row["Resource"]) for row in found.policy["Statement"]]


MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:price"


@pytest.mark.parametrize(
    ("resource", "parameters", "expected"),
    [
        ("arn:aws:states:::sqs:sendMessage.waitForTaskToken", {"QueueUrl": "https://sqs.us-east-2.amazonaws.com/444455556666/reviews"},
         [(["sqs:SendMessage"], "arn:aws:sqs:us-east-2:444455556666:reviews")]),
        ("arn:aws:states:::lambda:invoke", {"FunctionName": "price"}, [(["lambda:InvokeFunction"], [FUNCTION, f"{FUNCTION}:*"])]),
        ("arn:aws:states:::lambda:invoke", {"FunctionName": f"{FUNCTION}:live"}, [(["lambda:InvokeFunction"], [FUNCTION, f"{FUNCTION}:*"])]),
        (f"{FUNCTION}:live", {}, [(["lambda:InvokeFunction"], [FUNCTION, f"{FUNCTION}:*"])]),
        ("arn:aws:states:::bedrock:invokeModel", {"ModelId": MODEL}, [(["bedrock:InvokeModel"], f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}")]),
        ("arn:aws:states:::aws-sdk:bedrockruntime:converse", {"ModelId": f"us.{MODEL}"},
         [(["bedrock:InvokeModel"], [f"arn:aws:bedrock:eu-west-1:111122223333:inference-profile/us.{MODEL}", f"arn:aws:bedrock:*::foundation-model/{MODEL}"])]),
        ("arn:aws:states:::dynamodb:getItem", {"TableName": "orders"}, [(["dynamodb:GetItem"], "arn:aws:dynamodb:eu-west-1:111122223333:table/orders")]),
        ("arn:aws:states:::aws-sdk:dynamodb:query", {"TableName": "orders", "IndexName": "by-day"},
         [(["dynamodb:Query"], ["arn:aws:dynamodb:eu-west-1:111122223333:table/orders", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/*"])]),
        ("arn:aws:states:::sns:publish", {"TopicArn": "arn:aws:sns:eu-west-1:1:t"}, [(["sns:Publish"], "arn:aws:sns:eu-west-1:1:t")]),
        ("arn:aws:states:::aws-sdk:s3:getObject", {"Bucket": "b", "Key.$": "$.key"}, [(["s3:GetObject"], "arn:aws:s3:::b/*")]),
        ("arn:aws:states:::aws-sdk:s3:listObjectsV2", {"Bucket": "b"}, [(["s3:ListBucket"], "arn:aws:s3:::b")]),
        ("arn:${AWS::Partition}:states:::events:putEvents", {"Entries": [{"Source": "a"}, {"EventBusName": "own"}]},
         [(["events:PutEvents"], ["arn:aws:events:eu-west-1:111122223333:event-bus/default", "arn:aws:events:eu-west-1:111122223333:event-bus/own"])]),
        ("arn:aws:states:::aws-sdk:cloudwatch:putMetricData", {}, [(["cloudwatch:PutMetricData"], "*")]),
        ("arn:aws:states:::elasticmapreduce:addStep", {}, [(["elasticmapreduce:AddJobFlowSteps"], "*")]),
        ("arn:aws:states:::apigateway:invoke", {}, [(["execute-api:Invoke"], "*")]),
        ("arn:aws:states:::bedrock:createModelCustomizationJob", {}, [(["bedrock:CreateModelCustomizationJob"], "*")]),
        ("arn:aws:states:eu-west-1:111122223333:activity:paint", {}, []),
    ],
)  # fmt: skip
def test_a_call_needs_its_action_on_what_it_names(resource, parameters, expected):
    assert statements(policy_of(resource, parameters)) == expected


@pytest.mark.parametrize("url", ["{% $states.input.url %}", "${QueueUrl}", "", "https://example.com/"])
def test_what_is_only_known_later_is_said(url):
    found = policy_of("arn:aws:states:::sqs:sendMessage", {"QueueUrl": url}, key="Arguments")
    assert statements(found) == [(["sqs:SendMessage"], "*")]
    assert found.notes == ["A: sqs:SendMessage on every resource; narrow it to those that you mean."]


def test_waiting_for_a_nested_execution_takes_more_than_starting_it():
    child = "arn:aws:states:eu-west-1:111122223333:stateMachine:child"
    given = statements(policy_of("arn:aws:states:::states:startExecution.sync:2", {"StateMachineArn": child}))
    found = {tuple(actions): where for actions, where in given}
    assert found["states:StartExecution",] == child
    assert found["states:DescribeExecution", "states:StopExecution"] == "*"
    assert found["events:DescribeRule", "events:PutRule", "events:PutTargets"].endswith(
        "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
    )


def test_an_http_task_needs_its_connection_and_its_secret():
    connection = "arn:aws:events:eu-west-1:111122223333:connection/crm/1"
    found = policy_of(
        "arn:aws:states:::http:invoke",
        {"ApiEndpoint": "https://example.com", "Authentication": {"ConnectionArn": connection}},
    )
    assert (["events:RetrieveConnectionCredentials"], connection) in statements(found)
    assert found.notes == []
    assert policy_of("arn:aws:states:::http:invoke", {"ApiEndpoint.$": "$.url"}).notes


def test_a_task_that_works_as_another_role_needs_only_to_become_it():
    found = policy_of(
        "arn:aws:states:::lambda:invoke", {"FunctionName": "x"}, Credentials={"RoleArn": "arn:aws:iam::1:role/other"}
    )
    assert statements(found) == [(["sts:AssumeRole"], "arn:aws:iam::1:role/other")]


def test_a_role_handed_on_is_said():
    found = policy_of(
        "arn:aws:states:::bedrock:createModelCustomizationJob.sync", {"RoleArn": "arn:aws:iam::1:role/train"}
    )
    assert any("iam:PassRole" in actions for actions, _ in statements(found))
    assert "A hands a role on: narrow iam:PassRole to it." in found.notes


@pytest.mark.parametrize(
    "resource", ["${Task}", "arn:aws:states:::aws-sdk:nothing:doIt", "arn:aws:states:::sqs:nothing"]
)
def test_what_isnt_known_is_said_by_name(resource):
    found = policy_of(resource)
    assert statements(found) == []
    assert found.notes[0].startswith("A: ")


def test_a_distributed_map_reads_starts_and_writes():
    state = {
        "Type": "Map",
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "in", "Key": "a.csv"}},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED"},
            "StartAt": "B",
            "States": {"B": {"Type": "Pass", "End": True}},
        },
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket.$": "$.bucket"}},
        "End": True,
    }
    found = needed({"StartAt": "A", "States": {"A": state}})
    actions = {tuple(row["Action"]): row["Resource"] for row in found.policy["Statement"]}
    assert actions["s3:GetObject", "s3:ListBucket"] == ["arn:aws:s3:::in", "arn:aws:s3:::in/*"]
    assert any("s3:PutObject" in names and "states:StartExecution" in names for names in actions)


def test_logging_and_tracing_are_added_when_asked():
    found = needed({}, logging=True, tracing=True)
    ((actions, resource),) = statements(found)
    assert {"logs:CreateLogDelivery", "xray:PutTraceSegments"} <= set(actions)
    assert resource == "*"


@pytest.mark.parametrize(
    "document", [None, [], {"States": {"A": 1, "B": {"Type": "Task"}, "C": {"Type": "Task", "Resource": 3}}}]
)
def test_what_isnt_a_machine_needs_nothing(document):
    assert needed(document).policy["Statement"] == []


def test_the_page_shows_policy_trust_and_what_to_look_at(client, person, embedded):
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sns:publish",
        "Parameters": {"TopicArn.$": "$.topic"},
        "End": True,
    }
    machine = create_state_machine(name="tell", definition=json.dumps({"StartAt": "A", "States": {"A": task}}), by=None)
    client.force_login(person("Designer"))
    address = reverse("workflow-permissions", args=[machine.pk])
    page = client.get(address, {"environment": embedded.pk, "tracing": "1"}).content.decode()
    assert "sns:Publish" in page
    assert "states.amazonaws.com" in page
    assert "narrow it to those that you mean" in page
    assert "xray:PutTraceSegments" in page
    blank = create_state_machine(name="blank", by=None)
    assert "It calls nothing" in client.get(reverse("workflow-permissions", args=[blank.pk])).content.decode()
    broken = create_state_machine(name="broken", definition="{", by=None)
    assert "isn&#x27;t JSON yet" in client.get(reverse("workflow-permissions", args=[broken.pk])).content.decode()
