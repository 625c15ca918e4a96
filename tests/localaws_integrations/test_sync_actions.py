"""The table of jobs against botocore's own models: every operation, parameter and path in it is there."""

import jmespath
import pytest
from botocore.model import ListShape, StructureShape
from jmespath.visitor import Visitor

from asl.resource import OPTIMIZED_ACTIONS, SYNC
from localaws.integrations import emr
from localaws.integrations.catalogue import optimized_operation, sibling_operation
from localaws.integrations.parameters import ParametersDoNotFit, optimized_parameter
from localaws.integrations.sync_actions import SYNC_ACTIONS

NAMES = sorted(SYNC_ACTIONS)
KUBERNETES = {("eks", "runJob")}
NESTED = {("states", "startExecution")}


class Paths(Visitor):
    """Every chain of fields in an expression: ["answer", "jobRun", "id"]; indexes count as fields' own lists."""

    def __init__(self):
        self.found = []

    def chain(self, node):
        match node["type"]:
            case "field":
                return [node["value"]]
            case "subexpression" | "index_expression" | "projection" | "flatten":
                return [name for child in node["children"] for name in self.chain(child)]
            case _:
                return []

    def walk(self, node):
        chain = self.chain(node)
        if chain:
            self.found.append(chain)
        for child in () if chain else node["children"]:
            self.walk(child) if isinstance(child, dict) else None
        return self.found


def paths(expression):
    return Paths().walk(jmespath.compile(expression).parsed)


def member(shape, path, rule=lambda name: name):
    """The shape at a path, through lists; AssertionError where there is none."""
    for name in path:
        while isinstance(shape, ListShape):
            shape = shape.member
        assert isinstance(shape, StructureShape), path
        members = {rule(own): inner for own, inner in shape.members.items()}
        assert name in members, f"{'.'.join(path)}: no {name} among {sorted(members)}"
        shape = members[name]
    return shape


@pytest.mark.parametrize("name", NAMES, ids=".".join)
def test_an_actions_row_names_what_the_service_has(name):
    action, start = SYNC_ACTIONS[name], optimized_operation(*name).model
    look = sibling_operation(*name, action.look).model
    sources = {"request": start.input_shape, "answer": start.output_shape}
    calls = [(look, action.find)]
    if action.stop is not None:
        calls.append((sibling_operation(*name, action.stop).model, action.stop_with))
    for operation, given in calls:
        assert set(operation.input_shape.required_members) <= set(given) <= set(operation.input_shape.members)
        for expression in given.values():
            for source, *path in paths(expression):
                member(sources[source], path)
    for path in paths(action.status):
        if "exitCode" not in path and "lastStatus" not in path:
            member(look.output_shape, path)
    for path in paths(action.result):
        member(look.output_shape, path, optimized_parameter)


@pytest.mark.parametrize("name", NAMES, ids=".".join)
def test_the_states_of_a_job_are_those_that_the_service_knows(name):
    action = SYNC_ACTIONS[name]
    assert not action.succeeded & action.failed
    assert action.succeeded or action.gone
    found = paths(action.status)
    if len(found) != 1:
        return  # ECS tells by its containers
    known = set(member(sibling_operation(*name, action.look).model.output_shape, found[0]).enum)
    if known:
        assert action.succeeded | action.failed <= known | {"DeleteFailed", "EXPIRED"}, known


def test_every_job_of_aws_has_its_row():
    offered = {
        (service, action)
        for service, actions in OPTIMIZED_ACTIONS.items()
        for action, patterns in actions.items()
        if SYNC in patterns
    }
    assert offered - KUBERNETES - NESTED == set(SYNC_ACTIONS)


@pytest.mark.parametrize("action", sorted(emr.RESHAPED))
def test_an_action_of_emr_makes_parameters_that_its_operation_takes(action):
    shape, operation = emr.RESHAPED[action], optimized_operation(emr.SERVICE, action).model
    given = {name: {} if name.startswith("Instance") or name == "Step" else "x" for name in shape.fields}
    if "Fleet" in action or "Group" in action:
        given["InstanceFleetName" if "Fleet" in action else "InstanceGroupName"] = "core"
    made = emr.reshaped(action, given, found="i-1")
    assert set(made) <= set(operation.input_shape.members)
    if shape.named is not None:
        listing = sibling_operation(emr.SERVICE, action, shape.named[0]).model
        assert shape.named[1] in listing.output_shape.members
    for path in paths(shape.result):
        member(operation.output_shape, path)


def test_an_action_of_emr_names_what_it_does_not_take():
    with pytest.raises(ParametersDoNotFit) as found:
        emr.reshaped("addStep", {"ClusterId": "j-1", "Steps": []})
    assert found.value.cause.endswith(
        "[The field 'Steps' is not supported by Step Functions, The field 'Step' is required but was missing]"
    )
