"""Definitions of one state, and what is found wrong with them."""

import json

from asl.validate import diagnose

SQS = "arn:aws:states:::sqs:sendMessage"
CALLBACK = f"{SQS}.waitForTaskToken"
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:work"
PROCESSOR = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
PROCESSOR_OF_CHILDREN = {**PROCESSOR, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}
DONE = {"Type": "Pass", "End": True}


def machine(state=None, **fields):
    """A machine of one state, and of B if that leads there."""
    states = {"A": DONE if state is None else state}
    if '"B"' in json.dumps(state):
        states["B"] = {"Type": "Succeed"}
    return json.dumps({"StartAt": "A", "States": states, **fields})


def found(text, **options):
    return [(one.path, one.message) for one in diagnose(text, **options) if one.severity == "ERROR"]


def warned(text):
    return [(one.path, one.code) for one in diagnose(text) if one.severity != "ERROR"]


def errors(state, language="JSONata"):
    """Of a state in a machine of this query language."""
    return found(machine(state, QueryLanguage=language), placeholders=False)


def task(**fields):
    return {"Type": "Task", "Resource": LAMBDA, "End": True, **fields}


def iterate(**fields):
    return {"Type": "Map", "ItemProcessor": PROCESSOR, "End": True, **fields}


def distributed(**fields):
    return iterate(ItemProcessor=PROCESSOR_OF_CHILDREN, **fields)
