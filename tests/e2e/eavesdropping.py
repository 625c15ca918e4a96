"""What leaves Callboard while a test runs, kept to be searched for task tokens: pages and answers, frames of sockets, all
that passes through Redis.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import html
import re
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import unquote

import httpx
import redis
import websockets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from processes import Site

TAG = 32  # characters: what a token begins with, in Base64
HEAD = 24  # so many no other text has by chance
RUN = re.compile(rf"[A-Za-z0-9+/]{{{HEAD},}}")
ONCE = (
    "/review/", "/review/?folder=open", "/review/?folder=decided", "/review/several/", "/review/figures/",
    "/review/audit.csv", "/review/audit.json", "/review/preferences.jsonl", "/settings/review/", "/executions/",
    "/dashboard/", "/api/v1/reviews?status=decided&limit=100", "/admin/review/reviewtask/",
)  # fmt: skip
OF_A_TASK = ("", "pane/", "run/")


def kept(answer: httpx.Response) -> str:
    """An answer's address, headers and text."""
    return f"{answer.url}\n{answer.headers!r}\n{answer.text}\n"


class Looker(threading.Thread):
    """Somebody of staff who looks at one question after the other, at its run, and at the lists."""

    def __init__(self, site: Site, cookie: str, done: threading.Event) -> None:
        super().__init__(daemon=True)
        self.http = httpx.Client(base_url=site.url, headers={"Cookie": cookie}, timeout=30)
        self.done, self.heard, self.statuses = done, [], set()

    def run(self) -> None:
        while not self.done.is_set():
            with contextlib.suppress(httpx.HTTPError):
                for task in self.get("/api/v1/reviews?status=open&limit=3").json().get("tasks", []):
                    self.look_at(task)
            self.done.wait(1)

    def look_at(self, task: dict) -> None:
        for part in OF_A_TASK:
            self.get(f"/review/{task['id']}/{part}")
        self.get(f"/api/v1/reviews/{task['id']}")
        if task["execution"]:
            number = task["execution"]["id"]
            self.get(f"/executions/{number}/")
            events = self.get(f"/api/v1/executions/{number}/events").json().get("events", [])
            for event in events:
                if event["type"] == "TaskStateEntered":
                    self.get(f"/api/v1/executions/{number}/flow?event={event['id']}")

    def look_once_more(self) -> None:
        """After all is over: every list and every export, and some questions as they ended."""
        for path in ONCE:
            answer = self.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
        for task in self.get("/api/v1/reviews?status=decided&limit=10").json()["tasks"]:
            self.look_at(task)

    def get(self, path: str) -> httpx.Response:
        answer = self.http.get(path)
        self.heard.append(kept(answer))
        self.statuses.add(answer.status_code)
        return answer


class Listener(threading.Thread):
    """An open page's socket, which comes back when it is dropped."""

    def __init__(self, site: Site, path: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.url, self.origin, self.cookie = site.url.replace("http", "ws") + path, site.url, cookie
        self.frames: list[str] = []

    def run(self) -> None:
        asyncio.run(self.listen())

    async def listen(self) -> None:
        while True:
            try:
                headers = {"Cookie": self.cookie}
                async with websockets.connect(self.url, origin=self.origin, additional_headers=headers) as socket:
                    async for frame in socket:
                        self.frames.append(str(frame))
            except (OSError, websockets.WebSocketException):
                await asyncio.sleep(0.3)


class Wire(threading.Thread):
    """Every command that Redis is given, by MONITOR; Celery's bodies, which are Base64, in clear beside it."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.commands: list[str] = []

    def run(self) -> None:
        while True:
            with (
                contextlib.suppress(redis.RedisError, OSError, ValueError),
                redis.Redis(port=self.port, socket_timeout=None).monitor() as monitor,
            ):
                for said in monitor.listen():
                    self.commands.append(in_clear(said["command"]))
            time.sleep(0.2)  # it is being started again


def in_clear(command: str) -> str:
    bodies = [base64.b64decode(body) for body in re.findall(r'body\\*": \\*"([A-Za-z0-9+/=]+)', command)]
    return "\n".join([command, *(body.decode(errors="replace") for body in bodies)])


def leaks(secrets: Collection[str], texts: Iterable[str]) -> list[str]:
    """Where a task token stands in a text, as it is, escaped for JSON or HTML or an address: what is around it, 10 at most.

    By the tag that each begins with, whole or not, and by what follows in all of one state machine's (`asl.tokens`).
    """
    heads = {secret[:HEAD] for secret in secrets}
    tails = [secret[TAG:] for secret in secrets]
    common = "".join(same for same, *others in zip(*tails, strict=False) if {same} == {same, *others})[:HEAD]
    found = []
    for text in texts:
        for form in {text, unquote(text), html.unescape(text).replace("\\/", "/")}:
            place = form.find(common)
            if place == -1:
                place = next(
                    (
                        run.start() + at
                        for run in RUN.finditer(form)
                        for at in range(len(run[0]) - HEAD + 1)
                        if run[0][at : at + HEAD] in heads
                    ),
                    -1,
                )
            if place != -1:
                found.append(form[max(0, place - 80) : place + 80])
    return found[:10]
