"""Logging, tracing, tags, versions and aliases of a deployment, on a real endpoint."""

import json

import pytest

from callboard.aws import client as aws
from designer.deployment import NotDeployed, deploy, plan
from designer.deployment_options import NotAnOption, Options, read_options, words
from designer.models import Deployment
from designer.services import create_state_machine, save_revision

PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
LOG_GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/states/orders"


@pytest.fixture
def machine(db, request):
    return create_state_machine(
        name=request.node.name[:60].replace("[", "-").replace("]", ""), definition=PASS, by=None
    )


@pytest.fixture
def sfn(embedded):
    return aws(embedded, "stepfunctions")


def changed(machine, name):
    latest = machine.revisions.order_by("-number")[0]
    return save_revision(machine, definition=PASS.replace('"A"', f'"{name}"'), base=latest.number, by=None)


def test_a_plan_says_each_step_in_words(machine, embedded):
    options = {
        "log_level": "ERROR",
        "log_group_arn": LOG_GROUP,
        "tracing": True,
        "tags": {"team": "media"},
        "alias": "live",
        "share": 20,
    }
    steps = plan(machine.revisions.get(), embedded, options=options).steps
    assert steps == [
        "Check revision 1, here and in Embedded",
        f"Create the state machine {machine.name} with the role {embedded.execution_role_arn}",
        "Log ERROR to /aws/vendedlogs/states/orders",
        "Switch X-Ray tracing on",
        "Tag it: team=media",
        f"Publish a version of {machine.name}",
        "Point the alias live at it with 20% of the executions, the rest where it points now",
    ]
    off = Options(log_level="OFF", tracing=False, publish=True, alias="live")
    assert words(off, name="x") == [
        "Switch logging off",
        "Switch X-Ray tracing off",
        "Publish a version of x",
        "Point the alias live at it with all executions",
    ]


def test_logging_tracing_and_tags_are_there_afterwards(machine, embedded, sfn):
    aws(embedded, "logs").create_log_group(logGroupName="/aws/vendedlogs/states/orders")
    options = {
        "log_level": "ALL",
        "log_group_arn": LOG_GROUP,
        "include_execution_data": True,
        "tracing": True,
        "tags": {"team": "media"},
    }
    done = deploy(plan(machine.revisions.get(), embedded, options=options), by=None)
    there = sfn.describe_state_machine(stateMachineArn=done.deployment.arn)
    assert there["loggingConfiguration"]["level"] == "ALL"
    assert there["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"] == f"{LOG_GROUP}:*"
    assert there["tracingConfiguration"] == {"enabled": True}
    assert sfn.list_tags_for_resource(resourceArn=done.deployment.arn)["tags"] == [{"key": "team", "value": "media"}]
    assert (done.done, done.deployment.version_arn) == (["Tagged"], "")

    deploy(plan(changed(machine, "B"), embedded), by=None)  # nothing chosen: nothing changed
    assert sfn.describe_state_machine(stateMachineArn=done.deployment.arn)["loggingConfiguration"]["level"] == "ALL"
    deploy(plan(changed(machine, "C"), embedded, options={"log_level": "OFF", "tracing": False}), by=None)
    there = sfn.describe_state_machine(stateMachineArn=done.deployment.arn)
    assert (there["loggingConfiguration"]["level"], there["tracingConfiguration"]) == ("OFF", {"enabled": False})


def test_an_alias_moves_bit_by_bit_and_back(machine, embedded, sfn):
    def routing(arn):
        found = sfn.describe_state_machine_alias(stateMachineAliasArn=f"{arn}:live")["routingConfiguration"]
        return {int(row["stateMachineVersionArn"].rsplit(":", 1)[1]): row["weight"] for row in found}

    first = deploy(plan(machine.revisions.get(), embedded, options={"alias": "live"}), by=None)
    arn = first.deployment.arn
    assert first.done == ["Published version 1", "Made the alias live on version 1"]
    assert routing(arn) == {1: 100}
    second = deploy(plan(changed(machine, "B"), embedded, options={"alias": "live", "share": 20}), by=None)
    assert second.done == ["Published version 2", "Pointed the alias live at version 2 with 20%"]
    assert routing(arn) == {2: 20, 1: 80}
    again = deploy(
        plan(machine.revisions.order_by("-number")[0], embedded, options={"alias": "live", "share": 60}), by=None
    )
    assert again.done[0] == "Published version 2"  # the same text is the same version
    assert routing(arn) == {2: 60, 1: 40}
    deploy(plan(changed(machine, "C"), embedded, options={"alias": "live"}), by=None)
    assert routing(arn) == {3: 100}
    deploy(plan(machine.revisions.order_by("-number")[0], embedded, options={"alias": "live", "share": 10}), by=None)
    assert routing(arn) == {3: 100}  # there is no other to keep the rest
    assert Deployment.objects.first().version_arn == f"{arn}:3"


