"""One state under test, driven by hand."""

import json

from asl.inspection import Given, StateTest
from asl.tested_state import alone
from asl.testing import IDENTITY, SEED

AT = 1_800_000_000.0
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
INVOKE = "arn:aws:states:::lambda:invoke"


def trial(definition, given=None, refusal=None):
    tested = alone(json.dumps({"End": True, **definition} if definition["Type"] in ENDING else definition))
    return StateTest(tested, given or Given(), identity=IDENTITY, at=AT, seed=SEED, refusal=refusal)


ENDING = ("Pass", "Task", "Wait", "Parallel", "Map")


def run(definition, data=None, **given):
    test = trial(definition, Given(input=json.dumps({} if data is None else data), **given))
    test.awaited = test.begin()
    return test


def output(test):
    assert test.verdict.status in ("SUCCEEDED", "CAUGHT_ERROR"), test.verdict
    return json.loads(test.verdict.output)


BRANCH = {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}
DISTRIBUTED = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **BRANCH}
