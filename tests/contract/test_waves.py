"""Waves of connections that come and go in every way leave nothing behind."""

import pytest

from tests.support.fleet import Fleet
from tests.support.servers import COMMANDS
from tests.support.waves import Counted, Crowd, over

pytestmark = pytest.mark.alone

CONNECTIONS = 100
WAVES = 3
FEW_LANES = {"CHAT_LANES": "2", "CHAT_PAGE_LANES": "1"}
"""All of them are in use after the first wave."""


@pytest.mark.parametrize("kind", COMMANDS)
def test_all_is_back_at_the_start_after_waves_of_connections(fleet: Fleet, kind: str) -> None:
    server = Counted(kind, fleet.place(f"waves-{kind}", "sqlite", extra=FEW_LANES))
    try:
        server.wait_ready()
        crowd = Crowd(server, fleet.operator(server.place))
        crowd.wave(CONNECTIONS)
        start = server.at_rest()
        assert start["waiting"] == start["readers"] == 0
        for _ in range(WAVES):
            crowd.wave(CONNECTIONS)
            assert not over(server.settled(start), start)
        assert not (failures := server.failures(0)), failures
    finally:
        server.stop()
