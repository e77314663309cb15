"""Every page and every action of the admin, as the site knows them: who is no staff, or lacks the permission, stays out."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from chat import services
from chat.models import Act, Message, Room, User
from tests.admin.conftest import Staff, signed_in
from tests.admin.page import act

READING = {"export_jsonl", "export_csv"}
"""Of the record of acts: whoever may read it may take it away."""

OPEN_TO_ALL = {"login/", "logout/", "jsi18n/"}
"""Pages of Django that say nothing of the chat, or that are the door itself."""


def urls(resolver: URLResolver, prefix: str) -> Iterator[str]:
    """All addresses below one, each argument 1."""
    for pattern in resolver.url_patterns:
        part = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from urls(pattern, part)
        elif isinstance(pattern, URLPattern) and not str(pattern.pattern).startswith(("(?P<url>", "^(?P<app")):
            yield part


def pages() -> list[str]:
    """Addresses of all pages of the admin, below `/admin/`."""
    (site,) = (found for found in get_resolver().url_patterns if getattr(found, "app_name", "") == "admin")
    assert isinstance(site, URLResolver)
    concrete = (url.replace("<path:object_id>", "1").replace("<id>", "1") for url in urls(site, ""))
    return sorted({url for url in concrete if "<" not in url} - OPEN_TO_ALL)


def actions() -> list[tuple[str, str]]:
    """(model, action) of all lists, as a superuser is offered them."""
    request = RequestFactory().get("/admin/")
    request.user = User(is_active=True, is_staff=True, is_superuser=True)
    return [
        (model._meta.model_name or "", name)
        for model, shown in admin.site._registry.items()
        if model._meta.app_label == "chat"
        for name in shown.get_actions(request)
    ]


ACTIONS = actions()


@pytest.fixture
def world(room: Room, message: Message, ada: User, root: User) -> None:
    """Something in every list."""
    services.report_message(ada, room.pk, message.seq, "Too many boats")
    services.create_invite(ada, room.pk)
    services.announce(ada, room.pk, "Boats for sale")
    services.delete_messages_of(ada, message.author_id, room.pk)
    services.mute(root, room.pk, message.author_id, None)


@pytest.mark.parametrize("who", ["moderator", "member", "guest", "nobody"])
def test_who_is_no_staff_sees_no_page(world: None, ada: User, bo: User, who: str) -> None:
    clients = {"moderator": ada, "member": bo, "guest": services.enter_as_guest("Gus")}
    client = signed_in(clients[who]) if who in clients else Client()
    found = pages()
    assert len(found) > 40
    for url in found:
        assert client.get(f"/admin/{url}").status_code in (302, 301), url


def test_staff_without_a_permission_see_no_page_of_the_chat(world: None, staff: Staff) -> None:
    client = staff()
    for url in pages():
        if url.startswith("chat/"):
            assert client.get(f"/admin/{url}").status_code in (403, 302, 405), url


@pytest.mark.parametrize(("model", "action"), ACTIONS, ids=map("-".join, ACTIONS))
def test_who_may_only_look_is_offered_no_action(world: None, staff: Staff, model: str, action: str) -> None:
    looks = [code for code in Permission.objects.values_list("codename", flat=True) if code.startswith("view_")]
    client = staff(*looks)
    page = client.get(f"/admin/chat/{model}/")
    assert page.status_code == 200
    if action in READING:
        return
    assert f'<option value="{action}">' not in page.content.decode()
    done, rows = Act.objects.count(), page.context["cl"].result_list
    assert rows, "a list to act on"
    act(client, f"/admin/chat/{model}/", action, *rows, confirmed="yes", hours="24", reason="Because")
    assert Act.objects.count() == done
    assert not Message.objects.exclude(deleted_at=None).exists()
