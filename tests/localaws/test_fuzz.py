"""Requests that no SDK would send: an answer in AWS's shape, never a 500, never silence."""

import http.client
import json
import random
import string

import pytest
from served import PASS, ROLE, create

from localaws.operations import OPERATIONS
from localaws.shapes import service_model

ODD = [
    None, True, False, 0, -1, 2**31, 2**63, 1.5, "", " ", "x" * 300, "\x00", "é", "🎬", "\\ud800", "arn:aws:states:::",
    "arn:aws:states:us-east-1:000000000000:execution:a:b", "arn:aws:states:us-east-1:000000000000:stateMachine:",
    "arn:aws:states:us-east-1:000000000000:execution:", "{}", "[" * 50, [], [None], [[]], {}, {"": None}, {"key": None},
]  # fmt: skip


def value_for(shape, chance, known):
    """A value of the shape's kind most of the time, else something odd."""
    if chance.random() < 0.25:
        return chance.choice(ODD)
    match shape.type_name:
        case "structure":
            return {
                name: value_for(member, chance, known)
                for name, member in shape.members.items()
                if name in shape.required_members or chance.random() < 0.5
            }
        case "list":
            return [value_for(shape.member, chance, known) for _ in range(chance.randrange(3))]
        case "integer":
            return chance.choice([0, 1, 5, 1000, 1001, -5])
        case "boolean":
            return chance.random() < 0.5
        case _:
            if shape.enum:
                return chance.choice([*shape.enum, shape.enum[0].lower()])
            return chance.choice([*known, "".join(chance.choices(string.printable, k=chance.randrange(40)))])


@pytest.mark.parametrize("seed", range(4))
def test_no_request_is_answered_with_a_500(endpoint, sfn, seed):
    chance = random.Random(seed)
    machine_arn = create(sfn, PASS)
    execution_arn = sfn.start_execution(stateMachineArn=machine_arn)["executionArn"]
    known = [machine_arn, execution_arn, PASS, ROLE, "{}", '{"a": 1}', "name", "Only"]
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=10)
    answers = set()
    for _ in range(500):
        operation = chance.choice([*OPERATIONS, "ListMapRuns", "Nothing"])
        model = service_model()
        shape = model.operation_model(operation).input_shape if operation in model.operation_names else None
        given = value_for(shape, chance, known) if shape else {}
        body = json.dumps(given).encode() if chance.random() > 0.02 else b"{broken"
        connection.request("POST", "/", body=body, headers={"X-Amz-Target": f"AWSStepFunctions.{operation}"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status in {200, 400}, (operation, given, text)
        assert "__type" in json.loads(text) or answer.status == 200
        answers.add(answer.status)
    assert answers == {200, 400}
