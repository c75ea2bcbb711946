"""Asking: within the portal, within limits, and politely."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import httpx2
import pytest

from indexer.addresses import host_of
from indexer.crawl.answers import Answer, Failed, Fetched, Moved, NotModified, Refused, Request, Role
from indexer.crawl.bodies import Body, BodyBroken, BodyTooLong, gunzipped
from indexer.crawl.connecting import is_public
from indexer.crawl.fetching import Fetcher
from indexer.crawl.gate import Gate
from indexer.crawl.responses import read_response
from indexer.crawl.robots import LONGEST_DELAY, Wishes
from indexer.crawl.source import Source, SourceKind
from indexer.crawl.trying import look
from indexer.raw_page import MAX_ARTICLE_BYTES
from tests.crawl.misbehaving_portal import BOMB, Misbehaviour, Portal, portal


def source_of(shown: Portal, **settings: object) -> Source:
    made = Source("cổng", SourceKind.FEED, f"{shown.address}/rss.xml", allow_private=True, delay=0.0, timeout=1.5)
    return replace(made, **settings)  # type: ignore[arg-type]


def within(request: Request, address: str) -> Refused | None:
    host = host_of(address)
    return None if host in request.source.allowed_hosts else Refused(request, f"it leads to {host}")


def ask(source: Source, path: str, role: Role = Role.PAGE, **known: str) -> Answer:
    with Fetcher(within, lambda request: request.source.delay) as fetcher:
        fetcher.ask(Request(source, path, role, **known))
        answer = fetcher.answer(30)
    assert answer is not None
    return answer


@pytest.fixture(scope="module")
def shown() -> Iterator[Portal]:
    with portal(5) as held:
        yield held


def test_a_page_comes_with_what_tells_its_version(shown: Portal) -> None:
    answer = ask(source_of(shown), f"{shown.address}/tin/bai-1.html")
    assert isinstance(answer, Fetched)
    assert (answer.content_type, answer.charset, answer.etag) == ("text/html", "utf-8", '"1-1"')
    again = ask(source_of(shown), f"{shown.address}/tin/bai-1.html", etag='"1-1"')
    assert isinstance(again, NotModified)


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("bom", Refused, "longer than 8 MiB"),
        ("vo-tan", Refused, "longer than 8 MiB"),
        ("tep-pdf", Refused, "application/pdf, not a page"),
        ("ra-ngoai", Refused, "leads to noi-khac.example"),
        ("vao-trong", Refused, r"leads to 169\.254\.169\.254"),
        ("nho-giot", Failed, r"took longer than 1\.5 s"),
    ],
)
def test_what_has_no_end_or_leads_away_is_left(shown: Portal, name: str, kind: type, reason: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.crawl.fetching.ATTEMPTS", 1)
        answer = ask(source_of(shown), f"{shown.address}/{name}")
    assert isinstance(answer, kind)
    assert isinstance(answer, Refused | Failed)
    assert re.search(reason, answer.reason)


def test_a_page_that_is_elsewhere_is_told_and_not_followed(shown: Portal) -> None:
    answer = ask(source_of(shown), f"{shown.address}/vong-a")
    assert answer == Moved(answer.request, f"{shown.address}/vong-b")


def test_a_list_is_followed_to_its_end_but_not_in_circles(shown: Portal) -> None:
    answer = ask(source_of(shown), f"{shown.address}/vong-a", Role.LIST)
    assert isinstance(answer, Failed)
    assert "redirected more than 5 times" in answer.reason


def test_a_redirect_that_only_adds_a_session_is_followed(shown: Portal) -> None:
    before = shown.asked["/phien;jsessionid=9A"]
    answer = ask(source_of(shown), f"{shown.address}/phien")
    assert isinstance(answer, Fetched)
    assert answer.final == f"{shown.address}/phien"
    assert shown.asked["/phien;jsessionid=9A"] == before + 1


def test_this_machine_is_not_connected_to_unless_that_is_allowed(shown: Portal) -> None:
    before = sum(shown.asked.values())
    answer = ask(source_of(shown, allow_private=False), f"{shown.address}/tin/bai-1.html")
    assert isinstance(answer, Refused)
    assert (
        answer.reason
        == "127.0.0.1 is 127.0.0.1, an address of a private network; --allow-private lets a source lie there"
    )
    assert sum(shown.asked.values()) == before


def test_a_name_is_connected_to_where_it_was_looked_up(shown: Portal) -> None:
    port = shown.address.rsplit(":", 1)[1]
    source = source_of(shown, url=f"http://bao.example:{port}/rss.xml", allow_private=False)
    turns = iter([["203.0.113.1"], ["127.0.0.1"], ["10.0.0.8", "::1"]])

    async def rebinding(host: str, number: int) -> list[str]:
        return next(turns)

    reasons = []
    with Fetcher(within, lambda request: 0.0, rebinding) as fetcher:
        for _ in range(3):
            fetcher.ask(Request(source, f"http://bao.example:{port}/tin/bai-1.html", Role.PAGE))
            answer = fetcher.answer(30)
            assert isinstance(answer, Refused)
            reasons.append(answer.reason)
    assert all("private network" in reason for reason in reasons)


@pytest.mark.parametrize(
    "number",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *(
            "::1",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "ff02::1",
        ),
    ],
)
def test_no_form_of_a_private_address_passes_for_a_public_one(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", ["203.162.0.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_public(number: str) -> None:
    assert is_public(number)


def test_busy_and_broken_portals_are_asked_again() -> None:
    with portal(40, behaviour=Misbehaviour(faults=0.5, slow_seconds=0.01)) as faulty:
        source = source_of(faulty)
        answers = []
        with Fetcher(within, lambda request: 0.0) as fetcher:
            for number in range(40):
                fetcher.ask(Request(source, f"{faulty.address}/tin/bai-{number}.html", Role.PAGE))
            answers = [fetcher.answer(30) for _ in range(40)]
        failed = [answer for answer in answers if isinstance(answer, Failed)]
        assert {type(answer) for answer in answers} == {Fetched, Failed}
        assert all(faulty.asked[answer.request.address.removeprefix(faulty.address)] == 3 for answer in failed)
        assert set(faulty.sent.values()) == {1}


def test_requests_to_a_host_keep_their_distance() -> None:
    with portal(4) as calm:
        source = source_of(calm, delay=0.2)
        begun = time.monotonic()
        with Fetcher(within, lambda request: request.source.delay) as fetcher:
            for number in range(4):
                fetcher.ask(Request(source, f"{calm.address}/tin/bai-{number}.html", Role.PAGE))
            for _ in range(4):
                assert isinstance(fetcher.answer(30), Fetched)
        assert time.monotonic() - begun >= 0.6  # not how fast it is, but that it isn't faster


def test_a_longer_delay_of_robots_is_kept_to_and_bounded() -> None:
    assert Wishes(b"User-agent: TimTin\nCrawl-delay: 7\n", "TimTin").delay == 7.0
    assert Wishes(b"User-agent: *\nCrawl-delay: 86400\n", "TimTin").delay == LONGEST_DELAY
    assert Wishes("User-agent: *\nDisallow: /tìm\nCrawl-delay: nhanh\n".encode(), "TimTin").delay == 0.0


def test_looking_at_a_source_tells_its_kind_and_shows_an_example(shown: Portal) -> None:
    for name, kind in (
        ("rss.xml", SourceKind.FEED),
        ("sitemap.xml", SourceKind.SITEMAP),
        ("tin-tuc", SourceKind.LISTING),
    ):
        source = source_of(shown, url=f"{shown.address}/{name}")
        seen = look(source)
        assert not isinstance(seen, str)
        assert seen.kind is kind
        found = look(replace(source, kind=kind), now=datetime(2026, 1, 1, tzinfo=UTC))
        assert not isinstance(found, str)
        assert found.example is not None
        assert not isinstance(found.example[1], str)
        assert len(found.read.entries) > 1


@pytest.mark.parametrize("piece", [1, 7, 4096, len(BOMB)])
def test_what_is_unpacked_is_counted_while_it_is_unpacked(piece: int) -> None:
    body = Body("gzip", MAX_ARTICLE_BYTES)
    pieces = iter(BOMB[start : start + piece] for start in range(0, len(BOMB), piece))
    with pytest.raises(BodyTooLong, match="longer than 8 MiB"):
        deque(map(body.feed, pieces), maxlen=0)


def test_what_is_not_compressed_as_it_says_is_told() -> None:
    with pytest.raises(BodyBroken, match="'br', which was not asked for"):
        Body("br", 100)
    with pytest.raises(BodyBroken, match="not compressed as it says"):
        Body("gzip", 100).feed(b"<html>")
    half = Body("gzip", MAX_ARTICLE_BYTES * 10)
    half.feed(BOMB[:2000])
    with pytest.raises(BodyBroken, match="ends within"):
        half.whole()
    assert gunzipped(b"<urlset>", 10) == b"<urlset>"


def test_the_gate_names_what_would_open_it(shown: Portal) -> None:
    gate = Gate()
    request = Request(source_of(shown), f"{shown.address}/tin/bai-1.html", Role.PAGE)
    refused = gate.permit(request, "http://noi-khac.example/tin")
    assert refused is not None
    assert refused.reason == "it leads to noi-khac.example; --host noi-khac.example allows that"
    unknown = gate.permit(request, request.address)
    assert unknown is not None
    assert unknown.site == shown.address


def test_what_a_portal_says_it_sends_moves_no_cursor(shown: Portal) -> None:
    request = Request(source_of(shown), f"{shown.address}/tin/bai-1.html", Role.PAGE)
    said = httpx2.Response(200, headers={"content-type": "image/\x1b[2J\x1b]0;x\x07png"})

    with ThreadPoolExecutor(1) as elsewhere:  # a browser test may have left a loop running in this thread
        refused = elsewhere.submit(asyncio.run, read_response(request, request.address, said)).result()

    assert isinstance(refused, Refused)
    assert refused.reason == "it is image/[2j]0, not a page"
