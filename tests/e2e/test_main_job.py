"""The main job as a person does it: design, deploy, start, watch, ask again, approve; then launch, upload, and the API.

The first test runs against `manage.py studio` and against the services of docker-compose.yml as separate processes on a
real PostgreSQL and Redis; each of the others where it has more to lose (`test_kill.py` launches in `studio`, too).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import sign_in
from playwright.sync_api import expect
from processes import wait_for

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
REMARK = "Say that a person decides"


@pytest.fixture(params=["studio", pytest.param("processes", marks=pytest.mark.servers)], scope="module")
def site(request):
    return request.getfixturevalue(request.param)


def node(page, name, tone=""):
    """A state on the canvas; ``tone`` is its colour in the viewer."""
    return page.locator(f'[data-node$="/{name}"]' + (f'[data-tone="{tone}"]' if tone else "")).first


def drag(page, source, x, y):
    """As a hand does it: press, move a little, move there, let go."""
    source.hover()
    page.mouse.down()
    box = source.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 10, steps=4)
    page.wait_for_timeout(150)
    page.mouse.move(x, y, steps=12)
    page.wait_for_timeout(150)
    page.mouse.up()


def test_from_an_empty_canvas_to_an_approved_title(site, page):
    sign_in(page, site)
    page.goto(f"{site.url}/environments/")
    page.get_by_role("button", name="Test connection").first.click()
    page.get_by_text("Connected to account 000000000000").wait_for()

    design_on_an_empty_canvas(site, page)
    design_a_copy_of_the_sample(site, page)
    execution = deploy_and_start(page)
    watch_until_it_asks(page)
    ask_again_once_and_pick_a_title(page)
    see_it_succeed(page, execution)


def design_on_an_empty_canvas(site, page):
    page.goto(f"{site.url}/workflows/new/")
    page.get_by_label("Name").fill("from-nothing")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/workflows/*/")
    empty = page.get_by_text("Drop a state here")
    empty.wait_for()
    page.get_by_role("tab", name="Flow").click()
    place = empty.bounding_box()
    drag(
        page,
        page.get_by_role("button", name=re.compile("^Wait")).first,
        place["x"] + place["width"] / 2,
        place["y"] + 5,
    )
    node(page, "Wait").wait_for()
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_label("What changed").fill("A first state")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_text("Saved", exact=False).first.wait_for()


def design_a_copy_of_the_sample(site, page):
    page.goto(f"{site.url}/workflows/new/")
    page.get_by_label("Name").fill("my-video")
    page.get_by_label("Begin with").select_option(label="A copy of video-title-and-avatar")
    page.get_by_role("button", name="Make it").click()
    node(page, "Take the text").wait_for()
    page.wait_for_timeout(500)  # until the drawing has taken its place
    above, below = node(page, "Take the text").bounding_box(), node(page, "Propose titles").bounding_box()
    middle = (above["y"] + above["height"] + below["y"]) / 2
    page.get_by_role("tab", name="Flow").click()
    drag(page, page.get_by_role("button", name=re.compile("^Pass")).first, above["x"] + above["width"] / 2, middle)
    added = node(page, "Pass")
    added.wait_for()
    node(page, "Take the text").click()
    page.keyboard.press("Control+z")
    added.wait_for(state="detached")
    page.keyboard.press("Control+Shift+z")
    added.wait_for()
    page.keyboard.press("Control+s")
    page.get_by_role("dialog").get_by_label("What changed").fill("A state of my own")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_text("Saved", exact=False).first.wait_for()


def deploy_and_start(page):
    page.get_by_role("button", name="Deploy").click()
    page.get_by_role("dialog").get_by_role("button", name="Deploy").click()
    page.get_by_role("heading", name="Deployed: state machine created").wait_for()
    page.get_by_role("dialog").get_by_role("link", name=re.compile("Start")).click()
    page.get_by_label("Input").fill(json.dumps({"input": {"key": "videos/prompt-chaining.mp4"}}))
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**/executions/*/**")
    return page.url


def watch_until_it_asks(page):
    """Colours change in the page that is open: it isn't loaded again."""
    node(page, "Start transcription").wait_for()
    page.evaluate("window.stillTheSamePage = true")
    page.locator('[data-node][data-tone="run"], [data-node][data-tone="ok"]').first.wait_for()
    node(page, "Read transcript", "ok").wait_for()
    node(page, "Pass", "ok").wait_for()
    node(page, "Ask a person", "wait").wait_for()
    assert page.evaluate("window.stillTheSamePage") is True


