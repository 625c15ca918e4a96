"""Generated state machines: all eight types of states, both query languages, variables, nested two deep."""

import json

from hypothesis import strategies as st

RESOURCES = [
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "arn:aws:states:::aws-sdk:dynamodb:getItem",
    "arn:aws:lambda:us-east-1:123456789012:function:work",
    "arn:aws:states:us-east-1:123456789012:activity:work",
    "arn:aws:states:::states:startExecution.sync:2",
]
ERRORS = ["States.ALL", "States.TaskFailed", "States.Timeout", "Broken"]
VALUES = st.sampled_from([{}, {"a": 1}, {"a": {"b": [1, 2]}}, [1, 2, 3], [], "text", 7, None])

retriers = st.lists(
    st.fixed_dictionaries(
        {"ErrorEquals": st.sampled_from(ERRORS[1:]).map(lambda name: [name]), "MaxAttempts": st.integers(0, 2)},
        optional={"JitterStrategy": st.just("FULL"), "IntervalSeconds": st.integers(1, 5)},
    ),
    max_size=2,
)


@st.composite
def branches(draw, depth, prefix="S", jsonata=False):
    """A branch of one to three states whose names no other branch has. ``jsonata``: every state is in JSONata."""
    count = draw(st.integers(1, 3))
    names = [f"{prefix}{index}" for index in range(count)]
    states = {}
    for index, name in enumerate(names):
        following = None if index == count - 1 else names[index + 1]
        states[name] = draw(states_of(depth, name, following, jsonata))
    return {"StartAt": names[0], "States": states}


@st.composite
def states_of(draw, depth, name, following, jsonata):
    """A state of any of the eight types that leads to ``following`` (None: the branch ends)."""
    kinds = ["Pass", "Wait", "Task", *(["Choice"] if following else ["Succeed", "Fail"])]
    kind = draw(st.sampled_from([*kinds, *(["Parallel", "Map"] * 2 if depth else []), *kinds, "Task"]))
    state = draw(FIELDS[kind](depth, name, following, jsonata))
    state["Type"] = kind
    if kind not in ("Choice", "Succeed", "Fail"):
        state |= {"Next": following} if following else {"End": True}
    if kind not in ("Succeed", "Fail") and draw(st.booleans()):
        # a variable is the scope's own: no inner scope may assign an outer one's name
        state["Assign"] = {f"v{len(name)}": draw(VALUES), "name_" + name: name}
    in_jsonata = jsonata or (kind not in ("Parallel", "Map") and draw(st.integers(0, 2)) == 0)
    state = to_jsonata(state, draw) if in_jsonata else state | draw(st.sampled_from(PATHS.get(kind, [{}])))
    if kind in ("Task", "Parallel", "Map"):
        state["Retry"] = draw(retriers)
        state["Catch"] = draw(catchers(name, following, in_jsonata)) if following else []
    return state


@st.composite
def catchers(draw, name, following, in_jsonata):
    if draw(st.booleans()):
        return []
    options = (
        [{}, {"Output": "{% $states.errorOutput %}"}, {"Assign": {"caught_" + name: "{% $states.errorOutput.Error %}"}}]
        if in_jsonata
        else [{}, {"ResultPath": "$.e"}, {"ResultPath": None, "Assign": {"caught_" + name + ".$": "$.Error"}}]
    )
    return [{"ErrorEquals": [draw(st.sampled_from(ERRORS))], "Next": following, **draw(st.sampled_from(options))}]


def nothing(depth, name, following, jsonata):
    return st.fixed_dictionaries({})


def a_result(depth, name, following, jsonata):
    return st.fixed_dictionaries({}, optional={"Result": VALUES})


def seconds(depth, name, following, jsonata):
    return st.fixed_dictionaries({"Seconds": st.integers(0, 5)})


def a_failure(depth, name, following, jsonata):
    return st.sampled_from([{}, {"Error": "Broken", "Cause": "On purpose"}]).map(dict)


def a_rule(depth, name, following, jsonata):
    rule = {"Variable": "$", "IsString": True, "Next": following}
    return st.sampled_from(
        [
            {"Choices": [rule], "Default": following},
            {"Choices": [{"Variable": "$.a", "IsPresent": True, "Next": following}]},
            {"Choices": [rule | {"Assign": {"chosen_" + name: True}}], "Default": following},
        ]
    ).map(dict)


