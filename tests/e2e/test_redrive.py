"""An execution that was stopped goes on from its page: what runs again is said first."""

import json

import pytest
from conftest import sign_in
from test_pages import Api

pytestmark = pytest.mark.e2e
VIDEO = {"input": {"key": "videos/serverless-generative-ai.mp4"}}


def test_a_stopped_execution_is_redriven_on_its_page_and_comes_to_its_question(studio, page):
    sign_in(page, studio)
    api = Api(studio, page.context)
    page.goto(f"{studio.url}/workflows/")
    machine = page.get_by_role("link", name="video-title-and-avatar", exact=True).get_attribute("href").split("/")[2]
    embedded = next(place["id"] for place in api.get("environments") if place["kind"] == "embedded")
    order = {"state_machine": int(machine), "environment": embedded, "input": json.dumps(VIDEO)}
    execution = api.post("executions", order)
    page.goto(f"{studio.url}{execution['url']}")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop execution").click()
    page.locator('[data-status="ABORTED"]').wait_for()

    page.get_by_role("button", name="Redrive").click()
    dialog = page.get_by_role("dialog", name="Redrive this execution?")
    again = dialog.get_by_role("list", name="Runs again").get_by_role("listitem").all_inner_texts()
    assert len(again) == 1, again
    dialog.get_by_role("button", name="Redrive execution").click()
    page.locator('[data-status="RUNNING"]').wait_for()
    page.get_by_role("button", name="Redrive").wait_for(state="detached")
    page.locator('[data-node][data-tone="wait"]').first.wait_for(timeout=60_000)

    events = api.get(f"executions/{execution['id']}/events")["events"]
    redriven = [event["type"] for event in events].index("ExecutionRedriven")
    entered = [event["stateEnteredEventDetails"]["name"] for event in events[redriven:] if "Entered" in event["type"]]
    assert entered[0] != again[0], "what was redriven isn't entered a second time"
