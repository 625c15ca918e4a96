"""`manage.py studio`: all of Callboard on one machine, and a link to sign in with."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from callboard.first_person import ADDRESS, first_person, sign_in_link
from callboard.localaws_process import LocalawsProcess
from callboard.settings.environment import AWS_PORT, HOME, WEB_PORT

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Run Callboard on this machine: web application, workers and the embedded AWS endpoint."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=WEB_PORT, help="of the web application; default %(default)s")
        parser.add_argument("--aws-port", type=int, default=AWS_PORT, help="of the AWS endpoint; default %(default)s")
        parser.add_argument("--home", default=str(HOME), help="the folder that holds all state; default %(default)s")

    def handle(self, *args: Any, **options: Any) -> None:
        home = Path(options["home"]).resolve()
        check_home(home)
        take_over_options(home=home, port=options["port"], aws_port=options["aws_port"])
        check_port(WEB_PORT, option="--port", serves="the web application")
        check_port(AWS_PORT, option="--aws-port", serves="the AWS endpoint")

        self.say("Preparing the database")
        call_command("migrate", verbosity=0, interactive=False)
        self.say("Starting the embedded AWS endpoint")
        endpoint = LocalawsProcess(port=AWS_PORT, home=home / "localaws", web_origin=settings.CALLBOARD_PUBLIC_URL)
        try:
            endpoint.start()
        except RuntimeError as error:
            endpoint.stop()
            raise CommandError(str(error)) from error
        try:
            self.say("Loading the samples")
            call_command("prepare_embedded", verbosity=0)
            lapse_claims()
            self.serve()
        finally:
            self.say("Stopping")
            endpoint.stop()

    def serve(self) -> None:
        from callboard.embedded import EmbeddedCelery

        celery = EmbeddedCelery()
        server = uvicorn.Server(
            uvicorn.Config(
                "callboard.asgi:application",
                host=HOST,
                port=WEB_PORT,
                log_level="warning",
                timeout_keep_alive=75,
                timeout_graceful_shutdown=3,
                ws="websockets-sansio",
            )
        )
        self.announce()
        celery.start()
        signal.signal(signal.SIGHUP, lambda *_: setattr(server, "should_exit", True))
        try:
            server.run()
        except KeyboardInterrupt:
            pass  # uvicorn raises it again once it has closed everything
        finally:
            celery.stop()

    def announce(self) -> None:
        user = first_person()
        (HOME / ADDRESS).write_text(settings.CALLBOARD_PUBLIC_URL, encoding="utf-8")
        self.say("Ready")
        self.stdout.write(
            f"\n  Callboard      {settings.CALLBOARD_PUBLIC_URL}\n"
            f"  AWS endpoint   http://{HOST}:{AWS_PORT}\n"
            f"  State          {HOME}\n\n"
            f"  Sign in as {user.get_username()} (once, within 30 minutes):\n  {sign_in_link(user)}\n\n"
            "  Stop with Ctrl-C.\n"
        )
        self.stdout.flush()

    def say(self, line: str) -> None:
        self.stdout.write(f"· {line}")
        self.stdout.flush()


def lapse_claims() -> None:
    """A process that was killed held claims for up to two minutes; nobody else has any here."""
    from executions import polling
    from review import delivery

    polling.lapse_claims()
    delivery.lapse_claims()


def take_over_options(*, home: Path, port: int, aws_port: int) -> None:
    """Settings were read before the options: when these differ, begin again with them in the environment."""
    if (home, port, aws_port) == (HOME, WEB_PORT, AWS_PORT):
        return
    environment = {
        **os.environ,
        "CALLBOARD_HOME": str(home),
        "CALLBOARD_PORT": str(port),
        "CALLBOARD_AWS_PORT": str(aws_port),
    }
    os.execve(sys.executable, [sys.executable, sys.argv[0], "studio"], environment)  # noqa: S606


def check_home(home: Path) -> None:
    """Raises CommandError where nothing can be kept. What this process and its child write is its owner's alone, also
    in a folder that others may enter: the databases hold sessions, password hashes and task tokens.
    """
    os.umask(0o077)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(
            f"Callboard can't write to {home} ({error.strerror}). Choose another folder with --home or CALLBOARD_HOME."
        ) from error


def check_port(port: int, *, option: str, serves: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {HOST} is taken, and {serves} needs it ({error.strerror}). "
                f"Stop what uses it or choose another port with {option}."
            ) from error
