"""Polls without Django: the bytes that the view would have answered, and the view for everything else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import product
from typing import Any, cast

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from chat import feed, lanes, services
from chat.fanout import Revoked
from chat.lanes import InLanes
from chat.models import Room, User
from chat.transports.shortcut import Shortcut
from tests.unit.asgi_request import Exchange, Headers
from tests.unit.fake_log import until
from tests.unit.signed_in import session_of

pytestmark = pytest.mark.django_db(transaction=True)

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]


class Site:
    """The application with the shortcut, which also counts what comes through to Django."""

    def __init__(self, room: Room, session: str) -> None:
        self.room = room
        self.session = session
        self.cookie = (b"cookie", f"sessionid={session}".encode())
        self.django: Any = InLanes(cast(Any, ASGIHandler()))
        self.app = Shortcut(self._counted)
        self.views = 0

    async def ask(self, query: str = "", via: str = "poll", headers: Headers | None = None, **other: Any) -> Answer:
        """What the application answers."""
        return (await self.exchange(query, via, headers, **other).run(self.app)).answer

    def exchange(self, query: str = "", via: str = "poll", headers: Headers | None = None, **other: Any) -> Exchange:
        path = other.pop("path", f"/api/rooms/{self.room.slug}/{via}")
        return Exchange(path, query, (self.cookie,) if headers is None else headers, **other)

    async def view(self, *args: Any, **other: Any) -> Answer:
        """What the view alone answers."""
        return (await self.exchange(*args, **other).run(self.django)).answer

    async def took_view(self, *args: Any, **other: Any) -> bool:
        """Whether the view was asked."""
        before = self.views
        await self.ask(*args, **other)
        return self.views > before

    async def _counted(self, scope: Any, receive: Any, send: Any) -> None:
        self.views += 1
        await self.django(scope, receive, send)


@pytest_asyncio.fixture
async def site(lobby: Room, bo: User) -> AsyncIterator[Site]:
    """A room with some history, and Bo's session."""
    site = Site(lobby, await db(session_of)(bo))
    for number in range(5):
        await db(services.post_message)(bo, lobby.pk, key=f"key-{number}-key", body=f"message {number}")
    await site.ask()
    assert site.views == 1
    yield site
    for _ in range(8):
        await lanes.call(connections.close_all)


db = sync_to_async


async def position(site: Site) -> tuple[str, int]:
    return await feed.position(site.room.pk)


ODD = [
    "x=1", "limit=1&limit=1", "after", "after=", "=", "&&", "limit=5&", "limit=%31", "li%6Dit=1", "limit=1;wait=0",
    "limit= 1", "limit=+1", "limit=\u0661", "limit=1\x00", "after=%00", "wait=0&page=a", "page=", "page=" + "p" * 65,
    "wait=-1", "wait=56", "wait=1e1", "limit=1#x", "after=e:1:2", "LIMIT=1", "limit=1&Limit=2", "a" * 3000, "%", "%zz",
]  # fmt: skip
CURSORS = ["", "{0}:0", "{0}:{1}", "{0}:3", "{0}%3A3", "{0}:9999", "{0}:00", "other:1", "nonsense", "{0}:" + "9" * 19]
LIMITS = ["", "1", "2", "200", "0", "201", "x"]
HEADERS: list[Headers] = [
    [(b"accept-language", b"de")],
    [(b"accept-language", b"de"), (b"accept-language", b"fr")],
    [(b"x-forwarded-proto", b"https")],
    [(b"host", b"elsewhere.example")],
    [(b"content-length", b"0")],
    [(b"content-length", b"2")],
    [(b"transfer-encoding", b"chunked")],
    [(b"if-none-match", b'"x"')],
    [(b"cookie", b"sessionid=somebody")],
    [(b"cookie", b"theme=dark")],
    [(b"accept", b"text/html")],
    [(b"x-csrftoken", b"x"), (b"origin", b"http://elsewhere.example")],
]


async def both(site: Site, *args: Any, **other: Any) -> list[Answer]:
    """What the view says, and what the application says the first and the second time."""
    return [await site.view(*args, **other), await site.ask(*args, **other), await site.ask(*args, **other)]


@pytest.mark.parametrize("via", ["poll", "longpoll"])
async def test_shortcut_and_view_answer_with_the_same_bytes(site: Site, via: str) -> None:
    epoch, end = await position(site)
    wait = "wait=0" if via == "longpoll" else ""
    queries = [
        "&".join(filter(None, (wait, cursor and f"after={cursor}", limit and f"limit={limit}")))
        for cursor, limit in product([one.format(epoch, end) for one in CURSORS], LIMITS)
    ]
    odd = ["&".join(filter(None, (wait, query))) for query in ODD]
    short = 0
    for query in queries + odd:
        before = site.views
        view, first, second = await both(site, query, via)
        assert view == first == second, query
        short += site.views == before
    assert len(queries + odd) > 95
    assert short > 20, "the shortcut was hardly taken"


