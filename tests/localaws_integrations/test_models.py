"""The stand-ins: Bedrock's families, chat and generation over HTTP, pictures; each marked, each refusing as its model does."""

import asyncio
import http.server
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from PIL import Image

from localaws.integrations import Integrations, TaskFailure
from localaws.models.foundation_models import MODELS
from localaws.models.image import draw, initials
from localaws.services import Services
from localaws.services.request import Request, Response, call_app
from localaws.settings import Settings

TEXT = (
    "AWS Step Functions runs workflows made of states. A Task state calls a service such as Amazon Bedrock. "
    "A Choice state decides where the workflow goes next. When a step fails, the workflow retries it with a growing delay."
)
ASK = f"Summarize the following text in two sentences:\n\n{TEXT}"
MESSAGES = [{"role": "user", "content": [{"type": "text", "text": ASK}]}]


async def invoke(perform: Any, model: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    result = await perform("bedrock:invokeModel", {"ModelId": model, "Body": body, **more})
    assert result["ContentType"] == "application/json"
    assert result["Body"].pop("stand_in") is True
    return result["Body"]


async def test_claude_completes_a_legacy_prompt(perform: Any) -> None:
    body = await invoke(
        perform, "anthropic.claude-v2", {"prompt": f"\n\nHuman: {ASK}\n\nAssistant:", "max_tokens_to_sample": 200}
    )
    assert body.pop("completion").startswith(" AWS Step Functions runs workflows")
    assert body == {"type": "completion", "stop_reason": "stop_sequence", "stop": "\n\nHuman:"}


async def test_claude_answers_messages(perform: Any) -> None:
    body = await invoke(
        perform,
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
        {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 200, "messages": MESSAGES},
    )
    assert (body["type"], body["role"], body["stop_reason"], body["stop_sequence"]) == (
        "message",
        "assistant",
        "end_turn",
        None,
    )
    assert body["content"][0]["text"].startswith("AWS Step Functions runs")
    assert body["usage"]["input_tokens"] > body["usage"]["output_tokens"] > 10


async def test_llama_counts_its_tokens(perform: Any) -> None:
    body = await invoke(perform, "meta.llama2-13b-chat-v1", {"prompt": ASK, "max_gen_len": 200})
    assert list(body) == ["generation", "prompt_token_count", "generation_token_count", "stop_reason"]
    assert body["stop_reason"] == "stop"
    assert body["prompt_token_count"] > 40
    short = await invoke(perform, "meta.llama2-13b-chat-v1", {"prompt": ASK, "max_gen_len": 5})
    assert (short["generation_token_count"], short["stop_reason"]) == (5, "length")


async def test_cohere_titan_nova_and_mistral_answer_in_their_own_shapes(perform: Any) -> None:
    cohere = await invoke(perform, "cohere.command-text-v14", {"prompt": ASK, "max_tokens": 100})
    assert cohere["generations"][0]["finish_reason"] == "COMPLETE"
    titan = await invoke(perform, "amazon.titan-text-express-v1", {"inputText": ASK})
    assert titan["results"][0]["completionReason"] == "FINISH"
    nova = await invoke(
        perform, "us.amazon.nova-lite-v1:0", {"messages": [{"role": "user", "content": [{"text": ASK}]}]}
    )
    assert nova["output"]["message"]["content"][0]["text"]
    mistral = await invoke(perform, "mistral.mistral-7b-instruct-v0:2", {"prompt": f"<s>[INST] {ASK} [/INST]"})
    assert mistral["outputs"][0]["stop_reason"] == "stop"


async def test_the_same_prompt_has_the_same_answer_and_models_differ(perform: Any) -> None:
    ask = f"Write a title and a description for this video.\n\nTranscript:\n{TEXT}"
    claude = {"anthropic_version": "b", "max_tokens": 200, "messages": [{"role": "user", "content": ask}]}
    first = await invoke(perform, "anthropic.claude-3-haiku-20240307-v1:0", claude)
    again = await invoke(perform, "anthropic.claude-3-haiku-20240307-v1:0", claude)
    other = await invoke(perform, "mistral.mistral-7b-instruct-v0:2", {"prompt": ask})
    assert first["content"] == again["content"]
    assert first["content"][0]["text"] != other["outputs"][0]["text"].strip()


@pytest.mark.parametrize(
    ("model", "body", "error", "message"),
    [
        ("nonsense", {}, "Bedrock.ValidationException", "The provided model identifier is invalid."),
        (
            "ai21.j2-ultra-v1",
            {},
            "Bedrock.AccessDeniedException",
            "You don't have access to the model with the specified model ID.",
        ),
        (
            "anthropic.claude-v2",
            {"prompt": "x"},
            "Bedrock.ValidationException",
            "Malformed input request: #: required key [max_tokens_to_sample] not found, please reformat your input and try again.",
        ),
        (
            "meta.llama2-13b-chat-v1",
            {"prompt": "x", "max_gen_len": 0},
            "Bedrock.ValidationException",
            "Malformed input request: ",
        ),
        ("cohere.command-text-v14", {"prompt": 1}, "Bedrock.ValidationException", "Malformed input request: "),
        ("stability.stable-diffusion-xl-v1", {}, "Bedrock.ValidationException", "Malformed input request: "),
        (
            "anthropic.claude-3-haiku-20240307-v1:0",
            {"messages": [], "max_tokens": 5},
            "Bedrock.ValidationException",
            "Malformed",
        ),
    ],
)
async def test_what_bedrock_would_refuse_is_refused(
    perform: Any, model: str, body: Any, error: str, message: str
) -> None:
    with pytest.raises(TaskFailure) as caught:
        await perform("bedrock:invokeModel", {"ModelId": model, "Body": body})
    assert caught.value.error == error
    assert caught.value.cause.startswith(message)
    assert "(Service: BedrockRuntime; Status Code: 40" in caught.value.cause


async def test_input_and_output_may_lie_in_s3(perform: Any, services: Services) -> None:
    await services.call("s3", "CreateBucket", {"Bucket": "media"})
    body = json.dumps({"prompt": ASK, "max_gen_len": 100})
    await services.call("s3", "PutObject", {"Bucket": "media", "Key": "in.json", "Body": body.encode()})
    result = await perform(
        "bedrock:invokeModel",
        {
            "ModelId": "meta.llama2-13b-chat-v1",
            "Input": {"S3Uri": "s3://media/in.json"},
            "Output": {"S3Uri": "s3://media/out/a.json"},
        },
    )
    assert result == {"Body": "s3://media/out/a.json", "ContentType": "application/json"}
    stored = await services.call("s3", "GetObject", {"Bucket": "media", "Key": "out/a.json"})
    assert "generation" in json.loads(stored["Body"].read())
    with pytest.raises(TaskFailure, match=r"S3\.NoSuchKeyException"):
        await perform(
            "bedrock:invokeModel", {"ModelId": "meta.llama2-13b-chat-v1", "Input": {"S3Uri": "s3://media/none"}}
        )


@pytest.mark.parametrize(
    "parameters",
    [{"Body": {}}, {"ModelId": "m"}, {"ModelId": "m", "Body": {}, "Input": {"S3Uri": "s3://a/b"}},
     {"ModelId": "m", "Body": {}, "Output": {"S3Uri": "http://a/b"}}, {"ModelId": "m", "Body": {}, "Temperature": 1}],
)  # fmt: skip
async def test_invoke_model_wants_a_model_and_one_body(perform: Any, parameters: dict[str, Any]) -> None:
    with pytest.raises(TaskFailure, match="could not be used to start the Task"):
        await perform("bedrock:invokeModel", parameters)


async def test_sdxl_draws_to_s3_or_into_the_body(perform: Any, services: Services) -> None:
    await services.call("s3", "CreateBucket", {"Bucket": "media"})
    body = {"text_prompts": [{"text": "An avatar for a video with the title: Human Review"}]}
    result = await perform(
        "bedrock:invokeModel",
        {
            "ModelId": "stability.stable-diffusion-xl-v1",
            "Body": body,
            "Accept": "image/png",
            "Output": {"S3Uri": "s3://media/a.png"},
        },
    )
    assert result == {"Body": "s3://media/a.png", "ContentType": "image/png"}
    stored = await services.call("s3", "GetObject", {"Bucket": "media", "Key": "a.png"})
    assert stored["ContentType"] == "image/png"
    image = Image.open(io.BytesIO(stored["Body"].read()))
    assert (image.format, image.size, image.text["Software"]) == ("PNG", (512, 512), "Stand-in for an image model")


def test_pictures_are_the_same_for_the_same_prompt_and_seed() -> None:
    first = draw("a lighthouse", size=512)
    assert draw("a lighthouse", size=512) == first
    assert draw("a lighthouse", size=512, seed=1) != first
    assert draw("a windmill", size=512) != first


def test_a_picture_has_the_initials_of_its_title() -> None:
    assert initials("An avatar for a video with the title: Human Review") == "HR"
    assert initials("An avatar for a video with the title: AWS Step Functions at Work") == "SF"
    assert initials("") == ""


async def test_the_models_are_listed_and_marked(services: Services, integrations: Integrations) -> None:
    listed = (await services.call("bedrock", "ListFoundationModels", {}))["modelSummaries"]
    assert {each["modelId"] for each in listed} == {model.id for model in MODELS.values() if model.offered}
    assert all(each["modelName"].endswith("(stand-in)") for each in listed)
    cohere = await services.call("bedrock", "ListFoundationModels", {"byProvider": "Cohere"})
    assert {each["providerName"] for each in cohere["modelSummaries"]} == {"Cohere"}
    images = await services.call("bedrock", "ListFoundationModels", {"byOutputModality": "IMAGE"})
    assert all(each["outputModalities"] == ["IMAGE"] for each in images["modelSummaries"])
    details = await services.call("bedrock", "GetFoundationModel", {"modelIdentifier": "anthropic.claude-v2"})
    assert details["modelDetails"]["modelArn"] == "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2"


async def ask(services: Services, path: str, body: Any, *, method: str = "POST", **headers: str) -> Response:
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await call_app(services, Request(method=method, path=path, query="", headers=headers, body=encoded))


CHAT = "/_models/openai/v1/chat/completions"


async def test_openai_chat(services: Services, integrations: Integrations) -> None:
    body = {
        "model": "gpt-3.5-turbo",
        "messages": [{"role": "system", "content": "Summarize the text."}, {"role": "user", "content": TEXT}],
    }
    answer = await ask(services, CHAT, body, authorization="Bearer anything")
    assert answer.status == 200
    assert dict(answer.headers)["x-callboard-stand-in"] == "1"
    said = json.loads(answer.body)
    assert (said["object"], said["model"], said["stand_in"]) == ("chat.completion", "gpt-3.5-turbo (stand-in)", True)
    assert said["choices"][0]["message"]["content"].startswith("AWS Step Functions")
    assert said["usage"]["total_tokens"] == said["usage"]["prompt_tokens"] + said["usage"]["completion_tokens"]
    models = await ask(services, "/_models/openai/v1/models", b"", method="GET", **{"x-api-key": "k"})
    assert "gpt-3.5-turbo" in {each["id"] for each in json.loads(models.body)["data"]}


async def test_hugging_face_text_generation(services: Services, integrations: Integrations) -> None:
    path = "/_models/huggingface/models/mistralai/Mistral-7B-Instruct-v0.2"
    answer = await ask(
        services, path, {"inputs": ASK, "parameters": {"return_full_text": False}}, authorization="Bearer hf"
    )
    (said,) = json.loads(answer.body)
    assert list(said) == ["generated_text"]
    assert said["generated_text"].startswith("AWS Step Functions")
    assert dict(answer.headers)["x-callboard-stand-in"] == "1"
    whole = await ask(services, path, {"inputs": ASK}, authorization="Bearer hf")
    assert json.loads(whole.body)[0]["generated_text"].startswith(ASK)


@pytest.mark.usefixtures("integrations")
@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        (CHAT, {}, {}, 401),
        (CHAT, {}, {"authorization": "Bearer "}, 401),
        (CHAT, {"messages": []}, {"authorization": "Bearer k"}, 400),
        (CHAT, b"no json", {"authorization": "Bearer k"}, 400),
        (CHAT, {"model": "m", "messages": []}, {"authorization": "Bearer k"}, 400),
        ("/_models/huggingface/models/a/b", {"inputs": "x"}, {}, 401),
        ("/_models/huggingface/models/a/b", {"inputs": ""}, {"authorization": "Bearer k"}, 422),
        ("/_models/elsewhere", {}, {"authorization": "Bearer k"}, 404),
    ],
)
async def test_the_http_stand_ins_refuse_as_the_real_ones_do(
    services: Services, path: str, body: Any, headers: dict[str, str], status: int
) -> None:
    answer = await ask(services, path, body, **headers)
    assert answer.status == status
    assert json.loads(answer.body)["error"]


