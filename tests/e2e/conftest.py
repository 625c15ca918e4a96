"""A running Callboard and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

sys.path.insert(0, str(Path(__file__).parent))

from processes import Site, clean_environment, postgresql_server, redis_server, start_processes, start_studio

# Playwright's synchronous API runs a loop in this thread, in which Django refuses database calls; these tests make none.
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Outside pytest's own folders, which another user (PostgreSQL's) may not enter."""
    path = Path(tempfile.mkdtemp(prefix="callboard-e2e-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A home whose database has its tables, made once for all processes of a run; `test_kill.py` begins with none."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "migrated"
    with FileLock(shared / "migrated.lock"):
        if not home.exists():
            making = shared / "migrating"
            Site("", "", making, clean_environment(CALLBOARD_HOME=str(making))).manage("migrate", "--noinput")
            making.rename(home)
    return home


@pytest.fixture(scope="module")
def studio(folder: Path, migrated: Path) -> Iterator[Site]:
    shutil.copytree(migrated, folder / "studio")
    site = start_studio(folder / "studio")
    yield site
    site.stop()


@pytest.fixture(scope="module")
def processes(folder: Path) -> Iterator[Site]:
    with postgresql_server(folder / "postgresql") as database, redis_server(folder / "redis") as broker:
        site = start_processes(folder / "processes", database_url=database, redis_url=broker)
        yield site
        site.stop()


@pytest.fixture(
    scope="module"
)  # while Playwright runs, its loop is this thread's: other modules' tests have loops of their own
def chromium():
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert executable, "chromium is missing: run `make test` as root, or install it (see CONTRIBUTING.md)."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


class Watch:
    """What a page complained of: a test ends by asking that it was nothing."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def over(self, page):
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", lambda message: self._heard(message))
        page.on("response", lambda answer: self._answered(answer))
        page.set_default_timeout(20_000)
        return page

    def _heard(self, message) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")

    def _answered(self, answer) -> None:
        if answer.status >= 500:
            self.complaints.append(f"{answer.status} {answer.url}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert watch.complaints == []


@pytest.fixture
def page(chromium, watch, request, tmp_path):
    """A page of a context of its own; a failing test leaves a picture in test-results/."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = watch.over(context.new_page())
    failed_before = request.session.testsfailed
    yield page
    if request.session.testsfailed > failed_before:
        target = Path("test-results")
        target.mkdir(exist_ok=True)
        page.screenshot(path=str(target / f"{request.node.name.replace('/', '_')}.png"))
    context.close()


def sign_in(page, site: Site, username: str = "") -> None:
    """By a link the first time; after that with the session that it began: a link costs a process of its own."""
    if username in site.sessions:
        page.context.add_cookies(site.sessions[username])
        return
    page.goto(site.sign_in_link(username))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    site.sessions[username] = page.context.cookies()


os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
