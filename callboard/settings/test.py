"""The embedded deployment with a home of its own for each test run."""

import tempfile
from pathlib import Path

from callboard.settings.embedded import *

# Importing this package has read the ordinary home already: every path in it is named anew here.
_folder = tempfile.TemporaryDirectory(prefix="callboard-test-")  # goes with the process
CALLBOARD_HOME = Path(_folder.name)
SECRET_KEY = "only for tests: " + "not a secret " * 4
DATABASES["default"]["NAME"] = CALLBOARD_HOME / "callboard.sqlite3"
# A file: in memory, SQLite's threads share a cache that answers "table is locked" at once instead of waiting.
DATABASES["default"]["TEST"] = {"NAME": CALLBOARD_HOME / "test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tasks run when the test calls them: a test says what it waits for.
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
