"""All targets by name."""

from __future__ import annotations

from .base import Services, Target
from .naive import NaiveTarget
from .parley import ParleyTarget
from .peers import NchanTarget, PythonSocketIOTarget, SocketIOTarget

OWN = {
    "uvicorn": ("uvicorn", "sqlite", 1),
    "daphne": ("daphne", "sqlite", 1),
    "uvicorn-postgresql": ("uvicorn", "postgresql", 1),
    "daphne-postgresql": ("daphne", "postgresql", 1),
    "uvicorn-postgresql-2": ("uvicorn", "postgresql", 2),
    "daphne-postgresql-2": ("daphne", "postgresql", 2),
}
"""Server, database, number of processes."""

PEERS: dict[str, type[NaiveTarget | SocketIOTarget | PythonSocketIOTarget | NchanTarget]] = {
    "naive": NaiveTarget,
    "socket.io": SocketIOTarget,
    "python-socketio": PythonSocketIOTarget,
    "nchan": NchanTarget,
}
NAMES = (*OWN, *PEERS)


def make(name: str, services: Services) -> Target:
    """The target of a name in NAMES."""
    if name in OWN:
        return ParleyTarget(name, services, *OWN[name])
    return PEERS[name](name, services)
