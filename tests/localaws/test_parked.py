"""Tasks that wait: nothing of them is in memory but their place in line, and a restart doesn't read them."""

import json

from served import create, machine, wait_until

from localaws.journal import Journal
from localaws.values import unpack

PAYLOAD = json.dumps({"records": [{"id": f"7c9e6679-{number}", "n": number} for number in range(3000)]})


def activity_machine(arn, **fields):
    return machine(
        Ask={"Type": "Task", "Resource": arn, "Next": "Again", **fields},
        Again={"Type": "Task", "Resource": arn, "End": True},
    )


def test_activity_tasks_stand_in_line_in_their_order_after_kill_9(own):
    client = own.start().client()
    activity = client.create_activity(name="a")["activityArn"]
    machine_arn = create(client, activity_machine(activity, TimeoutSeconds=86_400, HeartbeatSeconds=3600))
    for number in range(20):
        client.start_execution(stateMachineArn=machine_arn, name=f"e{number}", input=json.dumps({"n": number}))
    first = client.get_activity_task(activityArn=activity)
    assert json.loads(first["input"]) == {"n": 0}
    own.kill()
    client = own.start().client()
    inputs = [json.loads(client.get_activity_task(activityArn=activity)["input"])["n"] for _ in range(19)]
    assert inputs == list(range(1, 20)), "the one that was taken is the worker's, also after the restart"
    assert own.health()["timers"] == 40
    client.send_task_success(taskToken=first["taskToken"], output="{}")


def test_a_large_payload_survives_kill_9_and_is_stored_once(own):
    client = own.start().client()
    activity = client.create_activity(name="a")["activityArn"]
    machine_arn = create(client, activity_machine(activity, ResultPath="$.answer"))
    arn = client.start_execution(stateMachineArn=machine_arn, name="one", input=PAYLOAD)["executionArn"]
    task = client.get_activity_task(activityArn=activity)
    assert json.loads(task["input"]) == json.loads(PAYLOAD)
    own.kill()
    client = own.start().client()
    client.send_task_success(taskToken=task["taskToken"], output='{"ok": true}')
    own.kill()
    client = own.start().client()
    task = client.get_activity_task(activityArn=activity)
    expected = {**json.loads(PAYLOAD), "answer": {"ok": True}}
    assert json.loads(task["input"]) == expected
    answer = json.dumps({"long": "x" * 5000})
    client.send_task_success(taskToken=task["taskToken"], output=answer)
    wait_until(lambda: client.describe_execution(executionArn=arn)["status"] == "SUCCEEDED", "it ends")
    events = client.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    details = {event["type"]: event for event in events}
    assert details["ExecutionStarted"]["executionStartedEventDetails"]["input"] == PAYLOAD
    assert details["ExecutionSucceeded"]["executionSucceededEventDetails"]["output"] == answer
    entered = [event["stateEnteredEventDetails"] for event in events if event["type"] == "TaskStateEntered"]
    assert entered[0]["input"] == PAYLOAD, "what came as text is shown as it came"
    assert json.loads(entered[1]["input"]) == expected
    own.stop()
    journal = Journal(own.home / "stepfunctions.sqlite3")
    rows = [
        data
        for table in ("history", "value")
        for (data,) in journal.connection.execute(f"SELECT data FROM {table} WHERE typeof(data) = 'blob'")
    ]
    journal.close()
    assert sum(map(len, rows)) < len(PAYLOAD) * 1.5, "beside the input, which is kept as text"
    assert any(isinstance(unpack(data, lambda reference: None), list) for data in rows)
