"""`manage.py test_workflows`: the test cases of workflows, from the command line and in CI.

Without a folder, the workflows saved here with their saved cases. With one, every ``<name>.asl.json`` in it (or
``definition.asl.json``) with the cases of ``<name>.tests.json`` (or ``tests.json``) beside it.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET  # writes only

from django.core.management.base import BaseCommand, CommandError

from asl.cases import Case, CaseError
from asl.simulation import MockError
from designer import selectors, test_cases
from designer.models import StateMachine
from designer.services import Refused

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from designer.test_cases import Report

ENDING = ".asl.json"
_unwritable = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 has no place for


class Command(BaseCommand):
    help = "Run workflows' test cases in virtual time. Exit status 1 when one fails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="definitions (*.asl.json) with cases (*.tests.json)")
        parser.add_argument("--workflow", help="only the workflow of this name")
        parser.add_argument("--junit", type=Path, help="write the results as JUnit XML to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, only = options["folder"], options["workflow"]
        suites = ET.Element("testsuites")
        failed = total = 0
        for name, definition, cases in _in_folder(folder) if folder else _saved():
            if only and name != only:
                continue
            began = time.perf_counter()
            try:
                report = test_cases.run_cases(definition, cases)
            except Refused as error:
                raise CommandError(f"{name}: {error}") from error
            self._tell(name, report)
            failed += sum(bool(outcome.wrong) for outcome in report.outcomes)
            total += len(report.outcomes)
            suites.append(_suite(name, report, time.perf_counter() - began))
        if options["junit"]:
            ET.ElementTree(suites).write(options["junit"], encoding="utf-8", xml_declaration=True)
        if not total:
            raise CommandError("No test cases were found.")
        if failed:
            raise CommandError(f"{failed} of {total} test cases failed.")
        self.stdout.write(self.style.SUCCESS(f"{total} test cases passed."))

    def _tell(self, name: str, report: Report) -> None:
        shares = [
            f"{sum(count > 0 for count in counts.values())} of {len(counts)} {what}"
            for what, counts in report.covered.items()
        ]
        self.stdout.write(f"{name}: {', '.join(shares)} covered")
        for outcome in report.outcomes:
            if outcome.wrong:
                self.stdout.write(self.style.ERROR(f"  failed  {outcome.case.name}"))
                for line in outcome.wrong:
                    self.stdout.write(f"          {line}")
            else:
                self.stdout.write(f"  passed  {outcome.case.name}")


def _saved() -> Iterator[tuple[str, str, list[Case]]]:
    for machine in StateMachine.objects.filter(test_cases__isnull=False).distinct():
        yield machine.name, selectors.latest_revision(machine).definition, test_cases.cases_of(machine)


def _in_folder(folder: Path) -> Iterator[tuple[str, str, list[Case]]]:
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder.")
    for path in sorted(folder.rglob(f"*{ENDING}")):
        stem = path.name.removesuffix(ENDING)
        found = [file for name in (f"{stem}.tests.json", "tests.json") if (file := path.with_name(name)).exists()]
        if not found:
            continue
        try:
            text = test_cases.without_placeholders(found[0].read_text(encoding="utf-8"))
            cases = test_cases.read_cases(json.loads(text))
        except (CaseError, MockError, ValueError) as error:
            raise CommandError(f"{found[0]}: {error}") from error
        yield path.parent.name if stem == "definition" else stem, path.read_text(encoding="utf-8"), cases


def _suite(name: str, report: Report, seconds: float) -> ET.Element:
    failures = sum(bool(outcome.wrong) for outcome in report.outcomes)
    counts = {"tests": str(len(report.outcomes)), "failures": str(failures), "errors": "0", "time": f"{seconds:.3f}"}
    suite = ET.Element("testsuite", {"name": name, **counts})
    for outcome in report.outcomes:
        case = ET.SubElement(suite, "testcase", classname=name, name=_unwritable.sub("\ufffd", outcome.case.name))
        if outcome.wrong:
            wrong = [_unwritable.sub("\ufffd", line) for line in outcome.wrong]
            ET.SubElement(case, "failure", message=wrong[0]).text = "\n".join(wrong)
    return suite
