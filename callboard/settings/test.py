"""The embedded deployment with a home of its own for each test run."""

import os
import tempfile

os.environ.setdefault("CALLBOARD_HOME", tempfile.mkdtemp(prefix="callboard-test-"))

from callboard.settings.embedded import *  # noqa: E402  (the home must be chosen before the settings read it)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Tasks run when the test calls them: a test says what it waits for.
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
# A file: in memory, SQLite's threads share a cache that answers "table is locked" at once instead of waiting.
DATABASES["default"]["TEST"] = {"NAME": CALLBOARD_HOME / "test.sqlite3"}
