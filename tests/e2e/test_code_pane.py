"""The code pane in a browser: completion, repairs, going to names, YAML with comments, conversion to JSONata."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest
from conftest import sign_in

pytestmark = pytest.mark.e2e
AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"

HESITATION = 200  # ms: CodeMirror takes no key for a choice that comes together with the list

ASKING = """{
  "StartAt": "Ask",
  "States": {
    "Ask": {
      "Type": "Pass",
      "Parameters": {
        "who": "$.name"
      },
      "Next": "Anser"
    },
    "Answer": {
      "Type": "Pass",
      "End": true
    }
  }
}
"""
RIGHT = ASKING.replace("Anser", "Answer").replace('"who"', '"who.$"')


@pytest.fixture
def opened(page, studio):
    """Opens a workflow of its own, with its definition beside the canvas."""

    def open_workflow(name, definition):
        name = f"{name}-{secrets.token_hex(3)}"
        sign_in(page, studio)
        page.goto(f"{studio.url}/workflows/import/")
        file = {"name": f"{name}.asl.json", "mimeType": "application/json", "buffer": definition.encode()}
        page.locator("input[type=file]").set_input_files([file])
        page.get_by_label("Name").fill(name)
        page.get_by_role("main").get_by_role("button", name="Import").click()
        page.wait_for_url("**/workflows/*/")
        page.locator("[data-node]").first.wait_for()
        page.keyboard.press("Control+j")
        page.get_by_label("Definition, as JSON").wait_for()
        page.get_by_role("button", name="Dock at the right").click()
        return page

    return open_workflow


def editor(page, form="JSON"):
    return page.get_by_label(f"Definition, as {form}")


def text_of(page, form="JSON"):
    return page.evaluate(
        "(label) => document.querySelector(`[aria-label='${label}']`).cmTile?.view?.state.doc.toString()"
        " ?? [...document.querySelectorAll(`[aria-label='${label}'] .cm-line`)].map((l) => l.textContent).join('\\n')",
        f"Definition, as {form}",
    )


def put_cursor(page, word, form="JSON", nth=0):
    """A click in the middle of a word of the text."""
    box = page.evaluate(
        """([label, word, nth]) => {
          const walker = document.createTreeWalker(document.querySelector(`[aria-label='${label}']`), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(word);
            if (at < 0 || nth-- > 0) continue;
            const range = document.createRange();
            range.setStart(node, at + Math.floor(word.length / 2));
            range.setEnd(node, at + Math.floor(word.length / 2) + 1);
            const { left, top, height } = range.getBoundingClientRect();
            return { x: left + 1, y: top + height / 2 };
          }
        }""",
        [f"Definition, as {form}", word, nth],
    )
    assert box, f"{word} isn't in the text"
    page.mouse.click(box["x"], box["y"])
    return box


def complaints(page):
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })")["violations"]
    return [
        (each["id"], [node["html"][:160] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def problems(page):
    return page.get_by_role("region", name="Problems")


def test_what_is_chosen_leaves_valid_json_and_a_name_leads_to_what_it_means(opened):
    page = opened("completed", RIGHT)
    put_cursor(page, "true")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type('"Ass', delay=20)
    page.get_by_role("option", name="Assign").wait_for()
    page.wait_for_timeout(HESITATION)
    page.keyboard.press("Enter")
    page.keyboard.type('"x.$": "$$.Exec', delay=20)
    page.get_by_role("option", name="Execution.Name").click()
    assert json.loads(text_of(page))["States"]["Answer"]["Assign"] == {"x.$": "$$.Execution.Name"}

    put_cursor(page, '"Next"')
    page.mouse.move(0, 0)
    put_cursor(page, "Answer")
    page.keyboard.press("F2")
    page.get_by_label("New name of Answer").fill("Reply")
    page.keyboard.press("Enter")
    assert json.loads(text_of(page))["States"]["Ask"]["Next"] == "Reply"
    assert "Reply" in json.loads(text_of(page))["States"]
    put_cursor(page, "Reply")
    page.keyboard.press("F12")
    place = page.get_by_role("navigation", name="Place of the cursor")
    assert place.inner_text().split() == ["Reply"]
    page.keyboard.press("F12")
    page.locator('[data-node$="/States/Reply"]:focus').wait_for()
    page.keyboard.press("F12")
    page.locator("[aria-label='Definition, as JSON']:focus").wait_for()

    box = put_cursor(page, '"Parameters"')
    page.mouse.move(box["x"] + 3, box["y"])
    page.get_by_text("A Payload Template").wait_for()


def test_problems_are_put_right_by_click_and_by_key_and_each_can_be_undone(opened):
    page = opened("repaired", ASKING)
    put_cursor(page, "Anser")
    page.keyboard.press("Control+.")
    page.get_by_role("option", name="Lead to Answer").wait_for()
    page.wait_for_timeout(HESITATION)
    page.keyboard.press("Enter")
    problems(page).get_by_text("0 errors").wait_for()
    problems(page).get_by_role("button", name="warning").first.click()
    assert complaints(page) == []
    problems(page).get_by_role("button", name="Rename it to who.$").click()
    page.get_by_text("No problems").wait_for()
    assert text_of(page) == RIGHT
    page.get_by_role("button", name="Undo: rename who to who.$").click()
    page.get_by_role("button", name="Undo: lead to Answer in Ask").click()
    assert text_of(page) == ASKING


def test_yaml_keeps_its_comments_through_edits_saving_and_opening_again(opened):
    page = opened("commented", RIGHT)
    page.get_by_role("button", name="YAML", exact=True).click()
    editor(page, "YAML").wait_for()
    put_cursor(page, "StartAt", "YAML")
    page.keyboard.press("End")
    page.keyboard.type(" # the first question")
    put_cursor(page, "Answer", "YAML", nth=1)
    page.keyboard.press("Home")
    page.keyboard.type("# says it\n")
    assert complaints(page) == []
    page.keyboard.type("? [")
    page.get_by_text("Doesn't parse; the canvas").wait_for()
    for _ in range(3):
        page.keyboard.press("Backspace")
    page.get_by_text("Doesn't parse; the canvas").wait_for(state="detached")
    page.locator('[data-node$="/States/Answer"]').first.click()
    page.get_by_label("Name", exact=True).fill("Reply")
    page.get_by_label("Name", exact=True).press("Enter")
    page.locator('[data-node$="/States/Reply"]').first.wait_for()
    shown = text_of(page, "YAML")
    assert "StartAt: Ask # the first question" in shown
    assert re.search(r"# says it\n\s+Reply:", shown)

    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_text("Saved as revision 2").wait_for()
    page.reload()
    page.locator("[data-node]").first.wait_for()
    page.keyboard.press("Control+j")
    editor(page).wait_for()
    assert text_of(page) == RIGHT.replace("Answer", "Reply")
    page.get_by_role("button", name="YAML", exact=True).click()
    editor(page, "YAML").wait_for()
    assert text_of(page, "YAML") == shown


@pytest.mark.parametrize("theme", ["paper", "ink"])
def test_a_workflow_is_converted_to_jsonata_after_a_look_at_the_difference(opened, theme):
    page = opened(f"converted-{theme}", RIGHT.replace('"End": true', '"OutputPath": "$.a[*].b",\n      "End": true'))
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
    page.get_by_role("button", name="Convert JSONPath to JSONata").click()
    dialog = page.get_by_role("dialog", name="Convert JSONPath to JSONata")
    dialog.get_by_text("1 converted, 1 to be looked at").wait_for()
    dialog.get_by_text("JSONata flattens what a path finds").wait_for()
    dialog.get_by_label("As it would be, in JSONata").wait_for()
    assert complaints(page) == []
    dialog.get_by_role("button", name="Convert the workflow").click()
    converted = json.loads(text_of(page))
    assert converted["QueryLanguage"] == "JSONata"
    assert converted["States"]["Ask"]["Output"] == {"who": "{% $states.input.name %}"}
    page.get_by_text("No problems").wait_for()
    page.get_by_role("button", name="Undo: convert the workflow to JSONata").click()
    assert "QueryLanguage" not in text_of(page)
