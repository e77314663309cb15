"""Bounds of a server: its window of recent changes, pings, silent sockets, rates, and pages held open."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from tests.support.attackers import Bare, handshake, last_words, request
from tests.support.fleet import Fleet
from tests.support.people import Refused
from tests.support.processes import wait_until
from tests.support.scene import Room, Scene, new_key
from tests.support.servers import COMMANDS

pytestmark = pytest.mark.alone

NARROW = {"CHAT_READERS": "5", "CHAT_READERS_PER_ADDRESS": "2", "CHAT_CLIENT_ADDRESS_HEADER": "X-Real-IP"}


async def test_an_idle_socket_is_pinged(brisk_scene: Scene) -> None:
    socket = await brisk_scene.room_socket(brisk_scene.room())
    for _ in range(2):
        ping = await socket.frame(timeout=5)
        assert ping["type"] == "ping" and ping["at"].endswith("Z")


async def test_a_socket_that_does_not_acknowledge_is_closed_as_slow(brisk_scene: Scene) -> None:
    room = brisk_scene.room()
    brisk_scene.history(room, ["text"] * 10)
    socket = await brisk_scene.room_socket(room, room.start)
    assert len((await socket.frame())["messages"]) >= 4
    await asyncio.to_thread(brisk_scene.post, room, brisk_scene.owner, "one more")
    assert await socket.closed() == 4408
    reader = await brisk_scene.reader("websocket", room, brisk_scene.owner)
    await reader.until_texts(["text"] * 10 + ["one more"])


async def test_a_rate_is_shared_by_all_transports(brisk_scene: Scene) -> None:
    room = brisk_scene.room()
    pages = [await brisk_scene.reader(via, room, brisk_scene.owner) for via in ("poll", "longpoll", "websocket")]
    for page in pages:
        await page.driver.send(new_key(), "within the rate")
    for page in pages:
        with pytest.raises(Refused) as refused:
            await page.driver.send(new_key(), "over the rate")
        assert refused.value.code == "rate_limited"
        assert refused.value.retry_after and 0 < refused.value.retry_after <= 5
    assert len(brisk_scene.stored(room)) == 3


async def test_a_person_holds_so_many_pages_and_no_more(brisk_scene: Scene) -> None:
    alice = brisk_scene.person()
    room = brisk_scene.room(alice)
    sockets = [await brisk_scene.reader("websocket", room, brisk_scene.owner) for _ in range(3)]
    polls = [await brisk_scene.reader("longpoll", room, brisk_scene.owner) for _ in range(3)]
    held = [asyncio.create_task(poll.until_texts(["for all"])) for poll in polls]
    await asyncio.wait(held, timeout=0.5)
    for via, status in (("websocket", 4429), ("longpoll", 429)):
        with pytest.raises(Refused) as refused:
            await (await brisk_scene.reader(via, room, brisk_scene.owner)).until_count(1)
        assert (refused.value.code, refused.value.status) == ("rate_limited", status)
    others = await brisk_scene.reader("websocket", room, alice)
    await sockets.pop().driver.close()
    again = await brisk_scene.reader("websocket", room, brisk_scene.owner)
    brisk_scene.post(room, brisk_scene.owner, "for all")
    for reader in (*sockets, others, again):
        await reader.until_texts(["for all"])
    await asyncio.gather(*held)


async def test_a_reader_further_back_than_the_window_reads_the_log(brisk_scene: Scene, via: str) -> None:
    """The window has 8 changes. Each cursor meets it, or the log, or both one after the other."""
    room = brisk_scene.room()
    keeper = await brisk_scene.reader("poll", room, brisk_scene.owner)
    places = brisk_scene.posts(room, [f"text {number}" for number in range(14)])
    for seq in places[:3]:
        brisk_scene.act("edit_message", brisk_scene.owner, room, seq=seq, body="edited")
    brisk_scene.update(room, topic="in between")
    brisk_scene.act("delete_message", brisk_scene.owner, room, seq=places[13])
    last = brisk_scene.operator("position", room=room.id)["last_seq"]
    await keeper.until_version(last)
    stored = {message["seq"]: message for message in brisk_scene.stored(room)}
    for number in range(room.first, last):
        reader = await brisk_scene.reader(via, room, brisk_scene.owner, room.cursor(number))
        await reader.until_version(last)
        assert reader.messages == {seq: one for seq, one in stored.items() if one["version"] > number}
        assert len(reader.versions) == len(reader.messages), "each message once"
        await reader.driver.close()


class Addresses:
    """Pages of one person from many addresses, which a proxy names."""

    def __init__(self, scene: Scene, room: Room) -> None:
        self.scene = scene
        self.room = room
        self.open: list[Bare] = []

    def come(self, address: str) -> None:
        """One more socket that stays."""
        with_address = f"X-Real-IP: {address}"
        opening = handshake(self.scene.server, self.room, self.scene.owner, self.room.start, with_address)
        self.open.append(Bare(self.scene.server))
        self.open[-1].send(opening)
        while b'"hello"' not in self.open[-1].got:
            self.open[-1].got += self.open[-1].socket.recv(65536)

    def refused(self, address: str) -> tuple[str, int, int]:
        """Why a socket from there is refused, its close, and the status of a held poll from there."""
        server, owner, with_address = self.scene.server, self.scene.owner, f"X-Real-IP: {address}"
        with Bare(server) as bare:
            bare.send(handshake(server, self.room, owner, self.room.start, with_address))
            said, code = last_words(bare.read())
        target = f"GET /api/rooms/{self.room.slug}/longpoll?after={self.room.start}"
        with Bare(server) as bare:
            bare.send(request(server, target, owner, with_address, "Connection: close"))
            answer = bare.read()
        assert b"retry-after: " in answer.lower()
        return json.loads(said)["error"]["code"], code, int(answer.split()[1])


@pytest.fixture(params=COMMANDS)
def addresses(request: pytest.FixtureRequest, fleet: Fleet) -> Iterator[Addresses]:
    kind = str(request.param)
    server = fleet.extra_server(kind, fleet.place(f"narrow-{kind}", "sqlite", extra=NARROW))
    scene = Scene(server, fleet.operator(server.place))
    addresses = Addresses(scene, scene.room())
    yield addresses
    for bare in addresses.open:
        bare.socket.close()
    server.stop()


def test_an_address_and_a_process_hold_so_many_pages_and_no_more(addresses: Addresses) -> None:
    """The address is the one that the proxy names: all of these come from loopback."""
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.2"):
        addresses.come(address)
    assert addresses.refused("192.0.2.1") == ("rate_limited", 4429, 429)
    addresses.come("192.0.2.3")
    assert addresses.refused("192.0.2.4") == ("unavailable", 4503, 503)
    addresses.open.pop().reset()
    wait_until(lambda: addresses.refused("192.0.2.1") == ("rate_limited", 4429, 429), 10, "there is room again")
