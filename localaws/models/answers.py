"""Answers of the stand-ins over HTTP. Each says what it is in a header of its own."""

from asl.json_text import dumps
from asl.json_types import JSON
from localaws.services.request import Response

STAND_IN_HEADER = "x-callboard-stand-in"


class Refused(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The request is answered with an error: ``code`` as the service names it, ``status`` of HTTP."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def json_answer(
    value: JSON,
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: dict[str, str] | None = None,
    stand_in: bool = True,
) -> Response:
    """``value`` as JSON, marked as coming from a stand-in unless something else made it."""
    marks = {STAND_IN_HEADER: "1"} if stand_in else {}
    return Response(
        status, list({"content-type": content_type, **marks, **(headers or {})}.items()), dumps(value).encode()
    )


def aws_refusal(refused: Refused) -> Response:
    """An error in the shape of AWS's REST-JSON services."""
    return json_answer({"message": refused.message}, status=refused.status, headers={"x-amzn-errortype": refused.code})
