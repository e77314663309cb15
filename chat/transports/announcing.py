"""The JSON endpoints with which moderators announce something to their room, and end it."""

from __future__ import annotations

from django.http import HttpResponse

from .. import access, lanes, limits, services, wire
from ..access import Standing
from ..errors import NotFound
from ..models import Announcement
from .http import Call, answer, endpoint
from .people import until


async def show(call: Call, slug: str) -> HttpResponse:
    """`GET announcements`: those of this room that are shown now, the newest first."""
    call.params()
    who = await call.standing(slug)
    return answer({"announcements": await lanes.call(_shown, who)})


async def announce(call: Call, slug: str) -> HttpResponse:
    """`POST announcements`: 201 with the announcement."""
    call.params()
    body: wire.AnnounceBody = call.body(wire.AnnounceBody)
    who = await call.standing(slug)
    limits.check_send(call.user.pk)
    ends = None if body.minutes is None else until(body.minutes)
    made = await lanes.call(services.announce, call.user, who.room.pk, body.text, until=ends)
    return answer({"announcement": made.to_wire()}, 201)


async def end(call: Call, slug: str, announcement_id: int) -> HttpResponse:
    """`DELETE announcements/{id}`: takes it away from all pages."""
    call.params()
    who = await call.standing(slug)
    limits.check_send(call.user.pk)
    await lanes.call(_end, who, announcement_id)
    return answer({"ended": True})


def _shown(who: Standing) -> list[wire.Announcement]:
    access.check_moderate(who)
    return [one.to_wire() for one in Announcement.objects.filter(Announcement.shown(), room=who.room)]


def _end(who: Standing, announcement_id: int) -> None:
    access.check_moderate(who)
    if not Announcement.objects.filter(pk=announcement_id, room=who.room).exists():
        raise NotFound("There is no such announcement in this room.")
    services.end_announcement(who.user, announcement_id)


announcements = endpoint(GET=show, POST=announce)
announcement = endpoint(DELETE=end)
