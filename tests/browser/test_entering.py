"""The door: as a guest, with a new account, with an old one, and out again."""

import secrets

from playwright.async_api import Page, expect

from tests.browser.support.visits import Visits
from tests.support.people import Person
from tests.support.scene import Scene

PASSWORD = "seven boats at anchor"


def new_name() -> str:
    return f"n-{secrets.token_hex(5)}"


async def sign_up(page: Page, name: str) -> None:
    await page.goto("/signup/")
    await page.fill("[name=name]", name)
    await page.fill("[name=password]", PASSWORD)
    await page.click("text=Make the account")
    await page.wait_for_url("**/")


async def test_a_guest_comes_in_with_a_nickname_and_talks(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    name = new_name()
    page = await visits.page(path=f"/rooms/{room.slug}/")
    await page.fill("form[action$='/guest/'] [name=name]", name)
    await page.click("text=Come in with a nickname")
    await page.wait_for_url(f"**/rooms/{room.slug}/")
    await expect(page.locator(".rail-me")).to_contain_text("guest")
    await page.fill("#write", "hello from a guest")
    await page.press("#write", "Enter")
    await expect(page.locator("#rows .row").last).to_contain_text("hello from a guest")
    await expect(page.locator("#join")).to_be_hidden()


async def test_a_new_account_is_made_and_used_again(visits: Visits) -> None:
    name = new_name()
    page = await visits.page(path="/enter/")
    await page.click("text=Make an account")
    await sign_up(page, name)
    await expect(page.locator(".page-me")).to_have_text(name)
    await page.click("text=Log out")
    await page.wait_for_url("**/enter/")
    await page.fill("[name=username]", name)
    await page.fill("[name=password]", PASSWORD)
    await page.click("form[action='/login/'] button")
    await page.wait_for_url("**/")
    await expect(page.locator(".page-me")).to_have_text(name)


async def test_a_wrong_password_is_said_and_the_name_is_kept(visits: Visits, scene: Scene) -> None:
    page = await visits.page(path="/login/")
    await page.fill("[name=username]", scene.owner.name)
    await page.fill("[name=password]", "a wrong one")
    await page.press("[name=password]", "Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator("[name=username]")).to_have_value(scene.owner.name)


async def test_a_taken_nickname_is_said_at_its_field(visits: Visits, scene: Scene) -> None:
    page = await visits.page(path="/enter/")
    await page.fill("form[action$='/guest/'] [name=name]", scene.owner.name.upper())
    await page.click("text=Come in with a nickname")
    await expect(page.locator("form[action$='/guest/'] .field-errors")).to_be_visible()


async def test_a_bad_password_for_a_new_account_is_explained(visits: Visits) -> None:
    page = await visits.page(path="/signup/")
    await page.fill("[name=name]", new_name())
    await page.fill("[name=password]", "12345")
    await page.click("text=Make the account")
    await expect(page.locator(".field-errors").first).to_be_visible()


async def test_strangers_are_led_to_the_door_and_on_to_where_they_wanted(visits: Visits, scene: Scene) -> None:
    room = scene.room()
    page = await visits.page(path=f"/rooms/{room.slug}/?via=poll&every=5000")
    assert "/enter/" in page.url
    await page.fill("form[action$='/guest/'] [name=name]", new_name())
    await page.click("text=Come in with a nickname")
    await page.wait_for_url(f"**/rooms/{room.slug}/?via=poll&every=5000")
    await expect(page.locator("#transport-word")).to_have_text("polling every 5 s")


async def account(visits: Visits, person: Person) -> Page:
    return await visits.page(person, "/account/")


async def test_the_look_is_chosen_and_kept(visits: Visits, scene: Scene) -> None:
    page = await account(visits, scene.owner)
    background = "() => getComputedStyle(document.documentElement).backgroundColor"
    before = await page.evaluate(background)
    await page.check("[name=look][value=dark]")
    await page.click("text=Save the look")
    await expect(page.get_by_role("status")).to_contain_text("Saved.")
    await page.goto("/")
    assert await page.locator("html").get_attribute("data-look") == "dark"
    assert await page.evaluate(background) != before


async def test_the_name_is_changed_and_open_rooms_know(visits: Visits, scene: Scene) -> None:
    page = await account(visits, scene.owner)
    name = new_name()
    await page.fill("[name=name]", name)
    await page.click("text=Save the name")
    await expect(page.locator(".page-me")).to_have_text(name)


async def test_the_password_is_changed_and_this_browser_stays_in(visits: Visits) -> None:
    page = await visits.page(path="/enter/")
    await sign_up(page, new_name())
    await page.goto("/account/")
    await page.fill("[name=old_password]", PASSWORD)
    await page.fill("[name=new_password1]", PASSWORD + "!")
    await page.fill("[name=new_password2]", PASSWORD + "!")
    await page.click("text=Change the password")
    await expect(page.get_by_role("status")).to_contain_text("Saved.")
    await page.goto("/")
    await expect(page.get_by_role("heading", name="Rooms", exact=True)).to_be_visible()


async def test_a_guest_has_no_password_to_change(visits: Visits, scene: Scene) -> None:
    page = await account(visits, scene.person(guest=True))
    await expect(page.locator("[type=password]")).to_have_count(0)
