"""Measure the designer: ``python -m bench.ui [--quick] [--out FILE]``.

Prints a line per figure; the exit status says whether all bounds hold.
"""
# ruff: noqa: E501  (scripts for the browser are easier to read in one piece)

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import Figure, Report, at_least, at_most, machine, middle, percentile
from bench.ui.nested import flat, nested
from bench.ui.site import ROOT, Designer, designer

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

LARGE, SMALL = 1000, 200
# A canvas is usable when its first states are painted and a frame has gone by since.
USABLE = """() => new Promise((resolve) => {
  const look = () => {
    if (!document.querySelector("[data-node]")) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0));
  };
  look();
})"""
# One key press on the selected state, until the frame that shows what it did has been painted: Ctrl D, or Ctrl Z.
EDIT = """async (isUndo) => {
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve; port2.postMessage(0); }));
  await painted();
  const count = () => document.querySelector(".graph").getAttribute("aria-label");
  const before = count();
  const start = performance.now();
  const init = isUndo ? { key: "z", code: "KeyZ" } : { key: "d", code: "KeyD" };
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ctrlKey: true, ...init }));
  await painted();
  const took = performance.now() - start;
  if (count() === before) throw new Error("nothing was edited");
  return took;
}"""
# What a hand does for two seconds, once in each frame; how many frames there were.
FRAMES = """async ([what, seconds]) => {
  const pane = document.querySelector(".graph-pane");
  const graph = document.querySelector(".graph");
  const box = graph.getBoundingClientRect();
  const transfer = new DataTransfer();
  const node = document.querySelector("[data-node]");
  if (what === "drag") {
    node.dispatchEvent(new DragEvent("dragstart", { bubbles: true, dataTransfer: transfer }));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  let frames = 0;
  const start = performance.now();
  await new Promise((resolve) => {
    const step = (now) => {
      frames++;
      if (now - start > seconds * 1000) return resolve();
      const phase = Math.floor((now - start) / 500) % 2 === 0 ? 1 : -1;
      if (what === "pan") pane.dispatchEvent(new WheelEvent("wheel", { deltaY: 24 * phase, deltaX: 6 * phase, bubbles: true, cancelable: true, clientX: box.x + 300, clientY: box.y + 300 }));
      else graph.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer: transfer,
        clientX: box.x + box.width * (0.5 + 0.3 * Math.sin(now / 300)), clientY: box.y + box.height * (0.5 + 0.4 * Math.cos(now / 400)) }));
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });
  const took = performance.now() - start;
  if (what === "drag") node.dispatchEvent(new DragEvent("dragend", { bubbles: true, dataTransfer: transfer }));
  return frames / (took / 1000);
}"""
# A key in the code pane makes the name of a Next wrong, the next one right again; until the strip below has been painted anew.
KEYSTROKES = """() => {
  window.typedAt = 0;
  window.saidAt = 0;
  document.querySelector(".cm-content").addEventListener("keydown", () => { window.typedAt = performance.now(); window.saidAt = 0; }, true);
  const strip = document.querySelector('section[aria-label="Problems"]');
  const painted = () => requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { window.saidAt ||= performance.now(); }; port2.postMessage(0); });
  new MutationObserver(painted).observe(strip, { subtree: true, childList: true, characterData: true });
}"""


SAID = """() => new Promise((resolve, reject) => {
  const deadline = performance.now() + 5000;
  const look = () => {
    if (window.saidAt) return resolve(window.saidAt - window.typedAt);
    if (performance.now() > deadline) return reject(new Error("no diagnostics"));
    setTimeout(look, 5);
  };
  look();
})"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.ui", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--out", type=Path, help="write the figures as JSON lines")
    parser.add_argument("--only", choices=list(PARTS), action="append", help="measure this alone; may be given again")
    options = parser.parse_args()
    report = Report(options.out)
    print(machine())
    chosen = options.only or list(PARTS)
    if "layout" in chosen:
        layout(report)
    with designer() as site:
        for name in chosen:
            if (part := PARTS[name]) is not None:
                part(report, site, options.quick)
    return report.close()


def address(site: Designer, states: int) -> str:
    """Each measurement has a workflow of its own."""
    address.made += 1  # type: ignore[attr-defined]
    return site.take_in(f"nested-{states}-{address.made}", nested(states))  # type: ignore[attr-defined]


address.made = 0  # type: ignore[attr-defined]


def opened(site: Designer, states: int) -> Page:
    site.page.goto(address(site, states))
    site.page.evaluate(USABLE)
    site.page.wait_for_timeout(1500)
    return site.page


def processor_time(page: Page) -> Callable[[], float]:
    """Answers how many milliseconds of processor time the page's main thread has taken since: no matter what else runs."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def taken() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))

    before = taken()
    return lambda: taken() - before


def opening(report: Report, site: Designer, quick: bool) -> None:
    for states, ceiling in ((SMALL, 0.6), (LARGE, 1.8)):
        opening_of(report, site, states, ceiling, 3 if quick else 7)


def opening_of(report: Report, site: Designer, states: int, ceiling: float, repeats: int) -> None:
    url = address(site, states)
    took = []
    for _ in range(repeats + 1):
        site.page.goto(url, wait_until="commit")
        took.append(site.page.evaluate(USABLE) / 1000)
    value = middle(took[1:])  # the first one fills the browser's cache, as a person's first visit today does
    report.add(
        Figure(
            what=f"open {states:,} nested states to a usable canvas, p50",
            value=value,
            unit="s",
            bounds=[at_most(ceiling)],
            note=f"with nothing cached {took[0]:.2f} s",
        )
    )


