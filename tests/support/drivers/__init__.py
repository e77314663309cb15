"""The three transports behind one interface."""

from tests.support.drivers.base import Batch, Driver, Message
from tests.support.drivers.polling import LongPoll, Poll
from tests.support.drivers.websocket import WebSocket

DRIVERS: dict[str, type[Driver]] = {driver.via: driver for driver in (Poll, LongPoll, WebSocket)}

__all__ = ["DRIVERS", "Batch", "Driver", "LongPoll", "Message", "Poll", "WebSocket"]
