"""The list of rooms, and what all pages share: the product's name, errors in the same style."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from . import overview, sanctions, wire
from .errors import ChatError, Forbidden, Invalid, NotFound, Unavailable
from .models import Announcement, User
from .transports.http import answer, refusal

P = ParamSpec("P")


DISMISSED = "chat_dismissed"
"""A cookie with the ids of announcements that this browser is to show no more, between dots; scripts write it."""


def product(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page. Announcements are asked for by the pages that show them."""
    return {"product": settings.CHAT_NAME, "announcements": partial(_announced_everywhere, request)}


def not_dismissed(request: HttpRequest, announcements: Iterable[wire.Announcement]) -> list[wire.Announcement]:
    dismissed = request.COOKIES.get(DISMISSED, "").split(".")
    return [one for one in announcements if str(one.id) not in dismissed]


def _announced_everywhere(request: HttpRequest) -> list[wire.Announcement]:
    found = Announcement.objects.filter(Announcement.shown(), room=None)
    return not_dismissed(request, [one.to_wire() for one in found])


def person(request: HttpRequest) -> User:
    """The signed-in person of a page that requires one."""
    if not isinstance(request.user, User):
        raise Forbidden(_("Sign in first."))
    return request.user


def page(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for people who are signed in; a refusal becomes a page in the product's style."""

    @wraps(view)
    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ChatError as problem:
            return refused(request, problem)

    return login_required(shown)


@page
def rooms(request: HttpRequest) -> HttpResponse:
    """The rooms of this person, and public ones to join; `?q=` searches both."""
    words = request.GET.get("q", "")[:100]
    user = person(request)
    found = overview.matching(overview.entries(user), words)
    context = {
        "q": words,
        "ban": sanctions.ban_everywhere(user),
        "rooms": [entry for entry in found if entry.member],
        "discover": [entry for entry in found if not entry.member],
    }
    return render(request, "chat/rooms.html", context)


def refused(request: HttpRequest, problem: ChatError) -> HttpResponse:
    """A refusal as JSON for programs, as a page for people."""
    if request.path.startswith("/api/"):
        return refusal(problem)
    if problem.status == Unavailable.status:
        # Without the request: its context would ask the database who this is.
        return HttpResponse(render_to_string("offline.html", {"product": settings.CHAT_NAME}), status=problem.status)
    template = "404.html" if problem.status == NotFound.status else "403.html"
    return render(request, template, {"message": problem.message}, status=problem.status)


class DatabaseAway(MiddlewareMixin):
    """Middleware: a database that does not answer is a page that says so, not a failure of ours."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            return refused(request, Unavailable(_("The database does not answer."), retry_after=2))
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, Invalid(_("This request cannot be read.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, Forbidden(str(exception) or _("This is not for you to see.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refused(request, NotFound(_("There is nothing at this address.")))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        return refusal(Forbidden("The CSRF token is missing or wrong."))
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort; what failed may be the database, so the page does without it."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return refused(request, Unavailable(_("The database does not answer."), retry_after=2))
    if request.path.startswith("/api/"):
        return answer(wire.error(Unavailable("Something went wrong here.")), 500)
    return HttpResponse(render_to_string("500.html", {"product": settings.CHAT_NAME}), status=500)
