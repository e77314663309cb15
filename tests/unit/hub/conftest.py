"""A hub over a log in memory."""

import pytest
from pytest_django.fixtures import Settings

from chat import fanout, pauses
from chat.hub import Hub
from tests.unit.fake_log import FakeLog


@pytest.fixture(autouse=True)
def quick(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses, and periods that a test shortens when it is about them."""
    monkeypatch.setattr(pauses, "RETRY_S", (0.01,))
    monkeypatch.setattr(fanout, "_local", None)
    settings.CHAT_POSITION_CHECK_S = settings.CHAT_ACCESS_CHECK_S = 3600


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
def our_hub(log: FakeLog) -> Hub:
    return Hub(log)
