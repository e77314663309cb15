"""The checker: what was recorded against what the protocol promises."""

from .check import check
from .verdict import KINDS, Verdict, Violation

__all__ = ["KINDS", "Verdict", "Violation", "check"]
