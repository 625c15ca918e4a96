"""What people type into the palette, and what they mean by it."""

import time

import pytest

from designer.catalogue import index, of_service, services
from designer.catalogue_search import _ranked, search

# What stands first, without "arn:aws:states:::".
FIRST = {
    "send email": "aws-sdk:sesv2:sendEmail",
    "resize": "aws-sdk:redshift:resizeCluster",
    "start transcription": "aws-sdk:transcribe:startTranscriptionJob",
    "speech to text": "aws-sdk:transcribe:startTranscriptionJob",
    "text to speech": "aws-sdk:polly:synthesizeSpeech",
    "get item": "dynamodb:getItem",
    "read a record": "dynamodb:getItem",
    "put item": "dynamodb:putItem",
    "update item": "dynamodb:updateItem",
    "delete item": "dynamodb:deleteItem",
    "query table": "aws-sdk:dynamodb:query",
    "scan": "aws-sdk:dynamodb:scan",
    "put object": "aws-sdk:s3:putObject",
    "upload file": "aws-sdk:s3:putObject",
    "read file from s3": "aws-sdk:s3:getObject",
    "copy object": "aws-sdk:s3:copyObject",
    "invoke lambda": "lambda:invoke",
    "run python code": "lambda:invoke",
    "send message": "sqs:sendMessage",
    "dead letter": "sqs:sendMessage",
    "queue": "sqs:sendMessage",
    "publish message": "sns:publish",
    "notify": "sns:publish",
    "put events": "events:putEvents",
    "start execution": "states:startExecution",
    "nested workflow": "states:startExecution",
    "invoke model": "bedrock:invokeModel",
    "claude": "bedrock:invokeModel",
    "converse": "aws-sdk:bedrockruntime:converse",
    "fine tune a model": "bedrock:createModelCustomizationJob",
    "http request": "http:invoke",
    "call api": "apigateway:invoke",
    "run container": "ecs:runTask",
    "kubernetes job": "eks:runJob",
    "batch job": "batch:submitJob",
    "start glue job": "glue:startJobRun",
    "convert video": "mediaconvert:createJob",
    "sql": "athena:startQueryExecution",
    "describe instances": "aws-sdk:ec2:describeInstances",
    "translate text": "aws-sdk:translate:translateText",
    "detect labels": "aws-sdk:rekognition:detectLabels",
    "ocr": "aws-sdk:textract:detectDocumentText",
    "detect sentiment": "aws-sdk:comprehend:detectSentiment",
    "get secret": "aws-sdk:secretsmanager:getSecretValue",
    "create schedule": "aws-sdk:scheduler:createSchedule",
    "encrypt": "aws-sdk:kms:encrypt",
    "describeDBInstances": "aws-sdk:rds:describeDBInstances",
    "s3 listobjectsv2": "aws-sdk:s3:listObjectsV2",
}


def resources(text, limit=50):
    return [action["resource"].removeprefix("arn:aws:states:::") for action in search(text, limit)]


@pytest.mark.parametrize("text", FIRST)
def test_what_is_meant_stands_first(text):
    assert resources(text)[0] == FIRST[text]


def test_an_optimized_integration_comes_before_the_sdk_action_of_the_same_name():
    found = resources("sqs send message")
    assert found.index("sqs:sendMessage") < found.index("aws-sdk:sqs:sendMessage")


def test_what_only_the_documentation_says_is_found_after_what_names_say():
    found = resources("shoppable")  # in no name
    assert all("shoppable" not in name for name in found)
    named = resources("snapshot", 200)
    assert "napshot" in named[0]


def test_every_word_must_be_found():
    assert resources("dynamodb nothing of that name") == []


def test_services_are_listed_with_the_optimized_ones_first():
    titles = [row["title"] for row in services()]
    assert {"Lambda", "DynamoDB", "S3"} <= set(titles)
    assert titles.index("Lambda") < titles.index("S3")
    assert len(titles) == len(set(titles)) > 350


def test_a_services_actions_are_all_there_optimized_ones_first():
    rows = of_service("Bedrock")
    assert [row["action"] for row in rows[:2]] == ["createModelCustomizationJob", "invokeModel"]
    assert sum(row["actions"] for row in services()) == len(index())


def test_fine_tuning_starts_with_the_parameters_that_it_needs():
    (action,) = [row for row in search("createModelCustomizationJob") if row["optimized"]]
    assert set(action["parameters"]) == {
        "JobName", "CustomModelName", "RoleArn", "BaseModelIdentifier", "TrainingDataConfig", "OutputDataConfig"
    }  # fmt: skip


@pytest.mark.parametrize("text", ["e", "list", "s3 get object", "run container", "nothing of that name"])
def test_a_search_takes_less_than_a_blink(text):
    index()
    times = []
    for _ in range(5):
        _ranked.cache_clear()
        began = time.process_time()
        search(text, 200)
        times.append(time.process_time() - began)
    assert min(times) < 0.05
