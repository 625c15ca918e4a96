"""What staff may write into an environment's form: no address of it leads into a private network."""

import pytest

from designer.forms import EnvironmentForm

pytestmark = pytest.mark.django_db
BASE = {"name": "Ours", "region": "eu-west-1"}
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/callboard-review"


def errors(**fields):
    return EnvironmentForm({**BASE, **fields}).errors


@pytest.mark.parametrize(
    "url",
    [
        QUEUE,
        QUEUE + ".fifo",
        "https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/123456789012/q",
        "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q",
    ],
)
def test_a_queue_at_aws_is_taken(url):
    assert "review_queue_url" not in errors(review_queue_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.eu-west-1.amazonaws.com/callboard-review",
        "http://sqs.eu-west-1.amazonaws.com/123456789012/q",
        "https://127.0.0.1/123456789012/q",
        "https://169.254.169.254/123456789012/q",
        "https://sqs.eu-west-1.amazonaws.com.example/123456789012/q",
        "https://someone@sqs.eu-west-1.amazonaws.com/123456789012/q",
    ],
)
def test_another_address_is_no_queue(url):
    assert "review_queue_url" in errors(review_queue_url=url)


def test_a_queue_may_lie_at_the_environments_own_endpoint(settings):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = ["aws.test"]
    own = {"endpoint_url": "https://aws.test:4566"}
    assert not errors(**own, review_queue_url="https://aws.test:4566/000000000000/q")
    assert "review_queue_url" in errors(**own, review_queue_url="https://10.0.0.1:4566/000000000000/q")


@pytest.mark.parametrize("url", ["http://10.0.0.1", "https://127.0.0.1:9", "https://[::1]/"])
def test_a_public_endpoint_is_checked_like_the_endpoint(url, settings):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = ["aws.test"]
    assert "public_endpoint_url" in errors(endpoint_url="https://aws.test", public_endpoint_url=url)


def test_a_public_endpoint_without_an_endpoint_means_nothing():
    assert "public_endpoint_url" in errors(public_endpoint_url="https://sqs.eu-west-1.amazonaws.com")


def test_buckets_are_kept_in_their_one_form():
    form = EnvironmentForm({**BASE, "media_buckets": "s3://media/\nshared/videos/"})
    assert form.is_valid(), form.errors
    assert form.save().media_buckets == "media\nshared/videos"
    assert "media_buckets" in errors(name="Other", media_buckets="Not A Bucket")
