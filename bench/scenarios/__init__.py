"""What is measured: one function for each kind of work."""

from .catalogue import ALL, CURVES, SCENARIOS, Scenario
from .stage import Sizes

__all__ = ["ALL", "CURVES", "SCENARIOS", "Scenario", "Sizes"]
