"""The lab's proxy does to a connection what it says, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from faults.proxy import Proxy

ANSWER = b"HTTP/1.1 200 OK\r\n\r\n" + b"answer " * 100


class Upstream:
    """Answers each request with ANSWER, and remembers what it got."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65536):
            self.got.append(chunk)
            writer.write(ANSWER)
            await writer.drain()
        writer.close()


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[tuple[Proxy, Upstream]]:
    upstream = Upstream()
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    proxy = Proxy("test", server.sockets[0].getsockname()[1], "seed")
    await proxy.start()
    yield proxy, upstream
    await proxy.stop()
    server.close()


async def ask(proxy: Proxy, request: bytes) -> bytes:
    """All that comes back, until the answer is whole or the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(request)
    got = b""
    try:
        while len(got) < len(ANSWER) and (chunk := await asyncio.wait_for(reader.read(65536), 2)):
            got += chunk
    except ConnectionResetError:
        pass
    finally:
        writer.close()
    return got


async def test_it_passes_what_is_said(stage: tuple[Proxy, Upstream]) -> None:
    proxy, upstream = stage
    assert await ask(proxy, b"GET / HTTP/1.1\r\n\r\n") == ANSWER
    assert upstream.got == [b"GET / HTTP/1.1\r\n\r\n"]


async def test_a_cut_before_the_request_reaches_nobody(stage: tuple[Proxy, Upstream]) -> None:
    proxy, upstream = stage
    proxy.weather.cuts["cut before the request"] = 1
    assert await ask(proxy, b"POST / HTTP/1.1\r\n\r\n") == b""
    assert upstream.got == []
    assert await ask(proxy, b"POST / HTTP/1.1\r\n\r\n") == ANSWER


async def test_a_cut_before_the_reply_comes_after_the_deed(stage: tuple[Proxy, Upstream]) -> None:
    proxy, upstream = stage
    proxy.weather.cuts["cut before the reply"] = 1
    assert await ask(proxy, b"GET / HTTP/1.1\r\n\r\n") == ANSWER
    assert await ask(proxy, b"POST / HTTP/1.1\r\n\r\n") == b""
    assert upstream.got[-1] == b"POST / HTTP/1.1\r\n\r\n"


async def test_a_cut_in_the_reply_leaves_a_part(stage: tuple[Proxy, Upstream]) -> None:
    proxy, _upstream = stage
    proxy.weather.cuts["cut in the reply"] = 1
    got = await ask(proxy, b"GET / HTTP/1.1\r\n\r\n")
    assert 0 < len(got) < len(ANSWER) and ANSWER.startswith(got)


async def test_slices_keep_every_byte(stage: tuple[Proxy, Upstream]) -> None:
    proxy, _upstream = stage
    proxy.weather.slices, proxy.weather.delay_s = True, 0.01
    assert await ask(proxy, b"GET / HTTP/1.1\r\n\r\n") == ANSWER


async def test_nothing_passes_a_black_hole_until_it_ends(stage: tuple[Proxy, Upstream]) -> None:
    proxy, upstream = stage
    proxy.weather.passing.clear()
    asking = asyncio.create_task(ask(proxy, b"GET / HTTP/1.1\r\n\r\n"))
    done, _waiting = await asyncio.wait([asking], timeout=0.2)
    assert not done and upstream.got == []
    proxy.weather.passing.set()
    assert await asking == ANSWER


async def test_all_connections_can_be_cut(stage: tuple[Proxy, Upstream]) -> None:
    proxy, _upstream = stage
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"GET / HTTP/1.1\r\n\r\n")
    await reader.readexactly(len(ANSWER))
    proxy.cut_all()
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(_read_on(reader), 2)
    writer.close()


async def _read_on(reader: Any) -> None:
    if not await reader.read(1):
        raise ConnectionResetError
