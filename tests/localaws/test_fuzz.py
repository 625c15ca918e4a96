"""Requests that no SDK would send: an answer in AWS's shape, never a 500, never silence, and no memory that stays."""

import http.client
import json
import random
import string
import time

import pytest
from odd_map_runs import odd_map, put_odd_objects
from served import PASS, ROLE, Endpoint, create

from localaws.operations import OPERATIONS
from localaws.shapes import service_model
from tests.asl.mutations import INPUTS, broken_definition, definitions

SECONDS = 30  # for any answer
GROWTH = 300  # MiB that the endpoint may grow by, whatever it is asked: each AWS service that it is to call is some 5
SETTLED = 10_000  # requests: each of those services has been called
STAYS = 80  # MiB that may still come on top: the store's page cache of 32, and what waits to be collected
FAULTS = ("The local endpoint failed", "its log says why")
ODD = [
    None, True, False, 0, -1, 2**31, 2**63, 1.5, "", " ", "x" * 300, "\x00", "é", "🎬", "\\ud800", "\ud800",
    "arn:aws:states:::", "arn:aws:states:us-east-1:000000000000:execution:a:b",
    "arn:aws:states:us-east-1:000000000000:stateMachine:", "arn:aws:states:us-east-1:000000000000:stateMachine:m:9" + "9" * 30,
    "arn:aws:states:us-east-1:000000000000:execution:", "{}", "[" * 50, "[" * 5000, [], [None], [[]], {}, {"": None}, {"key": None},
]  # fmt: skip
BODIES = [
    b"", b"{broken", b"[]", b"null", b"1", b'"x"', b"\x00", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b'{"name": "\xff"}',
    b'{"a": NaN}', b'{"a": 1e999}', b'{"name": "\\ud800"}', b'{"name": "a\\u0000b"}', b"[" * 100_000, b'{"a":' * 100_000,
    b'{"input": ' + b"[" * 2_000 + b"]" * 2_000 + b"}", b'{"definition": "' + b"x" * 1_100_000 + b'"}', b" " * 2_000_000,
    b'{"name": ' + b"9" * 5_000 + b"}",
]  # fmt: skip
TARGETS = [
    "",
    "AWSStepFunctions.",
    "AWSStepFunctions.Nothing",
    "AWSStepFunctions.startExecution",
    "AWSStepFunctions.\xe9",
]
DEFINITIONS = definitions()
ANY_INPUT = [*INPUTS, "[" * 1_000 + "]" * 1_000]  # the deepest that is read


def value_for(shape, chance, known):
    """A value of the shape's kind most of the time, else something odd."""
    if chance.random() < 0.2:
        return chance.choice(ODD)
    match shape.type_name:
        case "structure":
            return {
                name: definition_or_input(name, chance) or value_for(member, chance, known)
                for name, member in shape.members.items()
                if name in shape.required_members or chance.random() < 0.5
            }
        case "list":
            return [value_for(shape.member, chance, known) for _ in range(chance.randrange(3))]
        case "integer" | "long":
            return chance.choice([0, 1, 5, 1000, 1001, -5])
        case "boolean":
            return chance.random() < 0.5
        case "float" | "double":
            return chance.choice([0.0, 0.5, 100.0, 100.5, -1.0])
        case _:
            if shape.enum:
                return chance.choice([*shape.enum, shape.enum[0].lower()])
            return chance.choice([*known, "".join(chance.choices(string.printable, k=chance.randrange(40)))])


def definition_or_input(name, chance):
    if chance.random() < 0.3:
        return None
    if name == "definition":
        return broken_definition(chance, DEFINITIONS)
    return chance.choice(ANY_INPUT) if name == "input" else None


