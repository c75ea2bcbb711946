"""A portal on this machine that does all that portals do to those who read them, the same each time for a seed.

It counts every request, and knows what must be found in the end. Articles are numbered; each is wholly invented.
"""

from __future__ import annotations

import gzip
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BEGUN = 1_600_000_000
"""The second at which article 0 appeared; each later one a minute after the one before it."""

PLACES = ["Hòa Ấp", "Bến Lội", "Rạch Sỏi", "Đồng Chum", "Cồn Vẹt", "Suối Mây", "Gò Tháp", "Kênh Trũng"]
DEEDS = [
    "đưa vào sử dụng nhà văn hóa",
    "khởi công cầu bê tông",
    "trao học bổng cho học sinh",
    "nạo vét kênh tưới",
    "tập huấn trồng lúa sạch",
    "mở lớp dạy chữ buổi tối",
    "khám bệnh miễn phí cho người già",
    "trồng thêm hàng cây ven lộ",
]
PEOPLE = ["Lò Văn Thử", "Trịnh Thị Mẫu", "Nguyễn Giả Định", "Phan Ví Dụ"]

DRIP = "nho-giot"
QUICK_TRAPS = ("vong-a", "vong-b", "ra-ngoai", "vao-trong", "bom", "vo-tan", "tep-pdf", "trang-loi", "ve-trang-chu")
TRAPS = (*QUICK_TRAPS, DRIP)

SERVER_ERROR, BUSY, SLOW, CUT, DROPPED = "500", "429", "slow", "cut", "dropped"
FAULTS = (SERVER_ERROR, SERVER_ERROR, SERVER_ERROR, BUSY, SLOW, CUT, DROPPED)


