from collections.abc import Sequence

from asl.definition import StateMachine
from asl.diagnostics import Diagnostic


def diagnose(text: str, *, type: str = "STANDARD") -> list[Diagnostic]:
    raise NotImplementedError


def unsupported(machine: StateMachine) -> list[Diagnostic]:
    raise NotImplementedError


def aws_message(diagnostics: Sequence[Diagnostic]) -> str:
    raise NotImplementedError
