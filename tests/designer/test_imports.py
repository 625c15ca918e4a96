"""Workflows from elsewhere: templates, pasted text, an environment's account; and the check of files for CI."""

import json

import pytest
from django.core.management import CommandError, call_command

from callboard.aws import client as aws
from designer import imports
from designer.comparison import comparison, side
from designer.deployment import deploy, plan
from designer.models import StateMachine
from designer.services import Refused, create_state_machine, save_revision

PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Charge: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      Definition:
        StartAt: Charge
        States:
          Charge:
            Type: Task
            Resource: !GetAtt Charge.Arn
            Next: Tell
          Tell:
            Type: Task
            Resource: !Sub arn:${AWS::Partition}:states:::sns:publish
            Parameters: {TopicArn: !Ref Topic, Message: "no"}
            End: true
  Other:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: other
      DefinitionString: !Sub '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Name}", "End": true}}}'
"""


def test_a_template_yields_its_state_machines_with_open_placeholders():
    orders, other = imports.read(SAM, "template.yaml")
    assert (orders.name, orders.type, other.name, other.type) == ("Orders", "EXPRESS", "other", "STANDARD")
    states = json.loads(orders.definition)["States"]
    assert states["Charge"]["Resource"] == "${Charge.Arn}"
    assert states["Tell"]["Resource"] == "arn:${AWS::Partition}:states:::sns:publish"
    assert states["Tell"]["Parameters"] == {"TopicArn": "${Topic}", "Message": "no"}
    assert json.loads(other.definition)["States"]["A"]["Result"] == "${Name}"
    joined = {"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
        "DefinitionString": {"Fn::Join": ["", [PASS[:20], PASS[20:]]]}}}}}  # fmt: skip
    assert json.loads(imports.read(json.dumps(joined))[0].definition) == json.loads(PASS)


def test_what_isnt_there_is_said():
    elsewhere = SAM.replace("DefinitionString: !Sub", "DefinitionUri: !Sub")
    with pytest.raises(Refused, match="another file"):
        imports.read(elsewhere, "template.yaml")
    with pytest.raises(Refused, match="can't be read"):
        imports.read("AWS::StepFunctions::StateMachine: [", "a.yaml")
    with pytest.raises(Refused, match="Anchors"):
        imports.read("a: &x AWS::Serverless::StateMachine\nb: *x", "a.yaml")


def test_of_a_template_with_several_one_is_chosen_on_the_page(client, person):
    client.force_login(person("Designer"))
    asked = client.post("/workflows/import/", {"text": SAM})
    assert "several state machines" in asked.content.decode()
    made = client.post("/workflows/import/", {"text": SAM, "which": "0"})
    machine = StateMachine.objects.get(name="Orders")
    assert (made["Location"], machine.type) == (f"/workflows/{machine.pk}/", "EXPRESS")
    pasted = client.post(
        "/workflows/import/", {"text": "StartAt: A\nStates:\n  A: {Type: Pass, End: true}", "name": "y"}
    )
    assert pasted.status_code == 302
    empty = client.post("/workflows/import/", {})
    assert (empty.status_code, "Choose a file, or paste" in empty.content.decode()) == (422, True)


def test_what_an_account_has_is_listed_and_taken_in_as_deployed(embedded, client, person):
    step_functions = aws(embedded, "stepfunctions")
    role = embedded.execution_role_arn
    arn = step_functions.create_state_machine(name="made-there", definition=PASS + "\n", roleArn=role)[
        "stateMachineArn"
    ]
    client.force_login(person("Designer"))
    page = f"/workflows/import/{embedded.pk}/"
    assert "made-there" in client.get(page).content.decode()
    assert "None is called so" in client.get(page + "?q=zzz").content.decode()
    client.post(page + "take/", {"arn": arn})
    machine = StateMachine.objects.get(name="made-there")
    assert machine.revisions.get().definition == PASS + "\n"
    assert comparison(side(machine, "r1"), side(machine, f"e{embedded.pk}")).is_same  # no drift yet
    again = client.post(page + "take/", {"arn": arn}, follow=True)
    assert "is the workflow made-there already" in again.content.decode()
    newer = save_revision(
        machine, definition=PASS.replace("Pass", "Succeed").replace(', "End": true', ""), base=1, by=None
    )
    assert not deploy(plan(newer, embedded), by=None).created
    gone = client.post(page + "take/", {"arn": arn + "x"}, follow=True)
    assert "StateMachineDoesNotExist" in gone.content.decode()


def test_files_are_checked_for_ci(tmp_path, capsys, db):
    (tmp_path / "good.asl.json").write_text(PASS)
    call_command("lint_workflows", str(tmp_path))
    (tmp_path / "bad.asl.json").write_text(PASS.replace('"End": true', '"Next": "Z"'))
    (tmp_path / "broken.asl.yaml").write_text("StartAt: [")
    with pytest.raises(CommandError, match="in 3 definitions") as stop:
        call_command("lint_workflows", str(tmp_path), "--format", "github")
    assert stop.value.returncode == 1
    said = capsys.readouterr().out
    assert f"::error file={tmp_path / 'bad.asl.json'}::/States/A/Next" in said
    assert f"::error file={tmp_path / 'broken.asl.yaml'}::/ The file isn't YAML" in said
    create_state_machine(name="saved", definition=PASS, by=None)
    call_command("lint_workflows", "--format", "json")
    assert json.loads(capsys.readouterr().out) == []
    with pytest.raises(CommandError, match="isn't there"):
        call_command("lint_workflows", str(tmp_path / "none"))