@pytest.mark.parametrize("extra", HEADERS, ids=str)
@pytest.mark.parametrize("via", ["poll", "longpoll"])
async def test_other_headers_change_nothing_or_are_for_the_view(site: Site, via: str, extra: Headers) -> None:
    view, first, second = await both(site, "wait=0" if via == "longpoll" else "", via, [site.cookie, *extra])
    assert view == first == second


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get"])
async def test_other_methods_are_for_the_view(site: Site, method: str) -> None:
    view, first, second = await both(site, method=method)
    assert view == first == second
    assert site.views == 3


@pytest.mark.parametrize(
    "path",
    ["/api/rooms/lobby/poll/", "/api/rooms/lobby/POLL", "/api/rooms//poll", "/api/rooms/lobby", "/api/rooms/none/poll"],
)
async def test_other_addresses_are_for_the_view(site: Site, path: str) -> None:
    view, first, second = await both(site, path=path)
    assert view == first == second
    assert site.views == 3


async def test_a_refusal_has_the_headers_of_the_view(site: Site, settings: Settings) -> None:
    await site.ask("wait=0", "longpoll")
    settings.CHAT_READERS_PER_PERSON = 0
    taken = site.views
    answers = await both(site, "wait=0", "longpoll")
    assert answers[0] == answers[1] == answers[2]
    assert (answers[0][0], site.views) == (429, taken)


async def test_a_change_of_access_asks_the_view(site: Site, ada: User, bo: User) -> None:
    assert not await site.took_view()
    await db(services.mute)(ada, site.room.pk, bo.pk, timezone.now() + timedelta(hours=1))
    await until_heard(site)
    assert await site.took_view()
    assert not await site.took_view()


async def test_a_ban_is_heard_by_the_next_poll(site: Site, ada: User, bo: User) -> None:
    await db(services.ban)(ada, site.room.pk, bo.pk, timezone.now() + timedelta(hours=1))
    await until_heard(site)
    assert (await site.ask())[0] == 403


async def test_the_end_of_a_session_is_heard_by_the_next_poll(site: Site) -> None:
    assert len(feed.hub().admissions) == 1
    await db(end_session)(site.session)
    await until(lambda: not len(feed.hub().admissions))
    assert (await site.ask())[0] == 401


async def test_an_admission_of_before_a_revocation_is_not_kept(site: Site, bo: User) -> None:
    feed.hub().admissions.revoke(Revoked(user_id=bo.pk))
    exchange = site.exchange("wait=20", "longpoll")
    asking = asyncio.ensure_future(exchange.run(site.app))
    await until(lambda: list(feed.hub().subscriptions()))
    await db(bo.save)()
    await db(services.post_message)(bo, site.room.pk, key="key-of-the-end", body="the end of the hold")
    await asking
    assert exchange.answer[0] == 200
    assert len(feed.hub().admissions) == 0


async def test_an_admission_runs_out(site: Site, settings: Settings) -> None:
    settings.CHAT_ACCESS_CHECK_S = -1
    feed.hub().admissions.revoke(Revoked(session_key=site.session))
    assert await site.took_view()
    assert await site.took_view()


async def test_what_tells_a_reader_where_it_stands_is_for_the_view(site: Site) -> None:
    epoch, number = await position(site)
    assert not await site.took_view(f"after={epoch}:{number}")
    await db(services.renew_epoch)(site.room.pk)
    await until_heard(site)
    assert await site.took_view(f"after={epoch}:{number}")
    assert await site.took_view("after=other:1"), "a reset brings `you`"


async def test_it_can_be_switched_off(site: Site, settings: Settings) -> None:
    settings.CHAT_SHORTCUT = False
    assert await site.took_view()


async def test_a_hold_is_answered_by_the_next_change(site: Site, bo: User) -> None:
    await site.ask("wait=0", "longpoll")
    views = site.views
    exchange = site.exchange("wait=20", "longpoll")
    asking = asyncio.ensure_future(exchange.run(site.app))
    await until(lambda: list(feed.hub().subscriptions()))
    await db(services.post_message)(bo, site.room.pk, key="key-of-the-next", body="the next change")
    await asking
    assert b"the next change" in exchange.answer[2]
    assert site.views == views


async def test_a_hold_of_a_client_that_has_gone_is_let_go(site: Site) -> None:
    await site.ask("wait=0", "longpoll")
    exchange = site.exchange("wait=20", "longpoll")
    asking = asyncio.ensure_future(exchange.run(site.app))
    await until(lambda: list(feed.hub().subscriptions()))
    exchange.leave()
    await asyncio.wait_for(asking, 2)
    await until(lambda: not list(feed.hub().subscriptions()))
    assert exchange.events == []


def end_session(key: str) -> None:
    Session.objects.get(pk=key).delete()


async def until_heard(site: Site) -> None:
    """Returns when this process knows the room's last number."""
    room = await db(Room.objects.get)(pk=site.room.pk)
    channel = feed.hub().channels[room.pk]
    await until(lambda: (channel.window.epoch, channel.window.end) == (room.epoch, room.last_seq))
