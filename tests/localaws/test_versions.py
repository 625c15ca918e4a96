"""Versions and aliases: what publishing keeps, which version an alias starts, and what refers to what."""

from collections import Counter

import pytest
from botocore.exceptions import ClientError
from served import PASS, ROLE, create, events, finished, machine, waits


def version(number: int) -> str:
    return machine(Only={"Type": "Pass", "Result": f"version {number}", "End": True})


def refused(call, **options):
    with pytest.raises(ClientError) as caught:
        call(**options)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def two_versions(sfn):
    arn = create(sfn, version(1))
    first = sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    second = sfn.update_state_machine(stateMachineArn=arn, definition=version(2), publish=True)
    return arn, first, second["stateMachineVersionArn"]


def alias(sfn, name, *routing):
    return sfn.create_state_machine_alias(
        name=name,
        routingConfiguration=[{"stateMachineVersionArn": arn, "weight": weight} for arn, weight in routing],
    )["stateMachineAliasArn"]


def outputs(sfn, arn, times):
    started = [sfn.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(times)]
    return Counter(finished(sfn, one)["output"] for one in started)


def test_a_version_stays_as_it_was_when_the_state_machine_changes(sfn):
    arn, first, second = two_versions(sfn)
    assert (first, second) == (f"{arn}:1", f"{arn}:2")
    sfn.update_state_machine(stateMachineArn=arn, definition=version(3), roleArn=ROLE + "3")
    found = sfn.describe_state_machine(stateMachineArn=first)
    assert (found["definition"], found["roleArn"], found["stateMachineArn"]) == (version(1), ROLE, first)
    assert "revisionId" not in found
    assert outputs(sfn, first, 1) == {'"version 1"': 1}
    assert outputs(sfn, arn, 1) == {'"version 3"': 1}


def test_a_revision_is_published_once(sfn):
    arn = create(sfn, PASS)
    first = sfn.publish_state_machine_version(stateMachineArn=arn, description="the first")
    assert sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"] == f"{arn}:1"
    assert sfn.describe_state_machine(stateMachineArn=f"{arn}:1")["description"] == "the first"
    unchanged = sfn.update_state_machine(stateMachineArn=arn, definition=PASS, publish=True)
    assert unchanged["stateMachineVersionArn"] == first["stateMachineVersionArn"]
    assert "revisionId" not in unchanged


def test_publishing_another_revision_than_the_current_one_is_refused(sfn):
    arn = create(sfn, PASS)
    sfn.publish_state_machine_version(stateMachineArn=arn, revisionId="INITIAL")
    revision = sfn.update_state_machine(stateMachineArn=arn, definition=version(2))["revisionId"]
    assert refused(sfn.publish_state_machine_version, stateMachineArn=arn, revisionId="INITIAL")[0] == (
        "ConflictException"
    )
    published = sfn.publish_state_machine_version(stateMachineArn=arn, revisionId=revision)
    assert sfn.describe_state_machine(stateMachineArn=published["stateMachineVersionArn"])["revisionId"] == revision


def test_a_deleted_versions_number_does_not_come_again(sfn):
    arn, first, second = two_versions(sfn)
    sfn.delete_state_machine_version(stateMachineVersionArn=second)
    sfn.delete_state_machine_version(stateMachineVersionArn=second)
    assert refused(sfn.start_execution, stateMachineArn=second) == (
        "StateMachineDoesNotExist",
        f"State Machine Does Not Exist: '{second}'",
    )
    assert sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"] == f"{arn}:3"
    listed = sfn.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [one["stateMachineVersionArn"] for one in listed] == [f"{arn}:3", first]
    page = sfn.list_state_machine_versions(stateMachineArn=arn, maxResults=1)
    rest = sfn.list_state_machine_versions(stateMachineArn=arn, maxResults=1, nextToken=page["nextToken"])
    assert [one["stateMachineVersionArn"] for one in rest["stateMachineVersions"]] == [first]
    assert "nextToken" not in rest


def test_creating_with_publish_gives_the_first_version_also_of_express(sfn):
    made = sfn.create_state_machine(
        name="published", definition=PASS, roleArn=ROLE, publish=True, versionDescription="one", type="EXPRESS"
    )
    assert made["stateMachineVersionArn"] == made["stateMachineArn"] + ":1"
    found = sfn.start_sync_execution(stateMachineArn=made["stateMachineVersionArn"])
    assert found["status"] == "SUCCEEDED"
    assert refused(
        sfn.create_state_machine, name="described", definition=PASS, roleArn=ROLE, versionDescription="x"
    ) == ("ValidationException", "Version description can only be set when publish is true")


def test_an_alias_splits_executions_by_weight(sfn):
    arn, first, second = two_versions(sfn)
    prod = alias(sfn, "PROD", (first, 70), (second, 30))
    assert prod == f"{arn}:PROD"
    found = outputs(sfn, prod, 60)
    assert set(found) == {'"version 1"', '"version 2"'}
    assert found['"version 1"'] > found['"version 2"']
    sfn.update_state_machine_alias(
        stateMachineAliasArn=prod, routingConfiguration=[{"stateMachineVersionArn": second, "weight": 100}]
    )
    assert outputs(sfn, prod, 10) == {'"version 2"': 10}


