"""ValidateStateMachineDefinition: what is told of a definition, from which severity on, and how much of it."""

import json

import pytest
from botocore.exceptions import ClientError
from served import machine

LOOKS_LIKE_A_PATH = {"Type": "Pass", "Parameters": {"x": "$.a", "y": "$.b"}, "End": True}


def validated(sfn, definition, **options):
    answer = sfn.validate_state_machine_definition(definition=definition, **options)
    answer.pop("ResponseMetadata")
    return answer


def test_warnings_are_told_to_who_asks_for_them(sfn):
    definition = machine(Only=LOOKS_LIKE_A_PATH)
    assert validated(sfn, definition) == {"result": "OK", "diagnostics": [], "truncated": False}
    answer = validated(sfn, definition, severity="WARNING")
    assert (answer["result"], answer["truncated"]) == ("OK", False)
    assert [(one["severity"], one["code"], one["location"]) for one in answer["diagnostics"]] == [
        ("WARNING", "NO_DOLLAR", "/States/Only/Parameters/x"),
        ("WARNING", "NO_DOLLAR", "/States/Only/Parameters/y"),
    ]


def test_errors_come_first_and_what_is_over_the_limit_is_left_out(sfn):
    definition = machine(Only=LOOKS_LIKE_A_PATH, Wrong={"Type": "Pass", "Next": "Nowhere"})
    answer = validated(sfn, definition, severity="WARNING", maxResults=1)
    assert (answer["result"], answer["truncated"]) == ("FAIL", True)
    assert answer["diagnostics"] == [
        {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": "Missing 'Next' target: Nowhere",
            "location": "/States/Wrong/Next",
        }
    ]
    assert validated(sfn, definition, maxResults=0)["truncated"] is False


def test_what_is_no_json_is_placed_by_line_and_column(sfn):
    (found,) = validated(sfn, '{\n  "StartAt": oops}')["diagnostics"]
    assert found["code"] == "INVALID_JSON_DESCRIPTION"
    assert found["location"].endswith("; line: 2, column: 18]")


def test_an_express_machine_is_judged_as_one(sfn):
    task = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True}
    definition = machine(Only=task)
    assert validated(sfn, definition)["result"] == "OK"
    assert validated(sfn, definition, type="EXPRESS")["result"] == "FAIL"


def test_the_request_itself_is_checked(sfn):
    with pytest.raises(ClientError, match="Member must have value less than or equal to 100"):
        sfn.validate_state_machine_definition(definition=json.dumps({}), maxResults=101)
