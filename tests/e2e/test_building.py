"""The demo workflow, built from a blank canvas by mouse, and again by keyboard alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import sign_in
from hands import Keyboard, Mouse, is_there, node, to_canvas
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "video-title-and-avatar" / "definition.asl.json"


def new_workflow(page, studio, name):
    page.goto(f"{studio.url}/workflows/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/workflows/*/")
    page.locator("[data-scope]").first.wait_for()
    return int(re.search(r"/workflows/(\d+)/", page.url).group(1))


def build(hand):
    """The states of the sample, in the order in which one would think of them."""
    hand.add("Start transcription job", name="Start transcription")
    hand.add("Get transcription job", name="Get transcription job", after="Start transcription")
    hand.add("Choice", name="Transcript ready?", after="Get transcription job")
    hand.rename("When it matches", "Take the text")
    hand.add_on_connection("Get object", name="Read transcript", source="Transcript ready?", target="Take the text")
    hand.add("Fail", name="No transcript", after="Transcript ready?", how="r")
    hand.add("Wait", name="Wait for the transcript", after="Transcript ready?", how="r")
    hand.lead("Wait for the transcript", "Get transcription job")
    hand.add("Parallel", name="Propose titles", after="Take the text")
    hand.add_first_in("Invoke model", name="Bedrock title", container="Propose titles")
    hand.add("Pass", name="Bedrock candidate", after="Bedrock title")
    hand.add_first_in("Call an HTTPS endpoint", name="Hugging Face title", container="Propose titles")
    hand.add("Pass", name="Hugging Face candidate", after="Hugging Face title")
    hand.add("Ask a person", name="Ask a person", after="Propose titles")
    hand.add("Choice", name="Approved?", after="Ask a person")
    hand.rename("When it matches", "Take the remarks")
    hand.lead("Take the remarks", "Propose titles")
    hand.add("Invoke model", name="Generate avatar", after="Approved?", how="r")
    hand.add("Invoke function", name="Share the picture", after="Generate avatar")
    hand.add("Pass", name="Result", after="Share the picture")
    hand.delete("Done")
    hand.add("Send message", name="Keep for later", after="Start transcription", how="e")
    hand.add("Fail", name="Not finished", after="Keep for later")
    hand.lead("Propose titles", "Keep for later", errors=True)
    hand.lead("Generate avatar", "Keep for later", errors=True)
    hand.add("Fail", name="Nobody answered", after="Ask a person", how="e")


def shape(scope):
    """States by name with type and resource, and the ways between them; a rule and a Default to one state are one way."""
    states, ways = {}, set()
    for name, state in scope["States"].items():
        states[name] = (state["Type"], state.get("Resource"), [shape(branch) for branch in state.get("Branches", [])])
        out = [state.get("Next"), state.get("Default"), *[rule.get("Next") for rule in state.get("Choices", [])]]
        ways |= {(name, target) for target in out if target}
        ways |= {(name, catcher["Next"], "on error") for catcher in state.get("Catch", [])}
    return {"StartAt": scope["StartAt"], "states": states, "ways": ways}


def saved(page, studio, pk):
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_label("What changed").wait_for()
    page.keyboard.type("Built from nothing")
    page.keyboard.press("Enter")
    page.get_by_text("Saved as revision 2").wait_for()
    return json.loads(page.request.get(f"{studio.url}/workflows/{pk}/revisions/2/download/").body())


@pytest.mark.parametrize("hand", [Mouse, Keyboard])
def test_the_demo_workflow_is_built_from_a_blank_canvas(studio, page, hand):
    sign_in(page, studio)
    pk = new_workflow(page, studio, f"built-by-{hand.__name__.lower()}")
    build(hand(page))
    assert shape(saved(page, studio, pk)) == shape(json.loads(SAMPLE.read_text()))


def test_undo_takes_a_workflow_back_step_by_step_and_names_each(studio, page):
    sign_in(page, studio)
    new_workflow(page, studio, "undone")
    hand = Keyboard(page)
    hand.add("Wait", name="Rest")
    hand.add("Pass", name="Second", after="Rest")
    page.keyboard.press("p")
    is_there(page, "In parallel")
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    for said in (
        "Undo: wrap Second in a Parallel",
        "Undo: rename Pass to Second",
        "Undo: add Pass",
        "Undo: rename Wait to Rest",
        "Undo: add Wait",
    ):
        expect(undo).to_have_attribute("aria-label", said)
        page.keyboard.press("Control+z")
    page.locator("[data-scope]").first.wait_for()
    for _ in range(5):
        page.keyboard.press("Control+Shift+z")
    is_there(page, "In parallel")


def test_a_key_means_what_the_edit_before_it_made(studio, page):
    sign_in(page, studio)
    new_workflow(page, studio, "doubled")
    hand = Keyboard(page)
    hand.add("Pass", name="First")
    hand.go_to("First")
    page.keyboard.press("Control+d")
    node(page, "First 2").and_(page.locator(":focus")).wait_for()
    page.keyboard.press("Delete")
    node(page, "First 2").wait_for(state="detached")
    assert node(page, "First").count() == 1


def test_states_are_framed_copied_into_another_workflow_and_moved_by_key(studio, page):
    sign_in(page, studio)
    new_workflow(page, studio, "copied-from")
    hand = Keyboard(page)
    hand.add("Pass", name="One")
    hand.add("Wait", name="Two", after="One")
    to_canvas(page)
    box = page.locator(".graph").bounding_box()
    page.keyboard.down("Shift")
    page.mouse.move(box["x"] + 60, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 40, box["y"] + box["height"] - 20, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")
    page.get_by_role("heading", name="2 states").wait_for()
    page.keyboard.press("Control+c")
    page.get_by_text("Copied 2 states").wait_for()
    page.on("dialog", lambda asked: asked.accept())  # the first workflow stays unsaved
    new_workflow(page, studio, "copied-to")
    page.keyboard.press("Control+v")
    page.get_by_text("Pasted 2 states").wait_for()
    hand.go_to("Two")
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_function(
        "() => document.querySelector('[data-node$=\"/Two\"]').getBoundingClientRect().top"
        " < document.querySelector('[data-node$=\"/One\"]').getBoundingClientRect().top"
    )


def test_a_place_that_refuses_says_why_before_the_drop(studio, page):
    sign_in(page, studio)
    new_workflow(page, studio, "refused")
    hand = Mouse(page)
    hand.add("Pass", name="One")
    hand.add("Pass", name="Two", after="One")
    at = hand.settled("One")
    source = hand.item("Fail")
    source.hover()
    page.mouse.down()
    start = source.bounding_box()
    page.mouse.move(start["x"] + 60, start["y"] + 10, steps=3)
    page.wait_for_timeout(80)
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] + 8, steps=6)
    for step in (1, 2):  # a hand is never quite still
        page.mouse.move(at["x"] + at["width"] / 2 + step, at["y"] + at["height"] + 8)
    page.get_by_text(re.compile("Fail ends the path")).first.wait_for()
    page.mouse.up()
    assert node(page, "Fail").count() == 0


AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize("theme", ["paper", "ink"])
def test_axe_finds_nothing_serious_in_the_panels_of_the_canvas(studio, page, theme):
    sign_in(page, studio)
    new_workflow(page, studio, f"looked-at-{theme}")
    page.evaluate("(theme) => document.documentElement.setAttribute('data-theme', theme)", theme)
    hand = Keyboard(page)
    hand.add("Parallel", name="Both")
    hand.add_first_in("Pass", name="One", container="Both")
    to_canvas(page)
    for open_it, close_it in (
        ("o", "Escape"),
        ("Control+f", "Escape"),
        (".", "Escape"),
        ("?", "Escape"),
        ("l", "Escape"),
        ("Shift+C", "Escape"),
        ("Control+s", "Escape"),
        ("Control+Shift+Enter", "Escape"),
    ):
        hand.go_to("One")
        page.keyboard.press(open_it)
        page.wait_for_timeout(150)
        assert serious(page) == [], open_it
        page.keyboard.press(close_it)
        page.wait_for_timeout(60)
    page.set_viewport_size({"width": 390, "height": 844})
    for keys, shown, away in (("Control+j", "Definition", "Tests"), ("Control+Shift+K", "Tests", "Definition")):
        page.keyboard.press(keys)
        pane = {"Definition": page.locator("[data-code]"), "Tests": page.get_by_role("button", name="Save case")}
        pane[shown].wait_for()
        assert pane[away].count() == 0, "on a phone there is room for one of them"
        tools, states = (page.locator(place).bounding_box() for place in ("[aria-label=Canvas]", ".graph"))
        assert tools["y"] + tools["height"] <= states["y"] + states["height"], (
            "the tools lie over what is below the canvas"
        )
        assert serious(page) == [], keys


def serious(page):
    page.evaluate(AXE.read_text() + "; void 0")
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in ("serious", "critical")
    ]
