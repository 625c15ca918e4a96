"""What a message or an output names is signed only where the environment lists it; else it is text, and says why."""

import pytest
from django.core.exceptions import ValidationError

from designer.buckets import normal_places, refusal
from designer.models import Environment
from review.media import kind_of, media_of


@pytest.fixture
def aws():
    # Signing asks nobody, but wants credentials: those of an endpoint's environment are made up.
    return Environment(name="Ours", kind="aws", region="eu-west-1", media_buckets="media-of-ours\nshared/videos")


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    from callboard import aws

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made-up")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setattr(aws, "_sessions", {})
    monkeypatch.setattr(aws, "_clients", type(aws._clients)())


@pytest.mark.parametrize(
    "media",
    ["s3://media-of-ours/a.png", "s3://shared/videos/a.mp4", {"bucket": "shared", "key": "videos/2026/a.mp4"}],
)
def test_what_the_environment_lists_is_signed(aws, media):
    shown = media_of(aws, media)
    assert "X-Amz-Signature" in shown.url
    assert shown.why == ""


@pytest.mark.parametrize(
    "media",
    [
        "s3://secrets/payroll.csv",
        "s3://shared/other/a.png",
        "s3://shared/videos-of-others/a.png",
        "s3://shared/videos/../other/a.png",
        "s3://media-of-ours-too/a.png",
        "s3://Media-Of-Ours/a.png",
        {"bucket": "secrets", "key": "payroll.csv"},
    ],
)
def test_anything_else_is_text_that_says_why(aws, media):
    shown = media_of(aws, media)
    assert shown.url == ""
    assert "isn't shown" in shown.why


def test_an_aws_environment_that_lists_nothing_shows_nothing():
    assert media_of(Environment(name="New", kind="aws"), "s3://any/a.png").url == ""


def test_the_embedded_endpoint_shows_what_lies_in_it():
    embedded = Environment(name="Here", kind="embedded", endpoint_url="http://127.0.0.1:9")
    assert media_of(embedded, "s3://any/a.png").url.startswith("http://127.0.0.1:9/any/a.png?")


def test_other_addresses_are_no_media(aws):
    assert media_of(aws, "javascript:alert(1)") == media_of(aws, 7) == media_of(aws, "")


def test_a_download_keeps_its_name_whatever_characters_it_has(aws):
    url = media_of(aws, {"bucket": "media-of-ours", "key": 'a/"é\r\n.png'}, download=True).url
    assert "filename%2A%3DUTF-8%27%27%2522%25C3%25A9%250D%250A.png" in url


def test_a_list_of_buckets_has_one_form():
    assert normal_places(" s3://media/ \nmedia\n\nshared/videos/\nshared/videos/*") == "media\nshared/videos"


@pytest.mark.parametrize("line", ["Media", "ab", "a_b", "media/../x", "media/*/x", "192.168.0.1", "*", "a..b"])
def test_a_list_takes_no_nonsense(line):
    with pytest.raises(ValidationError):
        normal_places(line)


def test_a_refusal_names_the_bucket_and_where_to_add_it(aws):
    said = refusal(aws, "secrets", "payroll.csv")
    assert "secrets" in said
    assert "Environments" in said


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        ("s3://media-of-ours/talk.WAV", "audio"),
        ({"bucket": "shared", "key": "videos/a.mp4"}, "video"),
        ("https://media.example.com/a.webm?X-Amz-Signature=1#t=2", "video"),
        ("s3://media-of-ours/a.png", "image"),
        ("s3://media-of-ours/without-a-suffix", "image"),
    ],
)
def test_the_end_of_a_name_tells_what_media_is(media, kind):
    assert kind_of(media) == kind
