"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from . import account_pages, lab_pages, pages, room_pages

urlpatterns = [
    path("", pages.rooms, name="rooms"),
    path("enter/", account_pages.door, name="door"),
    path("enter/guest/", account_pages.enter_guest, name="enter_guest"),
    path("login/", account_pages.LogIn.as_view(), name="login"),
    path("logout/", account_pages.log_out, name="logout"),
    path("signup/", account_pages.sign_up, name="signup"),
    path("connection-test/", lab_pages.connection_test, name="connection_test"),
    path("how-it-works/", lab_pages.how_it_works, name="how_it_works"),
    path("lab/", lab_pages.lab, name="lab"),
    path("account/", account_pages.account, name="account"),
    path("rooms/new/", room_pages.new, name="room_new"),
    path("rooms/<slug:slug>/", room_pages.room, name="room"),
    path("rooms/<slug:slug>/join/", room_pages.join, name="room_join"),
    path("rooms/<slug:slug>/leave/", room_pages.leave, name="room_leave"),
    path("rooms/<slug:slug>/settings/", room_pages.settings_, name="room_settings"),
    path("rooms/<slug:slug>/invite/", room_pages.make_invite, name="room_invite"),
    path("join/<slug:token>/", room_pages.accept_invite, name="invite"),
]