def a_call(depth, name, following, jsonata):
    limits = st.sampled_from([{}, {"TimeoutSeconds": 9}, {"TimeoutSeconds": 9, "HeartbeatSeconds": 3}])
    return st.tuples(st.sampled_from(RESOURCES), limits).map(lambda pair: {"Resource": pair[0], **pair[1]})


def some_branches(depth, name, following, jsonata):
    each = [branches(depth - 1, f"{name}p{index}", jsonata) for index in range(3)]
    return st.integers(1, 3).flatmap(lambda count: st.tuples(*each[:count])).map(lambda found: {"Branches": [*found]})


def a_processor(depth, name, following, jsonata):
    limits = st.sampled_from([{}, {"MaxConcurrency": 1}, {"MaxConcurrency": 2}])
    inner = branches(depth - 1, f"{name}m", jsonata)
    return st.tuples(inner, limits).map(lambda pair: {"ItemProcessor": pair[0], **pair[1]})


FIELDS = {
    "Pass": a_result,
    "Wait": seconds,
    "Task": a_call,
    "Choice": a_rule,
    "Succeed": nothing,
    "Fail": a_failure,
    "Parallel": some_branches,
    "Map": a_processor,
}
# What JSONPath alone has; a variable that nobody assigned is the workflow's failure.
PATHS = {
    "Pass": [{}, {"ResultPath": "$.x"}, {"Parameters": {"now.$": "$$.State.Name"}}, {"Parameters": {"v.$": "$v2"}}],
    "Wait": [{}, {"InputPath": "$.a"}, {"OutputPath": "$.items"}],
    "Task": [{}, {"ResultPath": "$.r"}, {"ResultPath": None}, {"OutputPath": "$.a"}, {"ResultSelector": {"a.$": "$"}}],
    "Parallel": [{}, {"Parameters": {"all.$": "$"}}, {"ResultSelector": {"first.$": "$[0]"}}, {"ResultPath": "$.r"}],
    "Map": [{}, {"ItemsPath": "$.items"}, {"ItemSelector": {"i.$": "$$.Map.Item.Index"}}, {"ResultPath": "$.r"}],
}
EXPRESSIONS = [
    "{% $states.input %}",
    "{% {'items': [1, 2], 'a': $count($states.input)} %}",
    "{% {'items': [$states.context.State.Name], 'a': 1} %}",
    "{% $states.input.a + 1 %}",
    "{% [$states.input, $uuid(), $random()] %}",
    "{% $merge([{'at': $now()}, $states.context.State]) %}",
    "{% $string($states) %}",
    "{% $v2 %}",
    {"deep": ["{% $nothing %}"]},
]
CONDITIONS = ["{% true %}", "{% $states.input.a %}", "{% $type($states.input) = 'string' %}"]
ITEMS = ["{% [1, 2, 3] %}", "{% [$states.input] %}", "{% $states.input.items %}", "{% $states.input %}"]


def to_jsonata(state, draw):
    """The same state without what JSONPath alone has, and with expressions that may fail."""
    state = {**state, "QueryLanguage": "JSONata"}
    state.pop("Result", None)
    match state["Type"]:
        case "Choice":
            kept = ("Next", "Assign")
            state["Choices"] = [
                {"Condition": draw(st.sampled_from(CONDITIONS)), **{key: rule[key] for key in kept if key in rule}}
                for rule in state["Choices"]
            ]
        case "Wait":
            state["Seconds"] = draw(st.sampled_from([1, "{% 1 + 1 %}", "{% $states.input.a %}"]))
        case "Fail":
            return state | {"Error": draw(st.sampled_from(["Broken", "{% 'Bro' & 'ken' %}", "{% $states.input %}"]))}
        case "Map":
            state["Items"] = draw(st.sampled_from(ITEMS))
        case "Task" | "Parallel" if draw(st.booleans()):
            state["Arguments"] = {"given": draw(st.sampled_from(EXPRESSIONS))}
        case _:
            pass
    return state | draw(st.sampled_from([{}, {}, *({"Output": expression} for expression in EXPRESSIONS)]))


def in_one_language(jsonata):
    return branches(2, jsonata=jsonata).map(lambda found: found | ({"QueryLanguage": "JSONata"} if jsonata else {}))


machines = st.booleans().flatmap(in_one_language).map(json.dumps)
inputs = st.sampled_from(['{"items": [1, 2, 3], "a": 1}', "[1, [2], {}]", "[[1, 2],  [3]]", '"text"', "{}", '{"a": 1}'])
