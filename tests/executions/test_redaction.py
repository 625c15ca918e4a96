"""Task tokens leave no trace in what is stored."""

import base64
import json
from urllib.parse import quote

import pytest

from asl.tokens import make_token
from executions.redaction import REDACTED, redact, redact_text

# The form of AWS's own tokens: the same beginning, then some 700 characters of Base64.
AWS = "AQCEAAAAKgAAAAMAAAAAAAAAA" + base64.b64encode(bytes(range(256)) * 2).decode()
OLD_AWS = "AAAAKgAAAAIAAAAAAAAAA" + base64.b64encode(bytes(range(255, -1, -1)) * 2).decode()
EMBEDDED = make_token(b"seed", "arn:aws:states:us-east-1:000000000000:execution:video:one", 7)
TOKENS = pytest.mark.parametrize("token", [AWS, OLD_AWS, EMBEDDED], ids=["AWS", "older AWS", "embedded"])


@TOKENS
def test_a_token_is_taken_out_whatever_its_key(token):
    stored = json.dumps(
        redact({"parameters": json.dumps({"callback": token, "nested": {"list": [token]}}), "other": token})
    )
    assert token not in stored
    assert stored.count(REDACTED) == 3


@TOKENS
def test_a_token_is_taken_out_of_an_address(token):
    for address in (
        f"https://callboard.example/answer/{quote(token, safe='')}",
        f"https://callboard.example/answer?t={quote(token)}",
    ):
        said = redact_text(f"Open {address} to answer")
        assert REDACTED in said
        assert quote(token, safe="")[40:90] not in said
        assert token[40:90] not in said


@TOKENS
def test_a_token_is_taken_out_of_json_within_json_within_json(token):
    text = json.dumps({"body": json.dumps({"inner": json.dumps({"any": token})})})
    assert token[30:90] not in redact_text(text)
    assert json.loads(json.loads(json.loads(redact_text(text))["body"])["inner"]) == {"any": REDACTED}


@TOKENS
def test_json_that_escapes_slashes_hides_no_token(token):
    assert token[30:60] not in redact_text(json.dumps({"t": token}).replace("/", "\\/"))


def test_anything_named_a_token_is_taken_out_even_in_another_form():
    assert redact({"TaskToken": "short", "my_task_token": "x", "tokens": 3}) == {
        "TaskToken": REDACTED,
        "my_task_token": REDACTED,
        "tokens": 3,
    }
    assert redact_text('{"taskToken": "a\\"b", "keep": "c"}') == '{"taskToken": "[task token]", "keep": "c"}'


@pytest.mark.parametrize(
    "text",
    [
        "A transcript of ordinary words, " * 200,
        base64.b64encode(b"\x89PNG\r\n" + bytes(range(256)) * 20).decode(),
        "arn:aws:states:us-east-1:000000000000:execution:video-title-and-avatar:0b3a2c1d-ffff-4444-8888-123456789abc",
        json.dumps(
            {"sha": "a" * 128, "url": "https://bucket.s3.amazonaws.com/a/b/c?X-Amz-Signature=" + "0123456789abcdef" * 4}
        ),
    ],
    ids=["words", "a picture", "an ARN", "a signed address"],
)
def test_what_is_no_token_stays_as_it_is(text):
    assert redact_text(text) == text
    assert redact({"value": text}) == {"value": text}
