"""EventBridge hears of executions that begin and end."""

import json
import sys
import types

from served import PASS, create, finished, wait_until

from localaws.status_events import StatusEvents


def test_a_rule_on_the_default_bus_hears_of_an_executions_end(endpoint, sfn, sqs):
    events = endpoint.client("events")
    queue = sqs.create_queue(QueueName="status")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.states"], "detail": {"status": ["SUCCEEDED"]}}
    events.put_rule(Name="ends", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="ends", Targets=[{"Id": "queue", "Arn": arn}])
    execution = sfn.start_execution(stateMachineArn=create(sfn, PASS), input='{"a": 1}')["executionArn"]
    finished(sfn, execution)
    message = wait_until(
        lambda: sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages"), "the event arrives"
    )[0]
    event = json.loads(message["Body"])
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["resources"] == [execution]
    assert (event["detail"]["status"], event["detail"]["output"]) == ("SUCCEEDED", '{"done":true}')
    assert event["detail"]["stopDate"] >= event["detail"]["startDate"]
    events.remove_targets(Rule="ends", Ids=["queue"])
    events.delete_rule(Name="ends")


def test_a_service_that_is_only_half_imported_has_no_listeners_yet(monkeypatch):
    monkeypatch.setitem(sys.modules, "moto.events.models", types.ModuleType("moto.events.models"))
    assert not StatusEvents(lambda *_, **__: None, "000000000000")._somebody_listens("us-east-1")
