"""Stand-ins for models and speech: Bedrock, an OpenAI chat, Hugging Face, Transcribe. Every answer says that it's one.

The header ``x-callboard-stand-in: 1`` is on each; ``stand_in: true`` in bodies that are JSON objects; names of models
end with "(stand-in)" where they're listed or sent back. Answers are made from the prompt's own words, the same each
time, unless LOCALAWS_MODEL_BASE_URL names a real server: then the text is that server's and unmarked.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from localaws.models import bedrock, http_apis, speech
from localaws.models.bedrock import Bedrock
from localaws.models.http_apis import HttpModels
from localaws.models.speech import Transcribe, TranscribeServices
from localaws.models.writer import Writer
from localaws.services.request import App, Scope
from localaws.settings import Settings

__all__ = ["StandIns"]


class StandInServices(TranscribeServices, Protocol):
    """`localaws.services.Services`, as the stand-ins use it."""

    def register(self, matcher: Callable[[Scope], bool], app: App) -> None: ...


class StandIns:
    """All of them, put ahead of the other services by `start`."""

    def __init__(self, services: StandInServices, settings: Settings) -> None:
        writer = Writer(settings)
        self._transcribe = Transcribe(services, settings, Path(settings.home) / "transcribe.sqlite3")
        services.register(bedrock.takes, Bedrock(writer, region=settings.region))
        services.register(http_apis.takes, HttpModels(writer))
        services.register(speech.takes, self._transcribe)

    async def start(self) -> None:
        """Begin to work on transcription jobs, those of an earlier run among them."""
        await self._transcribe.start()

    async def stop(self) -> None:
        """Stop; unfinished jobs are kept."""
        await self._transcribe.stop()
