"""What a person does: what they said last, and what was reported of them and by them; the latest of each."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ..models import Message, Report, User
from .messages import excerpt, state_of

MESSAGES, REPORTS = 50, 20
"""Rows; the lists of messages and of reports have all."""


def activity(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The page, with those parts that the person who looks may see."""
    user = User.objects.filter(pk=pk).first()
    if not model_admin.has_view_permission(request, user):
        raise PermissionDenied
    if user is None:
        raise Http404
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("What %(name)s does") % {"name": user},
        "opts": model_admin.opts,
        "person": user,
        "said": _said(user) if _may(request, "message") else None,
        "reports": _reports(user) if _may(request, "report") else None,
    }
    return TemplateResponse(request, "admin/chat/user/activity.html", context)


def _may(request: HttpRequest, model: str) -> bool:
    return any(request.user.has_perm(f"chat.{verb}_{model}") for verb in ("view", "change"))


def _said(user: User) -> list[dict[str, Any]]:
    """In the order of the index, so that the latest of very many are found at once."""
    found = Message.objects.filter(author=user).select_related("room").order_by("-created_at", "-pk")[:MESSAGES]
    return [{"message": one, "excerpt": excerpt(one), "state": state_of(one)} for one in found]


def _reports(user: User) -> list[tuple[str, list[Report]]]:
    """Two lists with their titles."""
    every = Report.objects.select_related("message__room", "message__author", "reporter").order_by("-pk")
    of_them, by_them = every.filter(message__author=user), every.filter(reporter=user)
    return [
        (_("Reports of their messages"), list(of_them[:REPORTS])),
        (_("Reports by them"), list(by_them[:REPORTS])),
    ]
