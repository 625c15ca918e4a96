"""What an environment has, as the forms offer it; and what is said where it can't be listed."""

import pytest
from botocore.exceptions import ClientError

from callboard.aws import client as aws
from designer import listing
from designer.models import Environment

pytestmark = pytest.mark.django_db


def test_queues_topics_tables_and_buckets_are_listed_by_name(embedded):
    queue = aws(embedded, "sqs").create_queue(QueueName="listed-queue")["QueueUrl"]
    aws(embedded, "sns").create_topic(Name="listed-topic")
    aws(embedded, "s3").create_bucket(Bucket="listed-bucket")
    assert {"value": queue, "label": "listed-queue"} in listing.listed(embedded, "queues")["items"]
    assert "listed-topic" in [item["label"] for item in listing.listed(embedded, "topics")["items"]]
    assert {"value": "listed-bucket", "label": "listed-bucket"} in listing.listed(embedded, "buckets")["items"]


@pytest.mark.parametrize("kind", listing.LISTINGS)
def test_every_kind_can_be_asked_for(embedded, kind):
    assert set(listing.listed(embedded, kind)) == {"items", "problem"}


def test_a_refusal_is_said_and_a_name_can_be_typed(embedded, monkeypatch):
    def refuse(environment, asked):
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListFunctions")

    monkeypatch.setattr(listing, "_rows", refuse)
    problem = listing.listed(embedded, "functions")["problem"]
    assert "doesn't let Callboard list them (AccessDeniedException)" in problem
    assert problem.endswith("Type the name instead.")


def test_an_environment_that_is_away_is_said():
    away = Environment.objects.create(name="Away", kind="embedded", endpoint_url="http://127.0.0.1:9")
    assert "can't be reached" in listing.listed(away, "tables")["problem"]


def test_only_designers_ask_and_only_for_what_is_listed(client, person, embedded):
    client.force_login(person("Designer"))
    assert client.get(f"/api/v1/environments/{embedded.pk}/resources/queues").status_code == 200
    assert client.get(f"/api/v1/environments/{embedded.pk}/resources/secrets").status_code == 404
    client.force_login(person("Reviewer"))
    assert client.get(f"/api/v1/environments/{embedded.pk}/resources/queues").status_code == 403
