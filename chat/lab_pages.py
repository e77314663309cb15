"""The pages about the transports themselves: how they work, the connection test and the lab."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from . import access, guide, overview, services, wire
from .pages import page, person


def connection_test(request: HttpRequest) -> HttpResponse:
    """Tries the real paths from the visitor's browser; open to everybody who may come to the door."""
    return render(request, "chat/connection_test.html", {"quiet_s": round(settings.CHAT_HEARTBEAT_S)})


def how_it_works(request: HttpRequest) -> HttpResponse:
    """What passes on each transport, drawn from a recording, and what it costs; open to the same."""
    recording = guide.read_recording()
    context = {
        "recording": recording,
        "versions": ", ".join(f"{name} {number}" for name, number in recording.versions.items()),
        "drawings": [guide.draw(scene) for scene in recording.scenes],
        "costs": guide.read_costs(),
    }
    return render(request, "chat/how_it_works.html", context)


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
