"""What all JSON endpoints share."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connections
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from chat import lanes, overview, wire
from chat.errors import Invalid, MethodNotAllowed, NotFound, RateLimited, TooLarge
from chat.models import Room, User
from chat.transports import http
from chat.transports.http import Call, answer, refusal, whole_number
from tests.unit.conftest import SignIn
from tests.unit.saying import say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def lanes_closed() -> Iterator[None]:
    """The connections of the lanes end with the test."""
    yield
    async_to_sync(lanes.call)(connections.close_all)


def call_of(query: str = "", body: bytes = b"", content_type: str = "application/json") -> Call:
    """A request with this query and body, by nobody in particular."""
    return Call(RequestFactory().post(f"/?{query}", body, content_type=content_type), User(), "", 0)


def said(response: Any) -> Any:
    return json.loads(response.content)


def test_parameters_are_those_that_are_named() -> None:
    assert call_of("after=e:1&limit=5").params("after", "limit", "wait") == {"after": "e:1", "limit": "5"}


@pytest.mark.parametrize(
    ("query", "field"), [("more=1", "more"), ("limit=1&limit=2", "limit"), ("=1", ""), ("%00=1", "\x00")]
)
def test_unknown_and_repeated_parameters_are_invalid(query: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        call_of(query).params("limit")
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "text", ["", "-1", "1.5", "1e3", "0", "101", "9" * 5000, " 5", "\u0665", "5\x00", "NaN"], ids=ascii
)
def test_a_number_is_whole_and_within_its_bounds(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        whole_number({"limit": text}, "limit", 50, 1, 100)
    assert refusal.value.field == "limit"


def test_a_number_within_its_bounds_or_none_at_all_is_taken() -> None:
    assert [whole_number({"limit": text}, "limit", 50, 1, 100) for text in ("1", "100")] == [1, 100]
    assert whole_number({}, "limit", 50, 1, 100) == 50


def test_a_cursor_that_is_missing_means_from_now() -> None:
    assert http.cursor_param({}) is None
    assert http.cursor_param({"after": "e1:5"}) == ("e1", 5)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_type_is_invalid(content_type: str) -> None:
    with pytest.raises(Invalid):
        call_of(body=b'{"seq":1}', content_type=content_type).body(wire.ReadBody)


def test_a_json_body_with_a_charset_is_taken() -> None:
    assert call_of(body=b'{"seq":1}', content_type="application/json; charset=utf-8").body(wire.ReadBody).seq == 1


def test_a_body_over_the_bound_is_too_large(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    with pytest.raises(TooLarge):
        call_of(body=b'{"seq":1         }').body(wire.ReadBody)


def test_bytes_that_are_ready_are_not_encoded_again() -> None:
    response = answer(b'{"type":"batch"}')
    assert response.content == b'{"type":"batch"}'
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/json", "no-store")


def test_a_refusal_has_status_code_and_retry_after() -> None:
    response = refusal(RateLimited("Too fast.", retry_after=2.1))
    assert (response.status_code, response["Retry-After"]) == (429, "3")
    assert said(response) == {"error": {"code": "rate_limited", "message": "Too fast."}, "retry_after": 2.1}


def test_a_wrong_method_is_told_the_right_ones() -> None:
    assert refusal(MethodNotAllowed("No."), allow="GET, POST")["Allow"] == "GET, POST"
    assert not refusal(NotFound("No."), allow="GET").has_header("Allow")


def test_strangers_are_told_to_sign_in(client: Client, lobby: Room) -> None:
    for path in ("/api/rooms", "/api/rooms/lobby", "/api/rooms/lobby/poll", "/api/rooms/nothing"):
        response = client.get(path)
        assert (response.status_code, said(response)["error"]["code"]) == (401, "not_authenticated")


def test_a_method_that_an_address_does_not_take(bo: User, lobby: Room, sign_in: SignIn) -> None:
    response = sign_in(bo).delete("/api/rooms/lobby/messages")
    assert (response.status_code, response["Allow"]) == (405, "GET, POST")
    assert said(response)["error"]["code"] == "invalid"


def test_a_first_state_a_send_and_the_list(bo: User, lobby: Room, sign_in: SignIn) -> None:
    browser = sign_in(bo)
    state = said(browser.get("/api/rooms/lobby"))
    body = {"key": "a-key-of-mine", "body": "hello", "reply_to": None}
    sent = browser.post("/api/rooms/lobby/messages", body, content_type="application/json")
    again = browser.post("/api/rooms/lobby/messages", body, content_type="application/json")
    assert (sent.status_code, again.status_code) == (201, 200)
    assert said(sent) == said(again)
    batch = said(browser.get("/api/rooms/lobby/poll", {"after": state["cursor"]}))
    assert batch["messages"] == [said(sent)["message"]]
    assert said(browser.get("/api/rooms"))["rooms"][0]["last"] == said(sent)["message"]


def test_a_send_without_the_csrf_token_is_forbidden_in_json(bo: User, lobby: Room) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bo)
    response = browser.post("/api/rooms/lobby/messages", {"key": "a-key-of-mine", "body": "x"}, "application/json")
    assert (response.status_code, said(response)["error"]["code"]) == (403, "forbidden")


def test_sends_over_the_allowance_wait(bo: User, lobby: Room, sign_in: SignIn, settings: Settings) -> None:
    settings.CHAT_SEND_RATE = "1/10s"
    browser = sign_in(bo)
    codes = [
        browser.post(
            "/api/rooms/lobby/messages", {"key": f"a-key-of-mine-{n}", "body": "x"}, "application/json"
        ).status_code
        for n in range(2)
    ]
    assert codes == [201, 429]


def test_a_report_is_new_once(ada: User, bo: User, lobby: Room, sign_in: SignIn, settings: Settings) -> None:
    settings.CHAT_REPORT_RATE = "2/60s"
    path, browser = f"/api/rooms/lobby/messages/{say(ada, lobby).seq}/report", sign_in(bo)
    answers = [browser.post(path, {"reason": "Rude"}, "application/json") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 429]
    assert said(answers[0]) == said(answers[1]) == {"reported": True}
    assert browser.get(path).status_code == 405


def test_an_address_under_api_that_does_not_exist_is_told_in_json(client: Client, db: None) -> None:
    for path in ("/api/", "/api/nothing", f"/api/rooms/lobby/messages/{'9' * 5000}", "/api/rooms/%00"):
        response = client.get(path)
        assert (response.status_code, said(response)["error"]["code"]) == (404, "not_found")


def test_a_database_that_is_away_is_unavailable(bo: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(user: User) -> Any:
        raise OperationalError("away")

    browser = sign_in(bo)
    monkeypatch.setattr(overview, "rooms_of", away)
    response = browser.get("/api/rooms")
    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert said(response)["error"]["code"] == "unavailable"


def test_a_defect_is_said_in_json_too(bo: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(user: User) -> Any:
        raise ZeroDivisionError

    browser = sign_in(bo)
    browser.raise_request_exception = False
    monkeypatch.setattr(overview, "rooms_of", broken)
    response = browser.get("/api/rooms")
    assert (response.status_code, said(response)["error"]["code"]) == (500, "unavailable")
