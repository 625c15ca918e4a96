"""Where a webhook may go, and what is read of its answer."""

import socket
import threading

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


def test_an_answer_without_end_is_not_read(settings):
    settings.CALLBOARD_WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    sent = 0

    def answer():
        nonlocal sent
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
            try:
                while sent < 2**30:
                    sent += connection.send(b"more" * 16384)
            except OSError:  # whoever asked has gone
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        receiver = threading.Thread(target=answer)
        receiver.start()
        webhooks.post(f"http://127.0.0.1:{listener.getsockname()[1]}/hook", "{}", {})
        receiver.join(30)
    assert not receiver.is_alive()
    assert sent < 2**26, "no more than the sockets hold"
