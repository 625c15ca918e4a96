"""What the deployment of several processes needs besides: connections that end, and a Redis that may be away."""

import os
import subprocess
import sys
from pathlib import Path

from callboard import live
from callboard.pubsub import PubSubLayer

ROOT = Path(__file__).parents[2]


def said_by_a_server(code):
    given = {
        "CALLBOARD_DEPLOYMENT": "server",
        "CALLBOARD_SECRET_KEY": "only for this test",
        "CALLBOARD_DATABASE_URL": "postgres://callboard@127.0.0.1:1/callboard",
        "CALLBOARD_REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "callboard.settings",
    }
    code = f"import django; django.setup(); {code}"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, check=True
    )
    return answer.stdout.split()


def test_no_database_connection_outlives_its_request():
    """Under ASGI each request has a thread of its own; a connection that is kept belongs to a thread that is gone."""
    assert said_by_a_server("from django.db import connection; print(connection.settings_dict['CONN_MAX_AGE'])") == [
        "0"
    ]


def test_a_decision_goes_before_whatever_else_waits_for_a_worker():
    """In Redis the smallest number is the first."""
    code = "from callboard.celery import app; route = app.amqp.router.route; print(*(route({}, f'{name}')['priority'] for name in %r))"
    assert said_by_a_server(code % (["review.tasks.deliver_decision", "review.tasks.sweep_outbox"],)) == ["0", "6"]


def test_a_redis_that_is_away_costs_a_live_message_and_nothing_else(settings, monkeypatch, caplog):
    settings.CALLBOARD_SINGLE_PROCESS = False
    layer = PubSubLayer(hosts=["redis://127.0.0.1:1/0"])
    monkeypatch.setattr(live, "get_channel_layer", lambda: layer)
    live.publish("executions", {"type": "execution.row", "id": 1})
    assert "was not sent" in caplog.text
