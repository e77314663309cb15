"""The servers that are measured: how each is started, and what it needs beside it."""

from .base import Absent, Services, Target
from .catalogue import NAMES, PEERS, make

__all__ = ["NAMES", "PEERS", "Absent", "Services", "Target", "make"]
