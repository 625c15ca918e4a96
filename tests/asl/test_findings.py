"""Where the checks write down what they find: places, kinds of values, placeholders."""

import pytest

from asl.findings import Findings, at, unescaped


def judge(kind, value, *arguments, placeholders=True):
    findings = Findings(express=False, placeholders=placeholders)
    usable = getattr(findings, kind)(value, "/x", *arguments)
    return usable, [one.message for one in findings.found]


@pytest.mark.parametrize(
    ("kind", "arguments", "right", "wrong", "message"),
    [
        ("is_object", (), {}, [], "Expected value of type [OBJECT]"),
        ("is_array", (), [], {}, "Expected value of type [ARRAY]"),
        ("is_string", (), "", 1, "Expected value of type [STRING]"),
        ("is_boolean", (), True, "true", "Expected value of type [BOOLEAN]"),
        ("is_integer", (1, 5), 5, 6, "Maximum value is 5"),
        ("is_integer", (1, 5), 2.0, 2.5, "Expected value of type [INTEGER]"),
        ("is_integer", (1, 5), 1, True, "Expected value of type [INTEGER]"),
        ("is_integer", (1, 5), 1, "1", "Expected value of type [INTEGER]"),
        ("is_number", (1, 5), 1.5, 0.5, "Minimum value is 1"),
        ("is_number", (1, 5), 1, True, "Expected value of type [NUMBER]"),
        ("is_one_of", (("A", "B"),), "B", 5, "Expected value of type [STRING]"),
        ("is_one_of", (("A", "B"),), "A", "C", "Value should be one of the following: [A, B]"),
    ],
)
def test_a_value_of_another_kind_is_told(kind, arguments, right, wrong, message):
    assert judge(kind, right, *arguments) == (True, [])
    assert judge(kind, wrong, *arguments) == (False, [message])


@pytest.mark.parametrize(
    ("kind", "arguments", "usable"),
    [
        ("is_boolean", (), True),
        ("is_integer", (1, 5), False),
        ("is_number", (1, 5), False),
        ("is_one_of", (("A",),), False),
    ],
)
def test_a_placeholder_is_nothing_wrong_until_it_is_substituted(kind, arguments, usable):
    assert judge(kind, "${x}", *arguments) == (usable, [])
    assert judge(kind, "${x}", *arguments, placeholders=False)[1]


def test_findings_have_a_place_a_code_and_a_severity():
    findings = Findings(express=True, placeholders=False)
    findings.error("/a", "wrong")
    findings.warning("/b", "ODD", "odd")
    assert [(one.path, one.code, one.severity) for one in findings.found] == [
        ("/a", "SCHEMA_VALIDATION_FAILED", "ERROR"),
        ("/b", "ODD", "WARNING"),
    ]


def test_a_pointer_escapes_what_it_must():
    assert at(at("", "a/b~c"), 0) == "/a~1b~0c/0"
    assert unescaped("a~1b~0c") == "a/b~c"


def test_what_a_place_has_not_is_said_of_the_place():
    findings = Findings(express=False, placeholders=True)
    findings.missing("/x", "a", "b")
    findings.unsupported("/x", "c")
    findings.of_other_language("/x", "d", "JSONPath", other="JSONata")
    assert [(one.path, one.place, one.message) for one in findings.found] == [
        ("/x", None, "These fields are required: [a, b]"),
        ("/x/c", "/x", "Field 'c' is not supported"),
        (
            "/x/d",
            "/x",
            "The QueryLanguage is set to 'JSONPath', but field 'd' is only supported for the 'JSONata' QueryLanguage",
        ),
    ]
