"""``apigateway:invoke`` against APIs of the endpoint: functions, constants and HTTP behind them, and what isn't there."""

import io
import json
import zipfile
from typing import Any

import pytest

from localaws.integrations import TaskFailure
from localaws.integrations.rest_apis import ApiRequest, _route
from localaws.services import Services

ROLE = "arn:aws:iam::000000000000:role/work"
PROXY = (
    "import json\n"
    "def handler(event, context):\n"
    "    if event.get('path') == '/films/broken':\n"
    "        raise ValueError('no film')\n"
    "    kept = {name: event[name] for name in ('path', 'pathParameters', 'queryStringParameters', 'body')}\n"
    "    return {'statusCode': 201, 'headers': {'X-Film': 'a'}, 'body': json.dumps(kept)}\n"
)


async def make_function(services: Services, name: str, source: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("handler.py", source)
    answer = await services.call(
        "lambda",
        "CreateFunction",
        {
            "FunctionName": name,
            "Runtime": "python3.11",
            "Role": ROLE,
            "Handler": "handler.handler",
            "Code": {"ZipFile": archive.getvalue()},
        },
    )
    return str(answer["FunctionArn"])


@pytest.fixture
async def api(services: Services) -> Any:
    """(its host name, a way to put a method onto it)."""
    made = await services.call("apigateway", "CreateRestApi", {"name": "films"})
    resources = {"": made["rootResourceId"]}

    async def put(path: str, method: str, integration: dict[str, Any], response: dict[str, Any] | None = None) -> None:
        for end in range(1, path.count("/") + 1):
            part = "/".join(path.split("/")[: end + 1])
            if part not in resources:
                parent, _, name = part.rpartition("/")
                about = {"restApiId": made["id"], "parentId": resources[parent], "pathPart": name}
                resources[part] = (await services.call("apigateway", "CreateResource", about))["id"]
        about = {"restApiId": made["id"], "resourceId": resources[path], "httpMethod": method}
        await services.call("apigateway", "PutMethod", {**about, "authorizationType": "NONE"})
        given = {"integrationHttpMethod": "POST", **integration}
        await services.call("apigateway", "PutIntegration", {**about, **given})
        if response is not None:
            await services.call("apigateway", "PutMethodResponse", {**about, "statusCode": response["statusCode"]})
            await services.call("apigateway", "PutIntegrationResponse", {**about, **response})
        await services.call("apigateway", "CreateDeployment", {"restApiId": made["id"], "stageName": "prod"})

    return f"{made['id']}.execute-api.us-east-1.amazonaws.com", put


def lambda_uri(arn: str) -> str:
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"


async def test_a_function_gets_the_request_and_gives_the_whole_answer(
    perform: Any, services: Services, api: Any
) -> None:
    host, put = api
    arn = await make_function(services, "films", PROXY)
    await put("/films/{id}", "ANY", {"type": "AWS_PROXY", "uri": lambda_uri(arn)})
    given = {"ApiEndpoint": host, "Stage": "prod", "Path": "films/7", "Method": "PUT"}
    found = await perform(
        "apigateway:invoke", {**given, "QueryParameters": {"q": ["a", "b"]}, "RequestBody": {"title": "x"}}
    )
    assert (found["StatusCode"], found["StatusText"], found["Headers"]["X-Film"]) == (201, "Created", ["a"])
    assert found["ResponseBody"] == {
        "path": "/films/7",
        "pathParameters": {"id": "7"},
        "queryStringParameters": {"q": "b"},
        "body": '{"title":"x"}',
    }
    with pytest.raises(TaskFailure) as failed:
        await perform("apigateway:invoke", {**given, "Path": "films/broken"})
    assert (failed.value.error, failed.value.cause) == ("ApiGateway.502", '{"message":"Internal server error"}')


async def test_a_constant_answer_is_given_as_it_is(perform: Any, api: Any) -> None:
    host, put = api
    mock = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 404}'}}
    body = {"application/json": '{"message": "no such film"}'}
    await put("/films", "GET", mock, {"statusCode": "404", "responseTemplates": body})
    with pytest.raises(TaskFailure) as failed:
        await perform("apigateway:invoke", {"ApiEndpoint": host, "Stage": "prod", "Path": "/films", "Method": "GET"})
    assert (failed.value.error, failed.value.cause) == ("ApiGateway.404", '{"message": "no such film"}')


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({"Path": "other"}, "ApiGateway.403", '{"message":"Missing Authentication Token"}'),
        ({"Method": "POST"}, "ApiGateway.403", '{"message":"Missing Authentication Token"}'),
        ({"Stage": "test"}, "ApiGateway.403", '{"message":"Forbidden"}'),
        ({"ApiEndpoint": "none.execute-api.us-east-1.amazonaws.com"}, "ApiGateway.403", '{"message":"Forbidden"}'),
        (
            {"ApiEndpoint": "https://example.com"},
            "ApiGateway.SdkClientException",
            "Unable to execute HTTP request: https://example.com is no REST API of the embedded endpoint",
        ),
        ({"Headers": {"Host": ["a"]}}, "States.Runtime", "The header Host can't be set in the definition of a Task."),
        (
            {"Path": "mapped"},
            "ApiGateway.501",
            '{"message":"The embedded endpoint doesn\'t run mapping templates of API Gateway."}',
        ),
    ],
)
async def test_what_is_not_there_is_said_as_api_gateway_says_it(
    perform: Any, api: Any, fields: dict[str, Any], error: str, cause: str
) -> None:
    host, put = api
    mock = {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
    await put("/films", "GET", mock, {"statusCode": "200"})
    await put("/mapped", "GET", mock, {"statusCode": "200", "responseTemplates": {"application/json": "$input.body"}})
    given = {"ApiEndpoint": host, "Stage": "prod", "Path": "films", "Method": "GET"}
    assert (await perform("apigateway:invoke", given))["ResponseBody"] == ""
    with pytest.raises(TaskFailure) as failed:
        await perform("apigateway:invoke", {**given, **fields})
    assert (failed.value.error, failed.value.cause) == (error, cause)


async def test_an_api_in_front_of_a_private_address_is_refused(perform: Any, api: Any) -> None:
    host, put = api
    await put("/away", "GET", {"type": "HTTP_PROXY", "uri": "https://127.0.0.1/", "integrationHttpMethod": "GET"})
    with pytest.raises(TaskFailure) as failed:
        await perform("apigateway:invoke", {"ApiEndpoint": host, "Stage": "prod", "Path": "away", "Method": "GET"})
    assert failed.value.error == "States.Http.Socket"
    assert "not a public address" in str(failed.value.cause)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"Headers": {"a": "b"}}, "The value of the field 'Headers' has an invalid format"),
        ({"QueryParameters": "?a=b"}, "The value of the field 'QueryParameters' has an invalid format"),
        ({"Method": "get"}, "The value of the field 'Method' has an invalid format"),
        ({"Verb": "GET"}, "The field 'Verb' is not supported by Step Functions"),
    ],
)
def test_parameters_in_another_form_are_refused_before_anything_is_scheduled(
    integrations: Any, fields: dict[str, Any], problem: str
) -> None:
    given = {"ApiEndpoint": "a.execute-api.us-east-1.amazonaws.com", "Method": "GET", **fields}
    cause = integrations.refusal("arn:aws:states:::apigateway:invoke", given)
    assert (
        cause
        == f"The Parameters '{json.dumps(given, separators=(',', ':'))}' could not be used to start the Task: [{problem}]"
    )


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/", "/"),
        ("/a", "/a"),
        ("/b", "/{one}"),
        ("/a/b", "/a/{rest+}"),
        ("/x/y/z", "/{rest+}"),
        ("/a/b/c", "/a/{rest+}"),
    ],
)
def test_the_resource_that_says_most_about_a_path_is_meant(path: str, resource: str) -> None:
    resources = [
        {"path": each, "resourceMethods": {"GET": {}}} for each in ("/{rest+}", "/a/{rest+}", "/{one}", "/a", "/")
    ]
    request = ApiRequest(api_id="a", stage="s", region="r", method="GET", path=path)
    found = _route(resources, request)
    assert found is not None
    assert found.resource == resource
