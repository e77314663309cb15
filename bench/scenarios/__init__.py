"""What is measured: one function for each kind of work."""

from .catalogue import SCENARIOS, Scenario
from .stage import Sizes

__all__ = ["SCENARIOS", "Scenario", "Sizes"]
