"""Definitions that other people wrote, in the designer: imported, drawn, saved again identical to the byte."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from conftest import sign_in

pytestmark = pytest.mark.e2e
DEFINITIONS = Path(__file__).parents[3] / "shared" / "definitions"
SAMPLE = 16  # in `make test`; `make proof` opens them all

IMPORT = """async ([name, content]) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const form = new FormData();
  form.set("name", name);
  form.set("file", new File([bytes], name + ".json", {type: "application/json"}));
  const answer = await fetch("/workflows/import/", {method: "POST", body: form, headers: {"X-CSRFToken": token}});
  return answer.url;
}"""
SAVE = """async ([pk, definition]) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
  const answer = await fetch(`/api/v1/state-machines/${pk}/revisions`, {method: "POST",
    headers: {"X-CSRFToken": token, "Content-Type": "application/json"},
    body: JSON.stringify({definition, base_revision: 1, comment: ""})});
  return answer.status;
}"""


def files() -> list[Path]:
    found = sorted(path for path in DEFINITIONS.glob("*.json") if path.name != "manifest.json")
    if not found:
        pytest.skip("the collection of real definitions isn't beside this checkout (../shared/definitions)")
    return found


def test_a_sample_of_real_definitions_opens_is_drawn_and_saves_identical(studio, page):
    found = files()
    open_and_save(studio, page, found[:: len(found) // SAMPLE])


@pytest.mark.proof
def test_every_real_definition_opens_is_drawn_and_saves_identical(studio, page):
    found = files()
    assert len(found) == 217
    open_and_save(studio, page, found)


def open_and_save(studio, page, paths):
    sign_in(page, studio)
    page.goto(f"{studio.url}/workflows/")
    for number, path in enumerate(paths):
        content = path.read_bytes()
        address = page.evaluate(IMPORT, [f"d{len(paths)}-{number}", base64.b64encode(content).decode()])
        pk = int(re.search(r"/workflows/(\d+)/", address).group(1))
        page.goto(f"{studio.url}/workflows/{pk}/")
        page.locator("[data-node]").first.wait_for()
        assert page.locator("[data-node]").count() >= visible_states(json.loads(content)), path.name
        boot = json.loads(page.locator("#designer-boot").text_content())
        assert page.evaluate(SAVE, [pk, boot["machine"]["definition"]]) == 201
        saved = page.request.get(f"{studio.url}/workflows/{pk}/revisions/2/download/").body()
        assert saved == content, path.name


def visible_states(definition) -> int:
    """States of the outermost scope: those in containers may be folded."""
    states = definition.get("States")
    return len(states) if isinstance(states, dict) else 0
