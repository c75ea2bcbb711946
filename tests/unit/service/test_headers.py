"""The headers of every answer."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.unit.service.conftest import make_app
from tests.unit.service.watched_searcher import WatchedSearcher

ADDRESSES = [
    *("/", "/?q=nước", "/tro-giup", "/api/docs", "/bai/cau-cang", "/bai/nothing", "/nothing", "/static/timtin.css"),
    *("/api/v1/search", "/api/v1/search?size=0", "/api/v1/articles/cau-cang", "/healthz", "/readyz", "/robots.txt"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_held_down(client: FlaskClient, address: str) -> None:
    headers = client.get(address, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "Cache-Control" in headers


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_an_id_of_its_own(client: FlaskClient, address: str) -> None:
    first, second = (client.get(address, buffered=True).headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{32}", first)


def test_a_sane_id_is_kept(client: FlaskClient) -> None:
    for sent in ("a", "req-1.2_3:4", "9" * 100):
        assert client.get("/healthz", headers={"X-Request-ID": sent}).headers["X-Request-ID"] == sent


@pytest.mark.parametrize("sent", ["", " ", "a b", "<script>", "ngựa", "9" * 101, "-a", 'a"b', "a\tb"])
def test_an_odd_id_is_replaced(client: FlaskClient, sent: str) -> None:
    given = client.get("/healthz", environ_overrides={"HTTP_X_REQUEST_ID": sent}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", given)


def test_a_page_holds_no_script_of_its_own_and_no_inline_style(client: FlaskClient) -> None:
    for address in ("/", "/?q=nước&author=unknown&from=2019", "/?q=khôngcó", "/bai/cau-cang?q=tàu", "/tro-giup", "/x"):
        html = client.get(address).text
        assert len(re.findall("<script", html)) == 1
        assert re.search(r'<script type="module" src="/static/keys\.js\?v=[0-9a-f]+"></script>', html)
        assert not re.search(r"\s(style|on\w+)=", html)
        assert not re.search(r"""(src|href)=["']?(https?:)?//(?!bencang|mayngan)""", html)


def test_styles_may_be_kept_for_good_and_change_their_address_with_their_content(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/timtin\.css\?v=[0-9a-f]+)"', client.get("/").text)
    assert address
    assert "immutable" in client.get(address[1], buffered=True).headers["Cache-Control"]
    assert client.get("/static/timtin.css", buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("version", ["anything", "", "0" * 12])
def test_another_version_of_a_file_is_not_kept_for_good(client: FlaskClient, version: str) -> None:
    kept = client.get(f"/static/timtin.css?v={version}", buffered=True).headers["Cache-Control"]
    assert kept == "public, max-age=300"


def test_the_version_of_one_file_is_not_that_of_another(client: FlaskClient) -> None:
    address = re.search(r"/static/timtin\.css(\?v=[0-9a-f]+)", client.get("/").text)
    assert address
    other = client.get(f"/static/keys.js{address[1]}", buffered=True)
    assert "immutable" not in other.headers["Cache-Control"]


def test_behind_a_trusted_proxy_links_keep_its_prefix(searcher: WatchedSearcher) -> None:
    sent = {"X-Forwarded-Prefix": "/tim", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "cong.example"}
    trusting = make_app(searcher, trusted_proxies=1).test_client().get("/", headers=sent).text
    assert 'action="/tim/"' in trusting
    assert 'href="/tim/static/timtin.css' in trusting
    assert 'href="/tim/bai/vo-danh"' in trusting
    assert 'action="/"' in make_app(searcher).test_client().get("/", headers=sent).text


@pytest.mark.parametrize(
    "sent", [{"X-Forwarded-Prefix": "//khac.example"}, {"X-Forwarded-Proto": "javascript"}], ids=["prefix", "scheme"]
)
def test_what_a_proxy_lets_through_leads_to_no_other_site(searcher: WatchedSearcher, sent: dict[str, str]) -> None:
    client = make_app(searcher, trusted_proxies=1).test_client()
    for address in ("/nang-cao?all=x", "/", "/api/docs"):
        answer = client.get(address, headers=sent)
        assert answer.status_code == 400
        assert "khac.example" not in answer.headers.get("Location", "")


def test_crawlers_stay_off_results_and_copies(client: FlaskClient) -> None:
    robots = client.get("/robots.txt")
    assert robots.content_type == "text/plain; charset=utf-8"
    assert {"Disallow: /api/", "Disallow: /bai/"} <= set(robots.text.splitlines())
    for address in ("/?q=nước", "/bai/cau-cang"):
        assert '<meta name="robots" content="noindex">' in client.get(address).text
    assert 'rel="canonical" href="https://bencang.example/cau-cang"' in client.get("/bai/cau-cang").text
