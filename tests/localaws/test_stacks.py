"""State machines that CloudFormation makes: they run here, change with their stack and go with it."""

import json

import pytest
from botocore.exceptions import ClientError
from served import ROLE, finished, wait_until

MACHINE = {
    "StartAt": "Say",
    "States": {"Say": {"Type": "Pass", "Result": {"said": "${word}"}, "End": True}},
}


def template(word, **properties):
    given = {
        "StateMachineName": "of-a-stack",
        "Definition": MACHINE,
        "DefinitionSubstitutions": {"word": word},
        "RoleArn": ROLE,
        "TracingConfiguration": {"Enabled": True},
        "Tags": [{"Key": "team", "Value": "films"}],
        **properties,
    }
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": given}
    return json.dumps({"Resources": {"Machine": machine}, "Outputs": {"Arn": {"Value": {"Ref": "Machine"}}}})


def said(sfn, arn):
    return json.loads(finished(sfn, sfn.start_execution(stateMachineArn=arn)["executionArn"])["output"])["said"]


def test_a_stacks_machine_runs_here_changes_with_the_stack_and_goes_with_it(endpoint, sfn):
    stacks = endpoint.client("cloudformation")
    stacks.create_stack(StackName="machines", TemplateBody=template("first"))
    (stack,) = stacks.describe_stacks(StackName="machines")["Stacks"]
    arn = stack["Outputs"][0]["OutputValue"]
    about = sfn.describe_state_machine(stateMachineArn=arn)
    assert (about["name"], about["roleArn"], about["tracingConfiguration"]) == ("of-a-stack", ROLE, {"enabled": True})
    assert sfn.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "team", "value": "films"}]
    assert said(sfn, arn) == "first"
    stacks.update_stack(StackName="machines", TemplateBody=template("second"))
    assert said(sfn, arn) == "second"
    stacks.delete_stack(StackName="machines")
    names = wait_until(lambda: [sfn.list_state_machines()["stateMachines"]], "the machine is deleted")[0]
    assert "of-a-stack" not in [machine["name"] for machine in names]


def test_what_step_functions_refuses_is_the_stacks_error(endpoint):
    stacks = endpoint.client("cloudformation")
    wrong = template("x", Definition={"StartAt": "None", "States": {}})
    with pytest.raises(ClientError) as refused:
        stacks.create_stack(StackName="wrong", TemplateBody=wrong)
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert "Invalid State Machine Definition" in str(refused.value)