class Client:
    """Sends anything; checks that each answer is one."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=SECONDS)
        self.statuses = set()

    def send(self, target: str, body: bytes):
        headers = {"X-Amz-Target": target.encode("latin-1"), "Content-Type": "application/x-amz-json-1.0"}
        self.connection.request("POST", "/", body=body, headers=headers if target else {})
        answer = self.connection.getresponse()
        text = answer.read()
        asked = f"{target} {body[:3_000]!r} ({len(body)} bytes)"
        assert answer.status < 500, (asked, text)
        self.statuses.add(answer.status)
        if target:
            value = json.loads(text)
            assert "__type" in value or answer.status == 200, (asked, text)
            return value if answer.status == 200 else None
        return None


@pytest.mark.parametrize("rounds", [2_000, pytest.param(100_000, marks=pytest.mark.proof)])
def test_no_request_is_answered_with_a_500(tmp_path, rounds):
    with Endpoint(tmp_path / "home") as endpoint:
        chance = random.Random(rounds)
        sfn = endpoint.client()
        put_odd_objects(endpoint.client("s3"))
        machine_arn = create(sfn, PASS)
        execution_arn = sfn.start_execution(stateMachineArn=machine_arn)["executionArn"]
        known = [machine_arn, execution_arn, PASS, ROLE, "{}", '{"a": 1}', "name", "Only"]
        client = Client(endpoint)
        before = settled = 0
        for number in range(rounds):
            if number == 500:  # what the first requests load stays
                before = memory(endpoint)
            if number == SETTLED:
                settled = memory(endpoint)
            send_something(client, chance, known)
            if number % 500 == 499:
                check_executions(sfn)
        assert {200, 400} <= client.statuses
        after = memory(endpoint)
        print(f"{before:.0f} MiB after 500 requests, {settled:.0f} after {SETTLED:,}, {after:.0f} after {rounds:,}")
        assert after - before < GROWTH
        assert rounds <= SETTLED or after - settled < STAYS
        began = time.monotonic()
        sfn.describe_state_machine(stateMachineArn=create(sfn, PASS))
        assert time.monotonic() - began < SECONDS


def send_something(client, chance, known):
    kind = chance.random()
    operation = chance.choice([*OPERATIONS])
    if kind < 0.05:
        client.send(chance.choice(TARGETS), chance.choice(BODIES))
        return
    if kind < 0.1:
        client.send(f"AWSStepFunctions.{operation}", chance.choice(BODIES))
        return
    if kind < 0.4:
        run_broken(client, chance)
        return
    shape = service_model().operation_model(operation).input_shape
    given = value_for(shape, chance, known)
    body = json.dumps(given).encode()
    if kind > 0.95 and body:
        at = chance.randrange(len(body))
        body = body[:at] + bytes([chance.randrange(256)]) + body[at + chance.randrange(3) :]
    client.send(f"AWSStepFunctions.{operation}", body)


def run_broken(client, chance):
    """Create a broken state machine; if it's accepted, run it."""
    is_map_run = chance.random() < 0.1
    given = {
        "name": f"m-{chance.randrange(10**12)}",
        "definition": odd_map(chance, ODD) if is_map_run else broken_definition(chance, DEFINITIONS),
        "roleArn": ROLE,
    }
    created = client.send("AWSStepFunctions.CreateStateMachine", json.dumps(given).encode())
    if created is not None:
        start = {"stateMachineArn": created["stateMachineArn"], "input": chance.choice(ANY_INPUT)}
        client.send("AWSStepFunctions.StartExecution", json.dumps(start).encode())


def check_executions(sfn):
    """What ran so far failed of its own faults only; what still waits is stopped, and its state machine deleted."""
    for machine in sfn.list_state_machines(maxResults=1000)["stateMachines"]:
        arn = machine["stateMachineArn"]
        if not machine["name"].startswith("m-") or machine["type"] != "STANDARD" or len(machine["name"]) == 12:
            continue
        for execution in sfn.list_executions(stateMachineArn=arn)["executions"]:
            if execution["status"] == "RUNNING":
                sfn.stop_execution(executionArn=execution["executionArn"])
            cause = sfn.describe_execution(executionArn=execution["executionArn"]).get("cause", "")
            definition = sfn.describe_state_machine(stateMachineArn=arn)["definition"]
            assert not any(fault in cause for fault in FAULTS), (cause, definition)
        sfn.delete_state_machine(stateMachineArn=arn)


def memory(endpoint):
    """MiB that the endpoint's process has in memory."""
    with open(f"/proc/{endpoint.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024
