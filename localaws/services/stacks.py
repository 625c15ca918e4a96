"""State machines of CloudFormation stacks: they are this endpoint's own, not moto's.

moto reads the template and keeps the stack; what it would make in a Step Functions of its own is made, changed and
deleted through the endpoint's API. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SUBSTITUTED = re.compile(r"\$\{([^}]+)\}")
# Property -> argument of CreateStateMachine, with its inner names in camelCase.
_CONFIGURATIONS = {
    "LoggingConfiguration": "loggingConfiguration",
    "TracingConfiguration": "tracingConfiguration",
    "EncryptionConfiguration": "encryptionConfiguration",
}


def redirect_state_machines(client_of: Callable[[str], Any]) -> None:
    """``client_of(region)`` is a Step Functions client, used on moto's worker thread in the middle of a request."""
    import moto.stepfunctions.models as states

    class_: Any = states.StateMachine

    def create(
        cls: Any, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Any:
        properties = cloudformation_json["Properties"]
        name = str(properties.get("StateMachineName") or resource_name)
        arguments = _arguments(name, properties)
        tags = [{"key": each["Key"], "value": each["Value"]} for each in properties.get("Tags", [])]
        made = _asked(name, lambda: client_of(region_name).create_state_machine(name=name, tags=tags, **arguments))
        backend = states.stepfunctions_backends[account_id][region_name]
        return cls(made["stateMachineArn"], name, arguments["definition"], arguments["roleArn"], backend)

    def update(  # noqa: PLR0917 - moto's own signature
        cls: Any,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> Any:
        properties = cloudformation_json["Properties"]
        if str(properties.get("StateMachineName") or original_resource.name) != original_resource.name:
            replaced = create(cls, new_resource_name, cloudformation_json, account_id, region_name)
            client_of(region_name).delete_state_machine(stateMachineArn=original_resource.arn)
            return replaced
        arguments = _arguments(original_resource.name, properties)
        arguments.pop("type", None)
        client = client_of(region_name)
        arn = original_resource.arn
        _asked(original_resource.name, lambda: client.update_state_machine(stateMachineArn=arn, **arguments))
        original_resource.definition, original_resource.roleArn = arguments["definition"], arguments["roleArn"]
        return original_resource

    def delete(_cls: Any, resource_name: str, _cloudformation_json: Any, _account_id: str, region_name: str) -> None:
        client_of(region_name).delete_state_machine(stateMachineArn=resource_name)

    class_.create_from_cloudformation_json = classmethod(create)  # type: ignore[arg-type]
    class_.update_from_cloudformation_json = classmethod(update)
    class_.delete_from_cloudformation_json = classmethod(delete)


def _asked(name: str, ask: Callable[[], Any]) -> Any:
    """What Step Functions refuses is what is wrong with the resource."""
    from moto.cloudformation.exceptions import ValidationError

    try:
        return ask()
    except ClientError as error:
        raise ValidationError(name, message=str(error.response.get("Error", {}).get("Message", error))) from error


def _arguments(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    given = {
        argument: _camel(properties[property_])
        for property_, argument in _CONFIGURATIONS.items()
        if property_ in properties
    }
    if properties.get("StateMachineType"):
        given["type"] = properties["StateMachineType"]
    return {"definition": _definition(name, properties), "roleArn": properties.get("RoleArn", ""), **given}


def _definition(name: str, properties: Mapping[str, Any]) -> str:
    from moto.cloudformation.exceptions import ValidationError

    if "DefinitionS3Location" in properties:
        raise ValidationError(name, message="The embedded endpoint reads definitions in the template alone.")
    text = properties.get("DefinitionString")
    if text is None:
        text = json.dumps(properties.get("Definition", {}))
    values = properties.get("DefinitionSubstitutions") or {}
    return _SUBSTITUTED.sub(lambda found: str(values.get(found[1], found[0])), str(text))


def _camel(value: Any) -> Any:
    if isinstance(value, list):
        return [_camel(each) for each in value]
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _camel(each) for name, each in value.items()}
    return value
