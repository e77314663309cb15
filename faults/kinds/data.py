"""Clients that stop, clocks that step, a database that comes from a backup."""

from __future__ import annotations

from .lab import Fault, Lab

BACK = (3, 40)
"""Numbers that a restore goes back."""


async def clients_paused(lab: Lab) -> None:
    """A third of the pages take nothing, with their connections open."""
    pages = lab.population.pages
    paused = lab.random.sample(pages, max(1, len(pages) // 3))
    for page in paused:
        page.pause()
    await lab.a_while(1, 4)
    for page in paused:
        page.resume()


async def clock_stepped(lab: Lab) -> None:
    lab.stage.step_clock(lab.a_server(), lab.random)
    await lab.a_while()


async def database_restored(lab: Lab) -> None:
    """One room goes back; its readers are told by the new epoch."""
    room = lab.random.choice(lab.population.rooms)["id"]
    said = await lab.stage.operating.once("restore", room=room, back=lab.random.randint(*BACK))
    lab.population.restored(room, said)


DATA: dict[str, Fault] = {
    "clients paused": clients_paused,
    "clock stepped": clock_stepped,
    "database restored": database_restored,
}
