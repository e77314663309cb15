"""Every kind of fault: a function that injects one, waits, and mends it."""

from .data import DATA
from .lab import Fault, Lab
from .network import NETWORK
from .processes import PROCESSES

KINDS: dict[str, Fault] = {**PROCESSES, **NETWORK, **DATA}

__all__ = ["KINDS", "Fault", "Lab"]
