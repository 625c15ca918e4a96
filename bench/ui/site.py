"""A Callboard of its own on free ports, and a headless Chromium that is signed in to it."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
IMPORT = """async ([name, content]) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const form = new FormData();
  form.set("name", name);
  form.set("file", new File([bytes], name + ".json", {type: "application/json"}));
  const answer = await fetch("/workflows/import/", {method: "POST", body: form, headers: {"X-CSRFToken": token}});
  return answer.url;
}"""
UP_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Designer:
    """A signed-in browser before a running Callboard."""

    url: str
    browser: Browser
    page: Page

    def take_in(self, name: str, content: bytes) -> str:
        """The address of the workflow made of ``content``, or "" when the import was refused."""
        address = str(self.page.evaluate(IMPORT, [name, base64.b64encode(content).decode()]))
        return address if re.search(r"/workflows/\d+/", address) else ""


@contextlib.contextmanager
def designer(*, width: int = 1440, height: int = 900) -> Iterator[Designer]:
    """Starts both, and ends both."""
    home = Path(tempfile.mkdtemp(prefix="callboard-ui-"))
    port, aws_port = _free_port(), _free_port()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CALLBOARD_", "LOCALAWS_", "AWS_"))
    }
    environment = {
        **kept,
        "CALLBOARD_HOME": str(home),
        "CALLBOARD_PORT": str(port),
        "CALLBOARD_AWS_PORT": str(aws_port),
    }
    url = f"http://127.0.0.1:{port}"
    with (home / "studio.log").open("wb") as log:
        studio = subprocess.Popen(
            [sys.executable, "manage.py", "studio"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        _wait_until_up(url, studio, home / "studio.log")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
            page = browser.new_context(viewport={"width": width, "height": height}).new_page()
            page.set_default_timeout(30_000)
            link = subprocess.run(
                [sys.executable, "manage.py", "sign_in_link"],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            page.goto(link.stdout.strip().splitlines()[-1])
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda address: "/sign-in/" not in address)
            yield Designer(url, browser, page)
            browser.close()
    finally:
        studio.send_signal(signal.SIGINT)
        try:
            studio.wait(20)
        except subprocess.TimeoutExpired:
            studio.kill()
            studio.wait()
        shutil.rmtree(home, ignore_errors=True)


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("chromium is missing: install it (see CONTRIBUTING.md).")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(url: str, studio: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + UP_WITHIN
    while time.monotonic() < deadline and studio.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/sign-in/", timeout=3) as answer:
                if answer.status < 500:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"studio didn't come up:\n{log.read_text(errors='replace')[-2000:]}")
