"""The JSON endpoints about the people of a room: who is here, what they may, and what moderators do to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from .. import lanes, limits, roster, services, wire
from ..access import Standing
from ..errors import Invalid
from ..models import FOR_GOOD
from .http import Call, answer, endpoint, whole_number

MAX_PAGE = 200
MAX_MINUTES = 10 * 366 * 24 * 60
"""Of a sanction that ends by itself: ten years."""


async def list_members(call: Call, slug: str) -> HttpResponse:
    """`GET members?after=&limit=&find=&banned=`: a page of the members, or of who is banned."""
    params = call.params("after", "limit", "find", "banned")
    after = whole_number(params, "after", 0, 0, 2**63 - 1)
    limit = whole_number(params, "limit", 50, 1, MAX_PAGE)
    is_banned = whole_number(params, "banned", 0, 0, 1)
    who = await call.standing(slug)
    shown: roster.Shown = "banned" if is_banned else "members"
    return answer(await lanes.call(roster.page, who, shown, params.get("find", ""), after, limit))


async def show_member(call: Call, slug: str, user_id: int) -> HttpResponse:
    """`GET members/{id}`: a person who is or was in the room."""
    call.params()
    who = await call.standing(slug)
    return answer({"member": await lanes.call(roster.one, who, user_id)})


async def give_role(call: Call, slug: str, user_id: int) -> HttpResponse:
    """`PATCH members/{id}`: another role, from owners."""
    body: wire.RoleBody = call.body(wire.RoleBody)
    return await _act(call, slug, user_id, services.change_role, role=body.role)


async def remove(call: Call, slug: str, user_id: int) -> HttpResponse:
    """`POST members/{id}/remove`: ends the membership; they may come back if the room lets them."""
    body: wire.ReasonBody = call.body(wire.ReasonBody)
    return await _act(call, slug, user_id, services.remove_member, reason=body.reason)


async def mute(call: Call, slug: str, user_id: int) -> HttpResponse:
    """`PUT members/{id}/mute`: they read on and cannot write."""
    return await _sanction(call, slug, user_id, services.mute)


async def unmute(call: Call, slug: str, user_id: int) -> HttpResponse:
    """`DELETE members/{id}/mute`."""
    return await _act(call, slug, user_id, services.mute, until=None)


async def ban(call: Call, slug: str, user_id: int) -> HttpResponse:
    """`PUT members/{id}/ban`: the room is closed to them."""
    return await _sanction(call, slug, user_id, services.ban)


async def unban(call: Call, slug: str, user_id: int) -> HttpResponse:
    """`DELETE members/{id}/ban`."""
    return await _act(call, slug, user_id, services.ban, until=None)


async def _sanction(call: Call, slug: str, user_id: int, service: Callable[..., object]) -> HttpResponse:
    body: wire.SanctionBody = call.body(wire.SanctionBody)
    return await _act(call, slug, user_id, service, until=until(body.minutes), reason=body.reason)


async def _act(call: Call, slug: str, user_id: int, service: Callable[..., object], **how: Any) -> HttpResponse:
    """The person, after the service has done its work."""
    call.params()
    who = await call.standing(slug)
    limits.check_send(call.user.pk)
    return answer({"member": await lanes.call(_acted, who, user_id, service, how)})


def _acted(who: Standing, user_id: int, service: Callable[..., object], how: dict[str, Any]) -> wire.Member:
    roster.one(who, user_id)  # who was never here has no name for those who are
    service(who.user, who.room.pk, user_id, **how)
    return roster.one(who, user_id)


def until(minutes: int | None) -> datetime:
    """The end of what lasts so long from now on; raises `Invalid`."""
    if minutes is None:
        return FOR_GOOD
    if not 1 <= minutes <= MAX_MINUTES:
        raise Invalid(f"A whole number from 1 to {MAX_MINUTES}, or null for good.", field="minutes")
    return timezone.now() + timedelta(minutes=minutes)


members = endpoint(GET=list_members)
member = endpoint(GET=show_member, PATCH=give_role)
member_remove = endpoint(POST=remove)
member_mute = endpoint(PUT=mute, DELETE=unmute)
member_ban = endpoint(PUT=ban, DELETE=unban)
