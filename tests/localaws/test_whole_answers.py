"""An answer's head goes out with its body, and whatever an application does, nothing of it is lost or held back."""

import asyncio

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from localaws.whole_answers import WholeAnswers

REQUEST = b"%s / HTTP/1.1\r\nhost: x\r\n\r\n"


class Writes:
    """What reached the socket, write by write."""

    def __init__(self):
        self.made = []

    def watch(self, protocol):
        transport = protocol.transport._transport
        write = transport.write
        protocol.transport._transport = _Watched(transport, lambda data: (self.made.append(bytes(data)), write(data)))
        return protocol


class _Watched:
    def __init__(self, transport, write):
        self._transport, self.write = transport, write

    def __getattr__(self, name):
        return getattr(self._transport, name)


async def answer(app, method=b"GET", *, until=b"", wait=0.5):
    """(all that the client read, the writes that it came by)"""
    writes = Writes()

    class Watched(WholeAnswers):
        def connection_made(self, transport):
            super().connection_made(transport)
            writes.watch(self)

    config = Config(app, lifespan="off", access_log=False, log_config=None, server_header=False, date_header=False)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Watched(config=config, server_state=ServerState(), app_state={}), "127.0.0.1", 0
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(REQUEST % method)
    read = b""
    try:
        async with asyncio.timeout(wait):
            while not (until and read.endswith(until)):
                data = await reader.read(65536)
                if not data:
                    break
                read += data
    except TimeoutError:
        pass
    writer.close()
    server.close()
    return read, writes.made


def start(*headers, status=200):
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data, more=False):
    return {"type": "http.response.body", "body": data, "more_body": more}


async def test_a_small_answer_is_one_write():
    async def app(scope, receive, send):
        await send(start((b"content-length", b"2")))
        await send(body(b"{}"))

    read, writes = await answer(app, until=b"{}")
    assert read == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
    assert writes == [read]


async def test_a_head_without_a_body_is_not_held_back():
    async def app(scope, receive, send):
        await send(start(status=204))
        await send(body(b""))

    read, _ = await answer(app, until=b"\r\n\r\n")
    assert read.startswith(b"HTTP/1.1 204 No Content\r\n")

    async def head(scope, receive, send):
        await send(start((b"content-length", b"5")))
        await send(body(b"hello"))

    read, _ = await answer(head, b"HEAD", until=b"\r\n\r\n")
    assert read.endswith(b"content-length: 5\r\n\r\n")


async def test_a_head_goes_out_while_its_body_is_still_made():
    async def app(scope, receive, send):
        await send(start((b"content-length", b"5")))
        await asyncio.sleep(5)

    read, _ = await answer(app, until=b"\r\n\r\n")
    assert read.endswith(b"content-length: 5\r\n\r\n")


@pytest.mark.parametrize("headers", [[(b"content-length", b"6")], []])
async def test_a_body_in_parts_comes_whole_and_in_order(headers):
    async def app(scope, receive, send):
        await send(start(*headers))
        for part in (b"ab", b"cd"):
            await send(body(part, more=True))
            await asyncio.sleep(0.01)
        await send(body(b"ef"))

    read, _ = await answer(app, until=b"ef" if headers else b"0\r\n\r\n")
    told = read.split(b"\r\n\r\n", 1)[1]
    assert told == (b"abcdef" if headers else b"2\r\nab\r\n2\r\ncd\r\n2\r\nef\r\n0\r\n\r\n")


async def test_an_answer_that_closes_its_connection_comes_first():
    async def app(scope, receive, send):
        await send(start((b"content-length", b"2"), (b"connection", b"close")))
        await send(body(b"ok"))

    read, _ = await answer(app)
    assert read.endswith(b"\r\n\r\nok")
