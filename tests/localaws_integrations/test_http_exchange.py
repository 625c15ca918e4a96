"""What TestState shows of an HTTP Task: the request with the connection's secrets or without, and the response."""

from localaws.integrations.connections import Connection
from localaws.integrations.http_exchange import HttpExchange, HttpResponse, without_secrets
from localaws.integrations.http_request import build_request

CONNECTION = Connection(
    headers={"X-Key": "secret-header"}, query={"token": "secret-query"}, body={"pin": "secret-body"}
)
PARAMETERS = {
    "ApiEndpoint": "https://api.example.com/orders?page=2",
    "Method": "POST",
    "Headers": {"Accept": "text/plain"},
    "RequestBody": {"a": 1},
}


def exchange(connection=CONNECTION, parameters=PARAMETERS, response=None):
    def build(one):
        return build_request(parameters, one, region="us-east-1")

    return HttpExchange(build(connection), build(without_secrets(connection)), response)


def test_the_connections_values_are_marked_and_the_states_own_are_shown():
    shown = exchange().shown(reveal=False)
    assert "secret" not in str(shown)
    assert shown["request"] == {
        "protocol": "https",
        "method": "POST",
        "url": "https://api.example.com/orders?page=2&token=[REDACTED]",
        "headers": "[Accept: text/plain, X-Key: [REDACTED], Content-Type: application/json; charset=UTF-8, "
        "User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]",
        "body": '{"a":1,"pin":"[REDACTED]"}',
    }


def test_who_asks_for_secrets_sees_them():
    request = exchange().shown(reveal=True)["request"]
    assert "X-Key: secret-header" in request["headers"]
    assert request["url"].endswith("token=secret-query")
    assert request["body"] == '{"a":1,"pin":"secret-body"}'


def test_the_response_is_shown_as_it_came():
    response = HttpResponse(201, "Created", (("x-twice", "a"), ("x-twice", "b")), b"secret-body came back")
    shown = exchange(response=response).shown(reveal=False)
    assert shown["response"] == {
        "protocol": "https",
        "statusCode": "201",
        "statusMessage": "Created",
        "headers": "[x-twice: a, x-twice: b]",
        "body": "secret-body came back",
    }


def test_a_form_is_redacted_too():
    transform = {"Transform": {"RequestBodyEncoding": "URL_ENCODED"}}
    shown = exchange(parameters={**PARAMETERS, **transform}).shown(reveal=False)
    assert shown["request"]["body"] == "a=1&pin=[REDACTED]"


def test_a_request_without_a_body_shows_none():
    parameters = {name: PARAMETERS[name] for name in ("ApiEndpoint", "Method")}
    bare = exchange(Connection(headers={}, query={}, body={}), parameters)
    assert "body" not in bare.shown(reveal=False)["request"]
    assert "response" not in bare.shown(reveal=False)
