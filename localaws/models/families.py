"""How each family of models on Bedrock takes a prompt and gives an answer: the bodies of InvokeModel.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from asl.json_types import JSON
from localaws.models.answers import Refused
from localaws.models.reading import Turn, turns_of
from localaws.models.writer import Written

Body: TypeAlias = Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a body asks for."""

    turns: Sequence[Turn]
    max_tokens: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A family's bodies, and the voice in which its stand-in speaks."""

    voice: str
    prompt: Callable[[Body], Prompt]
    answer: Callable[[str, Prompt, Written], dict[str, JSON]]


def malformed(problem: str) -> Refused:
    """Bedrock's words for a body that the model can't read."""
    return Refused(
        "ValidationException", f"Malformed input request: {problem}, please reformat your input and try again."
    )


def _required(body: Body, *names: str) -> None:
    for name in names:
        if name not in body:
            raise malformed(f"#: required key [{name}] not found")


def _text(body: Body, name: str) -> str:
    _required(body, name)
    if not isinstance(body[name], str) or not body[name].strip():
        raise malformed(
            f"#/{name}: expected minLength: 1, actual: 0" if body[name] == "" else f"#/{name}: expected type: String"
        )
    return str(body[name])


def _limit(body: Body, name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise malformed(f"#/{name}: {value} is not greater or equal to 1")
    return int(value)


def _parts(content: JSON) -> str:
    """The text of a message whose content is text or a list of blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        texts = [str(block["text"]) for block in content if isinstance(block, dict) and "text" in block]
        return "\n".join(texts)
    raise malformed("#/messages: content has the wrong type")


def messages_of(body: Body) -> list[Turn]:
    """The turns of a body with ``messages`` (Claude, Nova, OpenAI)."""
    _required(body, "messages")
    messages = body["messages"]
    if not isinstance(messages, list) or not messages:
        raise malformed("#/messages: expected minimum item count: 1, found: 0")
    turns = [Turn("system", _parts(body["system"]))] if body.get("system") else []
    for message in messages:
        if not isinstance(message, dict) or "role" not in message or "content" not in message:
            raise malformed("#/messages: role and content are required")
        turns.append(Turn(str(message["role"]), _parts(message["content"])))
    return turns


# Anthropic


def _claude_prompt(body: Body) -> Prompt:
    if "messages" in body:
        _required(body, "max_tokens")
        return Prompt(turns=messages_of(body), max_tokens=_limit(body, "max_tokens"))
    _required(body, "max_tokens_to_sample")
    return Prompt(turns=turns_of(_text(body, "prompt")), max_tokens=_limit(body, "max_tokens_to_sample"))


def _claude_legacy(model: str, prompt: Prompt, written: Written) -> dict[str, JSON]:  # noqa: ARG001
    return {
        "type": "completion",
        "completion": f" {written.text}",
        "stop_reason": "max_tokens" if written.cut else "stop_sequence",
        "stop": None if written.cut else "\n\nHuman:",
    }


def _claude_messages(model: str, prompt: Prompt, written: Written) -> dict[str, JSON]:  # noqa: ARG001
    return {
        "id": f"msg_bdrk_{uuid.uuid4().hex[:24]}",
        "type": "message",
        "role": "assistant",
        "model": model.split(".", 1)[-1],
        "content": [{"type": "text", "text": written.text}],
        "stop_reason": "max_tokens" if written.cut else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": written.prompt_tokens, "output_tokens": written.tokens},
    }


# Meta


def _llama_prompt(body: Body) -> Prompt:
    return Prompt(turns=turns_of(_text(body, "prompt")), max_tokens=_limit(body, "max_gen_len") or 512)


def _llama_answer(model: str, prompt: Prompt, written: Written) -> dict[str, JSON]:  # noqa: ARG001
    return {
        "generation": f"\n\n{written.text}",
        "prompt_token_count": written.prompt_tokens,
        "generation_token_count": written.tokens,
        "stop_reason": "length" if written.cut else "stop",
    }


# Cohere


def _cohere_prompt(body: Body) -> Prompt:
    if "message" in body:
        said = body.get("chat_history")
        history = said if isinstance(said, list) else []
        turns = [
            Turn("assistant" if turn.get("role") == "CHATBOT" else "user", str(turn.get("message", "")))
            for turn in history
            if isinstance(turn, dict)
        ]
        return Prompt(turns=[*turns, Turn("user", _text(body, "message"))], max_tokens=_limit(body, "max_tokens"))
    return Prompt(turns=turns_of(_text(body, "prompt")), max_tokens=_limit(body, "max_tokens"))


def _cohere_answer(model: str, prompt: Prompt, written: Written) -> dict[str, JSON]:
    reason = "MAX_TOKENS" if written.cut else "COMPLETE"
    if ".command-r" in model:
        return {
            "response_id": str(uuid.uuid4()),
            "generation_id": str(uuid.uuid4()),
            "text": written.text,
            "finish_reason": reason,
        }
    return {
        "id": str(uuid.uuid4()),
        "generations": [{"id": str(uuid.uuid4()), "text": f" {written.text}", "finish_reason": reason}],
        "prompt": prompt.turns[-1].text if len(prompt.turns) == 1 else "\n".join(turn.text for turn in prompt.turns),
    }


# Amazon


def _titan_prompt(body: Body) -> Prompt:
    config = body.get("textGenerationConfig")
    limit = _limit(config, "maxTokenCount") if isinstance(config, dict) else None
    return Prompt(turns=turns_of(_text(body, "inputText")), max_tokens=limit or 512)


def _titan_answer(model: str, prompt: Prompt, written: Written) -> dict[str, JSON]:  # noqa: ARG001
    return {
        "inputTextTokenCount": written.prompt_tokens,
        "results": [
            {
                "tokenCount": written.tokens,
                "outputText": f"\n{written.text}",
                "completionReason": "LENGTH" if written.cut else "FINISH",
            }
        ],
    }


def _nova_prompt(body: Body) -> Prompt:
    config = body.get("inferenceConfig")
    names = ("maxTokens", "max_new_tokens")
    limits = [_limit(config, name) for name in names] if isinstance(config, dict) else []
    return Prompt(turns=messages_of(body), max_tokens=next((each for each in limits if each), None))


def _nova_answer(model: str, prompt: Prompt, written: Written) -> dict[str, JSON]:  # noqa: ARG001
    return {
        "output": {"message": {"content": [{"text": written.text}], "role": "assistant"}},
        "stopReason": "max_tokens" if written.cut else "end_turn",
        "usage": {
            "inputTokens": written.prompt_tokens,
            "outputTokens": written.tokens,
            "totalTokens": written.prompt_tokens + written.tokens,
        },
    }


# Mistral


def _mistral_prompt(body: Body) -> Prompt:
    return Prompt(turns=turns_of(_text(body, "prompt")), max_tokens=_limit(body, "max_tokens") or 512)


def _mistral_answer(model: str, prompt: Prompt, written: Written) -> dict[str, JSON]:  # noqa: ARG001
    return {"outputs": [{"text": f" {written.text}", "stop_reason": "length" if written.cut else "stop"}]}


_CLAUDE = Family(voice="claude", prompt=_claude_prompt, answer=_claude_messages)
_CLAUDE_LEGACY = Family(voice="claude", prompt=_claude_prompt, answer=_claude_legacy)
_FAMILIES: Mapping[str, Family] = {
    "anthropic.": _CLAUDE,
    "meta.": Family(voice="llama", prompt=_llama_prompt, answer=_llama_answer),
    "cohere.": Family(voice="cohere", prompt=_cohere_prompt, answer=_cohere_answer),
    "amazon.titan-text": Family(voice="gpt", prompt=_titan_prompt, answer=_titan_answer),
    "amazon.nova": Family(voice="gpt", prompt=_nova_prompt, answer=_nova_answer),
    "mistral.": Family(voice="open", prompt=_mistral_prompt, answer=_mistral_answer),
}


def family_of(model: str, body: Body) -> Family | None:
    """The family of a text model; Claude's is told by its body (a prompt, or messages)."""
    if model.startswith("anthropic.") and "messages" not in body:
        return _CLAUDE_LEGACY
    return next((family for prefix, family in _FAMILIES.items() if model.startswith(prefix)), None)
