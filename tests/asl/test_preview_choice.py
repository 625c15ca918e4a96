"""Which rules of a Choice a sample fulfils."""

from asl.preview_choice import choose
from asl.preview_trace import UNKNOWN, Sample, SampleScope, Tracer

A_IS_1 = {"Variable": "$.a", "NumericEquals": 1}


def chosen(definition, data, *, is_jsonata=False, **sample):
    state = {"Type": "Choice", **definition}
    scope = SampleScope(Sample(input=data, **sample), "C", state, 0.0)
    trace = Tracer(state, scope, language="JSONata" if is_jsonata else "JSONPath", is_late=lambda: False)
    return choose(state, data, data, trace, is_jsonata=is_jsonata), {step.path: step for step in trace.steps}


def test_each_condition_has_its_own_verdict_and_the_first_rule_that_matches_leads():
    nested = {"And": [A_IS_1, {"Not": {"Or": [A_IS_1, {"Variable": "$.b", "IsPresent": True}]}}], "Next": "First"}
    found, steps = chosen({"Choices": [nested, {**A_IS_1, "Next": "Second"}, {**A_IS_1, "Next": "Third"}]}, {"a": 1})
    assert found.next == "Second"
    assert {path: step.value for path, step in steps.items()} == {
        "/Choices/0": False,
        "/Choices/0/And/0": True,
        "/Choices/0/And/1": False,
        "/Choices/0/And/1/Not": True,
        "/Choices/0/And/1/Not/Or/0": True,
        "/Choices/0/And/1/Not/Or/1": False,
        "/Choices/1": True,
        "/Choices/2": True,
    }


def test_a_rule_that_fails_leaves_open_what_comes_behind_it():
    rules = [{"Variable": "$.missing", "StringEquals": "x", "Next": "A"}, {**A_IS_1, "Next": "B"}]
    found, steps = chosen({"Choices": rules}, {"a": 1})
    assert (found.next, found.is_unclear) == (None, True)
    assert steps["/Choices/0"].error == "States.Runtime"
    assert steps["/Choices/1"].value is True


def test_the_default_takes_the_rest_with_its_own_variables():
    rule = {**A_IS_1, "Assign": {"x.$": "$.a"}, "Next": "A"}
    found, steps = chosen({"Choices": [rule], "Assign": {"y.$": "$.a"}, "Default": "D"}, {"a": 2})
    assert found.next == "D"
    assert (steps["/Choices/0/Assign"].value, steps["/Assign"].value) == ({"x": 2}, {"y": 2})


def test_without_a_default_nothing_that_matches_is_a_failure():
    found, steps = chosen({"Choices": [{**A_IS_1, "Next": "A"}]}, {"a": 2})
    assert found.is_unclear
    assert steps["/Default"].error == "States.NoChoiceMatched"


def test_what_is_no_rule_is_unclear():
    for choices in ([5], [{"And": [5], "Next": "A"}], [{"Or": 5, "Next": "A"}]):
        assert chosen({"Choices": choices, "Default": "D"}, {})[0].is_unclear
    assert chosen({"Choices": 5, "Default": "D"}, {})[0].next == "D"
    assert chosen({"Choices": [{"Next": "A"}], "Default": "D"}, {}, is_jsonata=True)[0].is_unclear


def test_jsonata_rules_have_outputs_and_variables_of_their_own():
    rule = {
        "Condition": "{% $states.input.a = 1 %}",
        "Output": "{% $states.input.a + 1 %}",
        "Assign": {"x": "{% $v %}"},
        "Next": "A",
    }
    definition = {"Choices": [rule], "Output": "{% 'by default' %}", "Default": "D"}
    found, steps = chosen(definition, {"a": 1}, is_jsonata=True, variables={"v": 7})
    assert (found.next, found.output, steps["/Choices/0/Assign"].value) == ("A", 2, {"x": 7})
    found, steps = chosen(definition, {"a": 2}, is_jsonata=True, variables={"v": 7})
    assert (found.next, found.output, steps["/Choices/0/Condition"].value) == ("D", "by default", False)


def test_a_jsonata_condition_must_be_true_or_false():
    found, steps = chosen({"Choices": [{"Condition": "{% 1 %}", "Next": "A"}]}, {}, is_jsonata=True)
    assert found.output is UNKNOWN
    assert "unexpected result type" in steps["/Choices/0/Condition"].cause
