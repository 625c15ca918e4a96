"""Several people at one workflow: drafts that survive, who else is there, merging, review, pictures, cost, a shared link."""

from __future__ import annotations

import json
import re
import struct

import pytest
from conftest import sign_in
from hands import node, to_canvas
from test_pages import AXE, BADLY_SHOWN

pytestmark = pytest.mark.e2e
DEFINITION = {
    "Comment": "Greets whoever comes",
    "StartAt": "Greet",
    "States": {
        "Greet": {"Type": "Pass", "Result": {"words": "Hello"}, "Next": "Which"},
        "Which": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.words", "StringEquals": "Hello", "Next": "Done"}],
            "Default": "Greet",
        },
        "Done": {"Type": "Succeed"},
    },
}
POST = """async ([path, body]) => {
  const token = /csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const answer = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json", "X-CSRFToken": token}, body: JSON.stringify(body)});
  return [answer.status, await answer.json()];
}"""


@pytest.fixture(scope="module")
def people(studio, chromium):
    """The administrator, and Ada, who designs too."""
    studio.manage(
        "shell",
        "-c",
        "from django.contrib.auth.models import Group, User; "
        "User.objects.create_user('ada').groups.add(Group.objects.get(name='Designer'))",
    )
    states = {}
    for name in ("", "ada"):
        context = chromium.new_context()
        sign_in(context.new_page(), studio, name)
        states[name] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def desk(people, chromium, watch):
    """``desk("ada")``: a page of hers."""
    contexts = []

    def open_desk(name=""):
        look = {"viewport": {"width": 1440, "height": 900}, "bypass_csp": True}
        context = chromium.new_context(storage_state=people[name], **look)
        contexts.append(context)
        return watch.over(context.new_page())

    yield open_desk
    for context in contexts:
        context.close()


@pytest.fixture
def workflow(studio, desk, request):
    page = desk()
    page.goto(f"{studio.url}/workflows/import/")
    page.get_by_label("Or paste it").fill(json.dumps(DEFINITION, indent=2))
    page.get_by_label("Name").fill(re.sub(r"\W", "-", request.node.name)[:60])
    page.get_by_role("button", name="Import").click()
    page.wait_for_url(re.compile(r"/workflows/\d+/$"))
    node(page, "Greet").wait_for()
    return page


def note(page, state, words):
    node(page, state).click()
    page.keyboard.press("Shift+C")
    page.get_by_role("dialog").get_by_label("Comment").fill(words)
    page.get_by_role("button", name="Keep").click()


def is_well_shown(page):
    page.evaluate(AXE)
    assert page.evaluate(BADLY_SHOWN) == []


def number_of(page):
    return int(re.search(r"/workflows/(\d+)/", page.url)[1])


def test_a_draft_survives_a_reload_and_a_lost_connection_and_is_thrown_away_knowingly(workflow):
    page = workflow
    note(page, "Greet", "Says hello")
    page.get_by_text(re.compile(r"^Draft saved \d")).wait_for()
    page.context.set_offline(True)
    note(page, "Done", "It is over")
    page.get_by_text("Offline, kept in this browser").wait_for()
    page.context.set_offline(False)
    page.get_by_text(re.compile(r"^Draft saved \d")).wait_for()
    page.evaluate("localStorage.clear()")  # what follows comes from the server
    page.reload()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("An edit of revision 1, kept").wait_for()
    is_well_shown(page)
    dialog.get_by_role("button", name="Go on with it").click()
    assert page.locator("[data-comment]").count() == 2
    # It is kept anew. A page that is left before that would throw an older version away, and be offered the newer one.
    page.get_by_text(re.compile(r"^Draft saved \d")).wait_for()
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Yes, throw it away").click()
    page.get_by_text("Saved", exact=True).wait_for()
    page.reload()
    node(page, "Greet").wait_for()
    assert page.get_by_role("dialog").count() == 0
    assert page.locator("[data-comment]").count() == 0


def test_two_people_see_each_other_and_merge_what_they_did(workflow, desk):
    mine, hers = workflow, desk("ada")
    hers.goto(mine.url)
    node(hers, "Greet").click()
    who = mine.get_by_role("button", name=re.compile("more with this open: ada"))
    who.click()
    mine.get_by_text(re.compile("since .*, at Greet")).wait_for()
    mine.keyboard.press("Escape")
    note(mine, "Greet", "Mine")
    note(mine, "Which", "Also mine")
    theirs = json.loads(json.dumps(DEFINITION))
    theirs["States"]["Greet"]["Comment"] = "Hers"
    theirs["States"]["Done"]["Comment"] = "Hers alone"
    path = f"/api/v1/state-machines/{number_of(mine)}/revisions"
    body = {"definition": json.dumps(theirs, indent=2), "base_revision": 1, "comment": "Ada's"}
    assert hers.evaluate(POST, [path, body])[0] == 201
    mine.get_by_text("ada saved r2").wait_for()
    mine.keyboard.press("Control+s")
    mine.get_by_role("button", name="Save as revision 2").click()
    dialog = mine.get_by_role("dialog", name="Merge with revision 2")
    dialog.get_by_text("changed: Done").wait_for()
    assert dialog.get_by_role("button", name="1 to decide").is_disabled()
    dialog.get_by_role("radio", name="Theirs").check()
    is_well_shown(mine)
    dialog.get_by_role("button", name="Merge and save").click()
    mine.get_by_text("Saved as revision 3").first.wait_for()
    merged = mine.evaluate(
        "async (path) => (await (await fetch(path)).json()).definition", path.removesuffix("/revisions")
    )
    comments = {name: state.get("Comment") for name, state in json.loads(merged)["States"].items()}
    assert comments == {"Greet": "Hers", "Which": "Also mine", "Done": "Hers alone"}


