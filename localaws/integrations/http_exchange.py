"""What went over the wire for an HTTP Task, and how TestState shows it: with the connection's secrets or without."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from asl.json_types import JSON
from localaws.integrations.connections import Connection
from localaws.integrations.http_request import HttpRequest

REDACTED: Final = "[REDACTED]"


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back; ``headers`` in their order, names in lower case."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters; empty where there is none."""
        return next((v.split(";")[0].strip().lower() for n, v in self.headers if n == "content-type"), "")


@dataclass(frozen=True, slots=True)
class HttpExchange:
    """``redacted`` is the request as it would be if the connection added no secrets but a mark in place of each."""

    request: HttpRequest
    redacted: HttpRequest
    response: HttpResponse | None = None

    def shown(self, *, reveal: bool) -> dict[str, JSON]:
        """``request`` and ``response`` of TestState's inspectionData. The response is never redacted."""
        request = self.request if reveal else self.redacted
        answer: dict[str, JSON] = {"request": _shown_request(request)}
        if self.response is not None:
            answer["response"] = _shown_response(self.response, urlsplit(request.url).scheme)
        return answer


def without_secrets(connection: Connection) -> Connection:
    """The same names, a mark for each value."""
    return replace(
        connection,
        headers=_marked(connection.headers),
        query=_marked(connection.query),
        body=_marked(connection.body),
    )


def _marked(values: Mapping[str, str]) -> dict[str, str]:
    return dict.fromkeys(values, REDACTED)


def _shown_request(request: HttpRequest) -> dict[str, JSON]:
    shown: dict[str, JSON] = {
        "protocol": urlsplit(request.url).scheme,
        "method": request.method,
        "url": request.url.replace("%5BREDACTED%5D", REDACTED),
        "headers": _shown_headers(request.headers.items()),
    }
    if request.body is not None:
        shown["body"] = request.body.decode(errors="replace").replace("%5BREDACTED%5D", REDACTED)
    return shown


def _shown_response(response: HttpResponse, protocol: str) -> dict[str, JSON]:
    return {
        "protocol": protocol,
        "statusCode": str(response.status),
        "statusMessage": response.reason,
        "headers": _shown_headers(response.headers),
        "body": response.body.decode(errors="replace"),
    }


def _shown_headers(headers: Iterable[tuple[str, str]]) -> str:
    return f"[{', '.join(f'{name}: {value}' for name, value in headers)}]"
