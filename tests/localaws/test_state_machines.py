"""Creating, changing, listing and deleting state machines, through boto3."""

import json
import uuid

import pytest
from botocore.exceptions import ClientError
from served import PASS, ROLE, create, machine, wait_until, waits

from localaws import shapes
from localaws.operations import OPERATIONS

OTHER = machine(Only={"Type": "Pass", "Result": "other", "End": True})


def refused(call, **options):
    with pytest.raises(ClientError) as caught:
        call(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_a_state_machine_reads_back_as_it_was_created(sfn):
    arn = create(sfn, PASS, "reads-back")
    assert arn == "arn:aws:states:us-east-1:000000000000:stateMachine:reads-back"
    found = sfn.describe_state_machine(stateMachineArn=arn)
    assert found["definition"] == PASS
    assert (found["status"], found["type"], found["roleArn"]) == ("ACTIVE", "STANDARD", ROLE)
    assert found["loggingConfiguration"] == {"level": "OFF", "includeExecutionData": False}
    assert found["tracingConfiguration"] == {"enabled": False}
    assert "revisionId" not in found


def test_the_region_comes_from_the_clients_signature(endpoint):
    assert create(endpoint.client(region="eu-west-1"), PASS).split(":")[3] == "eu-west-1"


def test_creating_the_same_again_gives_the_same_answer_and_another_is_refused(sfn):
    arn = create(sfn, PASS, "twice")
    assert create(sfn, PASS, "twice") == arn
    code, message = refused(sfn.create_state_machine, name="twice", definition=OTHER, roleArn=ROLE)
    assert (code, message) == ("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")


def test_a_broken_definition_is_refused_with_awss_words(sfn):
    code, message = refused(sfn.create_state_machine, name="broken", definition='{"StartAt": "A"}', roleArn=ROLE)
    assert code == "InvalidDefinition"
    assert message == (
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'"
    )


@pytest.mark.parametrize("name", ["a b", "a*b", "a/b", "a:b", "a\x1fb", "a}b", "a~b"])
def test_a_name_with_a_character_that_aws_refuses_is_refused(sfn, name):
    code, message = refused(sfn.create_state_machine, name=name, definition=PASS, roleArn=ROLE)
    assert (code, message) == ("InvalidName", f"Invalid Name: '{name}'")


def test_a_role_that_is_no_arn_of_a_role_is_refused(sfn):
    assert refused(sfn.create_state_machine, name="role", definition=PASS, roleArn="role")[0] == "InvalidArn"


def test_an_update_gives_a_new_revision_only_when_something_changed(sfn):
    arn = create(sfn, PASS)
    first = sfn.update_state_machine(stateMachineArn=arn, definition=OTHER)["revisionId"]
    assert sfn.update_state_machine(stateMachineArn=arn, definition=OTHER)["revisionId"] == first
    assert sfn.update_state_machine(stateMachineArn=arn, roleArn=ROLE + "2")["revisionId"] != first
    found = sfn.describe_state_machine(stateMachineArn=arn)
    assert (found["definition"], found["roleArn"]) == (OTHER, ROLE + "2")


def test_an_update_of_nothing_is_refused(sfn):
    code, message = refused(sfn.update_state_machine, stateMachineArn=create(sfn, PASS))
    assert code == "MissingRequiredParameter"
    assert message.startswith("Either the definition, the role ARN")


def test_logging_without_a_destination_is_refused(sfn):
    code, _ = refused(
        sfn.create_state_machine, name="logs", definition=PASS, roleArn=ROLE, loggingConfiguration={"level": "ALL"}
    )
    assert code == "InvalidLoggingConfiguration"


def test_a_running_execution_keeps_the_definition_it_began_with(sfn):
    arn = create(sfn, waits(1))
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    sfn.update_state_machine(stateMachineArn=arn, definition=OTHER)
    ended = wait_until(
        lambda: (found := sfn.describe_execution(executionArn=execution))["status"] != "RUNNING" and found, "it ends"
    )
    assert ended["output"] == "{}"


def test_pages_of_state_machines_hold_each_once(endpoint):
    client = endpoint.client(region="ap-south-1")
    names = {create(client, PASS, f"page-{number:02}") for number in range(13)}
    sizes, seen, token = [], [], None
    while True:
        page = client.list_state_machines(maxResults=5, **({"nextToken": token} if token else {}))
        sizes.append(len(page["stateMachines"]))
        seen += [one["stateMachineArn"] for one in page["stateMachines"]]
        token = page.get("nextToken")
        if not token:
            break
    assert sizes == [5, 5, 3]
    assert sorted(seen) == sorted(names)


def test_a_token_of_another_request_is_refused(endpoint):
    client = endpoint.client(region="ap-south-1")
    for number in range(3):
        create(client, PASS, f"page-{number:02}")
    token = client.list_state_machines(maxResults=2)["nextToken"]
    assert refused(endpoint.client().list_state_machines, nextToken=token)[0] == "InvalidToken"
    assert refused(client.list_state_machines, nextToken="guess")[0] == "InvalidToken"


def test_a_deleted_state_machine_is_gone_and_its_name_is_free_again(sfn):
    arn = create(sfn, PASS, "deleted")
    sfn.delete_state_machine(stateMachineArn=arn)
    code, message = refused(sfn.describe_state_machine, stateMachineArn=arn)
    assert (code, message) == ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
    sfn.delete_state_machine(stateMachineArn=arn)  # deleting what isn't there is no error
    assert create(sfn, OTHER, "deleted") == arn


def test_a_state_machine_that_still_runs_is_deleting_until_its_last_execution_ends(sfn):
    arn = create(sfn, waits(30))
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    sfn.delete_state_machine(stateMachineArn=arn)
    assert sfn.describe_state_machine(stateMachineArn=arn)["status"] == "DELETING"
    assert refused(sfn.start_execution, stateMachineArn=arn)[0] == "StateMachineDeleting"
    sfn.stop_execution(executionArn=execution)
    assert refused(sfn.describe_state_machine, stateMachineArn=arn)[0] == "StateMachineDoesNotExist"
    assert sfn.describe_execution(executionArn=execution)["status"] == "ABORTED"


def test_tags_are_kept_changed_and_removed(sfn):
    arn = create(sfn, PASS, tags=[{"key": "team", "value": "video"}])
    sfn.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "film"}, {"key": "stage", "value": "dev"}])
    sfn.untag_resource(resourceArn=arn, tagKeys=["stage", "unknown"])
    assert sfn.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "team", "value": "film"}]
    missing = arn + uuid.uuid4().hex
    assert refused(sfn.tag_resource, resourceArn=missing, tags=[]) == (
        "ResourceNotFound",
        f"Resource not found: '{missing}'",
    )


