"""Bedrock: InvokeModel of its runtime, and the two operations that say which models there are.

What Bedrock would refuse is refused in its words: an id that is no model's, a model without access, a body that the
model can't read.
"""

import asyncio
import base64
import time
from typing import Any
from urllib.parse import parse_qs

from asl.json_text import loads
from asl.json_types import JSON
from localaws.models.answers import STAND_IN_HEADER, Refused, aws_refusal, json_answer
from localaws.models.families import family_of, malformed
from localaws.models.foundation_models import MODELS, Model, bare_id, find, summary
from localaws.models.image import draw, size_of
from localaws.models.writer import Writer
from localaws.services.request import Receive, Request, Response, Scope, Send, from_scope, read_body, send_response

_INVALID_ID = "The provided model identifier is invalid."
_NO_ACCESS = "You don't have access to the model with the specified model ID."


def takes(scope: Scope) -> bool:
    """Requests signed for Bedrock that ask to invoke a model or which models there are."""
    if scope["type"] != "http":
        return False
    request = from_scope(scope, default_region="us-east-1")
    parts = request.parts
    if request.service not in {"bedrock", "bedrock-runtime"} or not parts:
        return False
    return parts[0] == "foundation-models" or (parts[0] == "model" and parts[-1] == "invoke")


class Bedrock:
    """The ASGI application."""

    def __init__(self, writer: Writer, *, region: str) -> None:
        self._writer = writer
        self._region = region

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = from_scope(scope, default_region=self._region)
        request.body = await read_body(receive)
        try:
            answer = await self._answer(request)
        except Refused as refused:
            answer = aws_refusal(refused)
        await send_response(send, answer, method=request.method)

    async def _answer(self, request: Request) -> Response:
        parts = request.parts
        if parts[0] == "model":
            return await self._invoke("/".join(parts[1:-1]), request)
        if len(parts) == 1:
            return json_answer({"modelSummaries": _listed(request, self._writer.label)})
        known = _known("/".join(parts[1:]))
        return json_answer({"modelDetails": summary(known, request.region, self._writer.label)})

    async def _invoke(self, model_id: str, request: Request) -> Response:
        model = _known(model_id)
        if not model.offered:
            raise Refused("AccessDeniedException", _NO_ACCESS, 403)
        body = _body(request)
        if model.output == "IMAGE":
            return await _image(body, request.headers.get("accept", "application/json"))
        family = family_of(model.id, body)
        if family is None:
            raise Refused("AccessDeniedException", _NO_ACCESS, 403)
        prompt = family.prompt(body)
        began = time.monotonic()
        written = await self._writer.answer(prompt.turns, voice=family.voice, max_tokens=prompt.max_tokens)
        answer = family.answer(model.id, prompt, written)
        if written.stand_in:
            answer["stand_in"] = True
        headers = {
            "x-amzn-bedrock-invocation-latency": str(int((time.monotonic() - began) * 1000)),
            "x-amzn-bedrock-input-token-count": str(written.prompt_tokens),
            "x-amzn-bedrock-output-token-count": str(written.tokens),
        }
        return json_answer(answer, headers=headers, stand_in=written.stand_in)


def _known(model_id: str) -> Model:
    model = find(bare_id(model_id))
    if model is None:
        raise Refused("ValidationException", _INVALID_ID)
    return model


def _body(request: Request) -> dict[str, JSON]:
    try:
        body = loads(request.body.decode())
    except ValueError:
        raise malformed("expected a JSON object") from None
    if not isinstance(body, dict):
        raise malformed("#: expected type: JSONObject")
    return body


def _listed(request: Request, text_label: str) -> list[dict[str, JSON]]:
    asked = {name: values[-1] for name, values in parse_qs(request.query).items()}

    def wanted(model: Model) -> bool:
        return (
            model.offered
            and asked.get("byProvider", model.provider).lower() in {model.provider.lower(), model.id.split(".")[0]}
            and asked.get("byOutputModality", model.output) == model.output
            and asked.get("byInferenceType", "ON_DEMAND") == "ON_DEMAND"
            and "byCustomizationType" not in asked
        )

    return [summary(model, request.region, text_label) for model in MODELS.values() if wanted(model)]


async def _image(body: dict[str, JSON], accept: str) -> Response:
    prompts = body.get("text_prompts")
    texts = (
        [each for each in prompts if isinstance(each, dict) and each.get("text")] if isinstance(prompts, list) else []
    )
    if not texts:
        raise malformed("#: required key [text_prompts] not found")
    wanted = [str(each["text"]) for each in texts if _weight(each) > 0] or [str(texts[0]["text"])]
    seed = body.get("seed")
    seed = seed if isinstance(seed, int) and not isinstance(seed, bool) else 0
    size = size_of(body.get("width"), body.get("height"))
    png = await asyncio.to_thread(draw, "\n".join(wanted), size=size, seed=seed)
    if accept.split(";", maxsplit=1)[0].strip() == "image/png":
        headers = [("content-type", "image/png"), (STAND_IN_HEADER, "1")]
        return Response(200, headers, png)
    artifact = {"seed": seed, "base64": base64.b64encode(png).decode(), "finishReason": "SUCCESS"}
    return json_answer({"result": "success", "artifacts": [artifact], "stand_in": True})


def _weight(prompt: dict[str, Any]) -> float:
    weight = prompt.get("weight", 1)
    return float(weight) if isinstance(weight, (int, float)) else 1.0
