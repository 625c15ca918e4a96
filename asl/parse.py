from asl.definition import StateMachine


def parse(text: str) -> StateMachine:
    raise NotImplementedError
