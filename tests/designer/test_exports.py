"""Revisions as other tools take them."""

import json

import pytest
from django.urls import reverse

from designer.exports import NotExportable, cloudformation, placeholders, sam, terraform
from designer.services import create_state_machine

DEFINITION = json.dumps(
    {
        "StartAt": "Tell",
        "QueryLanguage": "JSONata",
        "States": {
            "Tell": {
                "Type": "Task",
                "Resource": "arn:${AWS::Partition}:states:::sns:publish",
                "Arguments": {
                    "TopicArn": "${Topic.Arn}",
                    "Message": "{% 'costs $' & $string(${Price}) & '%{x}${not a name}' %}",
                },
                "End": True,
            }
        },
    },
    ensure_ascii=False,
)
PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'


def test_placeholders_are_found_once_each_and_pseudo_parameters_arent_theirs():
    assert placeholders(DEFINITION + DEFINITION) == ["Topic.Arn", "Price"]


def test_sam_has_parameters_substitutions_and_the_least_policy():
    template = json.loads(sam("tell", "EXPRESS", DEFINITION))
    properties = template["Resources"]["StateMachine"]["Properties"]
    assert template["Parameters"] == {"TopicArn": {"Type": "String"}, "Price": {"Type": "String"}}
    assert properties["DefinitionSubstitutions"] == {
        "Topic.Arn": {"Ref": "TopicArn"},
        "Price": {"Ref": "Price"},
        "AWS::Partition": {"Ref": "AWS::Partition"},
    }
    assert properties["Definition"] == json.loads(DEFINITION)
    assert properties["Policies"][0]["Statement"][0]["Action"] == ["sns:Publish"]
    assert (properties["Name"], properties["Type"]) == ("tell", "EXPRESS")


def test_cloudformation_has_a_role_of_its_own():
    template = json.loads(cloudformation("tell", "STANDARD", DEFINITION))
    assert template["Resources"]["StateMachine"]["Properties"]["RoleArn"] == {"Fn::GetAtt": ["Role", "Arn"]}
    role = template["Resources"]["Role"]["Properties"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "states.amazonaws.com"}
    assert role["Policies"][0]["PolicyDocument"]["Statement"]


def test_terraform_has_variables_and_escapes_what_isnt_its_own():
    found = json.loads(terraform("tell", "STANDARD", DEFINITION))
    assert found["variable"] == {"Topic_Arn": {"type": "string"}, "Price": {"type": "string"}}
    text = found["resource"]["aws_sfn_state_machine"]["this"]["definition"]
    assert '"${var.Topic_Arn}"' in text
    assert "$string(${var.Price})" in text
    assert "%%{x}$${not a name}" in text
    assert "arn:aws:states" in text


@pytest.mark.parametrize("export", [sam, cloudformation, terraform])
def test_what_calls_nothing_has_no_policy_and_no_parameters(export):
    found = export("still", "STANDARD", PASS)
    assert "Polic" not in found.replace("AssumeRolePolicyDocument", "").replace("assume_role_policy", "")
    assert "Parameters" not in found
    assert "variable" not in found
    with pytest.raises(NotExportable, match="isn't JSON yet"):
        export("broken", "STANDARD", "{")


@pytest.mark.parametrize("form", ["sam", "cloudformation", "terraform"])
def test_an_export_is_a_file(client, person, form):
    machine = create_state_machine(name="tell", definition=DEFINITION, by=None)
    client.force_login(person("Reviewer"))
    answer = client.get(reverse("revision-export", args=[machine.pk, 1, form]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="tell-r1.')
    assert "tell" in answer.content.decode()
    assert client.get(reverse("revision-export", args=[machine.pk, 9, form])).status_code == 404
    assert client.get(reverse("revision-export", args=[machine.pk, 1, "pulumi"])).status_code == 404


def test_what_cant_be_exported_says_so_on_the_page(client, person):
    machine = create_state_machine(name="broken", definition="{", by=None)
    client.force_login(person("Reviewer"))
    answer = client.get(reverse("revision-export", args=[machine.pk, 1, "sam"]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("revisions", args=[machine.pk])
    assert "isn&#x27;t JSON yet" in answer.content.decode()
