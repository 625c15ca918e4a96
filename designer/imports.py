"""What an import is made of: a definition in JSON or YAML, or the state machines in a CloudFormation or SAM template.

Intrinsic functions of a template become placeholders (``${Name}``), as they stand in definitions: what a deployment
fills in stays open.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from designer.services import Refused, import_definition, is_yaml
from designer.yaml_text import NotYaml, TemplateLoader

if TYPE_CHECKING:
    from collections.abc import Mapping

RESOURCES = {
    # type: (name, type of the state machine, the definition as a member, as a text)
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "StateMachineType", "Definition", "DefinitionString"),
    "AWS::Serverless::StateMachine": ("Name", "Type", "Definition", "DefinitionString"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One state machine of what was given. ``name`` is "" where nothing says it."""

    name: str
    type: str
    definition: str
    yaml: str = ""  # as it was written, comments and all


def read(text: str, filename: str = "") -> list[Found]:
    """One definition, or every state machine of a template. Raises `Refused` with where it broke."""
    template = _template(text, filename)
    if template is None:
        called = filename or _guessed(text)
        return [Found("", "", import_definition(text, called), text if is_yaml(called) else "")]
    found = [
        _of_resource(str(name), resource)
        for name, resource in template["Resources"].items()
        if isinstance(resource, dict) and resource.get("Type") in RESOURCES
    ]
    if not found:
        raise Refused("The template has no state machine.")
    return found


def _guessed(text: str) -> str:
    """Text from a clipboard has no name: what doesn't begin as JSON does is YAML."""
    return "" if text.lstrip().startswith(("{", "[")) else "pasted.yaml"


def _template(text: str, filename: str) -> dict[str, Any] | None:
    """The template, if it is one."""
    if not re.search(r"\bAWS::(?:StepFunctions|Serverless)::StateMachine\b", text):
        return None
    try:
        if (filename or _guessed(text)).lower().endswith(
            (".yaml", ".yml", ".template")
        ) and not text.lstrip().startswith("{"):
            document = TemplateLoader.read(text)
        else:
            document = json.loads(text)
    except (NotYaml, ValueError, RecursionError, yaml.YAMLError) as error:
        raise Refused(f"The template can't be read: {error}") from error
    return document if isinstance(document, dict) and isinstance(document.get("Resources"), dict) else None


def _of_resource(logical_id: str, resource: Mapping[str, Any]) -> Found:
    given = resource.get("Properties")
    properties: Mapping[str, Any] = given if isinstance(given, dict) else {}
    name_member, type_member, whole, text_member = RESOURCES[resource["Type"]]
    name = properties.get(name_member)
    kind = properties.get(type_member)
    if whole in properties:
        text = json.dumps(_open(properties[whole]), indent=2, ensure_ascii=False) + "\n"
    elif text_member in properties:
        text = _text_of(properties[text_member])
    else:
        where = "DefinitionUri" if "DefinitionUri" in properties else "S3"
        raise Refused(f"{logical_id} has its definition in another file ({where}). Import that file.")
    return Found(
        name if isinstance(name, str) else logical_id,
        kind if kind in ("STANDARD", "EXPRESS") else "STANDARD",
        import_definition(text),
    )


def _text_of(value: Any) -> str:
    """DefinitionString: a text, Fn::Sub of one, or Fn::Join of pieces."""
    opened = _open(value)
    if not isinstance(opened, str):
        raise Refused("The template's DefinitionString isn't a text.")
    return opened


def _open(value: Any) -> Any:
    """With intrinsic functions as placeholders."""
    if isinstance(value, list):
        return [_open(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((member, given),) = value.items()
        if member == "Ref" and isinstance(given, str):
            return f"${{{given}}}"
        if member == "Fn::GetAtt":
            parts = given if isinstance(given, list) else str(given).split(".")
            return f"${{{'.'.join(map(str, parts))}}}"
        if member == "Fn::Sub":
            return given[0] if isinstance(given, list) and given else given
        if member == "Fn::Join" and isinstance(given, list) and len(given) == 2 and isinstance(given[1], list):
            return str(given[0]).join(str(_open(each)) for each in given[1])
        if member in ("Fn::ImportValue", "Fn::FindInMap", "Fn::Select", "Fn::If"):
            return f"${{{re.sub(r'[^A-Za-z0-9]+', '', json.dumps(given)) or 'Value'}}}"
    return {member: _open(each) for member, each in value.items()}
