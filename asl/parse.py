"""From text to a `StateMachine` that can run."""

from asl import json_text
from asl.compile import compile_machine
from asl.definition import StateMachine
from asl.diagnostics import DefinitionError, is_error
from asl.validate import diagnose


def parse(text: str) -> StateMachine:
    """Compile a definition. Raises `DefinitionError` with all errors."""
    errors = [found for found in diagnose(text, placeholders=False) if is_error(found)]
    if errors:
        raise DefinitionError(errors)
    document = json_text.loads(text)
    return compile_machine(text, document)
