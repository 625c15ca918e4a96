"""What a request and an answer may hold that JSON can't quite: half a surrogate pair, numbers of the wrong kind."""

import json

import pytest

from localaws import shapes, wire
from localaws.wire import ServiceError


def test_an_error_may_repeat_half_a_surrogate_pair():
    answer = wire.error_answer(ServiceError("ValidationException", "Value '\ud800' is wrong"))
    assert json.loads(answer.body)["message"] == "Value '\ud800' is wrong"


@pytest.mark.parametrize("body", [b"[" * 100_000, b"{broken", b"\xff", b'{"a": NaN}', b"[]"])
def test_a_body_that_is_no_object_is_refused(body):
    with pytest.raises(ServiceError) as refused:
        wire.parse_input(body)
    assert refused.value.code == "SerializationException"


def test_a_count_is_an_integer():
    shapes.check("ListStateMachines", {"maxResults": 5})
    with pytest.raises(ServiceError, match="NUMBER_VALUE can not be converted to an Integer"):
        shapes.check("ListStateMachines", {"maxResults": 1.5})
    shapes.check("UpdateMapRun", {"mapRunArn": "arn", "toleratedFailurePercentage": 1.5})
