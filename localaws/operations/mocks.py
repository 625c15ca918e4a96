"""TestState's ``mock`` and ``stateConfiguration``: what may be given for which state, in AWS's words."""

from typing import Final

from asl import json_text
from asl.json_types import JSON
from asl.resource import parse_resource
from asl.tested_state import TestedState
from localaws.integrations.mocked_results import MisfitError, check_result
from localaws.wire import ServiceError

MOCKABLE: Final = frozenset({"Task", "Map", "Parallel"})
# AWS checks in this order.
ONLY_WITH_MOCK: Final = ("MapIterationFailureCount", "RetrierRetryCount", "ErrorCausedByState", "MapItemReaderData")


def check_mock(given: dict[str, JSON], tested: TestedState) -> None:
    """Raises ValidationException or InvalidDefinition where the state can't be tested like this."""
    mock = given.get("mock")
    configuration = given.get("stateConfiguration") or {}
    if mock is None:
        _check_without(given, configuration, tested)
        return
    if tested.type not in MOCKABLE:
        raise _refused(f"State type '{tested.type}' is not supported when a mock is specified")
    if given.get("revealSecrets"):
        raise _refused("TestState does not support RevealSecrets when a mock is specified.")
    result, error_output = mock.get("result"), mock.get("errorOutput")
    if (result is None) == (error_output is None):
        raise _refused("A test mock should have only one of the following fields: [result, errorOutput].")
    if error_output is not None and not error_output.get("error"):
        raise _refused("An error was not specified in the mocked error output.")
    if "ItemReader" in tested.definition and configuration.get("mapItemReaderData") is None:
        raise _refused("ItemReader data must be specified when testing a Map state with ItemReader specified.")
    if result is not None:
        _check_result(result, mock.get("fieldValidationMode") or "STRICT", tested)


def _check_without(given: dict[str, JSON], configuration: dict[str, JSON], tested: TestedState) -> None:
    for name in ONLY_WITH_MOCK:
        if configuration.get(name[0].lower() + name[1:]) is not None:
            raise _refused(f"TestState does not support {name} when a mock is not specified.")
    if given.get("context") is not None:
        raise _refused("TestState does not support Context when a mock is not specified.")
    if tested.type in {"Map", "Parallel"}:
        raise ServiceError(
            "InvalidDefinition",
            "TestState API does not support Map or Parallel states. "
            "Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]",
        )
    if tested.type != "Task":
        return
    resource = parse_resource(tested.definition["Resource"])
    if resource is not None and resource.kind == "activity":
        raise ServiceError("InvalidDefinition", "TestState API does not support Activity tasks.")
    if resource is not None and resource.pattern:
        raise ServiceError(
            "InvalidDefinition", "TestState API does not support '.sync' or '.waitForTaskToken' integration patterns."
        )
    if given.get("roleArn") is None:
        raise _refused("RoleArn must be specified when testing a Task state")


def _check_result(text: str, mode: str, tested: TestedState) -> None:
    try:
        result = json_text.loads(text)
    except ValueError:
        raise _refused("Mocked result must be valid JSON") from None
    if tested.type == "Parallel":
        _check_branches(result, tested)
    elif tested.type == "Map":
        if "ResultWriter" in tested.definition:
            if not isinstance(result, dict):
                raise _refused("Mocked result must be a JSON object.")
        elif not isinstance(result, list):
            raise _refused("Mocked result must be an array.")
    elif mode != "NONE":
        resource = parse_resource(tested.definition["Resource"])
        try:
            if resource is not None:
                check_result(resource, result, strict=mode == "STRICT")
        except MisfitError as misfit:
            raise _refused(str(misfit)) from None


def _check_branches(result: JSON, tested: TestedState) -> None:
    if not isinstance(result, list):
        raise _refused("Mocked result must be an array.")
    if len(result) != len(tested.definition["Branches"]):
        raise _refused("Mocked result must contain the same number of items as number of Parallel branches.")


def check_iterations(given: dict[str, JSON], tested: TestedState, total: int) -> None:
    """What can be judged only once the Map's input is known: does the mock fit the number of its iterations?"""
    mock, configuration = given["mock"], given.get("stateConfiguration") or {}
    if (configuration.get("mapIterationFailureCount") or 0) > total:
        raise _refused("Map iteration failure count must be less than or equal to the number of Map iterations.")
    is_array = mock.get("result") is not None and "ResultWriter" not in tested.definition
    if is_array and len(json_text.loads(mock["result"])) != total:
        raise _refused("Input array does not equal the mocked result array's size.")


def _refused(reason: str) -> ServiceError:
    return ServiceError("ValidationException", reason)
