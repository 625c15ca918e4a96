"""Who writes: the built-in writer, or the OpenAI-compatible server that a setting names.

With a server, every text model is answered by it, under the name that the setting gives; images stay built in.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from localaws.models.answers import Refused
from localaws.models.language import count_tokens, first_tokens
from localaws.models.reading import Turn, read
from localaws.models.writing import write
from localaws.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A model's text; ``cut`` when it ended at the limit of tokens."""

    text: str
    prompt_tokens: int
    tokens: int
    cut: bool
    stand_in: bool


class Writer:
    """Answers conversations."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def label(self) -> str:
        """Who answers under the text models' names: "stand-in", or the model of the server that the setting names."""
        if not self._settings.model_base_url:
            return "stand-in"
        return self._settings.model_name or "own model server"

    async def answer(self, turns: Sequence[Turn], *, voice: str, max_tokens: int | None) -> Written:
        """The next turn of the conversation. Raises `Refused` when the server that the setting names doesn't answer."""
        if self._settings.model_base_url:
            return await self._ask_server(turns, max_tokens)
        return await asyncio.to_thread(_built_in, list(turns), voice, max_tokens)

    async def _ask_server(self, turns: Sequence[Turn], max_tokens: int | None) -> Written:
        settings = self._settings
        headers = {"Authorization": f"Bearer {settings.model_api_key}"} if settings.model_api_key else {}
        body = {
            "model": settings.model_name,
            "messages": [{"role": turn.role, "content": turn.text} for turn in turns],
            **({"max_tokens": max_tokens} if max_tokens else {}),
        }
        url = f"{settings.model_base_url}/chat/completions"
        try:
            async with httpx.AsyncClient(timeout=settings.model_timeout, trust_env=False) as client:
                answer = await client.post(url, json=body, headers=headers)
                answer.raise_for_status()
            said = answer.json()
            choice = said["choices"][0]
            text = str(choice["message"]["content"] or "")
            usage = said.get("usage") or {}
        except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
            raise Refused(
                "ServiceUnavailableException",
                f"The model server at {url} (LOCALAWS_MODEL_BASE_URL) did not answer: {type(error).__name__} {error}",
                503,
            ) from error
        return Written(
            text=text,
            prompt_tokens=int(usage.get("prompt_tokens") or _prompt_tokens(turns)),
            tokens=int(usage.get("completion_tokens") or count_tokens(text)),
            cut=choice.get("finish_reason") == "length",
            stand_in=False,
        )


def _prompt_tokens(turns: Sequence[Turn]) -> int:
    return sum(count_tokens(turn.text) for turn in turns)


def _built_in(turns: Sequence[Turn], voice: str, max_tokens: int | None) -> Written:
    text = write(read(turns), voice=voice, max_tokens=max_tokens)
    text, cut = first_tokens(text, max_tokens) if max_tokens else (text, False)
    return Written(text=text, prompt_tokens=_prompt_tokens(turns), tokens=count_tokens(text), cut=cut, stand_in=True)
