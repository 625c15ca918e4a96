"""The execution page in a browser: time travel, events, what a model was asked; and the longest history that AWS keeps."""

import json
import time
from pathlib import Path

import pytest
from conftest import sign_in
from test_pages import Api

pytestmark = pytest.mark.e2e
AXE = Path("frontend/node_modules/axe-core/axe.min.js")

# 2,777 items of nine events each between a start and an end: just under AWS's 25,000.
LONG = """
import json
from datetime import timedelta
from django.utils import timezone
from designer.models import Environment
from executions.models import Execution, HistoryEvent
inner = {"StartAt": "Fetch", "States": {"Fetch": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
  "Next": "Note"}, "Note": {"Type": "Pass", "End": True}}}
definition = {"StartAt": "Every item", "States": {"Every item": {"Type": "Map", "ItemProcessor": inner, "End": True}}}
began = timezone.now() - timedelta(hours=1)
rows = []
def add(type, previous, **details):
    family = "stateEntered" if type.endswith("Entered") else "stateExited" if type.endswith("Exited") else type[0].lower() + type[1:]
    rows.append(HistoryEvent(event_id=len(rows) + 1, previous_event_id=previous, type=type,
      timestamp=began + timedelta(milliseconds=40 * len(rows)), details={family + "EventDetails": details}))
    return len(rows)
started = add("MapStateStarted", add("MapStateEntered", add("ExecutionStarted", 0, input="{}"), name="Every item", input="{}"), length=2770)
for item in range(2770):
    last = add("MapIterationStarted", started, name="Every item", index=item)
    last = add("TaskStateEntered", last, name="Fetch", input=json.dumps({"item": item}))
    last = add("TaskScheduled", last, resourceType="aws-sdk:s3", resource="getObject", parameters=json.dumps({"Key": f"part-{item}"}))
    last = add("TaskStarted", last, resourceType="aws-sdk:s3", resource="getObject")
    if item == 2769:
        last = add("MapIterationFailed", add("TaskFailed", last, error="S3.NoSuchKey", cause="gone"), name="Every item", index=item)
        continue
    last = add("TaskStateExited", add("TaskSucceeded", last, output="{}"), name="Fetch", output="{}")
    last = add("PassStateExited", add("PassStateEntered", last, name="Note", input="{}"), name="Note", output="{}")
    last = add("MapIterationSucceeded", last, name="Every item", index=item)
add("ExecutionFailed", add("MapStateFailed", last, error="S3.NoSuchKey"), error="S3.NoSuchKey", cause="gone")
place = Environment.objects.get(kind="embedded")
arn = "arn:aws:states:us-east-1:000000000000:execution:long:history"
run = Execution.objects.create(environment=place, arn=arn, name="long-history", state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:long",
  definition=json.dumps(definition), status="FAILED", error="S3.NoSuchKey", input="{}", started_at=began, stopped_at=rows[-1].timestamp, last_event_id=len(rows))
for row in rows: row.execution = run
HistoryEvent.objects.bulk_create(rows, batch_size=500)
print("RUN", run.pk, len(rows))
"""
# Frames that the browser drew while the head was dragged to and fro over the whole axis.
SCRUB = """async () => {
  const slider = document.querySelector('[role=slider][aria-label="Time shown"]');
  const box = slider.getBoundingClientRect();
  const send = (type, share) => slider.dispatchEvent(new PointerEvent(type, {bubbles: true, pointerId: 1, buttons: 1,
    clientX: box.left + box.width * share, clientY: box.top + 5}));
  slider.setPointerCapture = () => undefined;
  send('pointerdown', 0.02);
  const gaps = [];
  let before = performance.now();
  for (let i = 0; i < 90; i++) {
    send('pointermove', 0.5 - 0.45 * Math.cos(i / 10));
    const now = await new Promise(requestAnimationFrame);
    gaps.push(now - before);
    before = now;
  }
  gaps.sort((a, b) => a - b);
  return {middle: gaps[45], p95: gaps[85]};
}"""


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
    before = time.monotonic()
    page.goto(f"{studio.url}/executions/{key}/")
    page.locator("[data-node]").first.wait_for()
    first_paint = time.monotonic() - before
    page.get_by_role("tab", name=f"Events {int(count):,}").click()

    page.locator('[data-reason="root"]').wait_for()
    items = page.get_by_role("region", name="Items")
    assert "Item 2769" in items.get_by_role("listitem").first.inner_text()
    find = page.get_by_role("searchbox", name="Text in an event")
    find.fill("part-1234")
    page.get_by_role("status").get_by_text(f"1 of {int(count):,}").wait_for()
    page.get_by_role("tab", name="Timeline").click()
    frames = page.evaluate(SCRUB)
    print(f"first paint {first_paint:.2f} s, frames {frames}")
    assert page.locator("[data-replay]").count() == 1
    # The page's aims are 1.5 s and 16.7 ms; a machine that other tests share is given room.
    assert first_paint < 5
    assert frames["middle"] < 100
