"""Map Runs through the endpoint: what a distributed Map reads, starts, bears and leaves behind."""

import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError
from maps import PASS, WAIT, begin, distributed, reader, run
from served import events, finished, wait_until

FAIL_ODD = {
    "StartAt": "Odd",
    "States": {
        "Odd": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.bad", "BooleanEquals": True, "Next": "F"}],
            "Default": "S",
        },
        "F": {"Type": "Fail", "Error": "Odd", "Cause": "as asked"},
        "S": {"Type": "Succeed"},
    },
}
THREE = [{"bad": False}, {"bad": True}, {"bad": False}]


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_the_results_come_in_the_order_of_the_items(sfn, kind):
    ended = run(sfn, distributed(kind=kind), list(range(120)))
    assert json.loads(ended["output"]) == list(range(120))


def test_a_map_run_and_its_executions_are_described(sfn):
    arn, map_run = begin(sfn, distributed(Label="Each"), THREE)
    assert finished(sfn, arn)["status"] == "SUCCEEDED"
    described = sfn.describe_map_run(mapRunArn=map_run)
    assert (described["status"], described["executionArn"]) == ("SUCCEEDED", arn)
    assert described["itemCounts"]["succeeded"] == described["executionCounts"]["total"] == 3
    listed = sfn.list_executions(mapRunArn=map_run, maxResults=2)
    more = sfn.list_executions(mapRunArn=map_run, maxResults=2, nextToken=listed["nextToken"])
    children = [*listed["executions"], *more["executions"]]
    assert len(children) == 3
    child = sfn.describe_execution(executionArn=children[0]["executionArn"])
    assert child["mapRunArn"] == map_run
    assert child["stateMachineArn"].endswith("/Each")
    assert events(sfn, child["executionArn"])[-1]["type"] == "ExecutionSucceeded"
    of_child = sfn.describe_state_machine_for_execution(executionArn=child["executionArn"])
    assert (of_child["label"], json.loads(of_child["definition"])) == ("Each", PASS)


def test_csv_is_read_selected_and_put_into_batches(sfn, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a.csv", Body="id,name\n1,Ann\n2,Bob\n3,Cy\n")
    state = distributed(
        kind="EXPRESS",
        ItemReader=reader(bucket, "a.csv", InputType="CSV", CSVHeaderLocation="FIRST_ROW"),
        ItemSelector={"n.$": "$$.Map.Item.Value.id", "i.$": "$$.Map.Item.Index", "w.$": "$.w"},
        ItemBatcher={"MaxItemsPerBatch": 2, "BatchInput": {"of.$": "$.w"}},
    )
    assert json.loads(run(sfn, state, {"w": 7})["output"]) == [
        {"BatchInput": {"of": 7}, "Items": [{"n": "1", "i": 0, "w": 7}, {"n": "2", "i": 1, "w": 7}]},
        {"BatchInput": {"of": 7}, "Items": [{"n": "3", "i": 2, "w": 7}]},
    ]


def test_a_failure_that_isnt_borne_fails_the_map(sfn):
    ended = run(sfn, distributed(FAIL_ODD), THREE)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    types = [event["type"] for event in events(sfn, ended["executionArn"])]
    assert types[-4:] == ["MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed"]


@pytest.mark.parametrize("tolerance", [{"ToleratedFailureCount": 1}, {"ToleratedFailurePercentage": 34}])
def test_failures_that_are_borne_leave_the_results_of_the_others(sfn, tolerance):
    ended = run(sfn, distributed(FAIL_ODD, **tolerance), THREE)
    assert json.loads(ended["output"]) == [{"bad": False}] * 2


def test_results_are_written_to_s3(sfn, s3, bucket):
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket, "Prefix": "out"}}
    ended = run(sfn, distributed(FAIL_ODD, ToleratedFailureCount=1, ResultWriter=writer), THREE)
    output = json.loads(ended["output"])
    details = output["ResultWriterDetails"]
    assert details["Key"] == f"out/{output['MapRunArn'].rpartition(':')[2]}/manifest.json"
    manifest = json.loads(s3.get_object(**details)["Body"].read())
    files = manifest["ResultFiles"]
    assert {kind: len(found) for kind, found in files.items()} == {"SUCCEEDED": 1, "FAILED": 1, "PENDING": 0}
    body = s3.get_object(Bucket=bucket, Key=files["SUCCEEDED"][0]["Key"])["Body"].read()
    assert len(body) == files["SUCCEEDED"][0]["Size"]
    assert [one["Output"] for one in json.loads(body)] == ['{"bad":false}'] * 2
    (failed,) = json.loads(s3.get_object(Bucket=bucket, Key=files["FAILED"][0]["Key"])["Body"].read())
    assert (failed["Error"], failed["Status"], failed["RedriveStatus"]) == ("Odd", "FAILED", "REDRIVABLE_BY_MAP_RUN")
    assert sfn.describe_map_run(mapRunArn=output["MapRunArn"])["itemCounts"]["resultsWritten"] == 3


def test_results_are_transformed(sfn, s3, bucket):
    writer = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": bucket},
        "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"},
    }
    output = json.loads(run(sfn, distributed(ResultWriter=writer), [[1, 2], [3]])["output"])
    manifest = json.loads(s3.get_object(**output["ResultWriterDetails"])["Body"].read())
    key = manifest["ResultFiles"]["SUCCEEDED"][0]["Key"]
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"1\n2\n3\n"
    only = {"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}}
    assert run(sfn, distributed(ResultWriter=only), [[1, 2], [3]])["output"] == "[1,2,3]"


def test_a_bucket_that_isnt_there_fails_the_map(sfn):
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "nowhere-to-be-found"}}
    assert run(sfn, distributed(ResultWriter=writer), [1])["error"] == "States.ResultWriterFailed"


