"""Web, worker and beat as processes of their own, on PostgreSQL and Redis (docker-compose.yml)."""

import environ
from django.core.exceptions import ImproperlyConfigured

from callboard.settings.base import *
from callboard.settings.environment import DATABASE_URL, REDIS_URL
from callboard.settings.environment import SECRET_KEY as GIVEN_SECRET_KEY

if not (GIVEN_SECRET_KEY and DATABASE_URL and REDIS_URL):
    raise ImproperlyConfigured(
        "CALLBOARD_DEPLOYMENT=server needs CALLBOARD_SECRET_KEY, CALLBOARD_DATABASE_URL (postgres://…) and "
        "CALLBOARD_REDIS_URL (redis://…). Set all three."
    )

SECRET_KEY = GIVEN_SECRET_KEY
STATIC_ROOT = BASE_DIR / "staticfiles"
# No CONN_MAX_AGE: under ASGI each request has a thread of its own, which would leave its connection open behind it.
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
CELERY_BROKER_URL = REDIS_URL
# Of Redis's 0, 3, 6 and 9; the smallest goes first. A decision goes before all else: a workflow waits for it.
CELERY_TASK_ROUTES = {"review.tasks.deliver_decision": {"priority": 0}, "*": {"priority": 6}}
CHANNEL_LAYERS = {
    # Pub/Sub: the plain Redis layer stalled at 200 sockets with redis-py 8's connection defaults.
    "default": {"BACKEND": "callboard.pubsub.PubSubLayer", "CONFIG": {"hosts": [REDIS_URL]}}
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

if CALLBOARD_PUBLIC_URL.startswith("https://"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000
