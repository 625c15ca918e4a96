"""Definitions in YAML, in and out. Read as YAML 1.2's core schema does: ``no`` and ``2024-01-01`` are texts."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

import yaml


class NotYaml(ValueError):  # noqa: N818 - it says what happened
    """The message names line and column."""


class _Loader(yaml.CSafeLoader):
    """Only what JSON has: YAML 1.1's yes, no, on, off, sexagesimal numbers and dates stay the texts that they are."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc] # as PyYAML's own subclasses do


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9]\d*)\Z"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:\d+\.\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)\Z"),
    list("-+0123456789."),
)


def read_yaml(text: str) -> Any:
    """Raises `NotYaml`. Anchors are followed once each: a text can't grow to more than it shows."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            raise NotYaml("Anchors and aliases aren't taken. Write the value out where it is used.")
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise NotYaml(" ".join(str(error).split())) from error
    except RecursionError as error:
        raise NotYaml("It is nested too deeply.") from error


def says_the_same(text: str, definition: str) -> bool:
    """Is the YAML text the definition, whose JSON text counts? Two numbers are the same if their values are."""
    try:
        value = read_yaml(text)
        # Names are texts in JSON, whatever they look like in YAML.
        return bool(json.loads(json.dumps(value)) == json.loads(definition))
    except (ValueError, TypeError, RecursionError):
        return False


def write_yaml(document: Any) -> str:
    """In the order of the definition; texts of several lines as blocks."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - a value that stands twice is written twice
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text and text == text.rstrip(" ") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


class TemplateLoader(_Loader):
    """CloudFormation's short forms (``!Ref``, ``!Sub``, ``!GetAtt``) as the long ones."""

    @classmethod
    def read(cls, text: str) -> Any:
        """Raises `NotYaml`."""
        try:
            if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
                raise NotYaml("Anchors and aliases aren't taken. Write the value out where it is used.")
            return yaml.load(text, Loader=cls)  # noqa: S506 - a SafeLoader
        except yaml.YAMLError as error:
            raise NotYaml(" ".join(str(error).split())) from error


def _short_form(loader: TemplateLoader, suffix: str, node: yaml.Node) -> Any:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


TemplateLoader.add_multi_constructor("!", _short_form)
