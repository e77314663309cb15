"""Django's admin for rooms, messages, people and invite links. Everything is written by the services."""

from . import invites, members, messages, people, rooms

__all__ = ["invites", "members", "messages", "people", "rooms"]