def test_a_workflow_that_demands_it_is_deployed_only_when_somebody_else_approved(workflow, desk, studio):
    mine, hers = workflow, desk("ada")
    mine.goto(mine.url + "revisions/")
    mine.get_by_role("button", name="Demand approval").click()
    mine.locator("dialog.confirm").get_by_role("button", name="Demand approval").click()
    mine.get_by_text("must be approved before it is deployed").first.wait_for()
    mine.goto(re.sub("revisions/$", "", mine.url))
    node(mine, "Greet").wait_for()
    mine.get_by_role("button", name="Deploy", exact=True).click()
    mine.get_by_role("dialog").get_by_text("nobody has approved it yet").wait_for()
    is_well_shown(mine)
    address = f"{studio.url}/workflows/{number_of(mine)}/revisions/1/"
    mine.goto(address)
    mine.get_by_text("You wrote some of this change").wait_for()
    mine.get_by_label("Note for who looks at it").fill("Please look")
    mine.get_by_role("button", name="Ask for a review").click()
    hers.goto(address)
    hers.get_by_text("Please look").wait_for()
    is_well_shown(hers)
    hers.get_by_role("button", name="Approve").click()
    hers.get_by_text("Approved.").wait_for()
    mine.goto(re.sub("revisions/1/$", "", mine.url))
    mine.get_by_role("button", name="Deploy", exact=True).click()
    mine.get_by_role("button", name="Make a role for it").click()
    mine.get_by_text("Nothing: the workflow calls nothing.").wait_for()
    is_well_shown(mine)
    mine.get_by_role("button", name=re.compile("Make the role in")).click()
    mine.get_by_text("The role is made.").wait_for()
    mine.get_by_role("button", name="Deploy revision 1").click()
    mine.get_by_text("Revision 1 deployed").first.wait_for()
    mine.goto(f"{studio.url}/workflows/{number_of(mine)}/deployments/")
    mine.get_by_role("heading", name="History").wait_for()
    is_well_shown(mine)


def act(page, words):
    """From the menu of all actions, by keyboard."""
    to_canvas(page)
    page.keyboard.press(".")
    page.get_by_role("menuitem", name=words).click()


def test_the_drawing_is_a_picture_and_a_run_has_a_price(workflow, tmp_path):
    page = workflow
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for kind in ("SVG", "PNG"):
        with page.expect_download() as coming:
            act(page, f"Download the drawing as {kind}")
        coming.value.save_as(tmp_path / kind)
    svg = (tmp_path / "SVG").read_text()
    assert [word in svg for word in (">Greet</text>", "Inter Variable", "base64")] == [True] * 3
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", svg)
    png = (tmp_path / "PNG").read_bytes()
    wide, high = struct.unpack(">II", png[16:24])
    assert (wide, high) == tuple(2 * int(re.search(rf'{side}="(\d+)"', svg)[1]) for side in ("width", "height"))
    assert {re.match(r"\w+://[^/]+", url)[0] for url in asked if url.startswith("http")} <= {
        page.url.split("/workflows")[0]
    }
    act(page, "What a run costs")
    dialog = page.get_by_role("dialog", name="What a run costs")
    dialog.get_by_text("Transitions a run").wait_for()
    is_well_shown(page)


def test_a_shared_link_shows_the_workflow_without_signing_in(workflow, studio, chromium, watch):
    page = workflow
    page.goto(page.url + "sharing/")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address of the link").input_value()
    is_well_shown(page)
    for look in (
        {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
        {"viewport": {"width": 1440, "height": 900}},
    ):
        context = chromium.new_context(bypass_csp=True, **look)
        stranger = watch.over(context.new_page())
        stranger.goto(address)
        node(stranger, "Greet").wait_for()
        stranger.get_by_text("Greets whoever comes").wait_for()
        is_well_shown(stranger)
        assert stranger.evaluate("document.scrollingElement.scrollWidth") <= look["viewport"]["width"]
        assert "arn:" not in stranger.content()
        context.close()
