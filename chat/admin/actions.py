"""Actions on chosen rows: a page that asks first, and a run that counts what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..errors import ChatError

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

AT_ONCE = 200
"""Rows of one action: each is a transaction of its own, and a page has a lane to give back."""

T = TypeVar("T")


def too_many(model_admin: admin.ModelAdmin, request: HttpRequest, chosen: QuerySet[Any] | list[Any]) -> bool:  # type: ignore[type-arg]
    """Says so when more rows are chosen than one action takes."""
    if len(chosen[: AT_ONCE + 1]) <= AT_ONCE:
        return False
    model_admin.message_user(request, _("At most %d at once. Nothing was changed.") % AT_ONCE, messages.ERROR)
    return True


def confirmed(request: HttpRequest) -> bool:
    return request.POST.get("confirmed") == "yes"


def ask(
    model_admin: admin.ModelAdmin,  # type: ignore[type-arg]
    request: HttpRequest,
    chosen: Iterable[Any],
    *,
    title: _StrOrPromise,
    note: _StrOrPromise,
    button: _StrOrPromise,
    describe: Callable[[Any], str] = str,
    form: Form | None = None,
) -> HttpResponse:
    """The page between an action and its doing: what is meant, what follows, what else is to be said, yes or no."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "note": note,
        "button": button,
        "form": form,
        "rows": [(row.pk, describe(row)) for row in chosen],
        "action": request.POST["action"],
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "opts": model_admin.opts,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/chat/confirm.html", context)


def run(
    model_admin: admin.ModelAdmin,  # type: ignore[type-arg]
    request: HttpRequest,
    chosen: Iterable[T],
    act: Callable[[T], object],
    log: _StrOrPromise,
) -> None:
    """Does it to each row by a service, then says how many were done and why others were not.

    `log`: what the history of each row says.
    """
    done = []
    problems: Counter[str] = Counter()
    for row in chosen:
        try:
            act(row)
        except ChatError as problem:
            problems[problem.message] += 1
            continue
        done.append(row)
    for row in done:
        model_admin.log_change(request, row, str(log))
    _report(model_admin, request, len(done), problems)


def _report(model_admin: Any, request: HttpRequest, done: int, problems: Counter[str]) -> None:
    if done:
        model_admin.message_user(request, ngettext("%d done.", "%d done.", done) % done, messages.SUCCESS)
    for reason, count in problems.items():
        said = ngettext("%(count)d not done: %(reason)s", "%(count)d not done: %(reason)s", count)
        model_admin.message_user(request, said % {"count": count, "reason": reason}, messages.ERROR)
