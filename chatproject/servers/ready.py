"""The last steps before a process serves."""

from __future__ import annotations

import gc
import os
import socket

from django.urls import get_resolver


def tell() -> None:
    """Settles the memory, and tells systemd that this process serves, for units with `Type=notify`."""
    _settle()
    _notify()


def _settle() -> None:
    """Takes what is there from the start out of the collector's rounds.

    A full round over it takes 80 ms, in which nobody is served; without it a round looks at connections alone.
    """
    # Loads all pages and the admin, which the first request would wait for.
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def _notify() -> None:
    """Sends READY=1 to the socket that NOTIFY_SOCKET names; does nothing without one. A restart waits for it."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        # "@" stands for the NUL of Linux's abstract addresses.
        supervisor.connect("\0" + address[1:] if address.startswith("@") else address)
        supervisor.send(b"READY=1")
