"""Roles that are made from the definition, on a real IAM API; encryption; aliases pointed back; the rest of a deployment."""

import json

import pytest

from callboard.aws import client as aws
from designer import aliases, execution_roles
from designer.deployment import NotDeployed, deploy, go_on, plan
from designer.deployment_options import NotAnOption, read_options
from designer.models import AliasMove, Deployment
from designer.services import Refused, create_state_machine, save_revision

LAMBDA = json.dumps(
    {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "charge"},
                "End": True,
            }
        },
    }
)
KEY = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def machine(db, request):
    return create_state_machine(name=request.node.name[:60], definition=LAMBDA, by=None)


def newer(machine, text):
    latest = machine.revisions.order_by("-number")[0]
    return save_revision(machine, definition=text, base=latest.number, by=None)


def test_a_role_is_shown_made_and_offered_and_the_state_machine_runs_with_it(machine, embedded, client, person):
    client.force_login(person("Designer"))
    address = f"/api/v1/state-machines/{machine.pk}/execution-role"
    order = {"revision": 1, "environment": embedded.pk, "options": {"kms_key": KEY}}
    shown = client.post(address + "/plan", json.dumps(order), "application/json").json()
    assert shown["trust"]["Statement"][0]["Condition"] == {"StringEquals": {"aws:SourceAccount": "000000000000"}}
    allowed = {action for row in shown["policy"]["Statement"] for action in row["Action"]}
    assert allowed == {"lambda:InvokeFunction", "kms:Decrypt", "kms:GenerateDataKey"}
    iam = aws(embedded, "iam")
    assert shown["name"] not in [role["RoleName"] for role in iam.list_roles()["Roles"]]  # a plan makes nothing
    made = client.post(address, json.dumps({**order, "name": shown["name"]}), "application/json")
    assert made.status_code == 201
    policy = iam.get_role_policy(RoleName=shown["name"], PolicyName="StateMachine")["PolicyDocument"]
    assert policy == shown["policy"]
    roles = client.get(f"/api/v1/environments/{embedded.pk}/execution-roles").json()
    assert made.json()["arn"] in [role["arn"] for role in roles["roles"]]
    assert roles["may_create"]
    done = deploy(plan(machine.revisions.get(), embedded, made.json()["arn"], {"kms_key": KEY}), by=None)
    there = aws(embedded, "stepfunctions").describe_state_machine(stateMachineArn=done.deployment.arn)
    assert there["roleArn"] == made.json()["arn"]
    assert there["encryptionConfiguration"]["kmsKeyId"] == KEY


def test_the_same_workflows_role_gets_the_new_policy_and_nobody_elses_is_touched(machine, embedded):
    first = execution_roles.create(machine.revisions.get(), embedded, name="mine")
    second = newer(machine, '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}')
    again = execution_roles.create(second, embedded, name="mine")
    assert (first["created"], again["created"], first["arn"]) == (True, False, again["arn"])
    iam = aws(embedded, "iam")
    assert iam.list_role_policies(RoleName="mine")["PolicyNames"] == []  # it calls nothing any more
    iam.create_role(RoleName="theirs", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    with pytest.raises(Refused, match="wasn't made for this workflow"):
        execution_roles.create(second, embedded, name="theirs")
    assert "theirs" not in [role["name"] for role in execution_roles.assumable(embedded)["roles"]]


def test_staff_say_whether_roles_are_made_and_what_they_may_at_the_most(machine, embedded):
    iam = aws(embedded, "iam")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    boundary = iam.create_policy(PolicyName="most", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    embedded.role_boundary_arn = boundary
    execution_roles.create(machine.revisions.get(), embedded, name="bounded")
    assert iam.get_role(RoleName="bounded")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    embedded.creates_roles = False
    with pytest.raises(Refused, match="member of staff"):
        execution_roles.create(machine.revisions.get(), embedded, name="other")
    embedded.creates_roles = True
    with pytest.raises(Refused, match="1 to 64"):
        execution_roles.create(machine.revisions.get(), embedded, name="no/slash")


def test_a_key_that_is_none_is_refused():
    for given, words in (({"kms_key": "secret"}, "symmetric KMS key"), ({"kms_reuse_seconds": 5}, "60 to 900")):
        with pytest.raises(NotAnOption, match=words):
            read_options(given)
    assert read_options({"kms_key": "AWS"}).kms_key == "AWS"


def test_an_alias_is_pointed_back_from_the_page_and_that_is_recorded(machine, embedded, client, person):
    deploy(plan(machine.revisions.get(), embedded, options={"alias": "live"}), by=None)
    second = newer(machine, LAMBDA.replace("charge", "refund"))
    done = deploy(plan(second, embedded, options={"alias": "live"}), by=None)
    (alias,) = aliases.aliases(done.deployment)
    assert [(version.number, version.revision, weight) for version, weight in alias.routing] == [(2, 2, 100)]
    assert [(version.number, version.revision) for version in alias.others] == [(1, 1)]
    ada = person("Designer")
    client.force_login(ada)
    page = f"/workflows/{machine.pk}/deployments/"
    assert "Version 1 (r1)" in client.get(page).content.decode()
    client.post(page + "roll-back/", {"environment": embedded.pk, "alias": "live", "version": "1"})
    (alias,) = aliases.aliases(done.deployment)
    assert [(version.number, weight) for version, weight in alias.routing] == [(1, 100)]
    move = AliasMove.objects.get()
    assert (move.version, move.before, move.by) == (1, [{"version": 2, "weight": 100}], ada)
    html = client.post(page + "roll-back/", {"environment": embedded.pk, "alias": "live", "version": "77"}, follow=True)
    assert "answered ResourceNotFound" in html.content.decode()
    assert AliasMove.objects.count() == 1


def test_a_deployment_that_stopped_half_way_goes_on_with_the_rest(machine, embedded, client, person):
    first = deploy(plan(machine.revisions.get(), embedded, options={"publish": True}), by=None)
    step_functions = aws(embedded, "stepfunctions")
    routing = [{"stateMachineVersionArn": first.deployment.version_arn, "weight": 100}]
    for number in range(100):
        step_functions.create_state_machine_alias(name=f"a{number}", routingConfiguration=routing)
    with pytest.raises(NotDeployed):
        deploy(plan(newer(machine, LAMBDA + "\n"), embedded, options={"alias": "live"}), by=None)
    stopped = Deployment.objects.first()
    assert (stopped.done, "ServiceQuotaExceeded" in stopped.problem) == (["Published version 2"], True)
    client.force_login(person("Designer"))
    page = f"/workflows/{machine.pk}/deployments/"
    assert "Not complete" in client.get(page).content.decode()
    step_functions.delete_state_machine_alias(stateMachineAliasArn=f"{first.deployment.arn}:a7")
    client.post(f"{page}{stopped.pk}/go-on/")
    stopped.refresh_from_db()
    assert (stopped.problem, stopped.done[-1]) == ("", "Made the alias live on version 2")
    assert stopped.version_arn.endswith(":2")
    with pytest.raises(NotDeployed, match="another deployment since"):
        go_on(first.deployment)
