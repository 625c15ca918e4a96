"""`ws/workflows/{id}/`: who else has a workflow open, and that somebody saved it.

Nothing is stored: each open page says now and then that it is there, and is forgotten by the others when it falls
silent. Names and the state that is selected go to people who may see the workflow, nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from typing import TYPE_CHECKING, Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from callboard.live import publish
from callboard.watching import Guarded
from designer.models import StateMachine
from designer.serializers import iso

if TYPE_CHECKING:
    from designer.models import Revision

NOT_FOUND = 4404
SAY_EVERY = 15  # seconds; a page that wasn't heard for three times as long is gone
LONGEST_NAME = 80  # of a state, as the language has it


def group_of(machine_id: int) -> str:
    return f"designer.presence.{machine_id}"


def tell_saved(machine_id: int, revision: Revision) -> None:
    """To everyone who has it open."""
    by = revision.author.get_username() if revision.author else "Callboard"
    message = {"number": revision.number, "by": by, "comment": revision.comment}
    publish(group_of(machine_id), {"type": "revision.saved", **message})


class PresenceConsumer(Guarded, AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    required_permission = "designer.view_statemachine"

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        try:
            return json.loads(text_data)
        except ValueError:
            return None  # nonsense is nobody's request

    async def connect(self) -> None:
        self.saying: asyncio.Task[None] | None = None
        self.page = uuid.uuid4().hex
        self.since = iso(timezone.now())
        self.state = ""
        self.machine_id = int(self.scope["url_route"]["kwargs"]["pk"])
        if not await self.admitted():
            return
        await self.accept()
        if not await StateMachine.objects.filter(pk=self.machine_id).aexists():
            await self.close(NOT_FOUND)
            return
        await self.channel_layer.group_add(group_of(self.machine_id), self.channel_name)
        await self.channel_layer.group_send(group_of(self.machine_id), {"type": "presence.asked", "page": self.page})
        self.saying = asyncio.create_task(self._keep_saying())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        if self.saying is not None:
            self.saying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.saying
        await self.released()
        group = group_of(self.machine_id)
        await self.channel_layer.group_discard(group, self.channel_name)
        if self.saying is not None:
            await self.channel_layer.group_send(group, {"type": "presence.gone", "page": self.page})

    async def receive_json(self, content: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """``{"state": name}``: what is selected; "" is nothing."""
        state = content.get("state") if isinstance(content, dict) else None
        if isinstance(state, str) and self.saying is not None and state[:LONGEST_NAME] != self.state:
            self.state = state[:LONGEST_NAME]
            await self._say()

    async def presence_asked(self, message: dict[str, Any]) -> None:
        if message["page"] != self.page:
            await self._say()

    async def presence_here(self, message: dict[str, Any]) -> None:
        if message["page"] != self.page:
            shown = {name: message[name] for name in ("page", "person", "name", "since", "state")}
            await self.send_json({"type": "here", **shown})

    async def presence_gone(self, message: dict[str, Any]) -> None:
        if message["page"] != self.page:
            await self.send_json({"type": "gone", "page": message["page"]})

    async def revision_saved(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": "saved", **{name: message[name] for name in ("number", "by", "comment")}})

    async def _keep_saying(self) -> None:
        while True:
            await self._say()
            await asyncio.sleep(SAY_EVERY)

    async def _say(self) -> None:
        user = self.scope["user"]
        await self.channel_layer.group_send(
            group_of(self.machine_id),
            {
                "type": "presence.here",
                "page": self.page,
                "person": user.pk,
                "name": user.get_full_name() or user.get_username(),
                "since": self.since,
                "state": self.state,
            },
        )
