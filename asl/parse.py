"""From text to a `StateMachine` that can run."""

from asl.compile import compile_machine
from asl.definition import StateMachine
from asl import json_text


def parse(text: str) -> StateMachine:
    """Compile a definition. Raises `DefinitionError` with all that is wrong with it."""
    return compile_machine(text, json_text.loads(text))
