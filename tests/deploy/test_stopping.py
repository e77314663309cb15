"""Who has connected to a web process before it stops is answered."""

import asyncio
import signal

from tests.deploy.site import Site
from tests.deploy.units import STOP_S

CONNECTIONS = 20
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def test_who_waits_at_the_port_is_taken_in(site: Site) -> None:
    """The process sleeps while people connect and somebody stops it, so it finds both at once."""
    unit = site.units[0]
    unit.process.popen.send_signal(signal.SIGSTOP)
    waiting = [await asyncio.open_connection("127.0.0.1", unit.port) for _ in range(CONNECTIONS)]
    for _reader, writer in waiting:
        writer.write(REQUEST)
    unit.process.terminate()
    unit.process.popen.send_signal(signal.SIGCONT)
    answers = [await asyncio.wait_for(reader.read(), STOP_S) for reader, _writer in waiting]
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 200"}
    assert await asyncio.to_thread(unit.process.popen.wait, STOP_S) == 0
    for _reader, writer in waiting:
        writer.close()
        await writer.wait_closed()
    unit.start()
    await asyncio.to_thread(unit.wait_ready)
