"""Processes that are killed, stopped, paused, and come back."""

from __future__ import annotations

import asyncio

from .lab import Fault, Lab


async def server_killed(lab: Lab) -> None:
    index = lab.a_server()
    await lab.stage.kill_server(index)
    await lab.a_while(0, 1)
    await lab.stage.start_server(index)


async def all_servers_killed(lab: Lab) -> None:
    indexes = range(len(lab.stage.servers))
    await asyncio.gather(*(lab.stage.kill_server(index) for index in indexes))
    await asyncio.gather(*(lab.stage.start_server(index) for index in indexes))


async def server_drained(lab: Lab) -> None:
    index = lab.a_server()
    await lab.stage.stop_server(index)
    await lab.stage.start_server(index)


async def valkey_restarted_empty(lab: Lab) -> None:
    await lab.stage.restart_valkey(lab.random.uniform(0, 2.5))


async def valkey_paused(lab: Lab) -> None:
    await lab.stage.pause_valkey(lab.random.uniform(1, 4))


async def postgresql_restarted(lab: Lab) -> None:
    await lab.stage.restart_postgres(lab.random.uniform(0, 3))


async def postgresql_crashed(lab: Lab) -> None:
    await lab.stage.crash_postgres()


PROCESSES: dict[str, Fault] = {
    "server killed": server_killed,
    "all servers killed": all_servers_killed,
    "server drained (SIGTERM)": server_drained,
    "Valkey killed, restarted empty": valkey_restarted_empty,
    "Valkey paused": valkey_paused,
    "PostgreSQL restarted": postgresql_restarted,
    "PostgreSQL crashed": postgresql_crashed,
}
