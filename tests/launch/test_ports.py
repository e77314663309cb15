"""A port in use is one clear line."""

import socket

import pytest

from chatproject.launch import ports
from chatproject.launch.problem import Problem


def test_a_free_port_is_no_problem() -> None:
    ports.require_free("127.0.0.1", ports.any_free())


def test_a_port_in_use_names_one_that_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} is in use: .* make run PORT=") as problem:
            ports.require_free("127.0.0.1", port)
        proposed = int(str(problem.value).rpartition("=")[2])
        ports.require_free("127.0.0.1", proposed)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_of_another_machine_is_a_problem(host: str) -> None:
    with pytest.raises(Problem, match="HOST is"):
        ports.require_free(host, 8000)
