"""Where a request comes from: the peer, or the header of a proxy that is named."""

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from chat.addresses import address_of, address_of_scope, network_of

SCOPE = {"client": ("203.0.113.9", 4711), "headers": [(b"x-real-ip", b"198.51.100.7")]}


def test_without_a_proxy_the_peer_counts_and_no_header(settings: Settings) -> None:
    settings.CHAT_CLIENT_ADDRESS_HEADER = ""
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9", HTTP_X_REAL_IP="198.51.100.7")
    assert address_of(request) == address_of_scope(SCOPE) == "203.0.113.9"


def test_a_network_has_a_name_that_does_not_tell_its_address(settings: Settings) -> None:
    name = network_of("203.0.113.9")
    assert name == network_of("203.0.113.9") != network_of("203.0.113.10")
    assert len(name) == 12
    settings.SECRET_KEY = "another"
    assert network_of("203.0.113.9") != name


def test_behind_a_proxy_its_header_counts(settings: Settings) -> None:
    settings.CHAT_CLIENT_ADDRESS_HEADER = "X-Real-IP"
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_REAL_IP="198.51.100.7")
    assert address_of(request) == address_of_scope(SCOPE) == "198.51.100.7"


@pytest.mark.parametrize("header", ["", "X-Real-IP"])
def test_an_unknown_origin_is_one_address(header: str, settings: Settings) -> None:
    settings.CHAT_CLIENT_ADDRESS_HEADER = header
    assert address_of_scope({"client": None, "headers": []}) == "unknown"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9", "203.0.113.9"),
        ("somewhere else", "somewhere else"),
    ],
)
def test_a_household_is_one_address(address: str, counted: str, settings: Settings) -> None:
    settings.CHAT_CLIENT_ADDRESS_HEADER = ""
    assert address_of_scope({"client": (address, 4711), "headers": []}) == counted
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=address)) == counted
