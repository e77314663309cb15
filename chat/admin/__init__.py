"""Django's admin for rooms, messages, people and invite links. Everything is written by the services."""

from . import invites, memberships, messages, people, rooms

__all__ = ["invites", "memberships", "messages", "people", "rooms"]
