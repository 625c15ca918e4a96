"""Every page as people meet it: in light and dark, on a desk and on a phone, by keyboard.

Each page must raise no complaint of the browser, fit the width, and pass axe without a serious finding. What a page is
for is tested elsewhere; here a real run of each sort fills them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import sign_in
from processes import Site, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
AXE = (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
VIDEO = {"input": {"key": "videos/serverless-generative-ai.mp4"}}
GRAPH = "[data-node]"
LONG_NAME = "blank" + "-and-named-at-length" * 3
RUNS = (Path(__file__).parent / "shown_runs.py").read_text(encoding="utf-8")
PEOPLE = """
from django.contrib.auth.models import User
from designer.models import Environment
User.objects.create(username="newcomer")
Environment.objects.create(name="live", region="eu-central-1", account="123456789012", production=True)
"""
# What keyboard users see: the focused element, or what it sits in, has an outline. A video's own controls draw theirs inside.
SHOWS_FOCUS = """() => {
  if (document.activeElement.tagName === "VIDEO") return true;
  for (let element = document.activeElement, up = 0; element && up < 3; element = element.parentElement, up += 1) {
    const style = getComputedStyle(element);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) return true;
  }
  return false;
}"""
BADLY_SHOWN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(({html}) => html.slice(0, 160)).join(" | ")}`);
}"""


TOO_WIDE = """[document.scrollingElement, ...document.querySelectorAll("main")]
  .some(({scrollWidth, clientWidth}) => scrollWidth > clientWidth)"""


@dataclass(frozen=True)
class Filled:
    """A site with something on each page, and who is signed in."""

    site: Site
    admin: dict
    newcomer: dict
    pages: dict[str, str]

    def address(self, name: str) -> str:
        return self.site.url + self.pages[name]


class Api:
    """The JSON API as the pages' own scripts call it."""

    def __init__(self, site: Site, context) -> None:
        self._site, self._context = site, context

    def get(self, path: str):
        return self._context.request.get(f"{self._site.url}/api/v1/{path}").json()

    def post(self, path: str, body: dict):
        token = next(cookie["value"] for cookie in self._context.cookies() if cookie["name"] == "csrftoken")
        answer = self._context.request.post(
            f"{self._site.url}/api/v1/{path}", data=body, headers={"X-CSRFToken": token, "Referer": self._site.url}
        )
        assert answer.ok, f"{path}: {answer.status} {answer.text()}"
        return answer.json()


@pytest.fixture(scope="module")
def filled(studio, chromium) -> Iterator[Filled]:
    studio.manage("shell", "--command", PEOPLE)
    newcomer = chromium.new_context()
    sign_in(newcomer.new_page(), studio, "newcomer")
    admin = chromium.new_context()
    page = admin.new_page()
    sign_in(page, studio)
    yield Filled(studio, admin.storage_state(), newcomer.storage_state(), fill(studio, admin, page))
    newcomer.close()
    admin.close()


