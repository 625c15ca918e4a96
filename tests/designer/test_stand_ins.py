"""The label beside a model's name says who answers in its place."""

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string

from designer import connections
from designer.models import Environment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked_anew():
    cache.clear()


def test_without_a_model_server_it_is_a_stand_in(embedded):
    assert connections.text_models_label() == "stand-in"
    assert "stand-in</span>" in render_to_string("callboard/_stand_in.html")
    models = connections.foundation_models(embedded)["models"]
    assert all(model["stand_in"] for model in models)
    names = [model["modelName"] for model in models]
    assert len(names) == len(set(names))


def test_with_a_model_server_it_is_that_servers_model(monkeypatch):
    Environment.objects.create(name="Here", kind="embedded", endpoint_url="http://127.0.0.1:9")
    monkeypatch.setattr(connections, "_ask_label", lambda environment: "llama3.2")
    text = render_to_string("callboard/_stand_in.html")
    assert ">llama3.2</span>" in text
    assert "answers under the text models’ names" in text


def test_an_endpoint_that_is_away_is_taken_for_stand_ins():
    Environment.objects.create(name="Here", kind="embedded", endpoint_url="http://127.0.0.1:9")
    assert connections.text_models_label() == "stand-in"