def ask_again_once_and_pick_a_title(page):
    node(page, "Ask a person").click()
    page.get_by_role("link", name="Open review task").click()
    page.wait_for_url("**/review/*/**")
    first = page.url
    cards = page.locator("[data-card]")
    cards.nth(1).wait_for()
    before = cards.nth(0).get_attribute("data-title")
    page.get_by_label("Remarks").fill(REMARK)
    page.get_by_role("button", name=re.compile("Regenerate both")).click()
    # The same execution asks again, with the remark in both prompts.
    page.wait_for_timeout(500)
    wait_for(lambda: _open_tasks(page), timeout=30, what="the workflow asks again")
    page.goto(first.split("/review/")[0] + "/review/")
    page.get_by_role("link", name=re.compile("Choose a title")).first.click()
    page.locator("[data-card]").nth(1).wait_for()
    wait_for(lambda: page.url != first, timeout=10, what="another task")
    for number in (0, 1):
        assert REMARK in page.locator("[data-card]").nth(number).inner_text()
    assert page.locator("[data-card]").nth(0).get_attribute("data-title") != before
    page.keyboard.press("2")
    page.locator("[data-card]").nth(1).get_by_text("Your choice").wait_for()
    approve = page.get_by_role("button", name=re.compile("^Approve "))
    page.keyboard.press("e")  # while the text is edited one button approves it
    page.get_by_role("button", name="Approve this text").wait_for()
    expect(approve).to_have_count(1)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name=re.compile("^Approve B")).wait_for()
    page.locator("[data-scroll]").focus()
    page.keyboard.press("Enter")
    wait_for(lambda: not _open_tasks(page), timeout=20, what="the decision is taken")


def _open_tasks(page):
    return page.evaluate(
        "fetch('/api/v1/reviews?status=open').then((answer) => answer.json()).then((said) => said.tasks)"
    )


def see_it_succeed(page, execution):
    page.goto(execution)
    node(page, "Generate avatar", "ok").wait_for()
    node(page, "Result", "ok").wait_for()
    page.get_by_text("Succeeded").first.wait_for()
    page.get_by_role("tab", name=re.compile("Events")).last.click()
    page.get_by_text("Execution started").locator("visible=true").first.wait_for()


@pytest.mark.servers
def test_launching_a_video_ends_with_its_title_and_picture(processes, page):
    sign_in(page, processes)
    page.goto(f"{processes.url}/launch/video/")
    page.get_by_role("button", name="Run").click()
    page.wait_for_url(re.compile(r"/launch/video/\d+/"))
    page.get_by_text("It’s your turn").wait_for(timeout=60_000)
    page.get_by_role("button", name="Use this title").click()
    picture = page.locator("main img")
    picture.first.wait_for(timeout=60_000)
    wait_for(
        lambda: picture.first.evaluate("(image) => image.naturalWidth") >= 256, timeout=20, what="the picture is shown"
    )
    page.get_by_role("button", name=re.compile("Copy", re.IGNORECASE)).first.click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(processes.aws_url)
    assert page.request.get(link).headers["content-type"] == "image/png"


@pytest.mark.servers
def test_the_api_starts_one_execution_for_one_deduplication_id(processes, page):
    sign_in(page, processes)
    page.goto(f"{processes.url}/launch/")
    ask = """async () => {
      const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
      const body = JSON.stringify({workflow: "llama-summary", deduplication_id: "only-once",
        input: {text: "AWS Step Functions runs workflows that are made of states. A person decides."}});
      const answer = await fetch("/api/v1/launch", {method: "POST", body,
        headers: {"X-CSRFToken": token, "Content-Type": "application/json"}});
      return {status: answer.status, body: await answer.json()};
    }"""
    first, second = page.evaluate(ask), page.evaluate(ask)
    assert (first["status"], second["status"]) == (202, 202)
    assert first["body"]["execution_name"] == second["body"]["execution_name"]
    name = first["body"]["execution_name"]
    page.goto(f"{processes.url}/executions/?q={name}")
    wait_for(
        lambda: page.reload() and page.locator("tbody tr").filter(has_text="Succeeded").count() == 1,
        timeout=30, what="exactly one execution has succeeded", pause=0.5,
    )  # fmt: skip


def test_a_video_of_ones_own_is_uploaded_and_started_once(studio, page, tmp_path):
    sign_in(page, studio)
    page.goto(f"{studio.url}/launch/video/")
    page.get_by_role("button", name="Another video").click()
    media = ROOT / "samples" / "media"
    (tmp_path / "my-talk.mp4").write_bytes((media / "prompt-chaining.mp4").read_bytes())
    (tmp_path / "my-talk.vtt").write_bytes((media / "prompt-chaining.vtt").read_bytes())
    files = page.locator('dialog[open] input[type="file"]')
    files.nth(0).set_input_files(tmp_path / "my-talk.mp4")
    files.nth(1).set_input_files(tmp_path / "my-talk.vtt")
    page.locator("dialog[open]").get_by_role("button", name=re.compile("Upload")).click()
    page.get_by_text(re.compile(r"my-talk.*\.mp4")).first.wait_for()
    page.wait_for_url(re.compile(r"/launch/video/\d+/"), timeout=60_000)
    page.get_by_text("It’s your turn").wait_for(timeout=60_000)
