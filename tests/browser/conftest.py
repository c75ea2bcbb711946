"""A real browser before the real application: the sample pages, indexed by the command line's own pipeline."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from werkzeug.wrappers import Response

from indexer.cli import main
from service import create_app
from service.settings import Access, Settings
from tests.serving import serving

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
TIMEOUT_MS = 20_000
REFUSED = ("CORS policy", "net::ERR_FAILED")
"""What a tab complains of when a stranger may not read an answer."""


class Portal:
    """A page of another site, with whatever it is to show in it."""

    def __init__(self, service: list[str]) -> None:
        self.address = ""
        self._service = service
        self._body, self._policy = "", ""

    def show(self, body: str, policy: str = "") -> None:
        """Show this, and the script of the box, under a content security policy."""
        script = f'<script type="module" src="{self._service[0]}/box/v1/tim-tin.js"></script>'
        self._body, self._policy = f"<!doctype html><html lang=vi><title>Cổng</title>{script}{body}</html>", policy

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        headers = {"Content-Security-Policy": self._policy} if self._policy else {}
        return Response(self._body, content_type="text/html; charset=utf-8", headers=headers)(environ, start_response)


@pytest.fixture(scope="session")
def service() -> list[str]:
    """Where the application will be: known only after the portals', which it must allow."""
    return []


@pytest.fixture(scope="session")
def portal(service: list[str]) -> Iterator[Portal]:
    """A site that may read the API."""
    shown = Portal(service)
    with serving(shown) as shown.address:
        yield shown


@pytest.fixture(scope="session")
def stranger(service: list[str], site: str) -> Iterator[Portal]:
    """A site that may not."""
    shown = Portal(service)
    with serving(shown) as shown.address:
        yield shown


@pytest.fixture(scope="session")
def site(
    repo_root: Path, tmp_path_factory: pytest.TempPathFactory, portal: Portal, service: list[str]
) -> Iterator[str]:
    """The address of the application, over the samples."""
    home = tmp_path_factory.mktemp("home")
    CliRunner().invoke(main, ["--home", str(home), "add", str(repo_root / "samples" / "pages")], catch_exceptions=False)
    opened = dict.fromkeys(("explain", "export", "statistics"), Access.PUBLIC)
    app = create_app(Settings(home=home, rate_limit=0, allowed_origins=portal.address, query_log_days=30, **opened))
    with serving(app) as address:
        service.append(address)
        yield address
    del app
    gc.collect()  # now, while the tests' filter for the engine's files is in force


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no browser at {CHROMIUM}: make chromium installs it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A tab on a desktop; whatever the page complains about in the console fails the test."""
    yield from open_tab(browser, site)


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """A tab on a phone."""
    yield from open_tab(browser, site, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait until that is there: a click alone may return before."""
    with link.page.expect_navigation():
        link.click()


def open_tab(
    browser: Browser, site: str, may_complain: tuple[str, ...] = ("404",), **options: object
) -> Iterator[Page]:
    """Open a tab; what it complains of but may not fails the test in the end."""
    context = browser.new_context(base_url=site, locale="vi-VN", **options)  # type: ignore[arg-type]
    context.set_default_timeout(TIMEOUT_MS)
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    context.close()
    assert not [text for text in complaints if not any(expected in text for expected in may_complain)]
