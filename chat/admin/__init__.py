"""Django's admin for rooms, messages, people, connections, invite links, the record of acts. The services write."""

from . import acts, connections, invites, memberships, messages, people, reports, rooms

__all__ = ["acts", "connections", "invites", "memberships", "messages", "people", "reports", "rooms"]
