"""The door, signing up, logging in and out, and the account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import limits, services
from .addresses import address_of
from .errors import ChatError, Forbidden
from .forms import GuestForm, LogInForm, LookForm, NameForm, PasswordForm, SignUpForm, add_problem
from .models import User
from .pages import page, person, refused

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def door(request: HttpRequest) -> HttpResponse:
    """The page for those who are not in: a nickname, or an account."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    return _door(request, GuestForm())


@require_POST
def enter_guest(request: HttpRequest) -> HttpResponse:
    """In with a nickname; the guest lives as long as the session."""
    form = GuestForm(request.POST)
    return _enter(request, form, lambda data: services.enter_as_guest(data["name"])) or _door(request, form)


def sign_up(request: HttpRequest) -> HttpResponse:
    """A new account, and in."""
    if not settings.CHAT_SIGN_UP:
        return refused(request, Forbidden(_("New accounts are made by the staff of this place.")))
    form = SignUpForm(request.POST or None)
    entered = _enter(request, form, lambda data: services.sign_up(data["name"], data["password"]))
    return entered or render(request, "registration/signup.html", {"form": form, "next": _next(request)})


class LogIn(LoginView):
    """Django's log-in, with a limit for those who try passwords."""

    authentication_form = LogInForm
    template_name = "registration/login.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            limits.check_entry(address_of(request))
        except ChatError as problem:
            form = self.get_form()
            add_problem(form, problem)
            return self.render_to_response(self.get_context_data(form=form), status=problem.status)
        return super().post(request, *args, **kwargs)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; a guest's account ends with it, and the name is free again."""
    user = request.user
    logout(request)
    if isinstance(user, User) and user.is_guest:
        services.retire_guest(user)
    return redirect("door")


@page
def account(request: HttpRequest) -> HttpResponseBase:
    """Name, password and look, each a form of its own."""
    user = person(request)
    which = request.POST.get("which")
    data = request.POST
    forms: dict[str, Any] = {
        "name_form": NameForm(data if which == "name" else None, initial={"name": user.username}),
        "password_form": None if user.is_guest else PasswordForm(user, data if which == "password" else None),
        "look_form": LookForm(data if which == "look" else None, instance=User.objects.get(pk=user.pk)),
    }
    form = forms.get(f"{which}_form")
    if form is not None and form.is_valid() and _save(request, user, form):
        messages.success(request, _("Saved."))
        return redirect("account")
    return render(request, "chat/account.html", forms)


def _door(request: HttpRequest, form: GuestForm) -> HttpResponse:
    context = {
        "guest_form": form if settings.CHAT_GUESTS else None,
        "login_form": LogInForm(request),
        "next": _next(request),
        "sign_up": settings.CHAT_SIGN_UP,
    }
    return render(request, "chat/door.html", context)


def _enter(request: HttpRequest, form: BaseForm, make: Any) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        limits.check_entry(address_of(request))
        user = make(form.cleaned_data)
    except ChatError as problem:
        add_problem(form, problem)
        return None
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(_next(request))


def _save(request: HttpRequest, user: User, form: Any) -> bool:
    if isinstance(form, NameForm):
        try:
            services.rename_person(user, form.cleaned_data["name"])
        except ChatError as problem:
            add_problem(form, problem)
            return False
        return True
    form.save()
    if isinstance(form, PasswordForm):
        update_session_auth_hash(request, user)
    return True


def _next(request: HttpRequest) -> str:
    """Where to go afterwards, if that is a page of ours."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if safe else reverse("rooms")
