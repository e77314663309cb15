"""The one error of the launcher."""

from __future__ import annotations


class Problem(Exception):
    """Why the chat does not run, as one line for the person at the terminal, with what to do about it."""
