"""From text to a `StateMachine` that can run."""

from asl import json_text
from asl.compile import compile_machine
from asl.definition import StateMachine
from asl.diagnostics import DefinitionError, is_error
from asl.validate import MISSING_END, diagnose


def parse(text: str, *, known: bool = False) -> StateMachine:
    """Compile a definition. Raises `DefinitionError` with all errors that keep it from running.

    A ``known`` one was found right when it was created: rules that came later aren't held against it.
    """
    found = [] if known else diagnose(text, placeholders=False)
    errors = [one for one in found if is_error(one) and one.code != MISSING_END]
    if errors:
        raise DefinitionError(errors)
    document = json_text.loads(text)
    return compile_machine(text, document)
