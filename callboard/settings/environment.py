"""Every environment variable that the web application reads, in one place (localaws has its own `settings.py`)."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()

DEPLOYMENT = env.str("CALLBOARD_DEPLOYMENT", "embedded")
HOME = Path(env.str("CALLBOARD_HOME", str(BASE_DIR / ".callboard"))).resolve()
WEB_PORT = env.int("CALLBOARD_PORT", 8000)
AWS_PORT = env.int("CALLBOARD_AWS_PORT", 4566)
DEBUG = env.bool("CALLBOARD_DEBUG", False)
SECRET_KEY = env.str("CALLBOARD_SECRET_KEY", "")
ALLOWED_HOSTS = env.list("CALLBOARD_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PUBLIC_URL = env.str("CALLBOARD_PUBLIC_URL", f"http://127.0.0.1:{WEB_PORT}").rstrip("/")
DATABASE_URL = env.str("CALLBOARD_DATABASE_URL", "")
REDIS_URL = env.str("CALLBOARD_REDIS_URL", "")
# The embedded endpoint as this process reaches it, and as a browser does (links to pictures and media).
EMBEDDED_ENDPOINT = env.str("CALLBOARD_EMBEDDED_ENDPOINT", f"http://127.0.0.1:{AWS_PORT}").rstrip("/")
EMBEDDED_PUBLIC_ENDPOINT = env.str("CALLBOARD_EMBEDDED_PUBLIC_ENDPOINT", EMBEDDED_ENDPOINT).rstrip("/")
# Where a webhook may go besides public addresses: comma-separated host names.
WEBHOOK_ALLOWED_HOSTS = env.list("CALLBOARD_WEBHOOK_ALLOWED_HOSTS", default=[])
LAUNCH_WEBHOOK_URL = env.str("CALLBOARD_LAUNCH_WEBHOOK_URL", "")
INGEST_TOKEN = env.str("CALLBOARD_INGEST_TOKEN", "")
EMAIL_URL = env.str("CALLBOARD_EMAIL_URL", "")
EMAIL_FROM = env.str("CALLBOARD_EMAIL_FROM", "Callboard <callboard@localhost>")
LOG_LEVEL = env.str("CALLBOARD_LOG_LEVEL", "INFO")
VITE_DEV = env.bool("CALLBOARD_VITE_DEV", False)
