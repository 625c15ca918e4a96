"""Who else has a workflow open: told to those who may see it, from this site alone, and never stored."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async

from callboard import live
from designer.services import create_state_machine
from tests.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


@pytest.fixture
def machine():
    return create_state_machine(name="order", definition=PASS, by=None)


@pytest.fixture
async def serving():
    live.remember_loop(asyncio.get_running_loop())
    yield
    live.remember_loop(None)


async def heard(socket, kind):
    while True:
        message = await socket.receive()
        if message["type"] == kind:
            return message


async def test_two_people_see_each_other_come_select_and_go(machine, person):
    ada, bob = await sync_to_async(person)("Designer"), await sync_to_async(person)("Operator")
    path = f"/ws/workflows/{machine.pk}/"
    async with Socket(path, ada) as first:
        async with Socket(path, bob) as second:
            seen = await heard(first, "here")
            assert (seen["name"], seen["person"], seen["state"]) == (bob.username, bob.pk, "")
            assert (await heard(second, "here"))["name"] == ada.username  # who was there before is told too
            await second.send_text("nonsense")
            await second.send(state="A" * 200)
            assert (await heard(first, "here"))["state"] == "A" * 80
        assert (await heard(first, "gone"))["page"] == seen["page"]


async def test_a_saved_revision_is_told(machine, person, async_client, serving):
    ada = await sync_to_async(person)("Designer")
    await sync_to_async(async_client.force_login)(ada)
    async with Socket(f"/ws/workflows/{machine.pk}/", ada) as socket:
        body = {"definition": PASS + "\n", "base_revision": 1, "comment": "why"}
        address = f"/api/v1/state-machines/{machine.pk}/revisions"
        answer = await async_client.post(address, json.dumps(body), content_type="application/json")
        assert answer.status_code == 201
        assert await heard(socket, "saved") == {"type": "saved", "number": 2, "by": ada.username, "comment": "why"}


async def test_strangers_and_other_sites_hear_nothing(machine, person):
    nobody, ada = await sync_to_async(person)(), await sync_to_async(person)("Designer")
    path = f"/ws/workflows/{machine.pk}/"
    for user in (None, nobody):
        async with Socket(path, user) as socket:
            assert await socket.code() == 4403
    async with Socket(path, ada, origin="https://elsewhere.example") as socket:
        assert socket.closed is not None
    async with Socket("/ws/workflows/987654/", ada) as socket:
        assert await socket.code() == 4404
