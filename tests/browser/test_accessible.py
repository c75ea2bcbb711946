"""axe finds nothing wrong with any page, light or dark, on a desktop or a phone, the box open or closed."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import follow, open_tab

pytestmark = pytest.mark.browser

PAGES = [
    "/", "/?q=nước", "/?q=nuoc+sach", "/?q=khôngcógìcả", "/?q=đảng&from=2019&to=2021", "/tro-giup", "/bai/không-có",
    "/?q=nước&collapse=story", "/box", "/demo", "/box/frame", "/api/docs", "/cau-tim", "/nang-cao", "/nang-cao?all=",
    "/so-sanh",
    "/so-sanh?q=nước&q=bão&q=rừng&q=trường&q=đảng",
    "/so-sanh?q=nước&q=bão+OR+lũ&measure=share&from=2019-02&to=2021-03-04",
]  # fmt: skip


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes']]}" for each in found]


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_shuts_anybody_out(browser: Browser, site: str, address: str, scheme: str) -> None:
    for tab in open_tab(browser, site, color_scheme=scheme, bypass_csp=True):
        tab.goto(address)
        assert faults(tab) == []


def test_an_article_and_the_reasons_for_it_shut_nobody_out(browser: Browser, site: str) -> None:
    for tab in open_tab(browser, site, bypass_csp=True):
        tab.goto("/?q=nước")
        follow(tab.get_by_role("link", name="Vì sao").first)
        assert faults(tab) == []
        tab.go_back()
        follow(tab.locator(".hit-title a").first)
        assert faults(tab) == []


def test_the_box_with_its_suggestions_shuts_nobody_out(browser: Browser, site: str) -> None:
    for tab in open_tab(browser, site, bypass_csp=True):
        tab.goto("/box")
        tab.get_by_role("combobox").press_sequentially("nuoc sa")
        expect(tab.get_by_role("option").first).to_be_visible()
        tab.get_by_role("combobox").press("ArrowDown")
        assert faults(tab) == []
