"""TestState on an environment: one state of a definition, performed there once, or mocked.

What a state does is the environment's to say. Here: which definition is sent, which of the options go with it, and
that nothing is sent twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from asl import json_text
from asl.fields import JSONPATH
from asl.walk import Place, states
from callboard.aws import client
from designer.services import Refused

if TYPE_CHECKING:
    from designer.models import Environment

LEVELS: Final = ("INFO", "DEBUG", "TRACE")
_MOCKED: Final = ("result", "errorOutput", "fieldValidationMode")
_CONFIGURED: Final = ("retrierRetryCount", "errorCausedByState", "mapIterationFailureCount", "mapItemReaderData")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    definition: str  # the whole machine's text
    state: str  # JSON Pointer of the state in it
    alone: bool = True  # else the whole machine is sent, with the state's name
    role_arn: str = ""  # "": the environment's own
    input: str = "{}"
    variables: str = ""
    context: str = ""
    inspection_level: str = "DEBUG"
    reveal_secrets: bool = False
    mock: dict[str, Any] | None = None  # as TestState has it; None performs the state
    configuration: dict[str, Any] = field(default_factory=dict)  # stateConfiguration


def try_state(environment: Environment, order: Order) -> dict[str, Any]:
    """What TestState answers. Raises `Refused`; then nothing was performed, unless the words say otherwise."""
    request = request_of(order, environment.execution_role_arn)
    try:
        answer = client(environment, "stepfunctions", once=True).test_state(**request)
    except ClientError as error:
        said = error.response["Error"]
        raise Refused(f"{environment.name} refused the test: {said['Message']} ({said['Code']})") from error
    except ReadTimeoutError as error:
        raise Refused(f"{environment.name} hasn't answered. What the state does there may still happen.") from error
    except BotoCoreError as error:
        raise Refused(f"{environment.name} can't be asked: {error}") from error
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def request_of(order: Order, own_role: str) -> dict[str, Any]:
    """The parameters of TestState. Raises `Refused`."""
    place = _find(order)
    if order.inspection_level not in LEVELS:
        raise Refused(f"{order.inspection_level} is no inspection level: {', '.join(LEVELS)}.")
    request: dict[str, Any] = {
        "definition": _alone(place) if order.alone else order.definition,
        "input": order.input,
        "inspectionLevel": order.inspection_level,
    }
    if not order.alone:
        request["stateName"] = place.name
    role = order.role_arn or own_role
    texts = {"roleArn": role, "variables": order.variables, "context": order.context}
    request |= {name: text for name, text in texts.items() if text.strip()}
    if order.reveal_secrets:
        request["revealSecrets"] = True
    if order.mock is not None:
        request["mock"] = _chosen(order.mock, _MOCKED, "mock")
    if order.configuration:
        request["stateConfiguration"] = _chosen(order.configuration, _CONFIGURED, "configuration")
    return request


def _chosen(given: dict[str, Any], known: tuple[str, ...], what: str) -> dict[str, Any]:
    strange = sorted(given.keys() - set(known))
    if strange:
        raise Refused(f"A test's {what} has no {', '.join(strange)}.")
    return given


def _find(order: Order) -> Place:
    try:
        document = json_text.loads(order.definition)
    except (ValueError, RecursionError) as error:
        raise Refused("The definition isn't JSON at the moment. Mend it first.") from error
    for place in states(document):
        if place.path == order.state and isinstance(place.state, dict):
            return place
    raise Refused(f"The definition has no state at {order.state}.")


def _alone(place: Place) -> str:
    """The state's text, with the query language that it has from the machine around it."""
    language = {} if place.query_language == JSONPATH else {"QueryLanguage": place.query_language}
    return json_text.dumps({**place.state, **language})
