"""Figures of a running chat: send-to-receive time per transport, threads and memory per hold.

    CHAT_READERS_PER_PERSON=2000 make run      # in one terminal; all holds are of one guest
    .venv/bin/python -m tools.measure          # in another; --url, --messages, --holds, --pid

Loopback only: it enters as guests and writes into the room `lobby`. Timings are of this machine; compare ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import secrets
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import websockets

ROOM = "/api/rooms/lobby"
POLL_EVERY_S = 0.2
Arrived = Callable[[str], None]


async def enter(url: str) -> httpx.AsyncClient:
    """A guest's HTTP client, with its session and CSRF token."""
    client = httpx.AsyncClient(base_url=url, timeout=60)
    await client.get("/enter/")
    form = {"name": f"measure-{secrets.token_hex(4)}", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
    answer = await client.post("/enter/guest/", data=form, headers={"Referer": url})
    if answer.status_code != 302:
        raise SystemExit(f"Cannot enter as a guest: HTTP {answer.status_code}")
    client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
    return client


async def ask(client: httpx.AsyncClient, path: str, cursor: str, arrived: Arrived, **params: str) -> str:
    """One poll; returns the next cursor."""
    batch = (await client.get(f"{ROOM}/{path}", params={"after": cursor, **params})).json()
    for message in batch["messages"]:
        arrived(message["key"])
    return str(batch["cursor"])


async def poll(client: httpx.AsyncClient, cursor: str, arrived: Arrived) -> None:
    while True:
        cursor = await ask(client, "poll", cursor, arrived)
        await asyncio.sleep(POLL_EVERY_S)


async def longpoll(client: httpx.AsyncClient, cursor: str, arrived: Arrived) -> None:
    while True:
        cursor = await ask(client, "longpoll", cursor, arrived, wait="20")


async def websocket(client: httpx.AsyncClient, cursor: str, arrived: Arrived) -> None:
    address = str(client.base_url).rstrip("/").replace("http", "ws", 1)
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    uri = f"{address}/ws/rooms/lobby/?after={cursor}"
    async with websockets.connect(uri, additional_headers={"Cookie": cookies}) as socket:
        async for text in socket:
            frame = json.loads(text)
            if frame["type"] == "batch":
                await socket.send(json.dumps({"type": "seen", "cursor": frame["cursor"]}))
                for message in frame["messages"]:
                    arrived(message["key"])


Reader = Callable[[httpx.AsyncClient, str, Arrived], Awaitable[None]]
READERS: dict[str, Reader] = {"websocket": websocket, "longpoll": longpoll, "poll": poll}


async def delivery(url: str, name: str, messages: int) -> None:
    """Sends messages one after another and prints how long each took from before its POST to the reader."""
    writer, reader = await enter(url), await enter(url)
    cursor = (await reader.get(ROOM)).json()["cursor"]
    came: dict[str, asyncio.Future[float]] = {}

    def arrived(key: str) -> None:
        if key in came:
            came[key].set_result(time.perf_counter())

    reading = asyncio.ensure_future(READERS[name](reader, cursor, arrived))
    await asyncio.sleep(1)
    taken = []
    for _ in range(messages):
        key = secrets.token_hex(8)
        came[key] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        (
            await writer.post(f"{ROOM}/messages", json={"key": key, "body": "How long does this take?"})
        ).raise_for_status()
        taken.append(1000 * (await asyncio.wait_for(came[key], 30) - began))
        # Below the limit of 20 messages in 10 s, and out of step with the polls.
        await asyncio.sleep(random.uniform(0.55, 0.85))  # noqa: S311
    reading.cancel()
    taken.sort()
    p99 = taken[min(len(taken) - 1, round(0.99 * len(taken)))]
    print(f"{name:<10} min {taken[0]:7.1f} ms   p50 {statistics.median(taken):7.1f} ms   p99 {p99:7.1f} ms", flush=True)


def process(pid: int) -> tuple[int, int]:
    """(threads, resident KB) of a process, from /proc."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["Threads"]), int(status["VmRSS"].split()[0])


async def holds(url: str, pid: int, count: int) -> None:
    """Holds `count` long polls at once and prints what the server process needs for them."""
    client = await enter(url)
    cursor = (await client.get(ROOM)).json()["cursor"]
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    parts = urlsplit(url)
    request = (
        f"GET {ROOM}/longpoll?after={cursor}&wait=55 HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookies}\r\n\r\n"
    )
    before = process(pid)
    writers, answers = [], []
    for _ in range(count):
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(request.encode())
        writers.append(writer)
        answers.append(asyncio.ensure_future(reader.read(1)))
    await asyncio.sleep(10)
    if ended := sum(answer.done() for answer in answers):
        raise SystemExit(f"{ended} of {count} were not held: is CHAT_READERS_PER_PERSON of the server above {count}?")
    threads, resident = process(pid)
    print(f"{count} holds: {threads} threads (before: {before[0]}), {(resident - before[1]) / count:.1f} KB each")
    for writer in writers:
        writer.close()


async def main() -> None:
    parser = argparse.ArgumentParser(description="Measures a running chat on this machine.")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--messages", type=int, default=100)
    parser.add_argument("--holds", type=int, default=900)
    parser.add_argument("--pid", type=int, help="the server process, to measure holds as well")
    options = parser.parse_args()
    if urlsplit(options.url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise SystemExit("Only a server on this machine is measured.")
    for name in READERS:
        await delivery(options.url, name, options.messages)
    if options.pid:
        await holds(options.url, options.pid, options.holds)


if __name__ == "__main__":
    asyncio.run(main())
