"""kill -9 of all of Callboard while a review is pending: started again, the question is there, and the workflow goes on."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from conftest import sign_in
from processes import start_studio, wait_for

pytestmark = pytest.mark.e2e


def test_a_pending_review_outlives_kill_9_and_ends_with_the_picture(folder: Path, page, watch):
    home = folder / "killed"
    site = start_studio(home)
    port, aws_port = (int(url.rpartition(":")[2]) for url in (site.url, site.aws_url))
    try:
        sign_in(page, site)
        page.goto(f"{site.url}/launch/video/")
        page.get_by_role("button", name="Run").click()
        page.get_by_text("It’s your turn").wait_for(timeout=60_000)
        question = page.url
        page.goto("about:blank")

        site.kill()
        wait_for(lambda: is_free(aws_port), timeout=15, what="the endpoint ends with its parent")

        site = start_studio(home, port=port, aws_port=aws_port)
        watch.complaints.clear()  # of sockets whose server was gone
        page.goto(question)  # the session outlives it too
        page.get_by_text("It’s your turn").wait_for()
        page.get_by_role("button", name="Use this title").click()
        picture = page.locator("main img").first
        picture.wait_for(timeout=60_000)
        wait_for(
            lambda: picture.evaluate("(image) => image.naturalWidth") >= 256, timeout=20, what="the picture is shown"
        )
        page.get_by_text(re.compile("Succeeded in")).wait_for()
    finally:
        page.goto("about:blank")  # its sockets would complain of the server that stops
        site.stop()


def test_ctrl_c_ends_everything_and_says_so(folder: Path):
    site = start_studio(folder / "stopped")
    ports = [int(url.rpartition(":")[2]) for url in (site.url, site.aws_url)]
    (process,) = site.processes
    site.stop()
    assert process.returncode == 0
    assert all(is_free(port) for port in ports)
    assert "Traceback" not in site.log()
    assert "Stopping" in site.log()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
