"""The pages of a room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import access, overview, roster, services, wire
from .access import Standing
from .addresses import address_of, network_of
from .errors import ChatError, Invalid
from .forms import InviteForm, RoomForm, RoomSettingsForm, add_problem, in_order
from .models import Message, Room
from .pages import not_dismissed, page, person

AUTOMATIC = "automatic"
MAX_EVERY_MS = 600_000


class Row(NamedTuple):
    """A message as the page draws it."""

    message: wire.Message
    quote: wire.Message | None
    new_day: bool
    grouped: bool
    own: bool
    first_unread: bool


@page
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """The room with its newest page drawn; scripts take over from the same state."""
    who = access.standing(person(request), slug)
    state = {**overview.state_of(who), "network": network_of(address_of(request))}
    context = {
        "room": who.room,
        "you": state["you"],
        "rows": rows(who, state["messages"]),
        "more": state["more"],
        "state": wire.builtins(state),
        "announcements": not_dismissed(request, state["room"].announcements),
        "rooms": [entry for entry in overview.entries(who.user) if entry.member or entry.room.pk == who.room.pk],
        "member": who.member is not None,
        "people": roster.count(who),
        "may_manage": who.moderates,
        "may_invite": who.moderates or (who.member is not None and who.room.kind == Room.Kind.PUBLIC),
        **_choice(request, who.room),
    }
    return render(request, "chat/room.html", context)


@page
def new(request: HttpRequest) -> HttpResponse:
    """A form for a new room."""
    actor = person(request)
    access.check_open_room(actor)
    form = RoomForm(request.POST or None)
    if form.is_valid():
        try:
            return redirect(services.create_room(actor, **form.cleaned_data))
        except ChatError as problem:
            add_problem(form, problem)
    return render(request, "chat/room_new.html", {"form": form})


@page
def settings_(request: HttpRequest, slug: str) -> HttpResponse:
    """What owners and moderators may change."""
    who = access.standing(person(request), slug)
    access.check_moderate(who)
    form = RoomSettingsForm(request.POST or None, instance=Room.objects.get(pk=who.room.pk))
    if form.is_valid():
        changes = {**form.cleaned_data, "allowed_transports": in_order(form.cleaned_data["allowed_transports"])}
        try:
            services.update_room(who.user, who.room.pk, **changes)
            messages.success(request, _("Saved. Open pages know already."))
            return redirect(who.room)
        except ChatError as problem:
            add_problem(form, problem)
    return render(request, "chat/room_settings.html", {"form": form, "room": who.room})


@require_POST
@page
def join(request: HttpRequest, slug: str) -> HttpResponse:
    who = access.standing(person(request), slug)
    services.join_room(who.user, who.room.pk)
    return redirect(who.room)


@require_POST
@page
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    who = access.standing(person(request), slug)
    services.leave_room(who.user, who.room.pk)
    messages.success(request, _("You left %(room)s.") % {"room": who.room.name})
    return redirect("rooms")


@require_POST
@page
def make_invite(request: HttpRequest, slug: str) -> HttpResponse:
    """A new link, to be copied; a form that says nothing asks for the usual one."""
    who = access.standing(person(request), slug)
    form = InviteForm(request.POST)
    context: dict[str, Any] = {"room": who.room, "form": form}
    if form.is_valid():
        try:
            context |= _new_invite(request, who, form)
        except Invalid as problem:
            add_problem(form, problem)
    return render(request, "chat/room_invite.html", context)


def _new_invite(request: HttpRequest, who: Standing, form: InviteForm) -> dict[str, Any]:
    days, most = int(form.cleaned_data["days"] or 7), form.cleaned_data["max_uses"]
    invite = services.create_invite(who.user, who.room.pk, lifetime=timedelta(days=days), max_uses=most)
    url = request.build_absolute_uri(f"/join/{invite.token}/")
    return {"form": InviteForm(initial={"days": days, "max_uses": most}), "invite": invite, "invite_url": url}


@page
def accept_invite(request: HttpRequest, token: str) -> HttpResponse:
    """Shows where a link leads; POST goes in."""
    invite = services.open_invite(token)
    if request.method == "POST":
        return redirect(services.accept_invite(person(request), token))
    return render(request, "chat/invite.html", {"room": invite.room, "invite": invite})


def rows(who: Standing, shown: list[wire.Message]) -> list[Row]:
    """The messages of a page with all that their drawing needs."""
    quotes = _quotes(who.room, shown)
    mark = who.member.last_read_seq if who.member else who.room.last_seq
    unread = next((one.seq for one in shown if one.seq > mark and one.author.id != who.user.pk), None)
    earlier: wire.Message | None = None
    drawn = []
    for message in shown:
        quote = quotes.get(message.reply_to or 0)
        own = message.author.id == who.user.pk
        new_day = earlier is None or earlier.created_at.date() != message.created_at.date()
        drawn.append(Row(message, quote, new_day, _continues(earlier, message), own, message.seq == unread))
        earlier = message
    return drawn


def _continues(earlier: wire.Message | None, message: wire.Message) -> bool:
    if earlier is None or message.reply_to is not None or {earlier.kind, message.kind} != {"text"}:
        return False
    near = message.created_at - earlier.created_at < timedelta(seconds=overview.GROUP_S)
    same_day = message.created_at.date() == earlier.created_at.date()
    return near and same_day and earlier.author.id == message.author.id


def _quotes(room: Room, shown: list[wire.Message]) -> dict[int, wire.Message]:
    wanted = {message.reply_to for message in shown if message.reply_to}
    found = Message.objects.of(room.pk).filter(seq__in=wanted)
    return {message.seq: message.to_wire() for message in found}


def _choice(request: HttpRequest, room: Room) -> dict[str, Any]:
    """The transport of this page: what its address says, if the room allows that, else the room's default.

    Where that says nothing the page chooses for itself, and begins with the default unless it knows that this network
    needs another.
    """
    via = request.GET.get("via", AUTOMATIC)
    every = request.GET.get("every", "")
    asked = int(every) if every.isascii() and every.isdigit() and len(every) < 9 else 0
    return {
        "automatic": via == AUTOMATIC,
        "via": via if via in room.allowed_transports else room.default_transport,
        "every_ms": min(max(asked, room.poll_interval_ms), MAX_EVERY_MS),
    }
