"""What the embedded endpoint tells of itself: whose history has grown.

A question to it waits until something has (`localaws`'s `/_localaws/news`), so a watched execution is looked at when
there is something to see, not several times a second in case there is. Only the time of a look depends on it: what
isn't heard (the endpoint is away, or is being started) is found by looking as often as before.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)
PATH = "/_localaws/news"
WAIT = 10.0  # seconds that a question is held open
GATHER = 0.02  # between an answer and the next question: what happens meanwhile comes together
AGAIN = 2.0  # until one that failed is asked again


@dataclass(frozen=True, slots=True)
class Grown:
    """ARNs of an environment's executions; None: any of them may have grown."""

    environment_id: int
    arns: frozenset[str] | None


class Listener:
    """A thread that asks one endpoint, again and again, and tells ``tell`` what it hears."""

    def __init__(self, environment_id: int, endpoint_url: str, tell: Callable[[Grown], None]) -> None:
        self.endpoint_url = endpoint_url
        self.is_hearing = False
        self._environment_id = environment_id
        self._tell = tell
        self._is_over = threading.Event()
        threading.Thread(target=self._run, name=f"news-{environment_id}", daemon=True).start()

    def stop(self) -> None:
        """It tells nothing more; its thread ends with its question."""
        self._is_over.set()
        self.is_hearing = False

    def _run(self) -> None:
        while not self._is_over.is_set():
            try:
                with httpx.Client(base_url=self.endpoint_url, timeout=WAIT + 5, trust_env=False) as client:
                    self._listen(client)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
                if self.is_hearing:
                    logger.info("The endpoint tells no news just now: %s", type(error).__name__)
                self.is_hearing = False
                self._is_over.wait(AGAIN)

    def _listen(self, client: httpx.Client) -> None:
        place = ""
        while True:
            answer = client.get(PATH, params={"after": place, "wait": WAIT}).raise_for_status().json()
            place, arns = str(answer["after"]), frozenset(answer["executions"])
            if self._is_over.is_set():
                return
            self.is_hearing = True
            if answer["missed"]:
                self._tell(Grown(self._environment_id, None))
            elif arns:
                self._tell(Grown(self._environment_id, arns))
            self._is_over.wait(GATHER)


class Listeners:
    """One for each endpoint whose executions are watched."""

    def __init__(self, tell: Callable[[Grown], None]) -> None:
        self._tell = tell
        self._listeners: dict[int, Listener] = {}

    def listen_to(self, endpoints: dict[int, str]) -> None:
        """URLs by environment: from now on these and no others."""
        for key in [key for key, one in self._listeners.items() if endpoints.get(key) != one.endpoint_url]:
            self._listeners.pop(key).stop()
        for key in endpoints.keys() - self._listeners.keys():
            self._listeners[key] = Listener(key, endpoints[key], self._tell)

    def hear(self, environment_id: int) -> bool:
        """Whether what grows there is told."""
        listener = self._listeners.get(environment_id)
        return listener is not None and listener.is_hearing
