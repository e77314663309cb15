"""What happens between clients, servers and Valkey."""

from __future__ import annotations

from functools import partial

from ..waiting import wait_for
from .lab import Fault, Lab, Mend

CUTS = 8
"""Connections that one fault cuts."""

CUTS_S = 3.0


async def cut(kind: str, lab: Lab) -> None:
    """The next connections on which that can be done are cut so."""
    doors = lab.stage.doors
    for door in doors:
        door.weather.cuts[kind] = CUTS // len(doors)
    await wait_for(lambda: not any(door.weather.cuts[kind] for door in doors), CUTS_S)
    for door in doors:
        door.weather.cuts.clear()


async def all_cut(lab: Lab) -> None:
    for door in lab.stage.doors:
        door.cut_all()


async def black_hole(lab: Lab) -> None:
    """Nothing passes; afterwards the connections live on, or turn out to be dead."""
    door = lab.stage.doors[lab.a_server()]
    door.weather.passing.clear()
    await lab.a_while(1, 5)
    if lab.random.random() < 0.5:
        door.cut_all()
    door.weather.passing.set()


async def slow_and_sliced(lab: Lab) -> None:
    for door in lab.stage.doors:
        door.weather.delay_s, door.weather.slices = lab.random.uniform(0, 0.15), True
    await lab.a_while(1, 3)
    for door in lab.stage.doors:
        door.weather.delay_s, door.weather.slices = 0.0, False


async def layer(fault: str, lab: Lab) -> Mend:
    """Half of the messages that Valkey hands out; readers have to catch up while it lasts."""
    lab.stage.layer.fault = fault
    await lab.a_while(1.5, 3)

    def mend() -> None:
        lab.stage.layer.fault = ""

    return mend


async def layer_cut(lab: Lab) -> None:
    lab.stage.layer.cut_all()


NETWORK: dict[str, Fault] = {
    "cut before the request": partial(cut, "cut before the request"),
    "cut before the reply": partial(cut, "cut before the reply"),
    "cut in the reply": partial(cut, "cut in the reply"),
    "all connections cut": all_cut,
    "black hole": black_hole,
    "slow and sliced": slow_and_sliced,
    "layer messages dropped": partial(layer, "drop"),
    "layer messages doubled": partial(layer, "double"),
    "layer messages reordered": partial(layer, "reorder"),
    "layer connections cut": layer_cut,
}
