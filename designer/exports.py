"""A revision as other tools take it: YAML; SAM, CloudFormation and Terraform, each one file in JSON.

Placeholders (``${Name}``) become parameters (variables in Terraform) that stand where they stood. The role comes along
with the policy that `designer.policy` reads from the definition.

Sources: AWS::Serverless::StateMachine, AWS::StepFunctions::StateMachine; aws_sfn_state_machine of Terraform's registry.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from designer import policy
from designer.yaml_text import write_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_placeholder = re.compile(r"\$\{([A-Za-z0-9_.:]+)\}")
_PSEUDO = "AWS::"


class NotExportable(Exception):  # noqa: N818 - it says what happened
    """The definition can't be put into a template; the message says why."""


def placeholders(definition: str) -> list[str]:
    """The names that a deployment fills in, in the order of the text; CloudFormation's pseudo parameters aside."""
    return list(dict.fromkeys(name for name in _placeholder.findall(definition) if not name.startswith(_PSEUDO)))


def sam(name: str, type: str, definition: str) -> str:  # noqa: A002 - the API's own word
    """Raises `NotExportable`."""
    document = _document(definition)
    needed = policy.needed(document)
    properties: dict[str, Any] = {"Name": name, "Type": type, "Definition": document}
    properties |= _substituted(definition)
    if needed.policy["Statement"]:
        properties["Policies"] = [needed.policy]
    resource = {"Type": "AWS::Serverless::StateMachine", "Properties": properties}
    template = {"AWSTemplateFormatVersion": "2010-09-09", "Transform": "AWS::Serverless-2016-10-31"}
    return _text(template | _parameters(definition) | {"Resources": {"StateMachine": resource}})


def cloudformation(name: str, type: str, definition: str) -> str:  # noqa: A002
    """Raises `NotExportable`."""
    document = _document(definition)
    needed = policy.needed(document)
    role: dict[str, Any] = {"AssumeRolePolicyDocument": policy.TRUST}
    if needed.policy["Statement"]:
        role["Policies"] = [{"PolicyName": "StateMachine", "PolicyDocument": needed.policy}]
    properties = {
        "StateMachineName": name,
        "StateMachineType": type,
        "Definition": document,
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        **_substituted(definition),
    }
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "StateMachine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties},
    }
    template = {"AWSTemplateFormatVersion": "2010-09-09"} | _parameters(definition) | {"Resources": resources}
    return _text(template | {"Outputs": {"Arn": {"Value": {"Ref": "StateMachine"}}}})


def terraform(name: str, type: str, definition: str) -> str:  # noqa: A002
    """Terraform's JSON syntax (``.tf.json``). Raises `NotExportable`."""
    document = _document(definition)
    needed = policy.needed(document)
    resources: dict[str, Any] = {
        "aws_iam_role": {"state_machine": {"name": name, "assume_role_policy": json.dumps(policy.TRUST)}},
        "aws_sfn_state_machine": {
            "this": {
                "name": name,
                "type": type,
                "role_arn": "${aws_iam_role.state_machine.arn}",
                "definition": _terraform_text(definition),
            }
        },
    }
    if needed.policy["Statement"]:
        resources["aws_iam_role_policy"] = {
            "state_machine": {
                "role": "${aws_iam_role.state_machine.id}",
                "policy": _terraform_text(json.dumps(needed.policy)),
            }
        }
    variables = {_variable(each): {"type": "string"} for each in placeholders(definition)}
    outputs = {"arn": {"value": "${aws_sfn_state_machine.this.arn}"}}
    return _text(({"variable": variables} if variables else {}) | {"resource": resources, "output": outputs})


def as_yaml(name: str, type: str, definition: str) -> str:  # noqa: A002, ARG001
    """The definition alone. Raises `NotExportable`."""
    return write_yaml(_document(definition))


FORMATS: Mapping[str, tuple[str, str, Callable[[str, str, str], str]]] = {
    "yaml": ("Definition in YAML", "asl.yaml", as_yaml),
    "sam": ("SAM template", "template.json", sam),
    "cloudformation": ("CloudFormation template", "cloudformation.json", cloudformation),
    "terraform": ("Terraform configuration", "main.tf.json", terraform),
}


def _document(definition: str) -> Any:
    try:
        return json.loads(definition)
    except (ValueError, RecursionError) as error:
        raise NotExportable(f"The definition isn't JSON yet: {error}. Mend it in the designer first.") from error


def _text(template: Mapping[str, Any]) -> str:
    return json.dumps(template, indent=2, ensure_ascii=False) + "\n"


def _logical_id(name: str) -> str:
    """CloudFormation's names have letters and digits only."""
    return "".join(part[:1].upper() + part[1:] for part in re.findall(r"[A-Za-z0-9]+", name))


def _parameters(definition: str) -> dict[str, Any]:
    names = placeholders(definition)
    return {"Parameters": {_logical_id(name): {"Type": "String"} for name in names}} if names else {}


def _substituted(definition: str) -> dict[str, Any]:
    """DefinitionSubstitutions: each placeholder from its parameter, pseudo parameters from themselves."""
    found = {name: {"Ref": _logical_id(name)} for name in placeholders(definition)}
    for name in dict.fromkeys(_placeholder.findall(definition)):
        if name.startswith(_PSEUDO):
            found[name] = {"Ref": name}
    return {"DefinitionSubstitutions": found} if found else {}


def _variable(name: str) -> str:
    """Terraform's names: letters, digits and underscores, not beginning with a digit."""
    found = re.sub(r"\W+", "_", name)
    return f"_{found}" if found[0].isdigit() else found


_PSEUDO_IN_TERRAFORM = {"AWS::Partition": "aws", "AWS::Region": "*", "AWS::AccountId": "*"}


def _terraform_text(text: str) -> str:
    """With variables for placeholders; whatever else Terraform would take for its own is escaped."""

    def own(found: re.Match[str]) -> str:
        name = found[1]
        return _PSEUDO_IN_TERRAFORM.get(name, "") if name.startswith(_PSEUDO) else f"\x00{{var.{_variable(name)}}}"

    marked = _placeholder.sub(own, text)
    return marked.replace("${", "$${").replace("%{", "%%{").replace("\x00", "$")
