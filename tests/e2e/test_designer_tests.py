"""The workflow is tested in the designer: with mocks, before anything is deployed."""

import json
import re

import pytest
from conftest import sign_in

pytestmark = pytest.mark.e2e


def test_a_workflow_is_run_with_mocks_and_the_case_is_kept(studio, page):
    sign_in(page, studio)
    page.goto(f"{studio.url}/workflows/")
    page.get_by_role("link", name="video-title-and-avatar", exact=True).click()
    page.get_by_role("button", name="Test", exact=True).click()
    panel = page.get_by_role("region", name="Test the workflow")

    panel.get_by_role("button", name=re.compile("Run all")).click()
    panel.get_by_text("21 of 21 states, 22 of 22 transitions covered").wait_for()

    panel.get_by_role("button", name="New test case").click()
    panel.get_by_role("textbox", name="Input").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text('{"input": {"key": "talk.mp4"}}')
    panel.get_by_role("button", name="Run", exact=True).click()
    panel.get_by_text("Start transcription has no mock").wait_for()
    panel.get_by_role("button", name="Mock it").click()
    panel.get_by_label("What it does").select_option("Fails with")
    panel.get_by_label("Error", exact=True).fill("Transcribe.BadRequestException")
    panel.get_by_role("button", name="Keep for later").click()
    panel.get_by_role("button", name="Mock it").click()
    panel.get_by_role("button", name="Run", exact=True).click()
    panel.get_by_text("Video.NotFinished").first.wait_for()
    page.locator('[data-node$="/Start transcription"][data-tone="retry"]').wait_for()
    page.locator('[data-node$="/Not finished"][data-tone="fail"]').wait_for()
    page.locator('[data-node$="/Read transcript"][data-tone="idle"]').wait_for()

    panel.get_by_role("button", name="Expect this").click()
    panel.get_by_label("Name of the test case").fill("no transcription at all")
    panel.get_by_role("button", name="Save case").click()
    panel.get_by_role("button", name="Run all 8").click()
    panel.get_by_text("8 passed").wait_for()

    panel.get_by_role("button", name="Delete this test case").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    panel.get_by_role("button", name="Run all 7").wait_for()
    panel.get_by_role("button", name="Close the tests").click()
    page.locator('[data-node$="/Read transcript"][data-tone]').wait_for(state="detached")


def test_a_case_begins_with_a_past_execution(studio, page):
    sign_in(page, studio)
    states = {
        "Who": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sts:getCallerIdentity", "Parameters": {}, "ResultPath": "$.me", "Next": "Greet"},
        "Greet": {"Type": "Pass", "Parameters": {"to.$": "$$.Execution.Input.name"}, "End": True},
    }  # fmt: skip
    definition = json.dumps({"StartAt": "Who", "States": states})
    page.goto(f"{studio.url}/workflows/import/")
    file = {"name": "past.asl.json", "mimeType": "application/json", "buffer": definition.encode()}
    page.locator("input[type=file]").set_input_files([file])
    page.get_by_label("Name").fill("past-execution")
    page.get_by_role("main").get_by_role("button", name="Import").click()
    page.wait_for_url("**/workflows/*/")
    designer = page.url
    page.get_by_role("button", name="Deploy").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Deploy")).click()
    page.get_by_role("dialog").get_by_role("link", name="Start execution").or_(
        page.get_by_role("dialog").get_by_role("button", name="Start execution")
    ).click()
    page.get_by_label(re.compile("^Input")).fill('{"name": "Ann"}')
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("link", name="Test with this data").wait_for()

    page.goto(designer)
    page.get_by_role("button", name="Test", exact=True).click()
    panel = page.get_by_role("region", name="Test the workflow")
    panel.get_by_label("New test case from an execution").select_option(index=1)
    panel.get_by_text('"Account"').wait_for()
    panel.get_by_role("button", name="Run", exact=True).click()
    panel.get_by_text("Succeeded", exact=True).wait_for()

    page.locator('[data-node$="/States/Greet"]').first.click()
    page.get_by_role("tab", name="Data").click()
    page.get_by_text('{"to":"Ann"}').first.wait_for()