class ModelServer(http.server.BaseHTTPRequestHandler):
    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append({"path": self.path, "authorization": self.headers["Authorization"], **body})
        answer = {
            "choices": [{"message": {"content": "from the server"}, "finish_reason": "stop"}],
            "usage": {"completion_tokens": 3},
        }
        encoded = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def model_server() -> Iterator[str]:
    ModelServer.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ModelServer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


async def test_one_setting_sends_text_to_any_openai_compatible_server(
    services: Services, settings: Settings, model_server: str
) -> None:
    chosen = replace(
        settings, model_base_url=model_server, model_name="llama3", model_api_key="sk-1", home=settings.home / "m"
    )
    integrations = Integrations(services=services, settings=chosen)
    await integrations.start()
    try:
        answer = await services.call(
            "bedrock-runtime",
            "InvokeModel",
            {"modelId": "meta.llama2-13b-chat-v1", "body": json.dumps({"prompt": "Hello there", "max_gen_len": 7})},
        )
        said = json.loads(answer["body"].read())
        assert said["generation"].strip() == "from the server"
        assert "stand_in" not in said, "the text is the server's own"
        (asked,) = ModelServer.asked
        assert (asked["path"], asked["model"], asked["authorization"]) == (
            "/v1/chat/completions",
            "llama3",
            "Bearer sk-1",
        )
        assert asked["messages"] == [{"role": "user", "content": "Hello there"}]
        assert asked["max_tokens"] == 7
        listed = (await services.call("bedrock", "ListFoundationModels", {}))["modelSummaries"]
        labels = {(each["outputModalities"][0], each["modelName"].rpartition(" ")[2]) for each in listed}
        assert labels == {("TEXT", "(llama3)"), ("IMAGE", "(stand-in)")}
    finally:
        await integrations.stop()


async def test_a_model_server_that_is_down_is_named(services: Services, settings: Settings) -> None:
    chosen = replace(settings, model_base_url="http://127.0.0.1:1/v1", home=settings.home / "m")
    integrations = Integrations(services=services, settings=chosen)
    await integrations.start()
    try:
        answer = await ask(
            services, CHAT, {"model": "m", "messages": [{"role": "user", "content": "x"}]}, authorization="Bearer k"
        )
        assert answer.status == 503
        assert "LOCALAWS_MODEL_BASE_URL" in json.loads(answer.body)["error"]["message"]
    finally:
        await integrations.stop()


async def test_a_body_with_an_image_keeps_the_loop_free(perform: Any) -> None:
    """Drawing takes a while; others aren't kept waiting meanwhile."""
    body = {"text_prompts": [{"text": "x"}], "height": 1024, "width": 1024}
    drawing = asyncio.create_task(
        perform("bedrock:invokeModel", {"ModelId": "stability.stable-diffusion-xl-v1", "Body": body})
    )
    ticks = 0
    while not drawing.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 5
    with pytest.raises(TaskFailure, match=r"States\.DataLimitExceeded"):
        await drawing  # a picture of that size belongs into S3
