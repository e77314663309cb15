"""Pages that come back are answered without the view, with its very bytes; whatever is not that plain is for the view."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from chat import feed, lanes, services
from chat.models import Room, User
from chat.transports.newcomers import session_in
from tests.unit.signed_in import session_of
from tests.unit.test_shortcut import Site, db, end_session, until_heard

SESSION = b"s" * 32
TOKEN = b"csrftoken=" + b"t" * 32


@pytest.mark.parametrize(
    "cookies",
    [
        [b"sessionid=" + SESSION],
        [b"sessionid=" + SESSION + b"; " + TOKEN],
        [TOKEN + b"; sessionid=" + SESSION],
    ],
)
def test_a_session_is_found_among_plain_cookies(cookies: list[bytes]) -> None:
    assert session_in(cookies) == SESSION.decode()


@pytest.mark.parametrize(
    "cookies",
    [
        [],
        [b""],
        [TOKEN],
        [b"sessionid="],
        [b"sessionid=short"],
        [b"sessionid=" + SESSION.upper()],
        [b"sessionid=" + SESSION + b"x"],
        [b'sessionid="' + SESSION + b'"'],
        [b"sessionid=" + SESSION + b";" + TOKEN],
        [b"sessionid=" + SESSION + b"; sessionid=" + SESSION],
        [b"sessionid=" + SESSION + b"; django_language=de"],
        [b"sessionid=" + SESSION + b"; messages=x"],
        [b"sessionid=" + SESSION + b"; csrftoken=" + b"\xff" * 32],
        [b"sessionid=" + SESSION, TOKEN],
        [b"SessionID=" + SESSION],
    ],
)
def test_all_other_cookies_are_for_the_view(cookies: list[bytes]) -> None:
    assert session_in(cookies) == ""


def cookie(session: str) -> tuple[bytes, bytes]:
    return b"cookie", f"sessionid={session}".encode()


@pytest_asyncio.fixture
async def site(lobby: Room, bo: User, cleo: User) -> AsyncIterator[Site]:
    """A room where the view has answered Cleo, over both transports, and Bo, who has not been here yet."""
    site = Site(lobby, await db(session_of)(bo))
    await db(services.post_message)(bo, lobby.pk, key="key-of-the-first", body="first")
    for via in ("poll", "longpoll"):
        await site.ask("wait=0" if via == "longpoll" else "", via, [cookie(await db(session_of)(cleo))])
    assert site.views == 2
    yield site
    for _ in range(8):
        await lanes.call(connections.close_all)


async def cursor(site: Site, back: int = 0) -> str:
    epoch, number = await feed.position(site.room.pk)
    return f"after={epoch}:{number - back}"


database = pytest.mark.django_db(transaction=True)


@database
@pytest.mark.parametrize(("via", "more"), [("poll", ""), ("longpoll", "&wait=0"), ("poll", "&limit=1")])
async def test_who_comes_is_answered_as_the_view_would(site: Site, via: str, more: str) -> None:
    query = await cursor(site, back=1) + more
    answer = await site.ask(query, via)
    assert (answer, site.views) == (await site.view(query, via), 2)
    assert b'"body":"first"' in answer[2]


@database
@pytest.mark.parametrize(
    "extra",
    [
        (b"accept-language", b"de"),
        (b"host", b"localhost"),
        (b"x-forwarded-proto", b"https"),
        (b"cookie", b"django_language=de"),
        (b"cookie", TOKEN),
    ],
)
async def test_another_manner_is_for_the_view(site: Site, extra: tuple[bytes, bytes]) -> None:
    assert await site.took_view(await cursor(site), headers=[site.cookie, extra])


@database
async def test_the_view_of_odd_cookies_teaches_no_manner(site: Site, bo: User) -> None:
    german = [(b"accept-language", b"de"), (b"cookie", site.cookie[1] + b"; django_language=en")]
    assert await site.took_view(await cursor(site), headers=german)
    assert await site.took_view(await cursor(site), headers=[(b"accept-language", b"de"), site.cookie])


@database
async def test_who_is_refused_hears_it_from_the_view(site: Site, ada: User, bo: User) -> None:
    await db(services.ban)(ada, site.room.pk, bo.pk, timezone.now() + timedelta(hours=1))
    await until_heard(site)
    assert (await site.ask(await cursor(site)))[0] == 403
    assert site.views == 3


@database
async def test_who_has_left_or_never_was_hears_it_from_the_view(site: Site) -> None:
    await db(end_session)(site.session)
    assert (await site.ask(await cursor(site)))[0] == 401
    assert (await site.ask(await cursor(site), headers=[cookie("0" * 32)]))[0] == 401


@database
async def test_what_tells_where_they_stand_is_for_the_view(site: Site, ada: User, cleo: User) -> None:
    before = await cursor(site)
    await db(services.mute)(ada, site.room.pk, cleo.pk, timezone.now() + timedelta(hours=1))
    await until_heard(site)
    assert not await site.took_view(await cursor(site))
    assert await site.took_view(before)
    assert await site.took_view("after=other:1")


@database
async def test_a_manner_runs_out(site: Site, settings: Settings) -> None:
    known: dict[Any, Any] = feed.hub().admissions._manners
    for manner, (headers, _until) in list(known.items()):
        known[manner] = headers, 0.0
    assert await site.took_view(await cursor(site))


@database
async def test_a_room_that_is_gone_is_for_the_view(site: Site) -> None:
    answer = await site.ask(await cursor(site), path="/api/rooms/nowhere/poll")
    assert (answer[0], site.views) == (404, 3)
