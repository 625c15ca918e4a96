"""Values as bytes for the journal."""

import json
import sys

import pytest
from served import create, finished, machine

from localaws.values import pack, unpack


@pytest.mark.parametrize("depth", [400, 1_024, 2_000])
def test_a_value_is_stored_however_deep_it_is_nested(depth):
    value, limit = [], sys.getrecursionlimit()
    for _ in range(depth - 1):
        value = [value]
    found = unpack(pack(value))
    for _ in range(depth - 1):
        (found,) = found
    assert found == []
    assert sys.getrecursionlimit() == limit


def test_an_execution_may_carry_what_is_deeply_nested(sfn):
    """The deepest input that is read; and one that grows until it is too deep, which is the workflow's own failure."""
    text = "[" * 1_000 + "]" * 1_000
    waits = machine(Wait={"Type": "Wait", "Seconds": 0, "Next": "Pass"}, Pass={"Type": "Pass", "End": True})
    found = finished(sfn, sfn.start_execution(stateMachineArn=create(sfn, waits), input=text)["executionArn"])
    assert (found["status"], found["output"]) == ("SUCCEEDED", text)
    grows = machine(
        Grow={"Type": "Pass", "Parameters": {"a": {"b.$": "$"}}, "Next": "Wait"},
        Wait={"Type": "Wait", "Seconds": 0, "Next": "More"},
        More={
            "Type": "Choice",
            "Choices": [{"Variable": "$$.Execution.Name", "StringEquals": "-", "Next": "Done"}],
            "Default": "Grow",
        },
        Done={"Type": "Succeed"},
    )
    execution = sfn.start_execution(stateMachineArn=create(sfn, grows))["executionArn"]
    found = finished(sfn, execution, limit=30)
    assert (found["status"], found["error"]) == ("FAILED", "States.DataLimitExceeded")
    # The whole history is hundreds of megabytes: its last page is enough to see that it can be read.
    last = sfn.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=20)["events"]
    assert last[0]["type"] == "ExecutionFailed"
    assert last[0]["id"] > 1_000
    assert json.dumps(last, default=str)