def fill(site: Site, context, page) -> dict[str, str]:
    """Runs that wait, are done, failed and were stopped; a closed question; an empty workflow."""
    api = Api(site, context)
    waiting, done = (api.post("launch", {"workflow": "video-title-and-avatar", "input": VIDEO}) for _ in range(2))
    summary = api.post(
        "launch", {"workflow": "llama-summary", "input": {"text": "A workflow is made of states. A person decides."}}
    )
    page.goto(f"{site.url}/workflows/")
    addresses = {link.inner_text(): link.get_attribute("href") for link in page.locator("tbody td:first-child a").all()}
    sample = addresses["video-title-and-avatar"]
    embedded = next(place["id"] for place in api.get("environments") if place["kind"] == "embedded")
    order = {"state_machine": int(sample.split("/")[2]), "environment": embedded}
    failed = api.post("executions", {**order, "input": "{}"})
    stopped = api.post("executions", {**order, "input": json.dumps(VIDEO)})
    api.post(f"executions/{stopped['id']}/stop", {"cause": "Not this video"})
    page.goto(f"{site.url}/workflows/new/")
    page.get_by_label("Name").fill(LONG_NAME)
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url(re.compile(r"/workflows/\d+/$"))
    blank = page.url.removeprefix(site.url)

    def question(launch):
        return next(
            (
                task
                for task in api.get("reviews?status=open")["tasks"]
                if task["execution"]["name"] == launch["execution_name"]
            ),
            None,
        )

    opened, closed = (
        wait_for(lambda run=run: question(run), timeout=60, what="it asks a person") for run in (waiting, done)
    )
    api.post(f"reviews/{closed['id']}/decisions", {"outcome": "approve", "candidate": "A"})
    for run in (done, summary):
        wait_for(
            lambda run=run: api.get(f"launch/{run['id']}")["execution_status"] == "SUCCEEDED",
            timeout=60,
            what="it has succeeded",
        )
    number = int(sample.split("/")[2])
    text = api.get(f"state-machines/{number}")["definition"]
    changed = text.replace('"Seconds": 2,', '"Seconds": 3,').replace("Take the remarks", "Use the remarks")
    api.post(f"state-machines/{number}/revisions", {"definition": changed, "base_revision": 1, "comment": LONG_NAME})
    page.goto(f"{site.url}{closed['execution']['url']}sharing/")
    page.get_by_role("button", name="Make a link").click()
    shared = page.get_by_label("Address of the link").first.input_value().removeprefix(site.url)
    return {
        "launch gallery": "/launch/",
        "launch, a video before": "/launch/video/",
        "launch, a video waiting": waiting["url"],
        "launch, a video done": done["url"],
        "launch, a form": "/launch/summary/",
        "launch, a form done": summary["url"],
        "workflows": "/workflows/",
        "workflows, none fits": "/workflows/?q=nothing-is-called-so",
        "new workflow": "/workflows/new/",
        "templates": "/workflows/templates/",
        "import": "/workflows/import/",
        "designer, the sample": sample,
        "designer, blank": blank,
        "revisions": f"{sample}revisions/",
        "a revision": f"{sample}revisions/2/",
        "deployments": f"{sample}deployments/",
        "in plain words": f"{sample}plain/",
        "sharing": f"{sample}sharing/",
        "an account": f"/workflows/import/{embedded}/",
        "compare": f"{sample}compare/",
        "permissions": f"{sample}permissions/?logging=1",
        "compare with what runs": f"{sample}compare/?from=r2&to=e{embedded}",
        "environments": "/environments/",
        "new environment": "/environments/new/",
        "environment": f"/environments/{next(place['id'] for place in api.get('environments') if place['kind'] == 'aws')}/",
        "executions": "/executions/",
        "executions, none fits": "/executions/?q=nothing-is-called-so",
        "new execution": "/executions/new/",
        "execution waiting": opened["execution"]["url"],
        "execution succeeded": closed["execution"]["url"],
        "execution failed": failed["url"],
        "execution stopped": f"/executions/{stopped['id']}/",
        "review inbox": "/review/",
        "review task": opened["url"],
        "review task, closed": closed["url"],
        "review, narrowed": "/review/?folder=open&q=Choose&priority=normal",
        "review, several": "/review/several/",
        "review figures": "/review/figures/",
        "review settings": "/settings/review/",
        "sources": f"/environments/{embedded}/sources/",
        "sources, a plan": f"/environments/{embedded}/sources/status-queue/",
        "sharing a run": f"{closed['execution']['url']}sharing/",
        "a shared run": shared,
        "dashboard": "/dashboard/",
        "settings": "/settings/",
        "404": "/nothing-is-here/",
        **json.loads(site.manage("shell", "--command", RUNS).splitlines()[-1]),
    }  # fmt: skip


# Each theme and each width; `make proof` has the other two pairs.
@pytest.mark.parametrize(
    ("theme", "width"),
    [
        ("light", 1440),
        ("dark", 390),
        *(pytest.param(*look, marks=pytest.mark.proof) for look in (("dark", 1440), ("light", 390))),
    ],
)
def test_every_page_fits_complains_of_nothing_and_passes_axe(filled, chromium, watch, theme, width):
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": theme, "bypass_csp": True}
    found: list[str] = []

    def visit(page, name, address, status=200):
        answer = page.goto(address)
        if answer.status != status:
            found.append(f"{name}: {answer.status}")
        settle(page, name)
        found.extend(f"{name}: {problem}" for problem in problems_of(page, theme))

    for state, pages in (
        (filled.admin, filled.pages),
        (filled.newcomer, {"403": "/workflows/", "settings of a newcomer": "/settings/"}),
        (None, {"sign in": "/sign-in/", "a spent link": "/sign-in/link/?sesame=spent"}),
    ):
        context = chromium.new_context(**look, storage_state=state)
        page = watch.over(context.new_page())
        for name, path in pages.items():
            visit(page, name, filled.site.url + path, {"403": 403, "404": 404}.get(name, 200))
        context.close()
    assert found == []


def settle(page, name: str) -> None:
    """Until the islands have drawn."""
    if (
        name.startswith(("execution ", "execution,", "compare", "states of", "a shared run"))
        or name == "designer, the sample"
    ):
        page.locator(GRAPH).first.wait_for()
        page.wait_for_timeout(300)  # nodes come to rest
    elif name == "designer, blank":
        page.get_by_text("Drop a state here").wait_for()


def problems_of(page, theme: str) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate(BADLY_SHOWN)
    shown = page.evaluate("document.documentElement.dataset.theme")
    if shown != {"light": "paper", "dark": "ink"}[theme]:
        found.append(f"shown in the theme {shown}")
    if page.evaluate(TOO_WIDE):
        found.append("has to be scrolled sideways")
    return found


