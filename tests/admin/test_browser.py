"""The admin in a real browser: everything on its pages works, and nothing on them breaks the content policy."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from tests.admin.test_live import PASSWORD, make_root
from tests.support.fleet import Fleet
from tests.support.processes import ROOT
from tests.support.servers import Server
from tools.programs import CHROMIUM

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(fleet: Fleet) -> Iterator[Server]:
    """A server with its static files collected and demo rooms."""
    place = fleet.place("admin-site", "sqlite")
    for command in (["collectstatic", "--noinput"], ["seed_demo"]):
        line = [sys.executable, "manage.py", *command, "--verbosity", "0"]
        subprocess.run(line, cwd=ROOT, env=place.env, check=True, capture_output=True)
    make_root(place)
    yield fleet.extra_server("daphne", place)


@pytest_asyncio.fixture
async def page(site: Server) -> AsyncIterator[Page]:
    """Root's page at the admin. What its console says against it fails the test."""
    said: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM.find(), args=["--no-sandbox"])
        page = await browser.new_page(base_url=site.url, viewport={"width": 1280, "height": 800})
        page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "response", lambda answer: said.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
        )
        await page.goto("/admin/")
        await page.fill("[name=username]", "Root")
        await page.fill("[name=password]", PASSWORD)
        await page.press("[name=password]", "Enter")
        await page.wait_for_url("**/admin/")
        yield page
        await browser.close()
    assert said == []


PAGES = [
    *("/admin/", "/admin/chat/room/", "/admin/chat/room/1/change/", "/admin/chat/room/add/", "/admin/chat/message/"),
    *("/admin/chat/message/1/change/", "/admin/chat/user/", "/admin/chat/user/1/change/", "/admin/chat/user/add/"),
    *("/admin/chat/membership/", "/admin/chat/membership/1/change/", "/admin/chat/invite/", "/admin/auth/group/add/"),
    *("/admin/chat/act/", "/admin/chat/act/1/change/", "/admin/chat/report/", "/admin/chat/room/1/statistics/"),
    *("/admin/chat/announcement/", "/admin/chat/announcement/add/", "/admin/chat/connection/"),
    *("/admin/chat/message/?q=boat", "/admin/chat/user/1/activity/", "/admin/chat/deletion/"),
    *("/admin/chat/room/1/delete/", "/admin/chat/user/1/password/", "/admin/password_change/"),
]


@pytest.mark.parametrize("width", [360, 1280])
async def test_every_page_is_clean_and_fits(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    for url in PAGES:
        await page.goto(url)
        wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{url} scrolls sideways by {wide} px"


async def test_messages_are_narrowed_to_a_room_and_deleted(page: Page) -> None:
    await page.goto("/admin/chat/message/?kind__exact=text")
    await page.click(".narrow-field .select2-selection >> nth=0")
    await page.click(".select2-results__option:has-text('Lobby')")
    await page.click(".narrow input[type=submit]")
    await page.wait_for_url("**room=**")
    rows = page.locator("#result_list tbody tr")
    assert {await text.inner_text() for text in await rows.locator(".field-room").all()} == {"Lobby"}
    first = await rows.nth(0).locator(".field-excerpt").inner_text()
    assert first != "—"
    await rows.nth(0).locator("input").check()
    await page.select_option("[name=action]", "delete_messages")
    await page.click("button[name=index]")
    await page.click("text=No, take me back")
    await rows.nth(0).locator("input").check()
    await page.select_option("[name=action]", "delete_messages")
    await page.click("button[name=index]")
    await page.click("input[type=submit][value=Delete]")
    await page.wait_for_selector(".messagelist >> text=1 done.")
    assert await rows.nth(0).locator(".field-excerpt").inner_text() == "—"


async def test_a_member_is_found_muted_and_added(page: Page) -> None:
    await page.goto("/admin/chat/room/1/change/")
    await page.click(".datetimeshortcuts .date-icon >> nth=0")
    await page.click(".calendarbox >> visible=true >> text=Tomorrow")
    await page.click(".datetimeshortcuts .clock-icon >> nth=0")
    await page.click(".clockbox >> visible=true >> text=Noon")
    await page.click("text=Add another New member")
    await page.click("#memberships-2-group .select2-selection >> nth=0")
    await page.fill(".select2-search__field", "oot")
    await page.click(".select2-results__option:has-text('Root')")
    await page.click("[name=_continue]")
    await page.wait_for_selector(".messagelist >> text=changed successfully")
    assert await page.locator("#memberships-group .field-user:has-text('Root')").count() == 1
    await page.locator("#memberships-group tr:has(.field-user:has-text('Root')) [name$=DELETE]").check()
    await page.click("[name=_save]")
    await page.wait_for_selector(".messagelist >> text=changed successfully")


async def test_rights_are_chosen_and_the_look_is_switched(page: Page) -> None:
    await page.goto("/admin/chat/user/2/change/")
    await page.fill("#id_user_permissions_input", "can view message")
    await page.click("#id_user_permissions_add_all")
    await page.click("[name=_save]")
    await page.wait_for_selector(".messagelist >> text=changed successfully")
    await page.click(".theme-toggle >> visible=true")
    await page.wait_for_selector("html[data-theme=dark]")


async def test_a_person_is_banned_from_their_page_with_a_reason(page: Page) -> None:
    await page.goto("/admin/chat/user/3/change/")
    await page.select_option("#person-action", "ban_everywhere")
    await page.click(".person-actions button")
    await page.select_option("[name=hours]", label="1 week")
    await page.fill("[name=reason]", "Sold boats")
    await page.click("input[type=submit][value='Ban everywhere']")
    await page.wait_for_selector(".messagelist >> text=1 done.")
    await page.goto("/admin/chat/user/3/change/")
    assert (await page.locator(".field-told_of_ban .readonly").inner_text()).endswith(": Sold boats")
    await page.click("text=history of acts on them")
    await page.wait_for_selector("#result_list .field-verb:has-text('Banned')")
