"""Reading fields one by one: what a sample's expressions see, and what is said of a field that can't be read."""

from asl.errors import EvaluationError
from asl.preview_trace import LATE, UNKNOWN, Sample, SampleScope, Step, Tracer

NOW = 1_800_000_000.0
PASS = {"Type": "Pass", "End": True}


def scope(state=PASS, **sample):
    return SampleScope(Sample(**sample), "S", state, NOW)


def tracer(state=PASS, *, language="JSONPath", is_late=lambda: False, **sample):
    return Tracer(state, scope(state, **sample), language=language, is_late=is_late)


def failing(*bad):
    def evaluate(written):
        text = str(written)
        if any(one in text for one in bad):
            raise EvaluationError("no good")
        return written

    return evaluate


# -- what expressions see -------------------------------------------------------------------------------


def test_the_context_is_made_up_but_for_what_the_sample_says():
    seen = scope(input={"a": 1}, context={"StateMachine": {"Name": "mine"}}).context()
    assert seen["State"] == {"Name": "S", "EnteredTime": "2027-01-15T08:00:00.000Z", "RetryCount": 0}
    assert (seen["Execution"]["Input"], seen["StateMachine"], "Task" in seen) == ({"a": 1}, {"Name": "mine"}, False)


def test_a_callback_has_a_token_and_a_selector_its_item():
    seen = scope({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"})
    seen.item = {"Index": 3, "Value": "x"}
    assert seen.context()["Task"] == {"Token": "the-task-token"}
    assert seen.context()["Map"] == {"Item": {"Index": 3, "Value": "x"}}


def test_the_clock_stands_still_and_chance_repeats_itself_field_by_field():
    seen = scope(variables={"v": 7})
    seen.begin("/Output")
    first = [seen.random_bits(), seen.random_bits()]
    seen.begin("/Assign")
    other = seen.random_bits()
    seen.begin("/Output")
    assert [seen.random_bits(), seen.random_bits()] == first
    assert first[0] != first[1] != other
    assert (seen.now(), seen.variable("v")) == (NOW, 7)


# -- steps ----------------------------------------------------------------------------------------------


def test_a_field_is_a_value_or_waits_for_one_or_fails_where_it_fails():
    trace = tracer()
    assert trace.read("/A", [1], lambda written: written) == [1]
    assert trace.read("/B", [1], lambda written: written, UNKNOWN) is UNKNOWN
    trace.read("/C", {"x": 1, "y": [{"z": "bad", "w": "fine"}]}, failing("bad"), template=True)
    trace.read("/D", {"y": "bad"}, failing("bad"))
    trace.read("/E", {"a": 1, "b": 2}, failing("'a': 1, 'b': 2"), template=True)
    assert trace.steps[:2] == [Step(path="/A", value=[1]), Step(path="/B")]
    assert [step.at for step in trace.steps[2:]] == ["/C/y/0/z", "/D", "/E"]
    assert (trace.steps[2].error, trace.steps[2].cause) == ("States.Runtime", "no good")


def test_what_is_made_of_two_values_waits_for_both():
    trace = tracer()
    assert trace.output(
        "/ResultPath", "$.r", lambda _text: lambda raw, result, _scope: {**raw, "r": result}, {"a": 1}, 2
    ) == {"a": 1, "r": 2}
    assert trace.output("/ResultPath", "$", lambda _text: None, {"a": 1}, 2) == 2
    assert trace.output("/ResultPath", "$", lambda _text: None, {"a": 1}, UNKNOWN) is UNKNOWN


def test_who_is_late_reads_nothing_more():
    trace = tracer(is_late=lambda: True)
    assert trace.read("/A", 1, lambda written: written) is UNKNOWN
    assert trace.steps == [Step(path="/A", cause=LATE)]


def test_data_nested_too_deeply_is_the_fields_own_failure():
    def dig(_written):
        raise RecursionError

    trace = tracer()
    trace.read("/A", 1, dig)
    assert trace.steps[0].cause == "The data is nested too deeply."


# -- what the validator says ----------------------------------------------------------------------------


def test_a_field_that_is_wrong_says_so_in_the_validators_words():
    trace = tracer({"Type": "Pass", "Parameters": {"x.$": "no path"}, "Next": "Nowhere"})
    trace.read("/Parameters", {}, lambda written: written)
    trace.read("/ResultPath", "$", lambda written: written)
    wrong, right = trace.steps
    assert (wrong.value, wrong.error, wrong.at) == (UNKNOWN, None, "/Parameters")
    assert wrong.cause
    assert right.value == "$"


def test_a_condition_is_read_beside_an_assignment_that_is_wrong():
    rule = {"Variable": "$.a", "IsNull": True, "Assign": {"1x": 1}, "Next": "A"}
    trace = tracer({"Type": "Choice", "Choices": [rule]})
    assert trace.read("/Choices/0", rule, lambda _written: True) is True
    assert trace.read("/Choices/0/Assign", {}, lambda written: written) is UNKNOWN


def test_what_is_inside_a_container_is_not_looked_at():
    broken = {"StartAt": "Nowhere", "States": {}}
    config = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **broken}
    for state in (
        {"Type": "Parallel", "Branches": [broken, broken], "End": True},
        {"Type": "Map", "ItemProcessor": config, "End": True},
        {"Type": "Map", "Iterator": broken, "End": True},
        {"Type": "Map", "Iterator": 5, "End": True},
    ):
        assert tracer(state)._faults == []