@pytest.fixture
def desk(filled, chromium, watch):
    """A page of the signed-in administrator."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, storage_state=filled.admin)
    yield watch.over(context.new_page())
    context.close()


@pytest.mark.parametrize(
    ("name", "control"),
    [
        ("launch gallery", "Open"),
        ("launch, a video waiting", "Use this title"),
        ("workflows", "New workflow"),
        ("designer, the sample", "Deploy"),
        ("executions", "Start an execution"),
        ("execution waiting", "Open review task"),
        ("review task", "Approve"),
        ("environments", "Test connection"),
    ],
)
def test_the_tab_key_reaches_the_main_action_and_shows_where_it_is(filled, desk, name, control):
    desk.goto(filled.address(name))
    settle(desk, name)
    visited = []
    for _ in range(90):
        desk.keyboard.press("Tab")
        words = desk.evaluate("(document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()")
        visited.append(words)
        assert desk.evaluate(SHOWS_FOCUS), f"nothing shows that “{words}” has the focus"
        if words.startswith(control):
            return
    pytest.fail(f"“{control}” is not among {visited}")


def test_another_terminal_gets_a_link_to_the_port_in_use(filled):
    options = ("CALLBOARD_PORT", "CALLBOARD_AWS_PORT")
    elsewhere = {name: value for name, value in filled.site.environment.items() if name not in options}
    link = replace(filled.site, environment=elsewhere).sign_in_link()
    assert link.startswith(f"{filled.site.url}/sign-in/link/")


def test_the_palette_opens_with_ctrl_k_and_finds_a_workflow(filled, desk):
    desk.goto(filled.address("settings"))
    desk.keyboard.press("Control+k")
    palette = desk.get_by_role("dialog")
    palette.wait_for()
    desk.keyboard.type("video-title")
    palette.get_by_role("option", name=re.compile("video-title-and-avatar")).first.wait_for()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**" + filled.pages["designer, the sample"])


def test_the_work_of_stand_ins_is_said_to_be_theirs(filled, desk):
    """On the embedded endpoint no model is the one whose name it bears: each place that names one says so."""
    desk.goto(filled.address("launch gallery"))
    assert desk.get_by_text("stand-ins for models").count() == 3
    desk.goto(filled.address("launch, a video waiting"))
    candidates = desk.locator("[data-question] label:has([name=candidate])")
    assert [("stand-in" in candidate.inner_text()) for candidate in candidates.all()] == [True, True]
    assert "stand-in" in desk.locator("li", has_text="Two models proposed a title").inner_text()
    desk.goto(filled.address("launch, a video done"))
    desk.get_by_label("Result").get_by_text("made by stand-ins").wait_for()
    desk.goto(filled.address("review task"))
    assert [("stand-in" in card.inner_text()) for card in desk.locator("[data-card]").all()] == [True, True]
    for state, chip in (("Bedrock title", 1), ("Hugging Face title", 1), ("Read transcript", 0)):
        desk.goto(filled.address("execution succeeded"))
        desk.locator(f'[data-node$="/{state}"]').first.click()
        desk.get_by_role("heading", name=state).wait_for()
        assert desk.get_by_text("stand-in", exact=True).count() == chip, state
    desk.goto(filled.address("designer, the sample"))
    desk.locator('[data-node$="/Bedrock title"]').first.click()
    desk.get_by_role("button", name=re.compile("Claude 3 Haiku")).get_by_text("stand-in", exact=True).wait_for()


def test_a_state_leads_to_objects_a_log_its_parts_and_where_its_run_is_from(filled, desk):
    desk.goto(filled.address("execution that leads on"))
    desk.get_by_role("tab", name="Leads to").click()
    poster = desk.locator('[data-object$="/poster.png"]')
    poster.locator("summary").click()
    poster.locator("img").wait_for()
    wait_for(lambda: poster.locator("img").evaluate("it => it.naturalWidth"), timeout=10, what="the picture is drawn")
    desk.get_by_role("button", name="Read it").click()
    log = desk.get_by_label("Log of the function")
    log.get_by_text("called with 7").wait_for()
    assert "hunter2" not in log.inner_text()
    desk.goto(filled.address("execution with branches"))
    branches = desk.get_by_label("Branches").locator("li")
    branches.first.wait_for()
    assert [row.inner_text().split("\n")[:2] for row in branches.all()] == [
        ["Branch 2", "Failed, Refuse"], ["Branch 1", "Aborted, Wait"],
    ]  # fmt: skip
    branches.first.click()
    desk.get_by_role("heading", name="Refuse", exact=True).wait_for()
    desk.goto(filled.address("map run"))
    desk.locator("tbody a").first.click()
    desk.get_by_role("heading", name="It isn't").wait_for()
    desk.get_by_label("What started it").get_by_role("link", name="Each film").click()
    desk.get_by_role("heading", name="Each film").wait_for()
    desk.goto(filled.address("execution, express"))
    desk.get_by_label("Where its way is from").get_by_text("From the log").wait_for()
    desk.locator('[data-node$="/Say"]').click()
    desk.get_by_label("Output").get_by_text("hello").first.wait_for()
