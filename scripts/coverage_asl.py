"""Each module of asl by its own tests: 100% of lines and branches, or what is missing and exit status 1.

    python scripts/coverage_asl.py [options of pytest]

The tests run once, each line remembering which of them reached it; then every module is judged by tests/asl/test_<its
name>.py alone. Generated examples (test_fuzz.py, test_properties.py) have no say: what they reach differs from run to
run. Modules that hold nothing but data need no tests of their own: importing them reaches all of their lines.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import coverage
from coverage.exceptions import NoDataError

ROOT = Path(__file__).parents[1]
GENERATED = ("test_fuzz.py", "test_properties.py")


def run(data: Path, options: list[str]) -> int:
    """Run the tests of asl; the exit status."""
    left_out = [f"--ignore=tests/asl/{name}" for name in GENERATED]
    measured = ["--cov=asl", "--cov-branch", "--cov-context=test", "--cov-report="]
    command = [sys.executable, "-m", "pytest", "tests/asl", "-q", "-m", "not proof", *left_out, *measured, *options]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"COVERAGE_FILE": str(data)}, check=False).returncode


def missing(data: Path, module: Path) -> str:
    """What the module's own tests leave out, as coverage reports it; empty where that is nothing."""
    measured = coverage.Coverage(data_file=data, branch=True, config_file=ROOT / "pyproject.toml")
    measured.load()
    report = io.StringIO()
    own = [rf"(^|/)test_{module.stem}\.py", "^$"]  # the empty context: what is reached by importing
    try:
        percent = measured.report(include=[str(module)], contexts=own, show_missing=True, file=report)
    except NoDataError:
        return f"{module.relative_to(ROOT)}: nothing of it is reached"
    if percent == 100:
        return ""
    return next(line for line in report.getvalue().splitlines() if line.startswith("asl/"))


def main(options: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "coverage"
        status = run(data, options)
        if status:
            return status
        modules = sorted((ROOT / "asl").glob("*.py"))
        found = [line for module in modules if (line := missing(data, module))]
    print("\n".join(found) or f"asl: each of {len(modules)} modules is reached whole by its own tests")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