def test_an_execution_says_which_version_and_alias_began_it(sfn):
    arn, first, second = two_versions(sfn)
    prod = alias(sfn, "PROD", (first, 100))
    by_alias = sfn.start_execution(stateMachineArn=prod)["executionArn"]
    by_version = sfn.start_execution(stateMachineArn=second)["executionArn"]
    found = finished(sfn, by_alias)
    assert (found["stateMachineAliasArn"], found["stateMachineVersionArn"]) == (prod, first)
    assert found["stateMachineArn"] == arn
    assert by_alias.startswith(arn.replace(":stateMachine:", ":execution:") + ":")
    started = events(sfn, by_alias)[0]["executionStartedEventDetails"]
    assert (started["stateMachineAliasArn"], started["stateMachineVersionArn"]) == (prod, first)
    assert "stateMachineAliasArn" not in finished(sfn, by_version)
    assert "stateMachineVersionArn" not in finished(sfn, sfn.start_execution(stateMachineArn=arn)["executionArn"])

    def listed(of):
        return {one["executionArn"] for one in sfn.list_executions(stateMachineArn=of)["executions"]}

    assert (listed(prod), listed(first), listed(second)) == ({by_alias}, {by_alias}, {by_version})
    assert len(listed(arn)) == 3
    assert sfn.describe_state_machine_for_execution(executionArn=by_version)["definition"] == version(2)


def test_a_version_that_an_alias_points_at_is_not_deleted(sfn):
    _, first, second = two_versions(sfn)
    prod = alias(sfn, "PROD", (first, 100))
    code, message = refused(sfn.delete_state_machine_version, stateMachineVersionArn=first)
    assert code == "ConflictException"
    assert "[PROD]" in message
    assert [
        one["stateMachineAliasArn"]
        for one in sfn.list_state_machine_aliases(stateMachineArn=first)["stateMachineAliases"]
    ] == [prod]
    assert sfn.list_state_machine_aliases(stateMachineArn=second)["stateMachineAliases"] == []
    sfn.delete_state_machine_alias(stateMachineAliasArn=prod)
    sfn.delete_state_machine_version(stateMachineVersionArn=first)
    assert refused(sfn.describe_state_machine_alias, stateMachineAliasArn=prod)[0] == "ResourceNotFound"
    assert refused(sfn.start_execution, stateMachineArn=prod)[0] == "StateMachineDoesNotExist"


def test_an_alias_reads_back_and_changes(sfn):
    _, first, second = two_versions(sfn)
    routing = [{"stateMachineVersionArn": first, "weight": 10}, {"stateMachineVersionArn": second, "weight": 90}]
    prod = sfn.create_state_machine_alias(name="PROD", description="live", routingConfiguration=routing)
    found = sfn.describe_state_machine_alias(stateMachineAliasArn=prod["stateMachineAliasArn"])
    assert (found["name"], found["description"], found["routingConfiguration"]) == ("PROD", "live", routing)
    assert found["creationDate"] == found["updateDate"] == prod["creationDate"]
    updated = sfn.update_state_machine_alias(stateMachineAliasArn=prod["stateMachineAliasArn"], description="new")
    found = sfn.describe_state_machine_alias(stateMachineAliasArn=prod["stateMachineAliasArn"])
    assert (found["description"], found["updateDate"]) == ("new", updated["updateDate"])
    assert refused(sfn.update_state_machine_alias, stateMachineAliasArn=prod["stateMachineAliasArn"])[0] == (
        "ValidationException"
    )


def test_a_routing_is_checked(sfn):
    _, first, second = two_versions(sfn)
    _, other, _ = two_versions(sfn)

    def refusal(*routing):
        with pytest.raises(ClientError) as caught:
            alias(sfn, "A", *routing)
        return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]

    assert refusal((first, 50), (second, 49)) == (
        "ValidationException",
        "Sum of routing configuration weights must equal 100. Received: [50, 49]",
    )
    assert refusal((first, 50), (first, 50))[1].startswith("Routing configuration must contain distinct")
    assert refusal((first, 50), (other, 50))[0] == "ValidationException"
    assert refusal((first + "9", 100))[0] == "ResourceNotFound"


def test_a_deleted_state_machine_takes_its_versions_and_aliases_along(sfn):
    arn, first, _ = two_versions(sfn)
    prod = alias(sfn, "PROD", (first, 100))
    sfn.delete_state_machine(stateMachineArn=arn)
    for gone in (first, prod):
        assert refused(sfn.start_execution, stateMachineArn=gone)[0] == "StateMachineDoesNotExist"
    create(sfn, PASS, arn.rsplit(":", 1)[1])
    assert sfn.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"] == first


def test_versions_aliases_and_running_executions_survive_kill_9(own):
    own.start()
    client = own.client()
    arn = create(client, waits(3))
    client.publish_state_machine_version(stateMachineArn=arn)
    prod = alias(client, "PROD", (f"{arn}:1", 100))
    execution = client.start_execution(stateMachineArn=prod)["executionArn"]
    client.update_state_machine(stateMachineArn=arn, definition=PASS)
    own.kill()
    client = own.start().client()
    assert client.describe_state_machine(stateMachineArn=f"{arn}:1")["definition"] == waits(3)
    found = finished(client, execution)
    assert (found["status"], found["output"], found["stateMachineAliasArn"]) == ("SUCCEEDED", "{}", prod)