def test_a_result_that_is_too_large_fails_the_map(sfn):
    grown = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": "x" * 30_000, "End": True}}}
    assert run(sfn, distributed(grown), list(range(10)))["error"] == "States.DataLimitExceeded"


def running(sfn, map_run):
    return sfn.describe_map_run(mapRunArn=map_run)["executionCounts"]["running"]


def test_a_change_of_the_concurrency_takes_effect_while_the_map_runs(sfn):
    arn, map_run = begin(sfn, distributed(WAIT, MaxConcurrency=2), list(range(9)))
    wait_until(lambda: running(sfn, map_run) == 2, "two run")
    time.sleep(0.1)
    assert running(sfn, map_run) == 2
    sfn.update_map_run(mapRunArn=map_run, maxConcurrency=7)
    wait_until(lambda: running(sfn, map_run) == 7, "seven run")
    assert sfn.describe_map_run(mapRunArn=map_run)["itemCounts"]["pending"] == 2
    sfn.stop_execution(executionArn=arn)
    wait_until(lambda: running(sfn, map_run) == 0, "all are stopped")
    described = sfn.describe_map_run(mapRunArn=map_run)
    assert (described["status"], described["executionCounts"]["aborted"]) == ("ABORTED", 7)
    with pytest.raises(ClientError, match="cannot be updated"):
        sfn.update_map_run(mapRunArn=map_run, maxConcurrency=1)


def test_a_change_of_the_tolerance_takes_effect_while_the_map_runs(sfn):
    one_fails = {"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 0, "Next": "F"}], "Default": "W"},
        "F": {"Type": "Fail"},
        "W": {"Type": "Wait", "Seconds": 600, "End": True},
    }}  # fmt: skip
    arn, map_run = begin(sfn, distributed(one_fails, ToleratedFailureCount=1), [0, 1, 2])
    wait_until(lambda: running(sfn, map_run) == 2, "one has failed, two wait")
    sfn.update_map_run(mapRunArn=map_run, toleratedFailureCount=0)
    ended = finished(sfn, arn)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")
    described = sfn.describe_map_run(mapRunArn=map_run)
    assert (described["toleratedFailureCount"], described["executionCounts"]["aborted"]) == (0, 2)


def test_a_batch_holds_no_more_bytes_than_it_may(sfn):
    state = distributed(ItemBatcher={"MaxInputBytesPerBatch": 100, "BatchInput": {"of": "all"}})
    batches = json.loads(run(sfn, state, ["x" * 20] * 7)["output"])
    assert [len(batch["Items"]) for batch in batches] == [2, 2, 2, 1]
    assert all(len(json.dumps(batch, separators=(",", ":"))) <= 100 for batch in batches)


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_a_redrive_runs_again_what_failed_and_nothing_else(sfn, endpoint, kind):
    queue = endpoint.client("sqs").create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    name = queue.rpartition("/")[2] + "-more"
    missing = f"{queue}-more"
    asks = {
        "StartAt": "Send",
        "States": {
            "Send": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"QueueUrl.$": "$.queue", "MessageBody": "x"},
                "ResultPath": None,
                "End": True,
            }
        },
    }
    items = [{"queue": queue}, {"queue": missing}, {"queue": queue}]
    ended = run(sfn, distributed(asks, kind, MaxConcurrency=1), items)
    assert ended["error"] == "States.ExceedToleratedFailureThreshold"
    (listed,) = sfn.list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
    endpoint.client("sqs").create_queue(QueueName=name)
    sfn.redrive_execution(executionArn=ended["executionArn"])
    again = finished(sfn, ended["executionArn"])
    assert (again["status"], json.loads(again["output"])) == ("SUCCEEDED", items)
    described = sfn.describe_map_run(mapRunArn=listed["mapRunArn"])
    assert (described["status"], described["redriveCount"]) == ("SUCCEEDED", 1)
    assert described["executionCounts"]["total"] == 3
    types = [event["type"] for event in events(sfn, ended["executionArn"])]
    assert types[-6:] == [
        "ExecutionRedriven",
        "MapRunRedriven",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
        "ExecutionSucceeded",
    ]
    attributes = endpoint.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "2"


@pytest.mark.parametrize("items", [400, pytest.param(10_000, marks=pytest.mark.proof)])
def test_nothing_is_lost_or_run_twice_when_the_endpoint_is_killed(own, items):
    own.start()
    sfn = own.client()
    arn, map_run = begin(sfn, distributed(MaxConcurrency=5), list(range(items)))
    for share in (0.1, 0.5):
        wait_until(lambda share=share, sfn=sfn: _succeeded(sfn, map_run) >= share * items, "some have ended", 60)
        own.kill()
        own.start()
        sfn = own.client()
    assert json.loads(finished(sfn, arn, 60)["output"]) == list(range(items))
    counts = sfn.describe_map_run(mapRunArn=map_run)["executionCounts"]
    assert (counts["succeeded"], counts["total"]) == (items, items)


def _succeeded(sfn, map_run):
    return sfn.describe_map_run(mapRunArn=map_run)["executionCounts"]["succeeded"]


def test_a_map_run_that_isnt_there_is_not_found(sfn):
    arn = "arn:aws:states:us-east-1:000000000000:mapRun:m/l:1"
    for call in (sfn.describe_map_run, sfn.list_executions):
        with pytest.raises(ClientError, match="Resource not found"):
            call(mapRunArn=arn)
