"""`ws/reviews/`: who may listen, and what is said."""

import asyncio
import json

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.contrib.auth.models import AnonymousUser, Group, User

from callboard import live
from callboard.apps import make_groups
from review.consumers import ReviewsConsumer
from review.deciding import decide
from review.services import accept_message
from tests.review.conftest import CONTRACT, TOKEN, make_reviewer

pytestmark = pytest.mark.django_db(transaction=True)


class Socket:
    """A WebSocket as the server sees it (channels' own communicator needs Daphne)."""

    def __init__(self, user):
        scope = {
            "type": "websocket",
            "path": "/ws/reviews/",
            "user": user,
            "headers": [],
            "query_string": b"",
            "subprotocols": [],
        }
        self._application = ApplicationCommunicator(ReviewsConsumer.as_asgi(), scope)

    async def connect(self):
        await self._application.send_input({"type": "websocket.connect"})
        assert (await self.receive())["type"] == "websocket.accept"

    async def receive(self):
        return await self._application.receive_output(timeout=5)

    async def frame(self):
        return json.loads((await self.receive())["text"])

    async def disconnect(self):
        await self._application.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._application.wait()


@pytest.fixture(autouse=True)
async def server_loop():
    """The loop that messages are handed to, as ASGI's lifespan would say; and the layer begins empty."""
    live.remember_loop(asyncio.get_running_loop())
    yield
    live.remember_loop(None)
    await get_channel_layer().flush()


async def test_a_reviewer_hears_of_a_new_task_and_of_its_decision(environment):
    user = await database_sync_to_async(make_reviewer)("listener")
    socket = Socket(user)
    await socket.connect()
    frames = [await socket.frame()]
    assert frames[0] == {"type": "counts", "counts": {"mine": 0, "open": 0}}

    task = await database_sync_to_async(accept_message)(environment, CONTRACT)
    frames += [await socket.frame(), await socket.frame()]
    assert frames[1]["type"] == "task"
    assert frames[1]["task"]["id"] == task.pk
    assert "candidates" not in frames[1]["task"]
    assert frames[2]["counts"] == {"mine": 1, "open": 1}

    await database_sync_to_async(decide)(task, by=user, outcome="approve", candidate="A")
    frames += [await socket.frame(), await socket.frame()]
    assert frames[3]["task"]["status"] == "decided"
    assert frames[4]["counts"] == {"mine": 0, "open": 0}
    assert TOKEN not in json.dumps(frames)
    await socket.disconnect()


@pytest.mark.parametrize("who", ["anonymous", "without a group", "no longer a reviewer"])
async def test_nobody_else_may_listen(db, who):
    @database_sync_to_async
    def user():
        if who == "anonymous":
            return AnonymousUser()
        made = User.objects.create_user("somebody")
        if who == "no longer a reviewer":
            make_groups()
            made.groups.add(Group.objects.get(name="Reviewer"))
            made.has_perm("review.view_reviewtask")  # cached on this object
            made.groups.clear()
        return made

    socket = Socket(await user())
    await socket.connect()
    closed = await socket.receive()
    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)
