"""Questions to the machine about TCP ports."""

from __future__ import annotations

import errno
import socket

from .problem import Problem

SEARCHED = 100  # ports looked at for a free one to propose


def require_free(host: str, port: int) -> None:
    """Problem when a server cannot listen there."""
    try:
        _try(host, port)
    except socket.gaierror:
        raise Problem(f"HOST is {host!r}, which is no address: use one of this machine.") from None
    except OSError as error:
        raise Problem(_remedy(host, port, error)) from None


def any_free(host: str = "127.0.0.1") -> int:
    """A port that was free a moment ago."""
    return _try(host, 0)


def _remedy(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            free = _next(host, port)
            return f"port {port} is in use: stop the program that has it, or choose another: make run PORT={free}"
        case errno.EACCES:
            return f"port {port} needs more rights: choose one above 1023: make run PORT=8000"
        case errno.EADDRNOTAVAIL:
            return f"HOST is {host}, which is not an address of this machine."
        case _:
            return f"cannot listen on {host}, port {port}: {error.strerror}."


def _next(host: str, port: int) -> int:
    for candidate in range(port + 1, min(port + 1 + SEARCHED, 65536)):
        try:
            return _try(host, candidate)
        except OSError:
            continue
    return any_free(host)


def _try(host: str, port: int) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # As the server does: connections that linger from the last run do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        bound: int = probe.getsockname()[1]
        return bound
