"""Models over plain HTTP, below ``/_models/``: an OpenAI chat and Hugging Face text generation.

    POST /_models/openai/v1/chat/completions          GET /_models/openai/v1/models
    POST /_models/huggingface/models/{org}/{model}

Both want an API key, as the real ones do, and take any value: what is shown is the connection, not a secret. Names of
models end with "(stand-in)" in the answers.
"""

import time
import uuid
from collections.abc import Mapping

from asl.json_text import loads
from asl.json_types import JSON
from localaws.models.answers import Refused, json_answer
from localaws.models.families import messages_of
from localaws.models.reading import Turn, turns_of
from localaws.models.writer import Writer
from localaws.services.request import Receive, Request, Response, Scope, Send, from_scope, read_body, send_response

PREFIX = "/_models/"
_OPENAI_MODELS = ("gpt-3.5-turbo", "gpt-4o-mini", "gpt-4o")
_KEY_HEADERS = ("authorization", "x-api-key", "api-key")


def takes(scope: Scope) -> bool:
    """Everything below ``/_models/``."""
    return scope["type"] == "http" and str(scope["path"]).startswith(PREFIX)


class HttpModels:
    """The ASGI application."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = from_scope(scope, default_region="us-east-1")
        request.body = await read_body(receive)
        parts = request.parts[1:]
        refusal = _hugging_face_refusal if parts[:1] == ["huggingface"] else _openai_refusal
        try:
            answer = await self._answer(request, parts)
        except Refused as refused:
            answer = refusal(refused)
        await send_response(send, answer, method=request.method)

    async def _answer(self, request: Request, parts: list[str]) -> Response:
        _require_key(request, parts)
        match request.method, parts:
            case "POST", ["openai", "v1", "chat", "completions"]:
                return await self._chat(_body(request))
            case "GET", ["openai", "v1", "models"]:
                return json_answer({"object": "list", "data": [_model(name) for name in _OPENAI_MODELS]})
            case "POST", ["huggingface", "models", organisation, model]:
                return await self._generate(f"{organisation}/{model}", _body(request))
            case _:
                raise Refused("not_found", f"There is no {request.method} {request.path} among the stand-ins.", 404)

    async def _chat(self, body: Mapping[str, JSON]) -> Response:
        model = body.get("model")
        if not isinstance(model, str) or not model:
            raise Refused("invalid_request_error", "you must provide a model parameter")
        limit = body.get("max_completion_tokens", body.get("max_tokens"))
        written = await self._writer.answer(
            messages_of(body), voice="gpt", max_tokens=limit if isinstance(limit, int) and limit > 0 else None
        )
        message = {"role": "assistant", "content": written.text, "refusal": None}
        answer: dict[str, JSON] = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": f"{model} (stand-in)" if written.stand_in else model,
            "choices": [
                {"index": 0, "message": message, "logprobs": None, "finish_reason": "length" if written.cut else "stop"}
            ],
            "usage": {
                "prompt_tokens": written.prompt_tokens,
                "completion_tokens": written.tokens,
                "total_tokens": written.prompt_tokens + written.tokens,
            },
        }
        if written.stand_in:
            answer["stand_in"] = True
        return json_answer(answer, stand_in=written.stand_in)

    async def _generate(self, model: str, body: Mapping[str, JSON]) -> Response:
        inputs = body.get("inputs")
        if not isinstance(inputs, str) or not inputs.strip():
            raise Refused(
                "validation", f"Input validation error: `inputs` must be a text that isn't empty ({model})", 422
            )
        parameters = body.get("parameters")
        parameters = parameters if isinstance(parameters, dict) else {}
        limit = parameters.get("max_new_tokens")
        turns: list[Turn] = turns_of(inputs)
        written = await self._writer.answer(
            turns, voice="open", max_tokens=limit if isinstance(limit, int) and limit > 0 else None
        )
        # The real one repeats the prompt unless told otherwise.
        whole = parameters.get("return_full_text", True)
        text = f"{inputs}{written.text}" if whole else written.text
        return json_answer([{"generated_text": text}], stand_in=written.stand_in)


def _require_key(request: Request, parts: list[str]) -> None:
    given = [request.headers.get(name, "").strip() for name in _KEY_HEADERS]
    if not any(value.removeprefix("Bearer").strip() for value in given):
        wording = (
            "Invalid username or password."
            if parts[:1] == ["huggingface"]
            else "You didn't provide an API key. You need to provide your API key in an Authorization header."
        )
        raise Refused("invalid_request_error", wording, 401)


def _body(request: Request) -> dict[str, JSON]:
    try:
        body = loads(request.body.decode())
    except ValueError:
        raise Refused("invalid_request_error", "We could not parse the JSON body of your request.") from None
    if not isinstance(body, dict):
        raise Refused("invalid_request_error", "The body of your request must be a JSON object.")
    return body


def _model(name: str) -> dict[str, JSON]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "stand-in"}


def _openai_refusal(refused: Refused) -> Response:
    kind = refused.code if refused.code.islower() else "invalid_request_error"
    error = {"message": refused.message, "type": kind, "param": None, "code": None}
    return json_answer({"error": error}, status=refused.status)


def _hugging_face_refusal(refused: Refused) -> Response:
    return json_answer({"error": refused.message}, status=refused.status)