@dataclass(slots=True)
class Item:
    """An article of the portal."""

    number: int
    version: int = 1
    deleted: int | None = None
    """The status that its page answers with since it was deleted."""
    forbidden: bool = False

    @property
    def path(self) -> str:
        """Its page."""
        return f"/{'noi-bo' if self.forbidden else 'tin'}/bai-{self.number}.html"

    @property
    def title(self) -> str:
        """Its title, by which it is told from all others."""
        place = PLACES[self.number % len(PLACES)]
        deed = DEEDS[self.number // len(PLACES) % len(DEEDS)]
        return f"Xã {place} {deed} đợt {self.number}"

    @property
    def word(self) -> str:
        """A word that only this version of it has."""
        return f"mốc{self.number}x{self.version}"

    @property
    def moment(self) -> int:
        """When it appeared, or its version did."""
        return BEGUN + 60 * self.number + 3_600 * (self.version - 1)

    @property
    def etag(self) -> str:
        """What changes with it."""
        return f'"{self.number}-{self.version}"'


@dataclass(slots=True)
class Misbehaviour:
    """How much of it there is."""

    faults: float = 0.0
    """Of the requests for pages, how many fail."""
    slow_seconds: float = 0.3
    conditional: bool = True
    broken_lists: float = 0.0


@dataclass(slots=True)
class Portal:
    """What the portal holds, and what was asked of it."""

    seed: int
    items: dict[int, Item]
    behaviour: Misbehaviour
    address: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    """Requests by path, whatever came of them."""
    sent: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Whole bodies that were sent, by number and version."""
    answered: Counter[str] = field(default_factory=Counter)
    lock: threading.RLock = field(default_factory=threading.RLock)
    traps: tuple[str, ...] = ()
    """What the lists name that must not be followed, or not to its end."""
    moved: dict[int, str] = field(default_factory=dict)
    """Paths that articles have moved to; the lists still name the old ones."""
    feed_entries: int = 100
    """Articles that the feed names, the newest."""
    plain: bool = False
    """Whether the pages say neither when they appeared nor who wrote them."""
    busy_for: int = 0
    """Seconds for which the portal wants to be left alone."""
    down: int | None = None
    """The status that every page answers with, on a bad day."""

    def present(self) -> list[Item]:
        """Give the articles that must be found."""
        with self.lock:
            return [item for item in self.items.values() if item.deleted is None and not item.forbidden]

    def listed(self) -> list[Item]:
        """Give the articles that the lists name, the newest first."""
        with self.lock:
            return sorted((i for i in self.items.values() if i.deleted is None), key=lambda i: -i.number)

    def change(self, number: int) -> None:
        """Correct an article."""
        with self.lock:
            self.items[number].version += 1

    def delete(self, number: int) -> None:
        """Delete an article: every second one for good (410)."""
        with self.lock:
            self.items[number].deleted = 410 if number % 2 else 404

    def add(self, number: int) -> None:
        """Publish an article."""
        with self.lock:
            self.items[number] = Item(number)

    def fault(self, path: str) -> str | None:
        """Say how this request fails: by the path and how often it was asked for, so that it is the same each time."""
        if not self.behaviour.faults:
            return None
        chance = random.Random(f"{self.seed} {path} {self.asked[path]}")
        return chance.choice(FAULTS) if chance.random() < self.behaviour.faults else None


@contextmanager
def portal(
    articles: int, *, seed: int = 1, behaviour: Misbehaviour | None = None, forbidden: int = 0, port: int = 0
) -> Iterator[Portal]:
    """Serve a portal of so many articles, the last of which robots.txt forbids."""
    items = {n: Item(n, forbidden=n >= articles - forbidden) for n in range(articles)}
    held = Portal(seed, items, behaviour or Misbehaviour())

    class Handler(_Handler):
        portal = held

    server = _Server(("127.0.0.1", port), Handler)
    held.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: who is killed breaks connections off."""


class _Handler(BaseHTTPRequestHandler):
    portal: Portal
    protocol_version = "HTTP/1.1"
    timeout = 20
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        with self.portal.lock:
            self.portal.asked[parts.path] += 1
            path = parts.path.partition(";")[0]
            fault = self.portal.fault(parts.path)
        try:
            if number := re.fullmatch(r"/(?:tin|noi-bo|moi)/bai-(\d+)\.html", path):
                self._page(int(number[1]), fault)
            else:
                named = path.strip("/").replace("-", "_").replace(".", "_")
                shown = getattr(self, f"show_{named or 'front'}", None)
                shown(parse_qs(parts.query)) if shown else self._send(404, b"Khong co trang nay", "text/plain")
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    # Pages

    def _page(self, number: int, fault: str | None) -> None:
        with self.portal.lock:
            item = self.portal.items.get(number)
            deleted = item.deleted if item else 404
            page = _html(item, self.portal) if item and deleted is None else b""
            key = (number, item.version) if item else (number, 0)
            etag, moment = (item.etag, item.moment) if item else ("", 0)
        if self._failed(fault, page):
            return
        if self.portal.busy_for:
            self._send(429, b"", "text/plain", {"Retry-After": str(self.portal.busy_for)})
            return
        if self.portal.down:
            self._send(self.portal.down, "<h1>Lỗi hệ thống</h1>".encode(), "text/html; charset=utf-8")
        elif number in self.portal.moved and not self.path.startswith("/moi/"):
            self._send(301, b"", None, {"Location": self.portal.moved[number]})
        elif deleted is not None:
            self._send(deleted, "<h1>Bài viết không tồn tại</h1>".encode(), "text/html; charset=utf-8")
        elif self.portal.behaviour.conditional and self._is_known(etag, moment, number):
            self._send(304, b"", None, self._version(etag, moment, number))
        else:
            with self.portal.lock:
                self.portal.sent[key] += 1
            self._send(200, page, "text/html; charset=utf-8", self._version(etag, moment, number))

    def _version(self, etag: str, moment: int, number: int) -> dict[str, str]:
        """Every third page has only a time, as many portals do."""
        modified = {"Last-Modified": formatdate(moment, usegmt=True)}
        return modified if number % 3 == 0 else {**modified, "ETag": etag}

    def _is_known(self, etag: str, moment: int, number: int) -> bool:
        if number % 3 == 0:
            return self.headers.get("If-Modified-Since") == formatdate(moment, usegmt=True)
        return self.headers.get("If-None-Match") == etag

    def _failed(self, fault: str | None, page: bytes) -> bool:
        if fault is None:
            return False
        self.portal.answered[fault] += 1
        if fault == SLOW:
            time.sleep(self.portal.behaviour.slow_seconds)
            return False
        if fault == SERVER_ERROR:
            self._send(500, b"Loi may chu", "text/html")
        elif fault == BUSY:
            self._send(429, b"", "text/plain", {"Retry-After": "0"})
        elif fault == CUT:
            self._send(200, page[: len(page) // 2], "text/html", {"Content-Length": str(len(page) + 100)})
            self.close_connection = True
        else:
            self.close_connection = True
            self.connection.close()
        return True

    # Lists

    def show_rss_xml(self, _: Any) -> None:
        items = self.portal.listed()[: self.portal.feed_entries]
        body = "".join(_rss_item(item, self.portal.address) for item in items)
        traps = "".join(f"<item><title>Bẫy</title><link>{link}</link></item>" for link in self._traps())
        text = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Cổng</title>{traps}{body}'
        self._list(f"{text}</channel></rss>", "application/rss+xml; charset=utf-8")

    def show_sitemap_xml(self, _: Any) -> None:
        names = "".join(
            f"<sitemap><loc>{self.portal.address}/sitemap-{half}.xml.gz</loc></sitemap>" for half in ("chan", "le")
        )
        self._list(f'<?xml version="1.0"?><sitemapindex>{names}</sitemapindex>', "application/xml")

    def show_sitemap_chan_xml_gz(self, _: Any) -> None:
        self._half(0)

    def show_sitemap_le_xml_gz(self, _: Any) -> None:
        self._half(1)

    def _half(self, half: int) -> None:
        items = [item for item in self.portal.listed() if item.number % 2 == half]
        urls = "".join(
            f"<url><loc>{self.portal.address}{item.path}</loc><lastmod>{_iso(item.moment)}</lastmod></url>"
            for item in items
        )
        urls += "".join(f"<url><loc>{link}</loc></url>" for link in (self._traps() if half else ()))
        text = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        self._list(gzip.compress(text.encode(), mtime=0), "application/gzip")

    def show_tin_tuc(self, query: dict[str, list[str]]) -> None:
        page = int(query.get("p", ["1"])[0])
        items = self.portal.listed()
        shown = items[(page - 1) * 20 : page * 20]
        links = "".join(
            f'<h3><a href="{item.path};jsessionid={item.number:X}F?utm_source=trang-chu">{item.title}</a></h3>'
            for item in shown
        )
        onward = f'<a class="sau" href="/tin-tuc?p={page + 1}">Sau</a>' if page * 20 < len(items) else ""
        self._list(f"<html><body>{links}{onward}<a href='/'>Trang chủ</a></body></html>", "text/html; charset=utf-8")

    def show_robots_txt(self, _: Any) -> None:
        self._send(200, b"User-agent: *\nDisallow: /noi-bo/\n", "text/plain")

    def _list(self, body: str | bytes, kind: str) -> None:
        content = body if isinstance(body, bytes) else body.encode()
        etag = f'"{hash(content) & 0xFFFFFFFF:x}"'
        if self.headers.get("If-None-Match") == etag:
            self._send(304, b"", None, {"ETag": etag})
        else:
            self._send(200, content, kind, {"ETag": etag})

    # What must not be followed, or not to its end

    def _traps(self) -> list[str]:
        if not self.portal.traps:
            return []
        here = self.portal.address
        doubles = [f"{here}/tin/bai-1.html?utm_source=rss&amp;fbclid=x", f"{here}/tin/bai-1.html#binh-luan"]
        return [*(f"{here}/{name}" for name in self.portal.traps), "https://noi-khac.example/tin/1", *doubles]

    def show_vong_a(self, _: Any) -> None:
        self._send(302, b"", None, {"Location": "/vong-b"})

    def show_vong_b(self, _: Any) -> None:
        self._send(302, b"", None, {"Location": "/vong-a"})

    def show_ra_ngoai(self, _: Any) -> None:
        self._send(302, b"", None, {"Location": "http://noi-khac.example/tin"})

    def show_vao_trong(self, _: Any) -> None:
        self._send(302, b"", None, {"Location": "http://169.254.169.254/latest/meta-data"})

    def show_ve_trang_chu(self, _: Any) -> None:
        self._send(302, b"", None, {"Location": "/"})

    def show_phien(self, query: dict[str, list[str]]) -> None:
        """Lead to itself with a session, as some servers do."""
        if ";" in self.path:
            self._send(200, b"<html><body>Phien</body></html>", "text/html")
        else:
            self._send(302, b"", None, {"Location": "/phien;jsessionid=9A"})

    def show_bom(self, _: Any) -> None:
        self._send(200, BOMB, "text/html", {"Content-Encoding": "gzip"})

    def show_tep_pdf(self, _: Any) -> None:
        self._send(200, b"%PDF-1.4", "application/pdf")

    def show_trang_loi(self, _: Any) -> None:
        self._send(200, "<html><body><p>Lỗi</p></body></html>".encode(), "text/html; charset=utf-8")

    def show_vo_tan(self, _: Any) -> None:
        """Send a body without an end."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for _each in range(100_000):
            self.wfile.write(b"<p>Khong co ket thuc.</p>" * 2_000)

    def show_nho_giot(self, _: Any) -> None:
        """Send a byte now and then: no single wait is long."""
        self.close_connection = True
        for byte in b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Cham: " + b"x" * 3_000:
            self.wfile.write(bytes((byte,)))
            self.wfile.flush()
            time.sleep(0.05)

    def _send(self, status: int, body: bytes, kind: str | None, headers: dict[str, str] | None = None) -> None:
        self.portal.answered[str(status)] += 1
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        given = {"Content-Length": str(len(body)), **(headers or {})}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


BOMB = gzip.compress(b"<p>Nho ma lon.</p>" * 2_000_000, 9, mtime=0)
"""Some kilobytes that become 34 MB."""


def _html(item: Item, portal: Portal) -> bytes:
    address = portal.address
    paragraphs = "".join(
        f"<p>{sentence}</p>"
        for sentence in (
            f"Sáng nay, xã {PLACES[item.number % len(PLACES)]} {DEEDS[item.number // len(PLACES) % len(DEEDS)]}"
            f" với sự có mặt của đông đảo bà con trong ấp, mang ký hiệu {item.word}.",
            "Ông Lê Thử Nghiệm, trưởng ấp, cho biết công trình do bà con góp công, góp của trong hơn ba tháng liền.",
            f"Theo kế hoạch, đợt {item.number + 1} sẽ được tiến hành ngay sau vụ thu hoạch để kịp phục vụ bà con.",
        )
    )
    written = time.strftime("%d/%m/%Y %H:%M:%S", time.gmtime(item.moment + 7 * 3_600))
    date = "" if portal.plain else f'<p class="date">{written}</p>'
    author = "" if portal.plain else f"<p><strong>{PEOPLE[item.number % len(PEOPLE)]}</strong></p>"
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{item.title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{item.title}">'
        f'<link rel="canonical" href="{address}{item.path}"></head><body>'
        f'<nav><a href="/">Trang chủ</a> <a href="/tin-tuc">Tin tức</a></nav><article><h1>{item.title}</h1>'
        f'{date}<div class="content">{paragraphs}{author}</div></article>'
        "<footer>Cổng thông tin điện tử huyện Bến Thử</footer></body></html>"
    ).encode()


def _rss_item(item: Item, address: str) -> str:
    return (
        f"<item><title>{item.title}</title><link>{address}{item.path}?utm_source=rss</link>"
        f"<guid>{item.number}</guid><author>{PEOPLE[item.number % len(PEOPLE)]}</author><category>Nông thôn</category>"
        f"<pubDate>{formatdate(item.moment, usegmt=True)}</pubDate></item>"
    )


def _iso(moment: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))