def test_what_fails_half_way_says_what_was_done_and_can_be_made_again(machine, embedded, sfn):
    first = deploy(plan(machine.revisions.get(), embedded, options={"publish": True}), by=None)
    routing = [{"stateMachineVersionArn": first.deployment.version_arn, "weight": 100}]
    for number in range(100):  # as many as a state machine can have
        sfn.create_state_machine_alias(name=f"a{number}", routingConfiguration=routing)
    newer = changed(machine, "B")
    with pytest.raises(NotDeployed, match="ServiceQuotaExceeded") as stop:
        deploy(plan(newer, embedded, options={"tags": {"team": "media"}, "alias": "live"}), by=None)
    assert (stop.value.stage, stop.value.done) == ("configure", ["Tagged", "Published version 2"])
    assert "Revision 2 is there" in str(stop.value)
    assert Deployment.objects.first().revision == newer
    assert sfn.describe_state_machine(stateMachineArn=first.deployment.arn)["definition"] == newer.definition

    sfn.delete_state_machine_alias(stateMachineAliasArn=f"{first.deployment.arn}:a7")
    done = deploy(plan(newer, embedded, options={"tags": {"team": "media"}, "alias": "live"}), by=None)
    assert done.done == ["Tagged", "Published version 2", "Made the alias live on version 2"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"colour": "red"}, "no option colour"),
        ({"log_level": "LOUD"}, "The log level is one of"),
        ({"log_level": "ALL"}, "ARN of a log group"),
        ({"log_level": 3}, "log_level can't be 3"),
        ({"tags": {"a": 1}}, "names with a text"),
        ({"tags": {"": "x"}}, "names with a text"),
        ({"tags": {"k" * 129: "x"}}, "128 characters"),
        ({"tags": {"k": "x" * 257}}, "128 characters"),
        ({"tags": {str(number): "" for number in range(51)}}, "at most 50"),
        ({"alias": "12"}, "isn't a number alone"),
        ({"share": 0}, "1 to 100"),
        ({"share": True}, "share can't be True"),
        ({"tracing": "yes"}, "tracing can't be"),
    ],
)
def test_what_cant_be_chosen_is_refused_before_anything_is_done(given, words):
    with pytest.raises(NotAnOption, match=words):
        read_options(given)


def test_what_was_changed_there_is_overwritten_only_knowingly(client, person, machine, embedded, sfn):
    client.force_login(person("Designer"))
    first = deploy(plan(machine.revisions.get(), embedded), by=None)
    order = {"revision": changed(machine, "B").number, "environment": embedded.pk}
    theirs = PASS.replace('"A"', '"Theirs"')
    sfn.update_state_machine(stateMachineArn=first.deployment.arn, definition=theirs)
    address = f"/api/v1/state-machines/{machine.pk}/deployments"
    refused = client.post(address, json.dumps(order), content_type="application/json")
    assert (refused.status_code, refused.json()["stage"]) == (422, "drift")
    assert sfn.describe_state_machine(stateMachineArn=first.deployment.arn)["definition"] == theirs
    done = client.post(address, json.dumps({**order, "overwrite": True}), content_type="application/json")
    assert done.status_code == 201
    again = client.post(address, json.dumps(order), content_type="application/json")  # no drift now
    assert again.status_code == 201


def test_plan_and_deployment_by_the_api(client, person, machine, embedded):
    client.force_login(person("Designer"))
    order = {"revision": 1, "environment": embedded.pk, "options": {"alias": "live"}}

    def post(path, body):
        return client.post(
            f"/api/v1/state-machines/{machine.pk}/{path}", json.dumps(body), content_type="application/json"
        )

    assert "Point the alias live" in post("deployments/plan", order).json()["steps"][-1]
    assert not Deployment.objects.exists()
    made = post("deployments", order)
    assert made.status_code == 201
    assert made.json()["version_arn"].endswith(":1")
    refused = post("deployments/plan", {**order, "options": {"share": 200}})
    assert (refused.status_code, refused.json()["stage"]) == (422, "validate")
    boot = client.get(f"/api/v1/state-machines/{machine.pk}").json()
    assert boot["deployments"][0]["options"]["alias"] == "live"
