"""The pages about the transports themselves: the connection test and the lab."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from . import access, overview, services, wire
from .pages import page, person


def connection_test(request: HttpRequest) -> HttpResponse:
    """Tries the real paths from the visitor's browser; open to everybody who may come to the door."""
    return render(request, "chat/connection_test.html", {"quiet_s": round(settings.CHAT_HEARTBEAT_S)})


@page
def lab(request: HttpRequest) -> HttpResponse:
    """Three lanes over one room of the visitor's own; POST makes that room. Who may open no room is told so."""
    user = person(request)
    access.check_open_room(user)
    if request.method == "POST":
        services.open_lab(user)
        return redirect("lab")
    room = services.lab_room(user)
    state = overview.state_of(access.standing_in(user, room)) if room else None
    return render(request, "chat/lab.html", {"room": room, "state": state and wire.builtins(state)})
