"""How the transports work, by a recording of this very chat, and what they cost, by figures of `compare_transports`."""

from .costs import Costs, Run, read_costs
from .drawing import Drawing, draw
from .recording import FILE, Recording, Scene, read_recording

__all__ = ["FILE", "Costs", "Drawing", "Recording", "Run", "Scene", "draw", "read_costs", "read_recording"]
