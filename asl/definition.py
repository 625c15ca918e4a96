class StateMachine:
    pass
