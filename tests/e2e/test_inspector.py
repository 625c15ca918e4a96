"""The inspector: each field shows what it makes of a sample, rules say whether it matches, a state is tested by itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import sign_in

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
AXE = (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
BADLY_SHOWN = """async () => {
  const found = await axe.run(document.querySelector("aside[aria-label=Inspector]"), {resultTypes: ["violations"]});
  return found.violations.filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(({html}) => html.slice(0, 160)).join(" | ")}`);
}"""
PRICED = {
    "Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage",
    "Parameters": {"QueueUrl": "q", "MessageBody": {"id.$": "$.order.id", "gone.$": "$.order.gone"}},
    "ResultSelector": {"message.$": "$.MessageId"},
    "ResultPath": "$.sent",
    "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 5, "JitterStrategy": "FULL"}],
    "Next": "Choose",
}
DEFINITION = {
    "StartAt": "Shape",
    "States": {
        "Shape": {"Type": "Pass", "Parameters": {"order": {"id": "a-17", "price": 12}}, "Next": "Send"},
        "Send": PRICED,
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.order.price", "NumericGreaterThan": 10.50, "Next": "Sum"}],
            "Default": "Done",
        },
        "Sum": {
            "Type": "Pass",
            "QueryLanguage": "JSONata",
            "Output": {"sum": "{% $states.input.order.price + 1 %}"},
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
    },
}
SAMPLE = {"order": {"id": "a-17", "price": 12}}


class Inspector:
    def __init__(self, page):
        self.page = page
        self.panel = page.get_by_role("complementary", name="Inspector")

    def open(self, state, tab):
        self.page.locator(f'[data-node$="/States/{state}"]').first.click()
        self.panel.get_by_role("heading", name=state, exact=True).wait_for()
        self.panel.get_by_role("tab", name=re.compile(f"^{tab}")).click()

    def give(self, part, text):
        """A part of the sample, typed."""
        strip = self.panel.get_by_role("region", name="Sample")
        toggle = strip.get_by_role("button", name=re.compile("sample", re.IGNORECASE))
        toggle.click()
        strip.get_by_role("radio", name=part).click()
        self.write(strip.get_by_role("textbox", name=f"Sample: {part.lower()}"), text)
        toggle.click()

    def write(self, box, text):
        box.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def stop(self, title):
        """A stop on the way of the data."""
        path = self.panel.get_by_role("list", name=re.compile("^The way of the data"))
        return path.locator("> li").filter(has=self.page.get_by_role("heading", name=title, exact=True))

    def menu(self, label, entry, nth=0):
        self.panel.locator(f'summary[aria-label="{label}"]').nth(nth).click()
        self.panel.get_by_role("button", name=entry, exact=True).locator("visible=true").click()

    def undo(self):
        self.page.keyboard.press("Escape")
        self.page.locator("body").press("Control+z")


@pytest.fixture(scope="module")
def signed_in(studio, chromium):
    context = chromium.new_context()
    page = context.new_page()
    sign_in(page, studio)
    stored = context.storage_state()
    context.close()
    return stored


@pytest.fixture
def inspector(studio, signed_in, chromium, watch, request):
    """A workflow of the test's own: what one changes and doesn't save isn't another's draft."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, storage_state=signed_in, bypass_csp=True)
    page = watch.over(context.new_page())
    page.goto(f"{studio.url}/workflows/new/")
    page.get_by_label(re.compile("^Name")).fill(re.sub(r"\W+", "-", request.node.name)[:60])
    page.get_by_label(re.compile("^Name")).press("Enter")
    page.wait_for_url(re.compile(r"/workflows/\d+/"))
    number = re.search(r"/workflows/(\d+)/", page.url)[1]
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
    saved = page.request.post(
        f"{studio.url}/api/v1/state-machines/{number}/revisions",
        data={"definition": json.dumps(DEFINITION, indent=2), "base_revision": 1},
        headers={"X-CSRFToken": token, "Referer": studio.url},
    )
    assert saved.status == 201, saved.text()
    page.goto(f"{studio.url}/workflows/{number}/")
    page.locator("[data-node]").first.wait_for()
    yield Inspector(page)
    context.close()


def test_each_stop_shows_what_the_sample_becomes_while_one_types(inspector):
    inspector.open("Send", "Data")
    inspector.give("Input", json.dumps(SAMPLE))
    inspector.give("Result", '{"MessageId": "m-1"}')

    parameters = inspector.stop("Parameters")
    parameters.get_by_text("States.Runtime:").wait_for()
    parameters.get_by_text("At MessageBody › gone.$.").wait_for()
    inspector.write(parameters.get_by_role("textbox", name="Parameters"), '{"MessageBody.$": "$.order.id"}')
    parameters.get_by_text('{"MessageBody":"a-17"}').wait_for()
    inspector.stop("ResultSelector").get_by_text('{"message":"m-1"}').wait_for()

    after = inspector.stop("ResultPath")
    after.get_by_role("button", name=re.compile("^Becomes")).click()
    after.get_by_text("added", exact=False).last.wait_for()
    assert re.search(r"\d added", after.inner_text())
    assert "removed" not in after.inner_text()


def test_a_field_offers_what_may_be_written_in_it(inspector):
    inspector.open("Send", "Data")
    inspector.give("Input", json.dumps(SAMPLE))
    parameters = inspector.stop("Parameters")
    box = parameters.get_by_role("textbox", name="Parameters")
    inspector.write(box, "")
    inspector.page.keyboard.type('{"Q')
    inspector.page.get_by_role("option", name="QueueUrl.$").wait_for()
    inspector.page.keyboard.press("Escape")
    inspector.write(box, "")
    inspector.page.keyboard.type('{"MessageBody.$": "$$.')
    inspector.page.get_by_role("option", name="State.Name").click()
    parameters.get_by_text('{"MessageBody":"Send"}').wait_for()


def test_a_jsonata_state_and_a_run_as_far_as_a_state(inspector):
    inspector.open("Choose", "Configure")
    inspector.panel.get_by_label("Where the sample comes from").select_option("A test run to here")
    inspector.page.get_by_text(re.compile("The run didn't come to Choose. States.Runtime")).wait_for()

    inspector.open("Send", "Data")
    inspector.panel.get_by_label("Where the sample comes from").select_option("A test run to here")
    inspector.stop("State input").get_by_text('"price":12').wait_for()
    inspector.page.locator('[data-node$="/States/Shape"][data-tone="ok"]').wait_for()

    inspector.open("Sum", "Data")
    inspector.give("Input", json.dumps(SAMPLE))
    inspector.stop("Output").get_by_text('{"sum":13}').wait_for()


def test_rules_are_nested_and_say_whether_the_sample_matches(inspector):
    inspector.open("Choose", "Configure")
    inspector.give("Input", json.dumps(SAMPLE))
    rule = inspector.panel.locator('[data-rule="0"]')
    rule.get_by_text("Taken", exact=True).wait_for()

    inspector.menu("More for this condition", "And another condition")
    rule.locator('[data-condition$="/And/1"]').wait_for()
    inspector.menu("More for this condition", "Negate", nth=2)
    rule.get_by_role("combobox", name="Value").nth(1).fill("$.order.gift")
    rule.get_by_role("combobox", name="Comparison").nth(1).select_option("Kind: is present")
    rule.locator('[data-condition$="/And/1"] > div [data-verdict="true"]').first.wait_for()
    rule.locator('[data-condition$="/And/1/Not"] [data-verdict="false"]').wait_for()
    rule.get_by_text("Taken", exact=True).wait_for()

    inspector.panel.get_by_role("tab", name="JSON").click()
    text = inspector.panel.get_by_role("textbox", name="Choose").inner_text()
    assert "10.5" in text
    assert re.search(r'"Not": \{\s*"Variable": "\$\.order\.gift",\s*"IsPresent": true', text)
    inspector.page.get_by_role("button", name=re.compile("^Undo: change the comparison")).wait_for()


def test_a_state_is_tested_by_itself_mocked_and_performed(inspector):
    inspector.open("Send", "Test")
    inspector.give("Input", json.dumps({"order": {"id": 1, "gone": 2}}))
    panel = inspector.panel
    panel.get_by_role("radio", name="Mock an error").click()
    panel.get_by_label("Error", exact=True).fill("Busy")
    panel.get_by_role("button", name="Test the state").click()
    panel.get_by_text("Would be tried again").wait_for()
    panel.get_by_text(re.compile("Retrier 1 tries again")).wait_for()

    panel.get_by_role("radio", name="Mock its result").click()
    panel.get_by_role("button", name="Fill from the service's shape").click()
    panel.get_by_role("button", name="Test the state").click()
    panel.get_by_text("Succeeded").wait_for()
    inspector.stop("After ResultPath").wait_for()
    panel.get_by_role("button", name="Go on with Choose").click()
    panel.get_by_role("heading", name="Choose", exact=True).wait_for()

    panel.get_by_role("button", name="Test the state").click()
    panel.get_by_text("States.Runtime").wait_for()  # no price came along
    inspector.give("Input", json.dumps(SAMPLE))
    panel.get_by_role("button", name="Test the state").click()
    panel.get_by_text("Next: Sum").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_tabs_pass_axe(inspector, theme):
    page = inspector.page
    page.emulate_media(color_scheme=theme)
    page.evaluate(AXE)
    found = []
    for state, tabs in (("Send", ("Configure", "Data", "Errors", "Test")), ("Choose", ("Configure",))):
        for tab in tabs:
            inspector.open(state, tab)
            if tab in ("Configure", "Data"):
                inspector.give("Input", json.dumps(SAMPLE))
                inspector.panel.locator("[data-preview], [data-verdict]").first.wait_for()
            found += [f"{state}, {tab}: {problem}" for problem in page.evaluate(BADLY_SHOWN)]
    assert found == []
