"""What the page of an execution shows, in a headless Chromium: how long after the endpoint changed, and the page of the
longest history that AWS keeps.
"""

from __future__ import annotations

import contextlib
import importlib
import random
import shutil
import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from bench.live.requests import figure
from bench.live.watchers import START
from bench.live.work import Worker, turns
from bench.report import Figure, at_least, at_most, middle, percentile
from bench.ui.site import ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

    from bench.live.sites import Place
    from bench.report import Report

# Untyped, like all tests: the history that the browser tests show.
long_history: Any = importlib.import_module("tests.e2e.long_history")
PIXEL = 300.0  # ms, p95
FIRST_PAINT = 1500.0
FILTER = 100.0
FRAMES = 60.0
# A state's change of colour, once the frame that has it is drawn: (milliseconds since 1970, state).
OBSERVE = """() => {
  window.shown = [];
  let last = null;
  const look = () => {
    const running = document.querySelectorAll('[data-node][data-tone="run"]');
    const now = [...running].map((node) => node.dataset.node).join();
    if (now === last) return;
    last = now;
    requestAnimationFrame(() => { const drawn = new MessageChannel();
      drawn.port1.onmessage = () => window.shown.push([Date.now(), now]); drawn.port2.postMessage(0); });
  };
  const changes = {subtree: true, childList: true, attributes: true, attributeFilter: ["data-tone"]};
  new MutationObserver(look).observe(document.body, changes);
  look();
}"""
# From the key until the frame that shows how many are left is drawn, for texts that find few and many.
NARROW = """async (texts) => {
  const field = document.querySelector('[aria-label="Text in an event"]');
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const said = () => [...document.querySelectorAll('[role=status]')].map((one) => one.textContent).join();
  const took = [];
  for (const text of texts) {
    const before = said();
    const began = performance.now();
    write.call(field, text);
    field.dispatchEvent(new Event("input", {bubbles: true}));
    while (said() === before) await new Promise((later) => setTimeout(later));
    await new Promise((frame) => requestAnimationFrame(() => { const drawn = new MessageChannel();
      drawn.port1.onmessage = frame; drawn.port2.postMessage(0); }));
    took.push(performance.now() - began);
    await new Promise((later) => setTimeout(later, 200));
  }
  return took;
}"""
# When the first state was in the page and drawn, since the address was asked for.
FIRST = """() => {
  const look = () => {
    if (!document.querySelector("[data-node]")) return requestAnimationFrame(look);
    requestAnimationFrame(() => { const drawn = new MessageChannel();
      drawn.port1.onmessage = () => { window.firstPaint = performance.now(); }; drawn.port2.postMessage(0); });
  };
  requestAnimationFrame(look);
}"""


def measure(report: Report, place: Place, *, quick: bool) -> None:
    with _browser(place) as context:
        _changes(report, place, context.new_page(), 20 if quick else 60)
        _longest(report, place, context, 3 if quick else 9)


@contextlib.contextmanager
def _browser(place: Place) -> Iterator[BrowserContext]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": place.session, "url": place.url}])
        yield context
        browser.close()


def _changes(report: Report, place: Place, page: Page, count: int) -> None:
    """One watcher; a state is left and another entered every half to one and a half seconds."""
    sfn = place.endpoint()
    activity = sfn.create_activity(name="seen")["activityArn"]
    [(key, arn)] = place.run(START, name="seen", definition=turns(activity), count=1)
    page.goto(f"{place.url}/executions/{key}/")
    page.locator("[data-node]").first.wait_for()
    with Worker(place, activity, lambda: random.uniform(0.5, 1.5)):
        time.sleep(3)
        page.evaluate(OBSERVE)
        since = time.time()
        while len(page.evaluate("shown")) < count + 1 and time.time() < since + 4 * count:
            time.sleep(0.5)
    shown: list[tuple[float, str]] = page.evaluate("shown")[1:]
    sfn.stop_execution(executionArn=arn)
    history = sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]
    entered = [
        (event["timestamp"].timestamp(), event["stateEnteredEventDetails"]["name"])
        for event in history
        if event["type"] == "TaskStateEntered"
    ]
    took = []
    for at, node in shown:
        name = node.rpartition("/")[2]
        began = [then for then, state in entered if state == name and then <= at / 1000 and then >= since - 2]
        if began:
            took.append(at - 1000 * began[-1])
    report.add(figure("state change at the endpoint to pixel, 1 watcher", took, PIXEL, note=f"{len(took)} changes"))


def _longest(report: Report, place: Place, context: BrowserContext, times: int) -> None:
    said = place.site.manage("shell", "--command", long_history.LONG)
    key, count = said.rpartition("RUN ")[2].split()[:2]
    painted = []
    for _ in range(times + 1):  # the first one also fills the browser's cache
        page = context.new_page()
        page.add_init_script(f"({FIRST})()")
        page.goto(f"{place.url}/executions/{key}/")
        while not page.evaluate("window.firstPaint ?? 0"):  # the page's content policy forbids waiting inside
            page.wait_for_timeout(20)
        painted.append(float(page.evaluate("firstPaint")))
        if len(painted) <= times:
            page.close()
    report.add(
        Figure(
            what=f"page of {int(count):,} events: first paint, p95",
            value=percentile(painted[1:], 0.95),
            unit="ms",
            bounds=[at_most(FIRST_PAINT)],
            note=f"p50 {middle(painted[1:]):.0f} ms; with an empty cache {painted[0]:.0f} ms",
        )
    )
    page.get_by_role("tab", name=f"Events {int(count):,}").click()
    page.get_by_role("searchbox", name="Text in an event").wait_for()
    texts = [text for n in range(times) for text in (f"part-{1234 + n}", "", "getObject", "NoSuchKey")]
    took = page.evaluate(NARROW, texts)
    report.add(figure("the same: events narrowed by text", took, FILTER, note=f"{len(took)} texts"))
    page.evaluate(NARROW, [""])
    page.get_by_role("tab", name="Timeline").click()
    page.get_by_role("slider", name="Time shown").wait_for()
    gaps = [page.evaluate(long_history.SCRUB) for _ in range(times)]
    report.add(
        Figure(
            what="the same: scrubbed over the whole axis",
            value=1000 / middle([gap["middle"] for gap in gaps]),
            unit="frames/s",
            bounds=[at_least(0.98 * FRAMES, "60, a frame's rounding allowed")],
            note=f"a frame's p95 {middle([gap['p95'] for gap in gaps]):.1f} ms",
        )
    )
