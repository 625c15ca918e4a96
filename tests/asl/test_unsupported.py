"""What the engine doesn't run is valid all the same, and told with its place."""

import pytest

from asl.diagnostics import DefinitionError
from asl.interpreter import start
from asl.parse import parse
from asl.testing import IDENTITY, SEED
from asl.validate import unsupported
from tests.asl.definitions import PROCESSOR, found, machine


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (
            machine(
                {
                    "Type": "Map",
                    "End": True,
                    "ItemProcessor": {
                        **PROCESSOR,
                        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                    },
                }
            ),
            "/States/A",
        ),
        (
            machine({"Type": "Map", "End": True, "ItemProcessor": PROCESSOR, "ItemReader": {}}),
            "/States/A/ItemReader",
        ),
        (
            machine(
                {
                    "Type": "Parallel",
                    "End": True,
                    "Branches": [
                        {
                            "StartAt": "M",
                            "States": {
                                "M": {"Type": "Map", "End": True, "ItemProcessor": PROCESSOR, "ResultWriter": {}}
                            },
                        }
                    ],
                }
            ),
            "/States/A/Branches/0/States/M/ResultWriter",
        ),
    ],
)
def test_what_the_engine_does_not_run_is_valid_all_the_same_and_told(text, path):
    assert found(text) == []
    compiled = parse(text)
    (diagnostic,) = unsupported(compiled)
    assert diagnostic.path == path
    assert diagnostic.message.endswith("is not supported by this engine yet")
    with pytest.raises(DefinitionError):
        start(compiled, identity=IDENTITY, input="{}", at=0.0, seed=SEED)


def test_dollars_in_plain_text_are_no_variables():
    state = {
        "Type": "Pass",
        "Parameters": {"price": "$x", "f.$": "States.Format('$x {}', $.a)"},
        "Result": {"a.$": "$x"},
        "End": True,
    }
    assert unsupported(parse(machine(state))) == []
