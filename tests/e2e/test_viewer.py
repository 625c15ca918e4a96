"""The execution page in a browser: time travel, events, what a model was asked; and the longest history that AWS keeps."""

import json
import time
from pathlib import Path

import pytest
from conftest import sign_in
from long_history import LONG, SCRUB
from test_pages import Api

pytestmark = pytest.mark.e2e
AXE = Path("frontend/node_modules/axe-core/axe.min.js")


def axe(page, scope: str) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("async (scope) => (await axe.run(scope)).violations", scope)
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def taken_away(page, what: str) -> str:
    page.locator("summary[aria-label=Download]").click()
    with page.expect_download() as downloaded:
        page.get_by_role("button", name=what).click()
    return downloaded.value.path().read_text()


def test_a_run_is_played_again_and_its_prompt_reads_as_a_conversation(studio, page):
    sign_in(page, studio)
    api = Api(studio, page.context)
    text = "A workflow is made of states. A person decides."
    launched = api.post("launch", {"workflow": "llama-summary", "input": {"text": text}})
    deadline = time.monotonic() + 60
    while not launched.get("execution_name") or launched.get("execution_status") in (None, "", "RUNNING"):
        assert time.monotonic() < deadline, launched
        time.sleep(0.5)
        launched = api.get(f"launch/{launched['id']}")
    page.goto(f"{studio.url}/executions/")
    page.get_by_role("link", name=launched["execution_name"]).first.click()
    page.locator('[data-status="SUCCEEDED"]').wait_for()

    page.get_by_role("slider", name="Time shown").press("Home")
    page.locator("[data-replay]").wait_for()
    assert page.locator('[data-node][data-tone="ok"]').count() == 0
    page.get_by_role("button", name="On by one event").click()
    page.get_by_role("button", name="Play the run").click()
    page.get_by_role("button", name="Back to the end").click()
    page.locator("[data-replay]").wait_for(state="detached")

    page.locator("[data-node]").filter(has_text="Summar").first.click()
    page.get_by_role("tab", name="Conversation").click()
    said = page.get_by_role("list", name="Conversation").get_by_role("listitem")
    assert text in " ".join(said.all_inner_texts())
    assert said.count() >= 2, "what was asked and what was answered"
    page.get_by_role("tab", name="Data flow").click()
    way = page.get_by_role("list", name="The way of the data")
    way.get_by_role("heading", name="State output").wait_for()
    assert way.get_by_text("as recorded").count() >= 3
    page.get_by_role("tab", name="Table").click()
    page.get_by_role("button", name="Took").click()
    states = page.get_by_role("region", name="Table of the states")
    assert states.locator("th[aria-sort=descending]").inner_text() == "Took"
    states.get_by_role("row", name="Succeeded").first.get_by_role("button").click()
    states.locator("tr[aria-current=true]").wait_for()
    assert axe(page, "#execution-root") == []
    svg, history = (taken_away(page, what) for what in ("Drawing as SVG", "Run and history as JSON"))
    assert launched["execution_name"] in svg
    assert "Waiting for a person" in svg, "the legend"
    document = json.loads(history)
    assert document["events"][-1]["type"] == "ExecutionSucceeded"
    assert document["execution"]["name"] == launched["execution_name"]
    assert axe(page, "#execution-root") == []


def test_a_history_of_25_000_events_is_shown_narrowed_and_scrubbed(studio, page):
    sign_in(page, studio)
    said = studio.manage("shell", "--command", LONG)
    key, count = said.rpartition("RUN ")[2].split()[:2]
    page.goto(f"{studio.url}/executions/{key}/")
    page.locator("[data-node]").first.wait_for()
    page.get_by_role("tab", name=f"Events {int(count):,}").click()

    page.locator('[data-reason="root"]').wait_for()
    items = page.get_by_role("region", name="Items")
    assert "Item 2769" in items.get_by_role("listitem").first.inner_text()
    find = page.get_by_role("searchbox", name="Text in an event")
    find.fill("part-1234")
    page.get_by_role("status").get_by_text(f"1 of {int(count):,}").wait_for()
    page.get_by_role("tab", name="Timeline").click()
    # How fast each of these is, `make bench-live` says, on a machine that no other test shares.
    page.evaluate(SCRUB)
    assert page.locator("[data-replay]").count() == 1
    head = page.get_by_role("slider", name="Time shown")
    shown, whole = (int(head.get_attribute(name) or "") for name in ("aria-valuenow", "aria-valuemax"))
    assert shown / whole == pytest.approx(0.88, abs=0.1), "where the drag ended"
