"""Activities: workers that poll, the tasks they are given, and what of both survives."""

import contextlib
import json
import socket
import threading
import time
import urllib.request

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from served import PASS, ROLE, create, events, finished, machine, wait_until

from localaws.activities import ActivityLine


def refused(call, **options):
    with pytest.raises(ClientError) as caught:
        call(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def work(activity, **fields):
    return machine(Work={"Type": "Task", "Resource": activity, "End": True, **fields})


def types(sfn, arn):
    return [event["type"] for event in events(sfn, arn)]


@pytest.fixture
def activity(sfn, request):
    return sfn.create_activity(name=f"a-{abs(hash(request.node.name))}")["activityArn"]


def poll_in_thread(client, activity, **options):
    """Starts to poll; the list holds the answer once it came."""
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(client.get_activity_task(activityArn=activity, **options)), daemon=True
    )
    thread.start()
    return thread, answers


def test_an_activity_reads_back_is_listed_and_goes(endpoint):
    client = endpoint.client(region="eu-central-1")
    made = [client.create_activity(name=f"cut-{number}") for number in range(3)]
    assert made[0]["activityArn"] == "arn:aws:states:eu-central-1:000000000000:activity:cut-0"
    assert client.create_activity(name="cut-0")["creationDate"] == made[0]["creationDate"]
    found = client.describe_activity(activityArn=made[0]["activityArn"])
    assert (found["name"], found["encryptionConfiguration"]) == ("cut-0", {"type": "AWS_OWNED_KEY"})
    page = client.list_activities(maxResults=2)
    rest = client.list_activities(maxResults=2, nextToken=page["nextToken"])
    listed = [one["activityArn"] for one in page["activities"] + rest["activities"]]
    assert listed == [one["activityArn"] for one in made]
    client.tag_resource(resourceArn=listed[0], tags=[{"key": "team", "value": "film"}])
    assert client.list_tags_for_resource(resourceArn=listed[0])["tags"] == [{"key": "team", "value": "film"}]
    client.delete_activity(activityArn=listed[0])
    client.delete_activity(activityArn=listed[0])
    missing = ("ActivityDoesNotExist", f"Activity Does Not Exist: '{listed[0]}'")
    assert refused(client.describe_activity, activityArn=listed[0]) == missing
    assert refused(client.get_activity_task, activityArn=listed[0]) == missing


def test_a_worker_takes_a_task_and_ends_it(sfn, activity):
    arn = sfn.start_execution(stateMachineArn=create(sfn, work(activity)), input='{"n": 1}')["executionArn"]
    task = sfn.get_activity_task(activityArn=activity, workerName="tom")
    assert json.loads(task["input"]) == {"n": 1}
    assert types(sfn, arn)[-1] == "ActivityStarted"
    sfn.send_task_success(taskToken=task["taskToken"], output='{"cut":  true}')
    assert finished(sfn, arn)["output"] == '{"cut":  true}'
    assert types(sfn, arn)[2:5] == ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
    assert events(sfn, arn)[3]["activityStartedEventDetails"] == {"workerName": "tom"}


def test_a_failed_activity_is_its_tasks_error(sfn, activity):
    arn = sfn.start_execution(stateMachineArn=create(sfn, work(activity)))["executionArn"]
    task = sfn.get_activity_task(activityArn=activity)
    sfn.send_task_failure(taskToken=task["taskToken"], error="Broken", cause="no film")
    found = finished(sfn, arn)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Broken", "no film")
    assert events(sfn, arn)[4]["activityFailedEventDetails"] == {"error": "Broken", "cause": "no film"}


def test_a_poll_that_began_before_the_task_is_answered_when_it_comes(endpoint, sfn, activity):
    thread, answers = poll_in_thread(endpoint.client(), activity)
    time.sleep(0.5)
    assert not answers
    arn = sfn.start_execution(stateMachineArn=create(sfn, work(activity)))["executionArn"]
    thread.join(5)
    sfn.send_task_success(taskToken=answers[0]["taskToken"], output="1")
    assert finished(sfn, arn)["status"] == "SUCCEEDED"


def test_each_task_goes_to_one_worker(endpoint, sfn, activity):
    polls = [poll_in_thread(endpoint.client(), activity) for _ in range(5)]
    arn = create(sfn, work(activity))
    started = {sfn.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(5)}
    for thread, _ in polls:
        thread.join(5)
    tokens = {answers[0]["taskToken"] for _, answers in polls}
    assert len(tokens) == 5
    for token in tokens:
        sfn.send_task_success(taskToken=token, output="1")
    assert {finished(sfn, one)["status"] for one in started} == {"SUCCEEDED"}


def test_a_worker_that_went_away_takes_no_task_along(endpoint, sfn, activity):
    request = urllib.request.Request(
        endpoint.url,
        data=json.dumps({"activityArn": activity}).encode(),
        headers={"X-Amz-Target": "AWSStepFunctions.GetActivityTask", "Content-Type": "application/x-amz-json-1.0"},
    )
    with pytest.raises(OSError, match="timed out"):
        urllib.request.urlopen(request, timeout=0.5)
    arn = sfn.start_execution(stateMachineArn=create(sfn, work(activity)))["executionArn"]
    task = sfn.get_activity_task(activityArn=activity)
    sfn.send_task_success(taskToken=task["taskToken"], output="1")
    assert finished(sfn, arn)["status"] == "SUCCEEDED"


