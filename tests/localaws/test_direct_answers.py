"""Short questions are answered past ASGI, in order, and as uvicorn itself would have had them answered."""

import asyncio
import json

import pytest
from served import PASS, create, finished, machine

HEAD = (
    "POST / HTTP/1.1\r\nHost: {host}\r\nX-Amz-Target: AWSStepFunctions.{operation}\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/states/aws4_request\r\n{more}"
    "Content-Length: {length}\r\n\r\n"
)


def question(operation, *, host="127.0.0.1", more="", **members):
    body = json.dumps(members).encode()
    return HEAD.format(host=host, operation=operation, more=more, length=len(body)).encode() + body


async def ask(url, *pieces, answers=1):
    """[(status, body)] of the answers to what is sent piece by piece on one connection."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.02)
    found = []
    async with asyncio.timeout(10):
        for _ in range(answers):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.split("content-length: ")[1].split("\r\n")[0])
            found.append((int(head[9:12]), json.loads(await reader.readexactly(length))))
    writer.close()
    return found


@pytest.fixture(scope="module")
def machines(endpoint):
    """The ARNs of a machine that ends at once, and of one that is answered after a while."""
    client = endpoint.client()
    late = machine(Wait={"Type": "Wait", "Seconds": 1, "End": True})
    return create(client, PASS), create(client, late, type="EXPRESS")


@pytest.mark.parametrize("place", ["in its head", "before its body", "in its body"])
async def test_a_request_may_come_in_pieces(endpoint, machines, place):
    asked = question("StartExecution", stateMachineArn=machines[0], input='{"a": 1}')
    cut = {"in its head": 20, "before its body": asked.index(b"\r\n\r\n") + 4, "in its body": len(asked) - 5}[place]
    ((status, told),) = await ask(endpoint.url, asked[:cut], asked[cut:])
    assert status == 200
    assert finished(endpoint.client(), told["executionArn"])["input"] == '{"a": 1}'


async def test_requests_of_a_connection_are_answered_in_their_order(endpoint, machines):
    one, late = machines
    asked = [
        question("DescribeStateMachine", stateMachineArn=one),
        question("StartSyncExecution", stateMachineArn=late),
        question("DescribeStateMachine", stateMachineArn=one),
        question("ListStateMachines", maxResults=1),
        question("StartExecution", stateMachineArn=one),
    ]
    told = await ask(endpoint.url, b"".join(asked), answers=5)
    assert [status for status, _ in told] == [200] * 5
    assert told[0][1]["stateMachineArn"] == told[2][1]["stateMachineArn"] == one
    assert told[1][1]["status"] == "SUCCEEDED"
    assert len(told[3][1]["stateMachines"]) == 1
    assert "executionArn" in told[4][1]


async def test_what_is_unusual_is_answered_all_the_same(endpoint, machines):
    arn = machines[0]
    large = json.dumps("x" * 100_000)
    assert (await ask(endpoint.url, question("StartExecution", stateMachineArn=arn, input=large)))[0][0] == 200
    closing = question("DescribeStateMachine", more="Connection: close\r\n", stateMachineArn=arn)
    assert (await ask(endpoint.url, closing))[0][0] == 200


async def test_a_page_and_another_name_are_refused_before_they_are_heard(endpoint, machines):
    for asked in (
        question("StartExecution", more="Origin: https://example.com\r\n", stateMachineArn=machines[0]),
        question("StartExecution", more="Sec-Fetch-Site: cross-site\r\n", stateMachineArn=machines[0]),
        question("StartExecution", host="example.com", stateMachineArn=machines[0]),
    ):
        assert (await ask(endpoint.url, asked))[0][0] == 403


async def test_many_at_once_are_all_answered_and_kept(endpoint, machines):
    client = endpoint.client()
    asked = question("StartExecution", stateMachineArn=machines[0])
    told = await asyncio.gather(*(ask(endpoint.url, asked) for _ in range(40)))
    for ((status, body),) in told:
        assert status == 200
        assert client.describe_execution(executionArn=body["executionArn"])["status"] == "SUCCEEDED"
