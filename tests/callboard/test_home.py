"""The folder that holds all state."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_what_is_kept_in_a_home_that_others_may_enter_is_its_owners_alone(tmp_path):
    tmp_path.chmod(0o755)
    code = (
        "import sys; from pathlib import Path; from callboard.management.commands.studio import check_home\n"
        "home = Path(sys.argv[1]); check_home(home); (home / 'database').touch()"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "callboard.settings", "CALLBOARD_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", "import django; django.setup()\n" + code, str(tmp_path)],
                   cwd=ROOT, env=environment, check=True)  # fmt: skip
    assert (tmp_path / "database").stat().st_mode & 0o077 == 0