def test_the_heartbeat_begins_when_a_worker_takes_the_task(sfn, activity):
    fields = {"HeartbeatSeconds": 1, "TimeoutSeconds": 60}
    arn = sfn.start_execution(stateMachineArn=create(sfn, work(activity, **fields)))["executionArn"]
    time.sleep(1.3)
    assert types(sfn, arn)[-1] == "ActivityScheduled"
    task = sfn.get_activity_task(activityArn=activity)
    time.sleep(0.6)
    sfn.send_task_heartbeat(taskToken=task["taskToken"])
    time.sleep(0.6)
    assert types(sfn, arn)[-1] == "ActivityStarted"
    assert finished(sfn, arn)["error"] == "States.Timeout"
    assert types(sfn, arn)[-2] == "ActivityTimedOut"


def test_a_task_that_is_no_longer_wanted_is_given_to_nobody(sfn, activity):
    stopped = sfn.start_execution(stateMachineArn=create(sfn, work(activity)))["executionArn"]
    sfn.stop_execution(executionArn=stopped)
    wanted = sfn.start_execution(stateMachineArn=create(sfn, work(activity)), input='"wanted"')["executionArn"]
    task = sfn.get_activity_task(activityArn=activity)
    assert task["input"] == '"wanted"'
    sfn.send_task_success(taskToken=task["taskToken"], output="1")
    assert finished(sfn, wanted)["status"] == "SUCCEEDED"


def test_an_activity_that_does_not_exist_ends_the_execution(sfn, activity):
    arn = create(sfn, work(activity, Retry=[{"ErrorEquals": ["States.ALL"]}]))
    sfn.delete_activity(activityArn=activity)
    found = finished(sfn, sfn.start_execution(stateMachineArn=arn)["executionArn"])
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert found["cause"].endswith(f"The activity {activity} does not exist.")


def test_tasks_in_line_and_with_workers_survive_kill_9(own):
    own.start()
    client = own.client()
    activity = client.create_activity(name="cut")["activityArn"]
    arn = create(client, work(activity))
    first, second = (
        client.start_execution(stateMachineArn=arn, input=f'"{name}"')["executionArn"] for name in ("first", "second")
    )
    taken = client.get_activity_task(activityArn=activity)
    own.kill()
    client = own.start().client()
    waiting = client.get_activity_task(activityArn=activity)
    assert (taken["input"], waiting["input"]) == ('"first"', '"second"')
    for task in (taken, waiting):
        client.send_task_success(taskToken=task["taskToken"], output=task["input"])
    assert [finished(client, one)["output"] for one in (first, second)] == ['"first"', '"second"']
    assert types(client, first).count("ActivityStarted") == 1


def test_the_endpoint_stops_while_workers_poll(own):
    own.start()
    client = own.client()
    activity = client.create_activity(name="cut")["activityArn"]
    thread, answers = poll_in_thread(own.client(), activity)
    wait_until(thread.is_alive, "the worker polls")
    time.sleep(0.3)
    began = time.monotonic()
    assert own.stop() == 0
    assert time.monotonic() - began < 5
    thread.join(5)
    assert [answer.get("taskToken") for answer in answers] == [None]


def test_a_line_keeps_its_order_and_forgets_what_was_given_up():
    line = ActivityLine()
    for number in range(300):
        line.add("a" if number % 2 else "b", (number, 1))
    for number in range(300):
        if number % 10:
            line.discard((number, 1))
    line.discard((7, 7))
    assert line.take("a") is None
    first = line.take("b")
    assert first == (0, 1)
    line.put_back("b", first)
    taken = []
    while (key := line.take("b")) is not None:
        taken.append(key)
    assert taken == [(number, 1) for number in range(0, 300, 10)]
    line.add("b", (5, 5))
    assert line.take("b") == (5, 5)


def test_a_name_is_taken_by_another_configuration_and_free_for_the_same(sfn):
    own_key = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/own"}
    arn = sfn.create_activity(name="taken", encryptionConfiguration=own_key)["activityArn"]
    assert sfn.create_activity(name="taken", encryptionConfiguration=own_key)["activityArn"] == arn
    assert refused(sfn.create_activity, name="taken") == ("ActivityAlreadyExists", f"Activity Already Exists: '{arn}'")
    assert sfn.describe_activity(activityArn=arn)["encryptionConfiguration"] == own_key


@pytest.mark.parametrize(
    "configuration",
    [
        {"type": "CUSTOMER_MANAGED_KMS_KEY"},
        {"type": "AWS_OWNED_KEY", "kmsKeyId": "alias/own"},
        {"type": "AWS_OWNED_KEY", "kmsDataKeyReusePeriodSeconds": 60},
    ],
)
def test_an_encryption_names_a_key_where_it_takes_one(sfn, configuration):
    for call, given in (
        (sfn.create_activity, {}),
        (sfn.create_state_machine, {"definition": PASS, "roleArn": ROLE}),
    ):
        code, _ = refused(call, name="encrypted", encryptionConfiguration=configuration, **given)
        assert code == "InvalidEncryptionConfiguration"


def test_a_thousand_workers_may_poll_an_activity(endpoint, sfn, activity):
    body = json.dumps({"activityArn": activity}).encode()
    request = (
        f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{endpoint.port}\r\nX-Amz-Target: AWSStepFunctions.GetActivityTask\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    with contextlib.ExitStack() as open_ones:
        for _ in range(1000):
            worker = open_ones.enter_context(socket.create_connection(("127.0.0.1", endpoint.port)))
            worker.sendall(request)
        wait_until(
            lambda: refused_poll(endpoint, activity) == "ActivityWorkerLimitExceeded",
            "the thousand and first is refused",
        )


def refused_poll(endpoint, activity):
    """The code with which a poll is refused; None where it is held, and given up."""
    impatient = endpoint.client(config=Config(read_timeout=1, retries={"total_max_attempts": 1}))
    try:
        impatient.get_activity_task(activityArn=activity)
    except ClientError as refused:
        return refused.response["Error"]["Code"]
    except ReadTimeoutError:
        return None
    return None
