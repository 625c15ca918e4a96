"""The palette's actions, spelt as Step Functions spells them."""

from designer.catalogue import search


def resources(text, limit=50):
    return [action["resource"] for action in search(text, limit)]


def test_an_optimized_integration_comes_before_the_sdk_action_of_the_same_name():
    found = resources("sqs send message")
    assert found[0] == "arn:aws:states:::sqs:sendMessage"
    assert "arn:aws:states:::aws-sdk:sqs:sendMessage" in found


def test_services_have_their_java_names():
    assert "arn:aws:states:::aws-sdk:sfn:startExecution" in resources("stepfunctions startexecution")


def test_required_parameters_come_with_a_starting_value():
    (action,) = [row for row in search("transcribe startTranscriptionJob") if row["action"] == "startTranscriptionJob"]
    assert action["parameters"] == {"TranscriptionJobName": "", "Media": {}}


def test_without_words_the_optimized_ones_are_offered():
    assert all(action["optimized"] for action in search(""))


def test_callbacks_are_offered_only_where_they_exist():
    patterns = {action["resource"]: action["patterns"] for action in search("", 200)}
    assert patterns["arn:aws:states:::dynamodb:getItem"] == [""]
    assert patterns["arn:aws:states:::lambda:invoke"] == ["", "waitForTaskToken"]
