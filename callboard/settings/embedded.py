"""One machine, nothing installed: SQLite, in-memory broker and channel layer, web and worker in one process."""

from callboard.settings.base import *
from callboard.settings.environment import HOME
from callboard.settings.environment import SECRET_KEY as GIVEN_SECRET_KEY
from callboard.settings.secret import secret_key

SECRET_KEY = GIVEN_SECRET_KEY or secret_key(HOME)
CALLBOARD_SINGLE_PROCESS = True

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "callboard.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        },
    }
}

CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.02}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 1000}}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
