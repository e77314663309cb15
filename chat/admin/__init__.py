"""Django's admin for rooms, messages, people, invite links, the record of acts. The services write."""

from . import acts, invites, memberships, messages, people, reports, rooms

__all__ = ["acts", "invites", "memberships", "messages", "people", "reports", "rooms"]
