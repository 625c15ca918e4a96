"""Rules and topics: who gets what, and in which words."""

from __future__ import annotations

import json
import time

import pytest

from localaws.services.eventbridge import fill, find, target_input

from .probes import ROLE, package

EVENT = {
    "id": "i", "detail-type": "t", "source": "s", "account": "0", "time": "2026-01-01T00:00:00Z", "region": "r", "resources": [],
    "detail": {"name": 'a "b"', "n": 3, "list": [{"x": 1}, {"x": 2}], "with-dash": True},
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", EVENT),
        ("$.detail.n", 3),
        ("$.detail-type", "t"),
        ("$.detail.with-dash", True),
        ("$.detail.list[1].x", 2),
        ("$.detail['name']", 'a "b"'),
        ("$.detail.nothing.here", None),
        ("$.detail.list[9]", None),
    ],
)
def test_a_path_finds_its_value(path, value):
    assert find(EVENT, path) == value


@pytest.mark.parametrize(
    ("target", "given"),
    [
        ({"Input": '{"fixed": 1}'}, {"fixed": 1}),
        ({"InputPath": "$.detail.list"}, [{"x": 1}, {"x": 2}]),
        (
            {"InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"number": <n>}'}},
            {"number": 3},
        ),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"name": "$.detail.name"},
                    "InputTemplate": '{"text": "hello <name>"}',
                }
            },
            {"text": 'hello a "b"'},
        ),
        (
            {"InputTransformer": {"InputPathsMap": {"name": "$.detail.name"}, "InputTemplate": '{"text": <name>}'}},
            {"text": 'a "b"'},
        ),
        (
            {"InputTransformer": {"InputTemplate": '{"rule": <aws.events.rule-name>, "all": <aws.events.event.json>}'}},
            {"rule": "r1", "all": EVENT},
        ),
        ({"InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '"n is <n>"'}}, "n is 3"),
        ({}, EVENT),
    ],
)
def test_a_target_is_given_what_it_asked_for(target, given):
    assert json.loads(target_input(target, EVENT, rule_arn="arn", rule_name="r1")) == given


def test_a_placeholder_that_nobody_defined_stays():
    assert fill("<x> and <y>", {"x": 1}) == "1 and <y>"


@pytest.fixture
def queue(client):
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    yield lambda: [
        json.loads(m["Body"]) for m in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]
    sqs.purge_queue(QueueUrl=url)


QUEUE = "arn:aws:sqs:us-east-1:000000000000:heard"


def put(client, source: str, **detail: object) -> None:
    client("events").put_events(Entries=[{"Source": source, "DetailType": "t", "Detail": json.dumps(detail)}])


def rule(client, name: str, *targets: dict[str, object]) -> None:
    client("events").put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    client("events").put_targets(Rule=name, Targets=[{"Id": str(n), **target} for n, target in enumerate(targets)])


def test_a_target_out_of_order_doesnt_keep_the_event_from_the_next(client, queue):
    rule(client, "two", {"Arn": "arn:aws:sqs:us-east-1:000000000000:deleted"}, {"Arn": QUEUE})
    put(client, "two", n=1)
    [event] = queue()
    assert (event["detail"], event["account"], event["source"]) == ({"n": 1}, "000000000000", "two")


def test_a_disabled_rule_delivers_nothing(client, queue):
    rule(client, "off", {"Arn": QUEUE})
    client("events").disable_rule(Name="off")
    put(client, "off", n=1)
    assert queue() == []
    client("events").enable_rule(Name="off")
    put(client, "off", n=2)
    assert [event["detail"]["n"] for event in queue()] == [2]


def test_an_event_goes_to_another_bus_a_topic_and_a_log_group(client, queue):
    events = client("events")
    events.create_event_bus(Name="second")
    events.put_rule(Name="there", EventBusName="second", EventPattern=json.dumps({"source": ["onward"]}))
    events.put_targets(Rule="there", EventBusName="second", Targets=[{"Id": "q", "Arn": QUEUE}])
    topic = client("sns").create_topic(Name="onward")["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE, Attributes={"RawMessageDelivery": "true"})
    client("logs").create_log_group(logGroupName="/aws/events/onward")
    rule(
        client,
        "onward",
        {"Arn": "arn:aws:events:us-east-1:000000000000:event-bus/second"},
        {"Arn": topic},
        {"Arn": "arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/onward"},
    )
    put(client, "onward", n=7)
    assert [event["detail"] for event in queue()] == [{"n": 7}, {"n": 7}]
    logs = client("logs")
    [stream] = logs.describe_log_streams(logGroupName="/aws/events/onward")["logStreams"]
    [line] = logs.get_log_events(logGroupName="/aws/events/onward", logStreamName=stream["logStreamName"])["events"]
    assert json.loads(line["message"])["detail"] == {"n": 7}


def test_functions_hear_of_events_notifications_and_uploads(client, tmp_path):
    notes = tmp_path / "notes"
    source = (
        f"import json\ndef handler(event, context):\n    open({str(notes)!r}, 'a').write(json.dumps(event) + '\\n')\n"
    )
    arn = client("lambda").create_function(
        FunctionName="listener",
        Runtime="python3.12",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": package(app=source)},
    )["FunctionArn"]
    rule(client, "to-function", {"Arn": arn, "InputPath": "$.detail"})
    put(client, "to-function", n=1)
    topic = client("sns").create_topic(Name="to-function")["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    client("sns").publish(TopicArn=topic, Message="news")
    s3 = client("s3")
    s3.create_bucket(Bucket="to-function")
    s3.put_bucket_notification_configuration(
        Bucket="to-function",
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    s3.put_object(Bucket="to-function", Key="k", Body=b"1")
    for _ in range(200):
        if notes.exists() and len(notes.read_text().splitlines()) == 3:
            break
        time.sleep(0.05)
    heard = [json.loads(line) for line in notes.read_text().splitlines()]
    assert {"n": 1} in heard
    records = [event["Records"][0] for event in heard if "Records" in event]
    assert {record.get("EventSource") or record.get("eventSource") for record in records} == {"aws:sns", "aws:s3"}
    assert next(record["Sns"]["Message"] for record in records if "Sns" in record) == "news"


def test_a_rule_starts_an_execution(client, endpoint):
    started: list[dict[str, str]] = []

    async def states(scope, receive, send) -> None:
        started.append(json.loads((await receive())["body"]))
        answer = json.dumps({"executionArn": "arn", "startDate": time.time()}).encode()
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"application/x-amz-json-1.0")],
            }
        )
        await send({"type": "http.response.body", "body": answer})

    endpoint.services.register(
        lambda scope: any(
            name == b"x-amz-target" and value.startswith(b"AWSStepFunctions") for name, value in scope["headers"]
        ),
        states,
    )
    machine = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
    rule(client, "starts", {"Arn": machine, "RoleArn": ROLE, "InputPath": "$.detail"})
    put(client, "starts", n=5)
    for _ in range(100):
        if started:
            break
        time.sleep(0.05)
    assert [(s["stateMachineArn"], json.loads(s["input"])) for s in started] == [(machine, {"n": 5})]
