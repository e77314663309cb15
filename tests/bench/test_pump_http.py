"""The same for answers of HTTP: what they teach, and what is asked next."""

import re
import socket

import pytest

from bench.dialects.base import Asking, Site
from bench.dialects.nchan import NchanHolder
from bench.dialects.parley_http import Holder, Poller, Poster
from bench.form import KEY, fill, text
from bench.http import request
from bench.loop import Loop
from bench.tally import Tally, Trouble
from tests.bench.pieces import PIECES, in_pieces, read_until, until
from tests.bench.test_clients import WAIT_S


def answer(body: bytes, status: bytes = b"200 OK", head: bytes = b"", chunked: int = 0) -> bytes:
    if not chunked:
        return b"HTTP/1.1 %s\r\n%scontent-LENGTH: %d\r\n\r\n%s" % (status, head, len(body), body)
    parts = [body[start : start + chunked] for start in range(0, len(body), chunked)]
    coded = b"".join(b"%X\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])
    return b"HTTP/1.1 %s\r\n%sTransfer-Encoding: chunked\r\n\r\n%s" % (status, head, coded)


@pytest.mark.parametrize("chunked", [0, 5, 1000])
@pytest.mark.parametrize("piece", PIECES)
def test_a_hold_counts_what_came_and_asks_for_what_follows(
    piece: int, chunked: int, loop: Loop, listening: socket.socket
) -> None:
    tally = Tally(timed=True)
    site = Site(listening.getsockname())
    holder = Holder(loop, site, 0, "room", tally)
    peer, _address = listening.accept()
    peer.settimeout(WAIT_S)
    with peer:
        holder.begin()
        assert b"GET /api/rooms/room/longpoll?wait=0 " in read_until(loop, peer)
        in_pieces(loop, peer, answer(b'{"cursor":"e:1"}'), piece)
        until(loop, lambda: holder.ready)
        holder.begin()
        assert b"longpoll?after=e:1&wait=55 " in read_until(loop, peer)
        two = fill(b'{"messages":["%s","%s"],"cursor":"e:33"}' % (text().encode(), text().encode()))
        in_pieces(loop, peer, answer(two, chunked=chunked), piece)
        assert b"longpoll?after=e:33&wait=55 " in read_until(loop, peer)
        # Nothing came until the hold ended; and a server that is too busy is asked again.
        in_pieces(loop, peer, answer(b'{"cursor":"e:34"}', chunked=chunked), piece)
        assert b"longpoll?after=e:34&wait=55 " in read_until(loop, peer)
        in_pieces(loop, peer, answer(b"", b"503 Busy"), piece)
        assert b"longpoll?after=e:34&wait=55 " in read_until(loop, peer)
        assert (tally.arrived, len(tally.ages), tally.lost) == (2, 1, 1)
        peer.sendall(answer(b"gone", b"404 Not Found"))
        with pytest.raises(Trouble, match=r"404.*gone"):
            loop.rest(WAIT_S)
    holder.close()


@pytest.mark.parametrize("piece", [1, 1000])
def test_headers_are_learnt_and_an_answer_may_have_no_body(piece: int, loop: Loop, listening: socket.socket) -> None:
    tally = Tally()
    holder = NchanHolder(loop, Site(listening.getsockname()), "/hold/room", tally)
    peer, _address = listening.accept()
    peer.settimeout(WAIT_S)
    with peer:
        holder.begin()
        assert b"If-None-Match" not in read_until(loop, peer)
        for number in (1, 20):
            head = b"Last-Modified: Wed, %d\r\nEtag: %d\r\n" % (number, number)
            in_pieces(loop, peer, answer(fill(text().encode()), head=head), piece)
            wanted = b"\r\nIf-Modified-Since: Wed, %d\r\nIf-None-Match: %d\r\n\r\n" % (number, number)
            assert read_until(loop, peer).endswith(wanted)
    assert tally.arrived == 2
    holder.close()


@pytest.mark.parametrize("make", [Poller, Poster])
def test_each_answer_counts_once_and_nothing_is_asked_after_the_end(
    make: type[Poller | Poster], loop: Loop, listening: socket.socket
) -> None:
    work = Tally(timed=make is Poster)
    client: Asking = make(loop, Site(listening.getsockname()), 0, "room", work)
    peer, _address = listening.accept()
    with peer:
        for _ in range(1 if client.ready else 2):
            client.begin()
            read_until(loop, peer)
            peer.sendall(answer(b'{"cursor":"e:1"}'))
            until(loop, lambda: client.ready)
        for _ in range(3):
            heard = read_until(loop, peer)
            size = re.search(rb"Content-Length: (\d+)", heard)
            assert not size or len(heard.split(b"\r\n\r\n")[1]) == int(size[1])
            peer.sendall(answer(b'{"cursor":"e:2"}'))
        heard = read_until(loop, peer)
        work.running = False
        before = work.arrived
        peer.sendall(answer(b"", b"204 Nothing"))
        until(loop, lambda: work.arrived == before + 1)
        loop.rest(0.01)
        peer.setblocking(False)
        with pytest.raises(BlockingIOError):
            peer.recv(1)
    assert len(work.ages) == (work.arrived if work.timed else 0)
    client.close()


def test_requests_have_the_length_that_they_name() -> None:
    body = b'{"key":"%s","body":"%s"}' % (KEY, text().encode())
    filled = fill(request("POST", "/", "host", body=body))
    assert b"Content-Length: %d\r\n" % len(filled.split(b"\r\n\r\n")[1]) in filled
