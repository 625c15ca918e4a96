"""What tests do with distributed Maps: a state of one, its run to the end, a reader of an object."""

import json

from served import create, finished, machine, wait_until

PASS = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}


def distributed(processor=PASS, kind="STANDARD", **fields):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
    return {"Type": "Map", "End": True, "ItemProcessor": {**processor, "ProcessorConfig": config}, **fields}


def run(sfn, state, given="{}", limit=15):
    """The end of an execution of a machine with this one state."""
    given = given if isinstance(given, str) else json.dumps(given)
    arn = sfn.start_execution(stateMachineArn=create(sfn, machine(M=state)), input=given)["executionArn"]
    return finished(sfn, arn, limit)


def begin(sfn, state, given):
    arn = sfn.start_execution(stateMachineArn=create(sfn, machine(M=state)), input=json.dumps(given))["executionArn"]
    (found,) = wait_until(lambda: sfn.list_map_runs(executionArn=arn)["mapRuns"], "a Map Run begins")
    return arn, found["mapRunArn"]


def reader(bucket, key, **config):
    return {
        "Resource": "arn:aws:states:::s3:getObject",
        "Parameters": {"Bucket": bucket, "Key": key},
        "ReaderConfig": config,
    }