def editing(report: Report, site: Designer, quick: bool) -> None:
    times = 12 if quick else 40
    page = opened(site, LARGE)
    inner = page.locator('[data-node*="/Branches/"]').first
    inner.click(force=True)
    took, spent = [], []
    for number in range(times):
        page.wait_for_timeout(500)
        since = processor_time(page)
        took.append(page.evaluate(EDIT, number % 2 == 1))
        spent.append(since())
    report.add(
        Figure(
            what=f"edit in one scope to repainted canvas, {LARGE:,} states, p95",
            value=percentile(took, 0.95),
            unit="ms",
            bounds=[at_most(50)],
            note=f"p50 {middle(took):.0f} ms, of which up to 17 wait for the frame; "
            f"processor time until then p50 {middle(spent):.0f} ms, p95 {percentile(spent, 0.95):.0f} ms",
        )
    )


def moving(report: Report, site: Designer, quick: bool) -> None:
    for states, floor in ((SMALL, 60), (LARGE, 30)):
        moving_at(report, site, states, floor, 1 if quick else 3)


def moving_at(report: Report, site: Designer, states: int, floor: int, repeats: int) -> None:
    page = opened(site, states)
    for what in ("pan", "drag"):
        spent = processor_time(page)
        rates = [page.evaluate(FRAMES, [what, 2]) for _ in range(repeats)]
        # A screen of 60 frames/s shows 59.9 in a count of two seconds.
        report.add(
            Figure(
                what=f"{what} at {states:,} states",
                value=middle(rates),
                unit="frames/s",
                bounds=[at_least(floor * 0.97)],
                note=f"processor time of a frame {spent() / sum(rate * 2 for rate in rates):.1f} ms",
            )
        )


def typing(report: Report, site: Designer, quick: bool) -> None:
    times = 12 if quick else 40
    page = opened(site, SMALL)
    page.keyboard.press("Control+j")
    content = page.locator(".cm-content")
    content.wait_for()
    page.wait_for_timeout(800)
    page.evaluate(KEYSTROKES)
    content.locator(".cm-line", has_text='"StartAt"').first.click()
    page.keyboard.press("End")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    took = []
    for number in range(times):
        page.keyboard.press("x" if number % 2 == 0 else "Backspace")
        took.append(page.evaluate(SAID))
        page.wait_for_timeout(250)
    report.add(
        Figure(
            what=f"keystroke in the code pane to diagnostics, {SMALL} states, p95",
            value=percentile(took, 0.95),
            unit="ms",
            bounds=[at_most(150)],
            note=f"p50 {middle(took):.0f} ms",
        )
    )


def loading(report: Report, site: Designer, _quick: bool) -> None:
    """What a first visit takes over the network until the canvas is usable: scripts, styles, and the fonts that it shows."""
    context = site.browser.new_context(storage_state=site.page.context.storage_state())
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda it: addresses.update({it["requestId"]: it["response"]["url"]}))
    session.on("Network.loadingFinished", lambda it: sizes.update({it["requestId"]: int(it["encodedDataLength"])}))
    page.goto(address(site, SMALL))
    page.evaluate(USABLE)
    first = set(sizes)
    page.wait_for_timeout(1500)
    came = {addresses[id_]: (size, id_ in first) for id_, size in sizes.items() if id_ in addresses}
    needed = {
        url: size
        for url, (size, early) in came.items()
        if url.endswith(".woff2") or (early and url.split("?")[0].endswith((".js", ".css")))
    }
    fonts = sum(size for url, size in needed.items() if url.endswith(".woff2"))
    later = sum(size for url, (size, early) in came.items() if not early and url.endswith((".js", ".css")))
    largest = sorted(needed.items(), key=lambda each: -each[1])[:6]
    note = ", ".join(f"{Path(url).name.split('-')[0]} {size / 1024:.0f}" for url, size in largest)
    report.add(
        Figure(
            what="first load of the designer, as sent",
            value=sum(needed.values()) / 1000,
            unit="kB",
            bounds=[at_most(250)],
            note=f"KiB: {note}; of all, fonts {fonts / 1024:.0f}; what comes once it is usable {later / 1024:.0f}",
        )
    )
    context.close()


def layout(report: Report) -> None:
    """The layout alone, in the Node that builds the front end."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("nested", nested(LARGE)), ("flat", flat(300))):
            Path(folder, f"{name}.json").write_bytes(content)
        done = subprocess.run(
            [sys.executable, "scripts/layout_figures.py", folder], cwd=ROOT, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    found = json.loads(done.stdout)
    report.add(
        Figure(what="layout of 1,000 nested states, p50", value=found["nested"], unit="s", bounds=[at_most(0.2)])
    )
    report.add(
        Figure(what="layout of 300 states in one flat scope, p50", value=found["flat"], unit="s", bounds=[at_most(0.3)])
    )


# By name, in the order in which they are measured. The layout alone needs no browser.
PARTS: dict[str, Callable[[Report, Designer, bool], None] | None] = {
    "layout": None,
    "opening": opening,
    "editing": editing,
    "moving": moving,
    "typing": typing,
    "loading": loading,
}

if __name__ == "__main__":
    raise SystemExit(main())
