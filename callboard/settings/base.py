"""What holds in every deployment."""

import os
from datetime import timedelta
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF

from callboard.settings import environment
from callboard.settings.environment import (
    EMAIL_FROM,
    EMAIL_URL,
    EMBEDDED_ENDPOINT,
    EMBEDDED_PUBLIC_ENDPOINT,
    HOME,
    INGEST_TOKEN,
    LAUNCH_WEBHOOK_URL,
    LOG_LEVEL,
    PUBLIC_URL,
    VITE_DEV,
    WEBHOOK_ALLOWED_HOSTS,
)

ALLOWED_HOSTS = environment.ALLOWED_HOSTS
BASE_DIR = environment.BASE_DIR
DEBUG = environment.DEBUG

CALLBOARD_HOME = HOME
CALLBOARD_PUBLIC_URL: str = PUBLIC_URL
CALLBOARD_EMBEDDED_ENDPOINT: str = EMBEDDED_ENDPOINT
CALLBOARD_EMBEDDED_PUBLIC_ENDPOINT: str = EMBEDDED_PUBLIC_ENDPOINT
CALLBOARD_WEBHOOK_ALLOWED_HOSTS: list[str] = WEBHOOK_ALLOWED_HOSTS
CALLBOARD_LAUNCH_WEBHOOK_URL: str = LAUNCH_WEBHOOK_URL
CALLBOARD_INGEST_TOKEN: str = INGEST_TOKEN
# Where mail goes out: smtp+tls://user:password@host:587. Empty: nobody is sent mail.
CALLBOARD_EMAIL_URL: str = EMAIL_URL
if EMAIL_URL:
    vars().update(environ.Env.email_url_config(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
EMAIL_TIMEOUT = 15
# A table of prices in the shape of designer/prices.json, for who has other prices. Empty: that one.
CALLBOARD_PRICES = os.environ.get("CALLBOARD_PRICES", "")
# True where web, worker and beat are threads of one process (studio): see callboard/live.py.
CALLBOARD_SINGLE_PROCESS = False

# Columns that an index only carries along: SQLite leaves them out, and is right to.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

ROOT_URLCONF = "callboard.urls"
ASGI_APPLICATION = "callboard.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "callboard.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "django_vite",
    "lucide",
    "callboard",
    "notifications",
    "designer",
    "executions",
    "review",
    "launch",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # scripts, styles and fonts have no content of their own to restrict
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "review.audit.origin_middleware",
]

# How long a decision made on the review page waits before it is sent, so that it can be taken back.
CALLBOARD_UNDO_SECONDS = float(os.environ.get("CALLBOARD_UNDO_SECONDS", "5"))

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["lucide.templatetags.lucide", "callboard.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "callboard.frame.frame",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "sesame.backends.ModelBackend",
    "callboard.roles.StaffSees",
]
SESAME_MAX_AGE = timedelta(minutes=30)
SESAME_ONE_TIME = True
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
DJANGO_VITE = {
    "default": {
        "dev_mode": VITE_DEV,
        "static_url_prefix": "dist",
        "manifest_path": BASE_DIR / "static" / "dist" / "manifest.json",
    }
}
# Vite has put a hash into each name already: those files never change.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/dist/assets/.*-[\w-]{8}\."
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Pictures and media come from the S3 of AWS or of the embedded endpoint; scripts only ever from ourselves.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, "'unsafe-inline'"],  # React Flow and CodeMirror place nodes by style attributes
        "img-src": [SELF, "data:", "blob:", EMBEDDED_PUBLIC_ENDPOINT, "https://*.amazonaws.com"],
        "media-src": [SELF, "blob:", EMBEDDED_PUBLIC_ENDPOINT, "https://*.amazonaws.com"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a task is a hint; the database is the truth, and beat finds what a lost hint left
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE: dict[str, Any] = {}  # each app adds its sweep: see callboard/celery.py

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # A log line must not carry task tokens: botocore prints request bodies at DEBUG.
        "botocore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},  # it warns that the in-memory broker has no host
        "django.request": {"level": "ERROR"},
    },
}

TEST_RUNNER = "django.test.runner.DiscoverRunner"
