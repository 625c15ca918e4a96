"""Every definition of a folder in the real designer: ``python -m bench.ui.draw FOLDER``.

Each is opened and drawn, saved and opened again. Printed is how many opened, were drawn without one state
on another, and came back identical to the byte; the exit status is 0 when all did.
"""
# ruff: noqa: E501  (scripts for the browser are easier to read in one piece)

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from bench.ui.site import Designer, designer

# Overlaps in the drawing's own coordinates; a container holds what lies in it.
DRAWN = """() => {
  const boxes = [...document.querySelectorAll(".graph-place")].map((node) => {
    const [, x, y] = node.style.transform.match(/translate\\(([-\\d.]+)px, ?([-\\d.]+)px\\)/) ?? [, "0", "0"];
    return { id: node.dataset.id, x: +x, y: +y, width: parseFloat(node.style.width), height: parseFloat(node.style.height) };
  });
  const holds = (a, b) => b.id.startsWith(a.id + "/");
  let overlaps = 0;
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
    if (holds(a, b) || holds(b, a)) return;
    if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height) overlaps++;
  }));
  return { boxes: boxes.length, overlaps };
}"""
# Taken in as text: what the page holds is posted as it stands.
SAVE = """async ([address, definition]) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
  const answer = await fetch(address, {method: "POST", headers: {"X-CSRFToken": token, "Content-Type": "application/json"},
    body: JSON.stringify({definition, base_revision: 1, comment: ""})});
  return answer.status;
}"""
BOOT = "() => JSON.parse(document.getElementById('designer-boot').textContent)"


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__)
        return 2
    paths = sorted(path for path in Path(sys.argv[1]).glob("*.json") if path.name != "manifest.json")
    counts = {"opened": 0, "drawn": 0, "identical": 0}
    # A pane so large that every definition is drawn as a whole.
    with designer(width=2400, height=1800) as site:
        for number, path in enumerate(paths):
            wrong = check(site, f"drawn-{number}", path.read_bytes(), counts)
            if wrong:
                print(f"{path.name}: {wrong}", flush=True)
    of = len(paths)
    print(
        f"{counts['opened']} of {of} opened, {counts['drawn']} drawn without overlap, "
        f"{counts['identical']} came back identical to the byte."
    )
    return 0 if of and set(counts.values()) == {of} else 1


def check(site: Designer, name: str, content: bytes, counts: dict[str, int]) -> str:
    """What is wrong with this one, in words; "" when nothing is. Counts how far it came."""
    address = site.take_in(name, content)
    if not address:
        return "the import was refused"
    page = site.page
    try:
        page.goto(address)
        page.locator(".graph-place").first.wait_for()
        counts["opened"] += 1
        drawn: dict[str, Any] = page.evaluate(DRAWN)
        if drawn["overlaps"]:
            return f"{drawn['overlaps']} overlaps among {drawn['boxes']} boxes"
        counts["drawn"] += 1
        boot: dict[str, Any] = page.evaluate(BOOT)
        definition = str(boot["machine"]["definition"])
        status = page.evaluate(SAVE, [boot["urls"]["revisions"], definition])
        if status != 201:
            return f"saving answered {status}"
        page.goto(address)
        page.locator(".graph-place").first.wait_for()
        again: dict[str, Any] = page.evaluate(BOOT)
        if again["machine"]["revision"]["number"] != 2 or str(again["machine"]["definition"]).encode() != content:
            return "it came back changed"
        counts["identical"] += 1
    except Error as error:
        return error.message.splitlines()[0]
    return ""


if __name__ == "__main__":
    raise SystemExit(main())
