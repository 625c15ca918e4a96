"""What docs/testing.md shows is run as a reader would: copied into a folder of its own."""

import os
import re
import subprocess
import sys

from served import ROOT

PAGE = ROOT / "docs" / "testing.md"


def test_the_page_on_testing_shows_what_works(tmp_path):
    conftest, *tests = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), flags=re.DOTALL | re.MULTILINE)
    (tmp_path / "conftest.py").write_text(conftest)
    for number, source in enumerate(tests):
        (tmp_path / f"test_{number}.py").write_text(source)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert f"{len(tests)} passed" in ran.stdout, ran.stdout + ran.stderr
