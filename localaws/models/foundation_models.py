"""The foundation models that this endpoint knows: what ListFoundationModels says, and which of them it stands in for.

``modelName`` ends with who answers in its place, "(stand-in)" or the model of one's own server, so that a list of
models says so wherever it's shown.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from asl.json_types import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A foundation model. ``offered`` is false for those that Bedrock has and this endpoint doesn't."""

    id: str
    name: str
    provider: str
    output: str = "TEXT"
    input: tuple[str, ...] = ("TEXT",)
    streaming: bool = True
    offered: bool = True


def _models() -> Iterator[Model]:
    claude = (
        ("anthropic.claude-v2", "Claude 2", False),
        ("anthropic.claude-v2:1", "Claude 2.1", False),
        ("anthropic.claude-instant-v1", "Claude Instant", False),
        ("anthropic.claude-3-haiku-20240307-v1:0", "Claude 3 Haiku", True),
        ("anthropic.claude-3-sonnet-20240229-v1:0", "Claude 3 Sonnet", True),
        ("anthropic.claude-3-5-haiku-20241022-v1:0", "Claude 3.5 Haiku", True),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "Claude 3.5 Sonnet v2", True),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", "Claude Haiku 4.5", True),
    )
    for model, name, images in claude:
        yield Model(id=model, name=name, provider="Anthropic", input=("TEXT", "IMAGE") if images else ("TEXT",))
    for model, name in (
        ("meta.llama2-13b-chat-v1", "Llama 2 Chat 13B"),
        ("meta.llama2-70b-chat-v1", "Llama 2 Chat 70B"),
        ("meta.llama3-8b-instruct-v1:0", "Llama 3 8B Instruct"),
        ("meta.llama3-70b-instruct-v1:0", "Llama 3 70B Instruct"),
    ):
        yield Model(id=model, name=name, provider="Meta")
    for model, name in (
        ("cohere.command-text-v14", "Command"),
        ("cohere.command-light-text-v14", "Command Light"),
        ("cohere.command-r-v1:0", "Command R"),
    ):
        yield Model(id=model, name=name, provider="Cohere")
    for model, name in (
        ("amazon.titan-text-lite-v1", "Titan Text G1 - Lite"),
        ("amazon.titan-text-express-v1", "Titan Text G1 - Express"),
        ("amazon.titan-text-premier-v1:0", "Titan Text G1 - Premier"),
        ("amazon.nova-micro-v1:0", "Nova Micro"),
        ("amazon.nova-lite-v1:0", "Nova Lite"),
        ("amazon.nova-pro-v1:0", "Nova Pro"),
    ):
        yield Model(id=model, name=name, provider="Amazon")
    for model, name in (
        ("mistral.mistral-7b-instruct-v0:2", "Mistral 7B Instruct"),
        ("mistral.mixtral-8x7b-instruct-v0:1", "Mixtral 8x7B Instruct"),
    ):
        yield Model(id=model, name=name, provider="Mistral AI")
    for model, name in (
        ("stability.stable-diffusion-xl-v0", "SDXL 0.8"),
        ("stability.stable-diffusion-xl-v1", "SDXL 1.0"),
    ):
        yield Model(id=model, name=name, provider="Stability AI", output="IMAGE", streaming=False)
    yield Model(
        id="amazon.titan-embed-text-v1",
        name="Titan Embeddings G1 - Text",
        provider="Amazon",
        output="EMBEDDING",
        streaming=False,
        offered=False,
    )
    yield Model(id="ai21.j2-ultra-v1", name="Jurassic-2 Ultra", provider="AI21 Labs", streaming=False, offered=False)


MODELS: Mapping[str, Model] = MappingProxyType({model.id: model for model in _models()})

_ARN = re.compile(r"arn:[^:]+:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)/(?P<id>.+)\Z")
_PROFILE = re.compile(r"^(?:us|us-gov|eu|apac|jp|au|ca|global)\.")
_TEXT_FAMILIES = ("anthropic.claude", "meta.llama", "cohere.command", "amazon.titan-text", "amazon.nova", "mistral.")


def bare_id(model: str) -> str:
    """The model behind an id, an ARN or a cross-Region inference profile."""
    found = _ARN.match(model)
    return _PROFILE.sub("", found["id"] if found else model)


def find(model: str) -> Model | None:
    """The model of that id (see `bare_id`); a newer one of a family that is known counts as known."""
    known = MODELS.get(model) or MODELS.get(f"{model}:0")
    if (
        known is None
        and re.fullmatch(r"[a-z0-9]+\.[a-z0-9][a-z0-9.-]*(?::\d+)?", model)
        and model.startswith(_TEXT_FAMILIES)
    ):
        provider = next(
            each.provider for each in MODELS.values() if each.id.split(".")[0] == model.split(".", maxsplit=1)[0]
        )
        return Model(id=model, name=model.split(".", 1)[1], provider=provider)
    return known


def summary(model: Model, region: str, text_label: str) -> dict[str, JSON]:
    """As ListFoundationModels and GetFoundationModel show it; ``text_label`` says who answers for a text model."""
    return {
        "modelArn": f"arn:aws:bedrock:{region}::foundation-model/{model.id}",
        "modelId": model.id,
        "modelName": f"{model.name} ({text_label if model.output == 'TEXT' else 'stand-in'})",
        "providerName": model.provider,
        "inputModalities": list(model.input),
        "outputModalities": [model.output],
        "responseStreamingSupported": model.streaming,
        "customizationsSupported": [],
        "inferenceTypesSupported": ["ON_DEMAND"],
        "modelLifecycle": {"status": "ACTIVE"},
    }
