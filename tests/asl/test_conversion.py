"""From JSONPath to JSONata: what is converted does the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.conversion import convert
from asl.events import TaskFailed, TaskSucceeded
from asl.parse import parse
from asl.testing import Playbook
from asl.validate import diagnose

WORK = "arn:aws:lambda:us-east-1:123456789012:function:work"


def run(definition, data, result):
    """What the tasks were called with, and how it ended."""
    playbook = Playbook(parse(json.dumps(definition)), input=json.dumps(data))
    calls = []
    for _ in range(12):
        playbook.run()
        if playbook.execution.status != "RUNNING":
            break
        for task in list(playbook.tasks.values()):
            calls.append((task.parameters, task.timeout, task.credentials))
            if isinstance(result, Exception):
                event = TaskFailed(at=playbook.now, task_id=task.task_id, error="Broken", cause=str(result))
            else:
                event = TaskSucceeded(at=playbook.now, task_id=task.task_id, output=json.dumps(result))
            playbook.reply(event)
    output = playbook.execution.output
    return calls, playbook.execution.status, None if output is None else json.loads(output)


scalars = st.one_of(st.integers(-5, 50), st.booleans(), st.none(), st.sampled_from(["", "x", "a,b;c", "10", "{% 1 %}"]))
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c d", "in"]), inner, max_size=3)
    ),
    max_leaves=8,
)
datas = st.fixed_dictionaries(
    {
        "a": values,
        "b": st.fixed_dictionaries({"a": values, "c d": values}),
        "n": st.integers(-3, 20),
        "s": st.sampled_from(["", "x", "a,b;c", "10", "aa\n", "A*b"]),
        "l": st.lists(scalars, min_size=1, max_size=4),
        "o": st.dictionaries(st.sampled_from("pqr"), scalars, max_size=2),
        "t": st.sampled_from(["2026-01-02T03:04:05Z", "2026-01-02T04:04:05.250+01:00", "soon"]),
    }
)
paths = st.sampled_from(
    ["$", "$.a", "$.b", "$.b.a", "$.b['c d']", "$['b'].a.a", "$.l", "$.l[0]", "$.l[-1]", "$.a[0]", "$.a[0][1]", "$.n", "$.a.in",
     "$$.State.Name", "$$.Execution.Input.n", "$.a[0].b"]
)  # fmt: skip
numbers = st.sampled_from(["$.n", "$$.Execution.Input.n", "2", "-1"])
texts = st.sampled_from(["$.s", "'a,b'", "States.Format('{}-\\\\{}', $.s)", "$.t"])
calls = st.one_of(
    st.builds(lambda one, two: f"States.Format('x {{}} and {{}}', {one}, {two})", texts, texts),
    st.builds(lambda one, two: f"States.Array({one}, {two})", paths, texts),
    st.builds(lambda one: f"States.ArrayContains($.l, {one})", st.sampled_from(["$.n", "$.s", "'x'", "true", "null"])),
    st.builds(lambda one: f"States.ArrayGetItem($.l, {one})", st.sampled_from(["0", "1", "$.n"])),
    st.builds(lambda one: f"States.ArrayPartition($.l, {one})", st.sampled_from(["1", "2", "$.n"])),
    st.builds(lambda one, two: f"States.ArrayRange({one}, {two}, 2)", numbers, numbers),
    st.builds(lambda one, two: f"States.MathAdd({one}, {two})", numbers, numbers),
    st.builds(lambda one: f"States.StringSplit({one}, ',;')", texts),
    st.builds(lambda one: f"States.Hash({one}, 'SHA-256')", texts),
    st.builds(lambda one: f"States.Base64Encode({one})", texts),
    st.sampled_from(
        ["States.ArrayLength($.l)", "States.ArrayUnique($.l)", "States.JsonMerge($.o, $.b, false)", "States.JsonToString($.b)",
         "States.StringToJson('{\"a\": [1]}')", "States.StringToJson('[]')", "States.Array()", "States.Base64Decode('YWI=')"]
    ),
)  # fmt: skip
templates = st.dictionaries(
    st.sampled_from(["p", "q", "r s"]),
    st.one_of(scalars, st.tuples(paths | calls)),
    min_size=1,
    max_size=3,
).map(
    lambda made: {
        f"{key}.$" if isinstance(one, tuple) else key: one[0] if isinstance(one, tuple) else one
        for key, one in made.items()
    }
)
nested = st.one_of(templates, st.builds(lambda one, two: {"in": one, "list": [two, 1, [2]]}, templates, templates))
selections = st.sampled_from(["$", "$", "$", "$.b", None, "$$.Execution.Input"])
places = st.sampled_from(["$", "$", None, "$.a", "$.new", "$.b.new", "$.b['c d']", "$.new.er"])


@st.composite
def comparisons(draw, depth=2):
    kind = draw(st.sampled_from(["compare", "compare", "test", "match", *(["And", "Or", "Not"] if depth else [])]))
    if kind in ("And", "Or"):
        return {kind: draw(st.lists(comparisons(depth - 1), min_size=1, max_size=3))}
    if kind == "Not":
        return {"Not": draw(comparisons(depth - 1))}
    variable = draw(st.sampled_from(["$.a", "$.n", "$.s", "$.t", "$.b.a", "$.l[0]", "$.none"]))
    if kind == "test":
        name = draw(st.sampled_from(["IsNull", "IsString", "IsNumeric", "IsBoolean", "IsPresent", "IsTimestamp"]))
        return {"Variable": variable, name: draw(st.booleans())}
    if kind == "match":
        pattern = draw(st.sampled_from(["*", "a*", "*b;c", "x", "A\\*b", "1.", "a*\n", ""]))
        return {"Variable": variable, "StringMatches": pattern}
    family, operand = draw(
        st.sampled_from(
            [("Numeric", 5), ("Numeric", 1), ("String", "x"), ("Timestamp", "2026-01-02T03:04:05Z"), ("Boolean", True)]
        )
    )
    order = "Equals" if family == "Boolean" else draw(st.sampled_from(["Equals", "LessThan", "GreaterThanEquals"]))
    if draw(st.booleans()):
        return {"Variable": variable, f"{family}{order}Path": draw(st.sampled_from(["$.n", "$.s", "$.a", "$.t"]))}
    return {"Variable": variable, f"{family}{order}": operand}


@st.composite
def states(draw):
    kind = draw(st.sampled_from(["Task", "Task", "Pass", "Pass", "Choice", "Wait", "Succeed", "Map", "Parallel"]))
    state = {
        "Type": kind,
        "InputPath": draw(selections),
        "OutputPath": draw(st.sampled_from(["$", "$", "$.b", "$.new", "$.a", "$.p", None])),
    }
    done = {
        "StartAt": f"{kind}Inner",
        "States": {f"{kind}Inner": {"Type": "Pass", "End": True, "Parameters": draw(templates)}},
    }
    if kind not in ("Choice", "Succeed"):
        state["End"] = True
    if kind not in ("Choice", "Succeed", "Wait"):
        state["ResultPath"] = draw(places)
    if kind == "Pass":
        state |= draw(
            st.one_of(st.just({}), nested.map(lambda one: {"Parameters": one}), values.map(lambda one: {"Result": one}))
        )
    if kind in ("Task", "Parallel"):
        state |= draw(st.one_of(st.just({}), nested.map(lambda one: {"Parameters": one})))
    if kind == "Task":
        state |= {"Resource": WORK, **draw(st.sampled_from([{}, {"TimeoutSecondsPath": "$.n"}, {"TimeoutSeconds": 5}]))}
        state |= draw(st.sampled_from([{}, {"Credentials": {"RoleArn.$": "$.s"}}]))
    if kind in ("Task", "Parallel", "Map"):
        state |= draw(st.one_of(st.just({}), templates.map(lambda one: {"ResultSelector": one})))
        state["Catch"] = [
            {"ErrorEquals": ["Broken"], "Next": "Z", "ResultPath": draw(places), "Assign": {"v.$": "$.Error"}}
        ]
    if kind == "Map":
        state |= {"ItemsPath": draw(st.sampled_from(["$.l", "$.a"])), "ItemProcessor": done}
        state |= draw(
            st.sampled_from(
                [
                    {},
                    {"ItemSelector": {"i.$": "$$.Map.Item.Value", "n.$": "$.n"}},
                    {"Parameters": {"i.$": "$$.Map.Item.Index"}},
                ]
            )
        )
    if kind == "Parallel":
        state["Branches"] = [done]
    if kind == "Wait":
        state |= draw(st.sampled_from([{"Seconds": 1}, {"SecondsPath": "$.n"}, {"TimestampPath": "$.t"}]))
    if kind == "Choice":
        state |= {"Default": "Z", "Choices": [{**draw(comparisons()), "Next": "Y", "Assign": {"v.$": draw(paths)}}]}
    if kind != "Succeed" and draw(st.booleans()):
        state["Assign"] = draw(
            templates.map(
                lambda made: {
                    f"v{index}{'.$' * key.endswith('.$')}": one for index, (key, one) in enumerate(made.items())
                }
            )
        )
    return state


@st.composite
def machines(draw):
    first = {"Type": "Pass", "Next": "A", "Assign": {"w.$": "$.b"}}
    ends = {
        name: {"Type": "Pass", "Parameters": {"end": name, "w.$": "$w.a", "in.$": "$"}, "End": True} for name in "YZ"
    }
    return {"StartAt": "First", "States": {"First": first, "A": draw(states()), **ends}}


@given(machines(), datas, values | st.just(OSError("x")))
def test_what_is_converted_without_a_note_does_the_same(definition, data, result):
    if any(
        found.severity == "ERROR" and "reachable" not in found.message for found in diagnose(json.dumps(definition))
    ):
        return
    definition["States"] = {
        name: state
        for name, state in definition["States"].items()
        if f'"{name}"' in json.dumps([definition["StartAt"], definition["States"]["First"], definition["States"]["A"]])
        or name in ("First", "A")
    }
    conversion = convert(definition)
    if any(state.outcome == "REFUSED" for state in conversion.states):
        return
    assert conversion.document["QueryLanguage"] == "JSONata"
    assert [found for found in diagnose(json.dumps(conversion.document)) if found.severity == "ERROR"] == []
    if any(state.outcome == "REVIEW" for state in conversion.states):
        return
    before, after = run(definition, data, result), run(conversion.document, data, result)
    if before[1] == after[1] == "SUCCEEDED":
        assert after == before


def machine(**states):
    return {"Comment": "kept", "StartAt": next(iter(states)), "TimeoutSeconds": 60, "States": states}


def test_a_whole_machine_says_its_language_once():
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "OutputPath": "$.x", "End": True}}}
    definition = machine(
        P={"Type": "Parallel", "Branches": [inner], "Next": "M"},
        M={"Type": "Map", "ItemProcessor": {"StartAt": "J", "States": {"J": {"Type": "Succeed"}}}, "Next": "O"},
        O={"Type": "Map", "Iterator": {"StartAt": "K", "States": {"K": {"Type": "Succeed"}}}, "End": True},
    )
    conversion = convert(definition)
    assert list(conversion.document) == ["Comment", "QueryLanguage", "StartAt", "TimeoutSeconds", "States"]
    assert json.dumps(conversion.document).count("QueryLanguage") == 1
    assert [state.name for state in conversion.states] == ["P", "I", "M", "J", "O", "K"]
    assert conversion.states[1].path == "/States/P/Branches/0/States/I"
    assert conversion.document["States"]["P"]["Branches"][0]["States"]["I"] == {
        "Type": "Pass",
        "Output": "{% $states.input.x %}",
        "End": True,
    }


def test_a_state_that_cannot_be_converted_stays_and_the_others_name_their_language():
    definition = machine(
        A={"Type": "Pass", "Parameters": {"x.$": "$['a','b']"}, "Next": "B"},
        B={"Type": "Pass", "Parameters": {"x.$": "States.MathAdd($.a, 1)"}, "Next": "C"},
        C={"Type": "Pass", "QueryLanguage": "JSONata", "Output": 1, "End": True},
    )
    conversion = convert(definition)
    first, second = conversion.states
    assert (first.outcome, first.notes[0].path) == ("REFUSED", "/States/A/Parameters")
    assert first.notes[0].message == "JSONata has nothing that finds the same as this path."
    assert (second.outcome, second.notes[0].path) == ("REVIEW", "/States/B/Parameters")
    assert conversion.document["States"]["A"] == definition["States"]["A"]
    assert conversion.document["States"]["B"]["QueryLanguage"] == "JSONata"
    assert "QueryLanguage" not in conversion.document


def test_one_state_is_converted_with_what_is_inside_it():
    inner = {"StartAt": "I", "States": {"I": {"Type": "Pass", "OutputPath": "$.x", "End": True}}}
    definition = machine(P={"Type": "Parallel", "Branches": [inner], "Next": "Q"}, Q={"Type": "Succeed"})
    conversion = convert(definition, ["/States/P"])
    assert [state.name for state in conversion.states] == ["P", "I"]
    assert conversion.document["States"]["Q"] == {"Type": "Succeed"}
    assert list(conversion.document["States"]["P"])[:2] == ["Type", "QueryLanguage"]


@pytest.mark.parametrize("paths", [None, ["/States/A"]])
def test_a_machine_in_jsonata_stays_as_it_is(paths):
    definition = {"QueryLanguage": "JSONata", **machine(A={"Type": "Succeed"})}
    assert convert(definition, paths).document is definition