def test_validation_tells_what_is_wrong_without_creating_anything(sfn):
    found = sfn.validate_state_machine_definition(
        definition=json.dumps({"States": {"A": {"Type": "Pass", "End": True}}})
    )
    assert found["result"] == "FAIL"
    assert found["diagnostics"] == [
        {
            "code": "SCHEMA_VALIDATION_FAILED",
            "location": "/",
            "message": "These fields are required: [StartAt]",
            "severity": "ERROR",
        }
    ]
    assert sfn.validate_state_machine_definition(definition=PASS)["result"] == "OK"


def test_every_operation_of_botocores_model_is_there():
    assert OPERATIONS.keys() == shapes.operation_names()


def test_every_problem_of_a_request_is_named_in_awss_words(sfn):
    code, message = refused(sfn.list_state_machines, maxResults=1001)
    assert code == "ValidationException"
    assert message == (
        "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: "
        "Member must have value less than or equal to 1000"
    )
    _, message = refused(sfn.create_state_machine, name="x" * 81)
    assert message.startswith("3 validation errors detected: ")
    assert "Value null at 'definition' failed to satisfy constraint: Member must not be null" in message
    assert refused(sfn.create_state_machine, name=5, definition=PASS, roleArn=ROLE)[0] == "SerializationException"


@pytest.mark.parametrize("arn", ["not_a_valid_arn", "arn:aws:s3:::bucket"])
def test_what_is_no_arn_is_refused_in_awss_words(sfn, arn):
    code, message = refused(sfn.describe_state_machine, stateMachineArn=arn)
    assert (code, message) == ("InvalidArn", f"Invalid Arn: 'Invalid ARN prefix: {arn}'")


def test_an_execution_tells_the_definition_that_it_runs_also_after_its_machine_changed_or_went(sfn):
    arn = create(sfn, waits(30))
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    sfn.update_state_machine(stateMachineArn=arn, definition=OTHER, roleArn=ROLE + "2")
    found = sfn.describe_state_machine_for_execution(executionArn=execution)
    assert (found["definition"], found["roleArn"], found["stateMachineArn"]) == (waits(30), ROLE, arn)
    sfn.stop_execution(executionArn=execution)
    sfn.delete_state_machine(stateMachineArn=arn)
    assert sfn.describe_state_machine_for_execution(executionArn=execution)["definition"] == waits(30)
