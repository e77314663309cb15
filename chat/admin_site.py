"""The admin site: the product's name, and one door for logging in.

It stands outside the package `admin`, whose import registers models at the site.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from . import pages
from .errors import ChatError, Unavailable


class Site(admin.AdminSite):
    """Django's admin under the product's name."""

    site_url = "/"
    enable_nav_sidebar = True

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.site_header = self.site_title = _("%(product)s admin") % {"product": settings.CHAT_NAME}
        self.index_title = _("Rooms, messages and people")
        # It would delete past the services, so that open pages would not know.
        self.disable_action("delete_selected")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Sends to the page for logging in, the one whose tries are limited."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            messages.info(request, _("You are signed in as %(name)s. This part is for staff.") % {"name": request.user})
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("login"))

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """As Django does, also for a view that is a coroutine."""
        if not iscoroutinefunction(view):
            return super().admin_view(guarded(view), cacheable)
        door = super().admin_view(lambda _request, *_args, **_kwargs: Entered(), cacheable)

        @wraps(view)
        async def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            answer: HttpResponseBase = await sync_to_async(door)(request, *args, **kwargs)
            if isinstance(answer, Entered):
                answer = await never_cache(view)(request, *args, **kwargs)
            return answer

        return shown


class Entered(HttpResponse):
    """What the door of the admin answers to whom it lets in."""


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A refusal that no form showed, and a database that is away, become pages in the product's style."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ChatError as problem:
            return pages.refused(request, problem)
        except (OperationalError, InterfaceError):
            return pages.refused(request, Unavailable(_("The database does not answer.")))

    return shown
