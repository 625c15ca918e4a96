"""Check definitions as the designer does, for CI: every file that is given, or every workflow's newest revision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from asl.validate import diagnose
from designer import imports, selectors
from designer.models import StateMachine
from designer.serializers import as_diagnostic
from designer.services import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

ENDINGS = (".asl.json", ".asl.yaml", ".asl.yml", ".asl")


class Command(BaseCommand):
    help = "Checks definitions: exit code 1 when one has an error. Without paths, every workflow's newest revision."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, help="files, or folders with *.asl.json and *.asl.yaml")
        parser.add_argument(
            "--type", choices=("STANDARD", "EXPRESS"), default="STANDARD", help="of definitions in files"
        )
        parser.add_argument("--strict", action="store_true", help="warnings fail as errors do")
        parser.add_argument("--format", choices=("text", "json", "github"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        findings: list[dict[str, Any]] = []
        count = 0
        for where, kind, text in _in_files(options["paths"], options["type"]) if options["paths"] else _saved():
            count += 1
            if kind is None:
                findings.append({"file": where, "path": "", "code": "UNREADABLE", "message": text, "severity": "ERROR"})
                continue
            findings += [{"file": where, **as_diagnostic(item)} for item in diagnose(text, type=kind)]
        if not count:
            raise CommandError("No definitions were found.")
        self._tell(findings, options["format"])
        failing = [found for found in findings if options["strict"] or found["severity"] == "ERROR"]
        if failing:
            raise CommandError(
                f"{len(failing)} of {len(findings)} findings fail, in {count} definitions.", returncode=1
            )
        if options["format"] == "text":
            self.stdout.write(self.style.SUCCESS(f"{count} definitions, nothing that fails."))

    def _tell(self, findings: list[dict[str, Any]], form: str) -> None:
        if form == "json":
            self.stdout.write(json.dumps(findings, indent=2, ensure_ascii=False))
        for found in findings if form != "json" else ():
            if form == "github":
                level = "error" if found["severity"] == "ERROR" else "warning"
                self.stdout.write(f"::{level} file={_escaped(found['file'])}::{_escaped(_words(found))}")
            else:
                style = self.style.ERROR if found["severity"] == "ERROR" else self.style.WARNING
                self.stdout.write(f"{found['file']}: {style(found['severity'].lower())} {_words(found)}")


def _words(found: dict[str, Any]) -> str:
    return f"{found['path'] or '/'} {found['message']} ({found['code']})"


def _escaped(text: str) -> str:
    """As GitHub's workflow commands take it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _saved() -> Iterator[tuple[str, str | None, str]]:
    for machine in StateMachine.objects.order_by("name"):
        yield machine.name, machine.type, selectors.latest_revision(machine).definition


def _in_files(paths: list[Path], kind: str) -> Iterator[tuple[str, str | None, str]]:
    """(where, type, definition); the type is None where the text says why the file can't be read."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path} isn't there.")
        inside = (each for each in path.rglob("*") if each.name.endswith(ENDINGS)) if path.is_dir() else [path]
        for file in sorted(inside):
            try:
                text = file.read_text(encoding="utf-8")
                # JSON goes to the validator as it is: it says where it breaks.
                if file.suffix in (".json", ".asl") and "AWS::" not in text:
                    yield str(file), kind, text
                    continue
                for found in imports.read(text, file.name):
                    label = f"{file} ({found.name})" if found.name else str(file)
                    yield label, found.type or kind, found.definition
            except (Refused, UnicodeDecodeError) as error:
                yield str(file), None, str(error)
