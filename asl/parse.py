"""From text to a `StateMachine` that can run."""

from asl import json_text
from asl.compile import compile_machine
from asl.definition import StateMachine
from asl.diagnostics import DefinitionError, is_error
from asl.unsupported import find_unsupported
from asl.validate import diagnose


def parse(text: str) -> StateMachine:
    """Compile a definition. Raises `DefinitionError` with all errors.

    A definition that is right but holds what this engine doesn't run is given with ``unsupported`` filled and no
    branches: `asl.interpreter.start` refuses it.
    """
    errors = [found for found in diagnose(text, placeholders=False) if is_error(found)]
    if errors:
        raise DefinitionError(errors)
    document = json_text.loads(text)
    unsupported = find_unsupported(document)
    if unsupported:
        return StateMachine(
            text=text,
            comment=document.get("Comment"),
            query_language=document.get("QueryLanguage", "JSONPath"),
            timeout=document.get("TimeoutSeconds"),
            branches=(),
            unsupported=tuple(unsupported),
        )
    return compile_machine(text, document)
