"""A reader at work: searching, narrowing, reading, going back; with mouse, keyboard, phone and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import follow, open_tab

pytestmark = pytest.mark.browser

ADDRESSES = [
    "/",
    "/?q=nước",
    "/?q=nước&from=2019&to=2021&author=unknown",
    "/?q=khôngcógìcả",
    "/tro-giup",
    "/api/docs",
    "/bai/không-có",
    "/so-sanh?q=nước&q=bão+OR+lũ&q=rừng&q=trường&q=đảng&measure=share&from=2019-02&to=2021-03-04",
    "/nang-cao?all=",
]


def search(page: Page, q: str) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill(q)
    follow(page.get_by_role("button", name="Tìm", exact=True))


def total(page: Page) -> int:
    found = re.search(r"Tìm thấy ([\d.]+) bài", page.locator(".total").inner_text())
    assert found
    return int(found[1].replace(".", ""))


def test_a_search_shows_marked_hits(page: Page) -> None:
    search(page, "nước sạch")
    expect(page).to_have_title("nước sạch – Tìm Tin")
    expect(page.locator("article.hit").first.locator("mark").first).to_have_text(re.compile("nước", re.IGNORECASE))
    assert total(page) >= page.locator("article.hit").count() > 0


def test_a_query_without_accents_finds_accented_text(page: Page) -> None:
    search(page, "dich ta lon chau phi")
    expect(page.locator(".hit-title").first).to_contain_text("dịch tả lợn châu Phi")


def test_a_facet_narrows_and_its_chip_widens_again(page: Page) -> None:
    search(page, "đảng")
    before = total(page)
    choice = page.locator("section[aria-labelledby=loc-publisher] .choice").first
    counted = int(choice.locator(".choice-count").inner_text().split()[0])
    follow(choice)
    assert total(page) == counted
    chip = page.get_by_role("link", name=re.compile("Bỏ bộ lọc"))
    expect(chip).to_have_count(1)
    follow(chip)
    assert total(page) == before
    expect(page.locator(".chip")).to_have_count(0)


def test_the_date_form_narrows_to_its_days_and_keeps_the_query(page: Page) -> None:
    search(page, "bão")
    page.get_by_label("Từ ngày").fill("2020-11-01")
    page.get_by_label("Đến hết ngày").fill("2020-11-01")
    follow(page.get_by_role("button", name="Lọc theo ngày"))
    expect(page.locator(".chip")).to_contain_text("01/11/2020")
    expect(page.get_by_role("searchbox")).to_have_value("bão")
    assert total(page) == 1
    expect(page.locator("article.hit time")).to_have_text("01/11/2020, 17:17")


def test_pages_go_on_and_back(page: Page) -> None:
    search(page, "của")
    first = page.locator(".hit-title").all_inner_texts()
    follow(page.get_by_role("link", name="Trang sau"))
    expect(page.locator("[aria-current=page]")).to_have_text("Trang 2")
    assert not set(first) & set(page.locator(".hit-title").all_inner_texts())
    page.go_back()
    assert page.locator(".hit-title").all_inner_texts() == first


def test_an_article_is_read_and_the_way_back_leads_to_the_same_results(page: Page) -> None:
    page.goto("/?q=của&page=2")
    titles = page.locator(".hit-title").all_inner_texts()
    follow(page.locator(".hit-title a").nth(2))
    expect(page.locator("h1")).to_have_text(titles[2])
    expect(page.locator(".body mark").first).to_be_visible()
    follow(page.get_by_role("link", name="Về kết quả"))
    assert page.locator(".hit-title").all_inner_texts() == titles
    page.go_back()
    page.go_back()
    assert page.locator(".hit-title").all_inner_texts() == titles


def test_everything_can_be_done_from_the_keyboard(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("chuyển đổi số")
    page.keyboard.press("Enter")
    expect(page.locator("article.hit").first).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Bỏ qua phần đầu trang")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.hit-title') !== null"):
            break
    outline = page.evaluate(
        "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
    )
    assert outline == "solid3px"
    page.keyboard.press("Enter")
    expect(page.locator("article.whole")).to_be_visible()


def test_without_javascript_all_of_it_works(browser: Browser, site: str) -> None:
    for page in open_tab(browser, site, java_script_enabled=False):
        search(page, "trường")
        follow(page.locator("section[aria-labelledby=loc-date] .choice").first)
        expect(page.locator(".chip")).to_have_count(1)
        follow(page.get_by_role("link", name="Cũ nhất"))
        follow(page.locator(".hit-title a").first)
        expect(page.locator("article.whole h1")).to_be_visible()
        follow(page.get_by_role("link", name="Về kết quả"))
        expect(page.locator(".sorts [aria-current]")).to_have_text("Cũ nhất")


@pytest.mark.parametrize("width", [320, 360, 768])
def test_no_page_scrolls_sideways(browser: Browser, site: str, width: int) -> None:
    for page in open_tab(browser, site, viewport={"width": width, "height": 700}):
        for address in [*ADDRESSES, "/?q=" + "dàiquá" * 60]:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        page.goto("/?q=nước")
        follow(page.locator(".hit-title a").first)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_filters_unfold(phone: Page) -> None:
    search(phone, "nước")
    choice = phone.locator("section[aria-labelledby=loc-author] .choice").first
    expect(choice).to_be_hidden()
    phone.get_by_text("Lọc kết quả", exact=True).tap()
    expect(choice).to_be_visible()
    choice.tap()
    expect(phone.locator(".chip")).to_have_count(1)


def test_on_a_desktop_filters_stand_open(page: Page) -> None:
    search(page, "nước")
    expect(page.locator("section[aria-labelledby=loc-author] .choice").first).to_be_visible()
    expect(page.locator(".filters > summary")).to_be_hidden()


def test_values_past_the_first_unfold(page: Page) -> None:
    page.goto("/?sort=newest")
    group = page.locator("section[aria-labelledby=loc-author]")
    before = group.locator(".choice:visible").count()
    group.get_by_text(re.compile(r"Thêm \d+ tác giả")).click()
    assert group.locator(".choice:visible").count() > before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, site: str, scheme: str) -> None:
    for page in open_tab(browser, site, color_scheme=scheme):
        for address in ("/", "/?q=nước&author=unknown", "/?q=nước", "/?q=khôngcógìcả", "/tro-giup", *ADDRESSES[-2:]):
            page.goto(address)
            assert page.evaluate(FAINT) == [], address


FAINT = """() => {
  const channels = color => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest('.unseen') || !element.checkVisibility()) continue;
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${element.className || element.tagName} ${contrast.toFixed(2)}`);
  }
  return faint;
}"""
"""Elements whose text has less contrast than WCAG AA asks for (1.4.3, 4.5 to 1)."""


def test_printing_leaves_out_what_paper_can_not_do(page: Page) -> None:
    page.goto("/?q=nước")
    page.emulate_media(media="print")
    expect(page.locator("article.hit").first).to_be_visible()
    for part in (".search", ".filters", ".sorts"):
        expect(page.locator(part).first).to_be_hidden()


def test_results_are_walked_by_keys(page: Page) -> None:
    search(page, "của")
    page.locator("h1").click(force=True)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".hit-title a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".hit-title a").first).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("[aria-current=page]")).to_have_text("Trang 2")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("jk?")
    expect(page.get_by_role("searchbox")).to_have_value("jk?")


def test_one_hit_leads_to_the_next(page: Page) -> None:
    search(page, "nước sạch")
    titles = page.locator(".hit-title").all_inner_texts()
    follow(page.locator(".hit-title a").first)
    follow(page.get_by_role("link", name="Bài sau"))
    expect(page.locator("h1")).to_have_text(titles[1])
    follow(page.get_by_role("link", name="Bài trước"))
    expect(page.locator("h1")).to_have_text(titles[0])


def test_a_point_of_a_comparison_leads_to_its_articles(page: Page) -> None:
    search(page, "nước")
    follow(page.get_by_role("link", name="So sánh theo thời gian"))
    page.get_by_label("Câu 2").fill("bão OR lũ")
    follow(page.get_by_role("button", name="So sánh"))
    mark = page.locator("svg.plot .line-2 a").first
    said = re.search(r"(\d{4}): (\d+) trong", mark.locator("title").text_content() or "")
    assert said
    mark.locator(".mark").hover()
    mark.locator(".mark").click(force=True)
    expect(page.locator(".chip")).to_contain_text(said[1])
    assert (total(page) if page.locator(".total").count() else 0) == int(said[2])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_stand_out_from_the_paper(browser: Browser, site: str, scheme: str) -> None:
    for page in open_tab(browser, site, color_scheme=scheme):
        page.goto("/so-sanh?q=nước&q=bão&q=rừng&q=trường&q=đảng")
        strokes = page.eval_on_selector_all("path.way", "ways => ways.map(way => getComputedStyle(way).stroke)")
        dashes = page.eval_on_selector_all("path.way", "ways => ways.map(way => getComputedStyle(way).strokeDasharray)")
        assert len(set(strokes)) == len(set(dashes)) == 5
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert min(contrast(stroke, paper) for stroke in strokes) >= 3


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours as WCAG counts it."""

    def light(color: str) -> float:
        channels = [int(channel) / 255 for channel in re.findall(r"\d+", color)[:3]]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_advanced_form_works_without_javascript(browser: Browser, site: str) -> None:
    for page in open_tab(browser, site, java_script_enabled=False):
        page.goto("/")
        follow(page.get_by_role("navigation", name="Chung").get_by_role("link", name="Tìm nâng cao"))
        page.get_by_label("Đúng cụm từ này").fill('"nước sạch')
        page.get_by_label("Không có các từ này").fill("OR bão")
        follow(page.get_by_role("button", name="Tìm", exact=True))
        expect(page.get_by_role("searchbox")).to_have_value('"nước sạch" -or -bão')
        expect(page.locator("article.hit").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 341, 360, 377, 390])
def test_the_link_to_the_reasons_stays_on_one_line(browser: Browser, site: str, width: int) -> None:
    for tab in open_tab(browser, site, viewport={"width": width, "height": 740}, is_mobile=True):
        tab.goto("/?q=nước")
        lines = tab.locator(".why a").evaluate_all("links => links.map(link => link.getClientRects().length)")
        assert set(lines) == {1}
