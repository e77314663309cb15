"""Addresses of the JSON endpoints and of the WebSocket."""

from __future__ import annotations

from typing import Any, cast

from django.urls import URLPattern, path, re_path

from .transports import announcing, deletions, lab, people, probes, rooms
from .transports.echo import EchoConsumer
from .transports.long_polling import long_poll
from .transports.polling import poll
from .transports.unknown import UnknownPath
from .transports.websocket import RoomConsumer

api: list[URLPattern] = [
    path("rooms", rooms.rooms),
    path("rooms/<slug:slug>", rooms.room),
    path("rooms/<slug:slug>/poll", poll),
    path("rooms/<slug:slug>/longpoll", long_poll),
    path("rooms/<slug:slug>/messages", rooms.messages),
    path("rooms/<slug:slug>/messages/<int:seq>", rooms.message),
    path("rooms/<slug:slug>/messages/<int:seq>/report", rooms.message_report),
    path("rooms/<slug:slug>/messages/<int:seq>/delete", rooms.message_delete),
    path("rooms/<slug:slug>/messages/<int:seq>/restore", rooms.message_restore),
    path("rooms/<slug:slug>/messages/<int:seq>/earlier", rooms.message_earlier),
    path("rooms/<slug:slug>/read", rooms.read),
    path("rooms/<slug:slug>/members", people.members),
    path("rooms/<slug:slug>/members/<int:user_id>", people.member),
    path("rooms/<slug:slug>/members/<int:user_id>/remove", people.member_remove),
    path("rooms/<slug:slug>/members/<int:user_id>/delete-messages", deletions.person_messages),
    path("rooms/<slug:slug>/announcements", announcing.announcements),
    path("rooms/<slug:slug>/announcements/<int:announcement_id>", announcing.announcement),
    path("rooms/<slug:slug>/deletions/<int:deletion_id>", deletions.deletion),
    path("rooms/<slug:slug>/members/<int:user_id>/mute", people.member_mute),
    path("rooms/<slug:slug>/members/<int:user_id>/ban", people.member_ban),
    path("lab/burst", lab.burst),
    path("connection-test/plain", probes.plain),
    path("connection-test/hold", probes.hold),
    path("connection-test/pieces", probes.pieces),
    path("connection-test/size", probes.size),
]

websocket: list[Any] = [
    path("ws/rooms/<slug:slug>/", cast(Any, RoomConsumer.as_asgi())),
    path("ws/connection-test/", cast(Any, EchoConsumer.as_asgi())),
    re_path("", cast(Any, UnknownPath.as_asgi())),
]
