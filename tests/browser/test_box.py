"""The search box in a page of another site: by keyboard, with an input method, in place, without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import REFUSED, Portal, open_tab

pytestmark = pytest.mark.browser

READABLE = {"Access-Control-Allow-Origin": "*"}
FALLBACK = '<form action="{site}/"><label>Tìm <input name="q"></label> <button>Tìm</button></form>'


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The addresses of the API that the page has asked."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/api/v1/" in request.url else None)
    return found


@pytest.fixture
def box(page: Page, portal: Portal, site: str) -> Page:
    """A page with a box whose results stand in place."""
    portal.show("<tim-tin results=here size=3></tim-tin>")
    page.goto(portal.address)
    expect(page.get_by_role("combobox")).to_be_visible()
    return page


def test_typing_suggests_and_the_arrow_keys_choose(box: Page) -> None:
    combobox = box.get_by_role("combobox")
    combobox.press_sequentially("chuyen doi")
    expect(box.get_by_role("option").first).to_be_visible()
    expect(combobox).to_have_attribute("aria-expanded", "true")
    combobox.press("ArrowDown")
    expect(combobox).to_have_attribute("aria-activedescendant", "option-0")
    expect(box.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    combobox.press("ArrowUp")
    expect(combobox).not_to_have_attribute("aria-activedescendant", re.compile("."))
    combobox.press("Escape")
    expect(box.get_by_role("listbox")).to_be_hidden()
    expect(combobox).to_have_value("chuyen doi")


def test_a_title_chosen_leads_to_its_article(box: Page, site: str) -> None:
    box.get_by_role("combobox").press_sequentially("chuyen doi so o xa")
    box.get_by_role("option", name="Chuyển đổi số ở xã").click()
    box.wait_for_url(f"{site}/bai/**")
    expect(box.locator("h1")).to_contain_text("Chuyển đổi số ở xã")


def test_nothing_is_asked_while_an_input_method_composes(box: Page, asked: list[str]) -> None:
    combobox = box.get_by_role("combobox")
    combobox.focus()
    combobox.evaluate(
        """input => {
          input.dispatchEvent(new CompositionEvent("compositionstart"));
          for (const text of ["nuo", "nươ", "nước"]) {
            input.value = text;
            input.dispatchEvent(new InputEvent("input", { isComposing: true }));
          }
        }"""
    )
    box.wait_for_timeout(500)
    assert asked == []
    combobox.dispatch_event("compositionend")
    expect(box.get_by_role("option").first).to_be_visible()
    assert len(asked) == 1


def test_fast_typing_asks_once(box: Page, asked: list[str]) -> None:
    box.get_by_role("combobox").press_sequentially("nước sạch", delay=20)
    expect(box.get_by_role("option").first).to_be_visible()
    assert len(asked) == 1


def test_hits_in_place_are_marked_and_lead_on(box: Page, site: str) -> None:
    box.get_by_role("combobox").fill("nước sạch")
    box.get_by_role("combobox").press("Enter")
    region = box.get_by_role("region", name="Kết quả tìm")
    expect(region.locator("li")).to_have_count(3)
    expect(region.locator("mark").first).to_be_visible()
    expect(region.get_by_role("link", name=re.compile("Xem cả"))).to_have_attribute("href", re.compile(f"^{site}/"))


def test_presets_of_the_portal_narrow_everything(page: Page, portal: Portal, asked: list[str]) -> None:
    portal.show('<tim-tin publisher="Báo Không Có" results="here"></tim-tin>')
    page.goto(portal.address)
    page.get_by_role("combobox").press_sequentially("nuoc", delay=20)
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_text("Không tìm thấy bài nào").first).to_be_visible()
    assert all("publisher=B%C3%A1o+Kh%C3%B4ng+C%C3%B3" in address for address in asked)


def test_the_box_works_under_a_strict_policy(page: Page, portal: Portal, site: str) -> None:
    policy = f"default-src 'none'; script-src {site}; connect-src {site}; form-action {site}"
    portal.show("<tim-tin results=here></tim-tin>", policy)
    page.goto(portal.address)
    page.get_by_role("combobox").fill("nước")
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("region", name="Kết quả tìm").locator("mark").first).to_be_visible()


def test_without_javascript_there_is_a_plain_form(browser: Browser, portal: Portal, site: str) -> None:
    portal.show(f"<tim-tin>{FALLBACK.format(site=site)}</tim-tin>")
    for tab in open_tab(browser, site, java_script_enabled=False):
        tab.goto(portal.address)
        tab.get_by_label("Tìm").fill("nước sạch")
        tab.get_by_role("button", name="Tìm").click()
        expect(tab.locator("article.hit").first).to_be_visible()


def test_a_site_that_is_not_allowed_gets_no_answers_but_a_way_on(browser: Browser, site: str, stranger: Portal) -> None:
    stranger.show("<tim-tin results=here></tim-tin>")
    for tab in open_tab(browser, site, may_complain=REFUSED):
        tab.goto(stranger.address)
        tab.get_by_role("combobox").fill("nước")
        tab.get_by_role("combobox").press("Enter")
        expect(tab.get_by_role("link", name="Mở trang tìm kiếm")).to_be_visible()


def test_what_the_service_answers_stays_text(box: Page) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    hit = {"id": hostile, "title": hostile, "title_spans": [[0, 4]], "publisher": hostile, "published_at": hostile}
    hit["snippet"] = {"text": hostile, "spans": [[1, 4]], "cut_before": False, "cut_after": False}
    box.route("**/api/v1/search?*", lambda route: route.fulfill(json={"total": 1, "hits": [hit]}, headers=READABLE))
    box.route(
        "**/api/v1/suggest?*", lambda route: route.fulfill(json={"words": [{"value": hostile}]}, headers=READABLE)
    )
    combobox = box.get_by_role("combobox")
    combobox.press_sequentially("xin")
    expect(box.get_by_role("option", name=hostile)).to_be_visible()
    combobox.press("Enter")
    expect(box.get_by_role("link", name=hostile)).to_be_visible()
    assert box.locator("img").count() == 0


def test_the_demonstration_and_the_page_about_the_box_work(page: Page) -> None:
    for address in ("/demo", "/box"):
        page.goto(address)
        page.get_by_role("combobox").last.fill("nước")
        page.get_by_role("combobox").last.press("Enter")
        expect(page.get_by_role("region", name="Kết quả tìm").last.locator("mark").first).to_be_visible()


def test_the_framed_form_leads_the_whole_window_to_the_results(page: Page, portal: Portal, site: str) -> None:
    portal.show(f'<iframe src="{site}/box/frame" title="Tìm"></iframe>')
    page.goto(portal.address)
    page.frame_locator("iframe").get_by_role("searchbox").fill("nước")
    page.frame_locator("iframe").get_by_role("button", name="Tìm").click()
    page.wait_for_url(f"{site}/?q=**")
    expect(page.locator("article.hit").first).to_be_visible()
