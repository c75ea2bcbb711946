"""A picture of each page, light, dark and on a phone: `make screenshots`, to be looked at.

python -m tests.browser.screenshots FOLDER
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner
from playwright.sync_api import Browser, sync_playwright

from indexer.cli import main as timtin
from service import create_app
from service.settings import Access, Settings
from tests.browser.conftest import CHROMIUM, FLAGS, follow
from tests.serving import serving

PAGES = {
    "start": "/",
    "results": "/?q=nuoc sach",
    "narrowed": "/?q=đảng&from=2019&to=2021",
    "nothing": "/?q=khôngcógìcả",
    "help": "/tro-giup",
    "missing": "/bai/không-có",
    "api": "/api/docs",
    "box": "/box",
    "demo": "/demo",
    "compare": "/so-sanh?q=bão&q=đảng&q=trường&q=nước&q=rừng",
    "compare-share": "/so-sanh?q=bão OR lũ&q=đảng&q=trường&q=nước sạch&q=rừng&measure=share&from=2019-03-10&to=2021",
    "compare-nothing": "/so-sanh",
    "queries": "/cau-tim",
    "advanced": "/nang-cao?q=nước+sạch&from=2019&sort=newest",
}
KINDS = {
    "light": {"viewport": {"width": 1200, "height": 900}},
    "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
}


def main() -> None:
    """Make the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        added = CliRunner().invoke(timtin, ["--home", home, "add", "samples/pages"])
        if added.exit_code:
            sys.exit(added.output)
        opened = dict.fromkeys(("explain", "export", "statistics"), Access.PUBLIC)
        app = create_app(Settings(home=Path(home), rate_limit=0, query_log_days=30, **opened))  # type: ignore[arg-type]
        for q in ("nước sạch", "nuoc sach", "bão", "không có gì cả", "khônggìcả"):
            app.test_client().get("/", query_string={"q": q})
        app.extensions["timtin"].query_log.close()
        with serving(app) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for kind, options in KINDS.items():
                take(browser, site, folder, kind, options)
            browser.close()
        app.extensions["timtin"].query_log.close()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


def take(browser: Browser, site: str, folder: Path, kind: str, options: dict[str, object]) -> None:
    """Take a picture of each page, of an article and of the reasons it was found."""
    tab = browser.new_context(base_url=site, locale="vi-VN", **options).new_page()  # type: ignore[arg-type]
    for name, address in PAGES.items():
        tab.goto(address)
        tab.screenshot(path=folder / f"{name}-{kind}.png", full_page=True)
    tab.goto(PAGES["results"])
    follow(tab.get_by_role("link", name="Vì sao").first)
    tab.screenshot(path=folder / f"why-{kind}.png", full_page=True)
    tab.go_back()
    follow(tab.locator(".hit-title a").first)
    tab.screenshot(path=folder / f"article-{kind}.png", full_page=True)
    tab.goto(PAGES["box"])
    tab.get_by_role("combobox").press_sequentially("nuoc")
    tab.get_by_role("option").first.wait_for()
    tab.screenshot(path=folder / f"suggestions-{kind}.png")
    tab.context.close()


if __name__ == "__main__":
    main()
