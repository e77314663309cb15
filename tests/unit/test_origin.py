"""Which pages may open a WebSocket."""

import pytest
from pytest_django.fixtures import Settings

from chat.transports.origin import is_own_origin


@pytest.fixture(autouse=True)
def hosts(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["chat.example.org", "127.0.0.1"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://other.example.org", "https://*.trusted.example"]
    settings.DEBUG = settings.HTTPS = False


def opens(origin: bytes | None, host: bytes = b"chat.example.org", scheme: str = "ws") -> bool:
    headers = [(b"host", host), *([(b"origin", origin)] if origin is not None else [])]
    return is_own_origin({"headers": headers, "scheme": scheme})


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (b"http://chat.example.org", b"chat.example.org"),
        (b"http://127.0.0.1:8000", b"127.0.0.1:8000"),
        (b"http://CHAT.example.org", b"chat.example.org"),
    ],
)
def test_a_page_of_this_very_origin_may(origin: bytes, host: bytes) -> None:
    assert opens(origin, host)


@pytest.mark.parametrize(
    "origin",
    [
        b"http://evil.example",
        b"http://127.0.0.1:8001",
        b"http://127.0.0.1",
        b"https://127.0.0.1:8000",
        b"http://127.0.0.1:8000.evil.example",
        b"http://evil.example/127.0.0.1:8000",
        b"null",
        b"",
        b"http://[",
        b"\xff\xfe",
    ],
)
def test_any_other_page_may_not(origin: bytes) -> None:
    assert not opens(origin, b"127.0.0.1:8000")


def test_no_origin_is_no_browser() -> None:
    assert opens(None)


@pytest.mark.parametrize("host", [b"", b"evil.example", b"chat.example.org.evil.example", b"chat.example.org:x"])
def test_a_host_that_is_not_ours_may_not_whatever_the_origin(host: bytes) -> None:
    assert not opens(b"http://" + host, host)
    assert not opens(None, host)


@pytest.mark.parametrize("origin", [b"https://other.example.org", b"https://a.trusted.example"])
def test_a_trusted_origin_may(origin: bytes) -> None:
    assert opens(origin)


@pytest.mark.parametrize(
    "origin", [b"http://other.example.org", b"https://other.example.org:444", b"https://untrusted.example"]
)
def test_what_only_resembles_a_trusted_origin_may_not(origin: bytes) -> None:
    assert not opens(origin)


def test_behind_https_the_page_is_https(settings: Settings) -> None:
    assert opens(b"https://chat.example.org", scheme="wss")
    settings.HTTPS = True
    assert opens(b"https://chat.example.org")
    assert not opens(b"http://chat.example.org")


def test_development_without_hosts_means_this_machine(settings: Settings) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = True, []
    assert opens(b"http://localhost:8000", b"localhost:8000")
    assert not opens(b"http://chat.example.org", b"chat.example.org")
