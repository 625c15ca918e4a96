"""Callboard as a person would start it, in real processes: `studio`, or the compose file's services one by one."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition, *, timeout: float, what: str, pause: float = 0.1):
    """What ``condition`` answers once that is true."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(pause)
    raise AssertionError(f"Not within {timeout:.0f} s: {what}")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:
            return answer.status < 500
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


@dataclass
class Site:
    """A running Callboard."""

    url: str
    aws_url: str
    home: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    sessions: dict[str, list] = field(default_factory=dict)  # cookies by user name

    def sign_in_link(self, username: str = "") -> str:
        return self.manage("sign_in_link", *([username] if username else [])).strip().splitlines()[-1]

    def manage(self, *arguments: str, stdin: str | None = None) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.home.glob("*.log")))

    def kill(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()
        self.processes.clear()

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()


def clean_environment(**more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CALLBOARD_", "LOCALAWS_", "AWS_", "DJANGO_"))
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


def start_studio(home: Path, *, port: int | None = None, aws_port: int | None = None, **more: str) -> Site:
    """`manage.py studio` on free ports, with ``more`` in its environment; returns when the web page answers."""
    port, aws_port = port or free_port(), aws_port or free_port()
    home.mkdir(parents=True, exist_ok=True)
    environment = clean_environment(
        CALLBOARD_HOME=str(home),
        CALLBOARD_PORT=str(port),
        CALLBOARD_AWS_PORT=str(aws_port),
        LOCALAWS_TRANSCRIBE_DELAY="3",
        **more,
    )
    site = Site(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{aws_port}", home, environment)
    site.processes.append(spawn([sys.executable, "manage.py", "studio"], home / "studio.log", environment))
    wait_until_up(site, site.url + "/sign-in/")
    return site


def start_processes(home: Path, *, database_url: str, redis_url: str, **more: str) -> Site:
    """The services of docker-compose.yml as processes: localaws, prepare, web, worker, beat; ``more`` is in the
    environment of each.
    """
    port, aws_port = free_port(), free_port()
    home.mkdir(parents=True, exist_ok=True)
    environment = clean_environment(
        CALLBOARD_DEPLOYMENT="server",
        CALLBOARD_SECRET_KEY=secrets.token_urlsafe(48),
        CALLBOARD_DATABASE_URL=database_url,
        CALLBOARD_REDIS_URL=redis_url,
        CALLBOARD_HOME=str(home),
        CALLBOARD_PUBLIC_URL=f"http://127.0.0.1:{port}",
        CALLBOARD_EMBEDDED_ENDPOINT=f"http://127.0.0.1:{aws_port}",
        LOCALAWS_ALLOWED_ORIGINS=f"http://127.0.0.1:{port}",
        LOCALAWS_TRANSCRIBE_DELAY="3",
        **more,
    )
    site = Site(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{aws_port}", home, environment)

    def start(name: str, *command: str) -> None:
        site.processes.append(spawn([sys.executable, "-m", *command], home / f"{name}.log", environment))

    start("localaws", "localaws", "--port", str(aws_port), "--home", str(home / "localaws"))
    wait_until_up(site, site.aws_url + "/_localaws/health")
    site.manage("migrate", "--noinput")
    site.manage("prepare_embedded")
    start("web", "uvicorn", "callboard.asgi:application", "--port", str(port), "--log-level", "warning")
    start(
        "worker",
        "celery",
        "--app",
        "callboard",
        "worker",
        "--pool",
        "threads",
        "--concurrency",
        "8",
        "--loglevel",
        "warning",
    )
    start("beat", "celery", "--app", "callboard", "beat", "--schedule", str(home / "beat"), "--loglevel", "warning")
    wait_until_up(site, site.url + "/sign-in/")
    return site


def spawn(command: list[str], log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )


def wait_until_up(site: Site, url: str) -> None:
    def up() -> bool:
        ended = [process.args for process in site.processes if process.poll() is not None]
        assert not ended, f"{ended} ended while starting:\n{site.log()[-4000:]}"
        return answers(url)

    try:
        wait_for(up, timeout=90, what=f"{url} answers")
    except AssertionError as error:
        site.stop()
        raise AssertionError(f"{error}\n{site.log()[-4000:]}") from error


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis of its own on a free port; yields its URL."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    process = spawn(
        [program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        folder / "redis.log",
        dict(os.environ),
    )
    try:
        wait_for(lambda: _port_is_open(port), timeout=20, what="Redis listens")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL cluster of its own on a free port; yields the URL of an empty database.

    PostgreSQL refuses to run as root, so root runs it as the packages' own user.
    """
    port = free_port()
    data = folder / "data"
    folder.mkdir(parents=True, exist_ok=True)
    as_user: list[str] = []
    if os.geteuid() == 0:
        as_user = ["runuser", "-u", "postgres", "--"]
        for parent in (folder, *folder.parents):
            if parent in (Path("/"), Path("/tmp")):
                break
            parent.chmod(parent.stat().st_mode | 0o011)  # the other user must be able to come by
        shutil.chown(folder, "postgres")
    subprocess.run(
        [*as_user, program("initdb"), "-D", str(data), "-U", "callboard", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        cwd="/",
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    process = subprocess.Popen(
        [*as_user, program("postgres"), "-D", str(data), *options.split()],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: _port_is_open(port), timeout=30, what="PostgreSQL listens")
        subprocess.run(
            [program("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "callboard", "callboard"],
            check=True,
            capture_output=True,
        )
        yield f"postgres://callboard@127.0.0.1:{port}/callboard"
    finally:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGINT)
        process.wait(20)


def program(name: str) -> str:
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(beside[-1]) if beside else shutil.which(name)
    assert found, f"{name} is missing: run `make test` as root, or install it (see CONTRIBUTING.md)."
    return found


def _port_is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def printed_link(log: str) -> str:
    """The sign-in link that `studio` printed last."""
    return re.findall(r"http://\S+/sign-in/link/\S+", log)[-1]
