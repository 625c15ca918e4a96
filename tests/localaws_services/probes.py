"""Fill a dozen services, and look at them: what two looks say must be the same before and after a restart."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
ROLE = "arn:aws:iam::000000000000:role/worker"
Client = Callable[[str], Any]


def package(**files: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".py", text)
    return data.getvalue()


def fill(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    for text in (b"first", b"second", b"third"):
        s3.put_object(
            Bucket="versioned", Key="notes/a b.txt", Body=text, ContentType="text/plain", Metadata={"who": "me"}
        )
    s3.put_object(Bucket="versioned", Key="gone", Body=b"x")
    s3.delete_object(Bucket="versioned", Key="gone")
    s3.create_bucket(Bucket="parts")
    upload = s3.create_multipart_upload(Bucket="parts", Key="whole.bin", ContentType="video/mp4")["UploadId"]
    parts = [
        {
            "PartNumber": n,
            "ETag": s3.upload_part(Bucket="parts", Key="whole.bin", UploadId=upload, PartNumber=n, Body=data)["ETag"],
        }
        for n, data in ((1, b"a" * 5_242_880), (2, b"tail"))
    ]
    s3.complete_multipart_upload(Bucket="parts", Key="whole.bin", UploadId=upload, MultipartUpload={"Parts": parts})
    begun = s3.create_multipart_upload(Bucket="parts", Key="begun.bin")["UploadId"]
    s3.upload_part(Bucket="parts", Key="begun.bin", UploadId=begun, PartNumber=1, Body=b"half")
    s3.put_object_tagging(Bucket="parts", Key="whole.bin", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    s3.put_bucket_policy(Bucket="parts", Policy=json.dumps({"Version": "2012-10-17", "Statement": []}))

    secrets = client("secretsmanager")
    secrets.create_secret(Name="db/password", SecretString="one", Tags=[{"Key": "a", "Value": "b"}])
    secrets.put_secret_value(SecretId="db/password", SecretString="two")

    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    sqs.create_queue(QueueName="heard.fifo", Attributes={"FifoQueue": "true"})
    sqs.send_message(QueueUrl=queue, MessageBody="kept", DelaySeconds=0)
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    events = client("events")
    events.create_connection(
        Name="api",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "sesame"}},
    )
    events.create_event_bus(Name="own")
    events.put_rule(Name="to-inbox", EventPattern=json.dumps({"source": ["test.app"]}))
    events.put_targets(Rule="to-inbox", Targets=[{"Id": "1", "Arn": arn}])
    events.put_rule(Name="each-hour", ScheduleExpression="rate(1 hour)", EventBusName="default")

    sns = client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"FilterPolicy": json.dumps({"kind": ["big"]})}
    )

    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="jobs",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for n in range(3):
        dynamodb.put_item(
            TableName="jobs",
            Item={"id": {"S": "a"}, "at": {"N": str(n)}, "tags": {"SS": ["x", "y"]}, "b": {"B": b"\x00"}},
        )

    ssm = client("ssm")
    ssm.put_parameter(Name="/app/level", Value="info", Type="String")
    ssm.put_parameter(Name="/app/level", Value="debug", Type="String", Overwrite=True)
    ssm.put_parameter(Name="/app/key", Value="hidden", Type="SecureString")

    iam = client("iam")
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    iam.put_role_policy(RoleName="worker", PolicyName="inline", PolicyDocument=POLICY)

    functions = client("lambda")
    functions.create_function(
        FunctionName="double",
        Runtime="python3.11",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": package(app="def handler(event, context):\n    return event['n'] * 2\n")},
        Environment={"Variables": {"LEVEL": "info"}},
    )
    functions.publish_version(FunctionName="double")
    functions.create_alias(FunctionName="double", Name="live", FunctionVersion="1")

    logs = client("logs")
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="one")
    logs.put_log_events(
        logGroupName="/app", logStreamName="one", logEvents=[{"timestamp": int(time.time() * 1000), "message": "hello"}]
    )

    client("transcribe").start_transcription_job(
        TranscriptionJobName="talk",
        LanguageCode="en-US",
        Media={"MediaFileUri": "s3://parts/whole.bin"},
        OutputBucketName="parts",
    )
    key = client("kms").create_key(Description="for tests")["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName="alias/app", TargetKeyId=key)
    client("cloudwatch").put_metric_alarm(
        AlarmName="late", MetricName="Age", Namespace="App", Statistic="Maximum", Period=60, EvaluationPeriods=1, Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    client("kinesis").create_stream(StreamName="stream", ShardCount=1)
    client("kinesis").put_record(StreamName="stream", Data=b"record", PartitionKey="p")
    client("ecr").create_repository(repositoryName="images")
    client("route53").create_hosted_zone(Name="example.test", CallerReference="1")
    client("scheduler").create_schedule(
        Name="nightly", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": ROLE},
    )  # fmt: skip


def look(client: Client) -> dict[str, Any]:
    """What the services say of what ``fill`` put there; nothing in it depends on the time of looking."""
    s3, secrets, sqs, events = client("s3"), client("secretsmanager"), client("sqs"), client("events")
    sns, dynamodb, ssm, iam = client("sns"), client("dynamodb"), client("ssm"), client("iam")
    functions, logs = client("lambda"), client("logs")
    versions = s3.list_object_versions(Bucket="versioned")
    found = {
        "s3 buckets": s3.list_buckets()["Buckets"],
        "s3 versions": [(v["Key"], v["VersionId"], v["ETag"], v["IsLatest"], v["LastModified"]) for v in versions["Versions"]],
        "s3 bytes of each version": [
            s3.get_object(Bucket="versioned", Key=v["Key"], VersionId=v["VersionId"])["Body"].read() for v in versions["Versions"]
        ],
        "s3 delete markers": [(m["Key"], m["VersionId"]) for m in versions["DeleteMarkers"]],
        "s3 metadata": _kept(s3.head_object(Bucket="versioned", Key="notes/a b.txt"), "Metadata", "ContentType", "ContentLength"),
        "s3 multipart": _kept(s3.head_object(Bucket="parts", Key="whole.bin"), "ETag", "ContentLength", "ContentType"),
        "s3 range": s3.get_object(Bucket="parts", Key="whole.bin", Range="bytes=5242878-")["Body"].read(),
        "s3 uploads begun": [(u["Key"], u["UploadId"]) for u in s3.list_multipart_uploads(Bucket="parts")["Uploads"]],
        "s3 tags": s3.get_object_tagging(Bucket="parts", Key="whole.bin")["TagSet"],
        "s3 policy": s3.get_bucket_policy(Bucket="parts")["Policy"],
        "secret": _kept(secrets.get_secret_value(SecretId="db/password"), "ARN", "SecretString", "VersionId", "CreatedDate"),
        "secret before": secrets.get_secret_value(SecretId="db/password", VersionStage="AWSPREVIOUS")["SecretString"],
        "secrets": [(s["Name"], s.get("Tags")) for s in secrets.list_secrets()["SecretList"]],
        "queues": [url.rpartition("/")[2] for url in sqs.list_queues()["QueueUrls"]],
        "connection": _kept(events.describe_connection(Name="api"), "ConnectionArn", "SecretArn", "AuthParameters", "CreationTime"),
        "rules": [_kept(rule, "Name", "EventPattern", "ScheduleExpression", "Arn") for rule in events.list_rules()["Rules"]],
        "targets": events.list_targets_by_rule(Rule="to-inbox")["Targets"],
        "buses": [bus["Name"] for bus in events.list_event_buses()["EventBuses"]],
        "topics": sns.list_topics()["Topics"],
        "subscriptions": sns.list_subscriptions()["Subscriptions"],
        "table": _kept(dynamodb.describe_table(TableName="jobs")["Table"], "TableArn", "KeySchema", "ItemCount", "CreationDateTime"),
        "items": dynamodb.query(
            TableName="jobs", KeyConditionExpression="id = :id", ExpressionAttributeValues={":id": {"S": "a"}}
        )["Items"],
        "parameters": ssm.get_parameters_by_path(Path="/app", WithDecryption=True)["Parameters"],
        "parameter history": [(p["Version"], p["Value"]) for p in ssm.get_parameter_history(Name="/app/level")["Parameters"]],
        "role": iam.get_role(RoleName="worker")["Role"],
        "role policy": iam.get_role_policy(RoleName="worker", PolicyName="inline")["PolicyDocument"],
        "function": functions.get_function(FunctionName="double")["Configuration"],
        "versions": [v["Version"] for v in functions.list_versions_by_function(FunctionName="double")["Versions"]],
        "alias": _kept(functions.get_alias(FunctionName="double", Name="live"), "AliasArn", "FunctionVersion"),
        "invoked": functions.invoke(FunctionName="double:live", Payload=b'{"n": 21}')["Payload"].read(),
        "log events": [e["message"] for e in logs.get_log_events(logGroupName="/app", logStreamName="one")["events"]],
        "transcription": _kept(
            client("transcribe").get_transcription_job(TranscriptionJobName="talk")["TranscriptionJob"], "Media", "CreationTime"
        ),
        "keys": client("kms").list_aliases()["Aliases"],
        "alarms": [_kept(a, "AlarmArn", "Threshold") for a in client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "stream": client("kinesis").describe_stream(StreamName="stream")["StreamDescription"]["Shards"],
        "repositories": [r["repositoryUri"] for r in client("ecr").describe_repositories()["repositories"]],
        "zones": [zone["Id"] for zone in client("route53").list_hosted_zones()["HostedZones"]],
        "schedules": [s["Arn"] for s in client("scheduler").list_schedules()["Schedules"]],
    }  # fmt: skip
    assert all(value not in (None, [], {}) for value in found.values()), found
    return found


def _kept(answer: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: answer[name] for name in names if name in answer}
