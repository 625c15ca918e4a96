"""The grammar of an intrinsic call, and why a text is none."""

import pytest

from asl.intrinsic_syntax import Call, InvalidIntrinsicError, Literal, PathArgument, parse_call


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("States.UUID()", Call("States.UUID", ())),
        (
            " States.A( 1 , -2.5e1,true , null ) ",
            Call("States.A", (Literal(1), Literal(-25.0), Literal(True), Literal(None))),
        ),
        (
            "States.A($.a[0], $$.b, $v.c)",
            Call("States.A", (PathArgument("$.a[0]"), PathArgument("$$.b"), PathArgument("$v.c"))),
        ),
        (r"States.A('it\'s \{\} \\')", Call("States.A", (Literal(r"it's \{\} \\"),))),
        ("States.A(States.B('x'))", Call("States.A", (Call("States.B", (Literal("x"),)),))),
    ],
)
def test_a_call_is_read(text, call):
    assert parse_call(text) == call


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "reads States.Name"),
        ("Format('a')", "reads States.Name"),
        ("States.A() x", "unexpected text after the call at character 11"),
        ("States.A(1 2)", "a comma or ) is missing at character 12"),
        ("States.A(1,)", "missing after the last comma"),
        ("States.A(", "an argument is missing at character 10"),
        ("States.A(nothing)", "an argument is missing"),
        ("States.A($.a[)", "a bracket isn't closed"),
        ("States.A('x)", "a string isn't closed"),
        (r"States.A('\n')", r"\\n is no escape"),
        ("States.A(" * 11 + ")" * 11, "nested more than 10 deep"),
    ],
)
def test_what_is_no_call_says_why(text, reason):
    with pytest.raises(InvalidIntrinsicError, match=reason.replace("(", r"\(").replace(")", r"\)")):
        parse_call(text)
