"""Where a webhook may go."""

import pytest

from notifications import webhooks


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.8",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "192.168.1.1",
        "0.0.0.0",
        "[fe80::1]",
        "100.64.0.1",
        "[64:ff9b::a00:8]",  # 10.0.0.8 behind a NAT64 gateway
    ],
)
def test_addresses_that_are_not_public_are_known_as_such(settings, host):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = []
    with pytest.raises(webhooks.Refused, match="private address"):
        webhooks.checked(f"http://{host}/hook")


def test_a_public_address_is_connected_to_by_the_address_that_was_checked(settings):
    assert webhooks.checked("https://1.1.1.1/hook?a=b") == ("https://1.1.1.1:443/hook?a=b", "1.1.1.1")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "https://example.com:99999/", "https://[::1/", "https://a..b/", "https:///x"]
)
def test_what_is_no_address_is_refused_and_not_tried_again(url):
    with pytest.raises(webhooks.Refused):
        webhooks.checked(url)
