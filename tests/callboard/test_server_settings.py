"""What the deployment of several processes needs besides: connections that end, and a Redis that may be away."""

import os
import subprocess
import sys
from pathlib import Path

from callboard import live
from callboard.pubsub import PubSubLayer

ROOT = Path(__file__).parents[2]


def test_no_database_connection_outlives_its_request():
    """Under ASGI each request has a thread of its own; a connection that is kept belongs to a thread that is gone."""
    given = {
        "CALLBOARD_DEPLOYMENT": "server",
        "CALLBOARD_SECRET_KEY": "only for this test",
        "CALLBOARD_DATABASE_URL": "postgres://callboard@127.0.0.1:1/callboard",
        "CALLBOARD_REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "callboard.settings",
    }
    code = "import django; django.setup(); from django.db import connection; print(connection.settings_dict['CONN_MAX_AGE'])"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "0"


def test_a_redis_that_is_away_costs_a_live_message_and_nothing_else(settings, monkeypatch, caplog):
    settings.CALLBOARD_SINGLE_PROCESS = False
    layer = PubSubLayer(hosts=["redis://127.0.0.1:1/0"])
    monkeypatch.setattr(live, "get_channel_layer", lambda: layer)
    live.publish("executions", {"type": "execution.row", "id": 1})
    assert "was not sent" in caplog.text
