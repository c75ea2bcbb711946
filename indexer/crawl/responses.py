"""What is said to a portal in a request, and what does its response mean?"""

from __future__ import annotations

from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from indexer.addresses import canonical, host_of
from indexer.clean_text import one_line
from indexer.crawl.answers import Answer, Failed, Fetched, Gone, NotModified, Refused, Request, Role
from indexer.crawl.bodies import Body, BodyBroken, BodyTooLong
from indexer.raw_page import MAX_ARTICLE_BYTES

if TYPE_CHECKING:
    import httpx2

AGENT = "TimTin"
USER_AGENT = f"{AGENT}/0.1 (full-text search for news)"

_LONGEST = {Role.PAGE: MAX_ARTICLE_BYTES, Role.LIST: 50 * 1024 * 1024, Role.ROBOTS: 512 * 1024}
_ACCEPT = {Role.PAGE: "text/html, application/xhtml+xml;q=0.9", Role.LIST: "*/*", Role.ROBOTS: "text/plain, */*;q=0.1"}
_PAGES = ("text/html", "application/xhtml", "text/plain", "application/vnd.wap.xhtml")
_PLAINLY_OTHER = ("image/", "video/", "audio/", "font/", "application/pdf", "application/zip", "application/msword")
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)


class Temporary(Exception):
    """Something that may work in a moment; `wait` is what the portal asked for."""

    def __init__(self, reason: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status, self.wait = reason, status, wait


def headers_of(request: Request, address: str) -> dict[str, str]:
    """Give what is said with a request for an address."""
    headers = {
        "Host": host_of(address),
        "User-Agent": USER_AGENT,
        "Accept": _ACCEPT[request.role],
        "Accept-Encoding": "gzip",
        "Accept-Language": "vi",
    }
    if request.etag:
        headers["If-None-Match"] = request.etag
    if request.last_modified:
        headers["If-Modified-Since"] = request.last_modified
    return headers


async def read_response(request: Request, address: str, response: httpx2.Response) -> Answer | str:
    """Give what a response means, its body read within its limits; the target of a redirect as a text.

    Raises Temporary for what may work in a moment.
    """
    status = response.status_code
    if status == 304:
        return NotModified(request)
    if status in _REDIRECTS and "location" in response.headers:
        return response.headers["location"]
    if status in (404, 410):
        return Gone(request, status)
    if status in _BUSY:
        raise Temporary(f"the portal answered {status}", status, _asked_pause(response))
    if status != 200:
        return Failed(request, f"the portal answered {status}", status)
    kind, _, parameters = response.headers.get("content-type", "").partition(";")
    kind = one_line(kind).lower()  # a portal may send what moves a terminal's cursor
    wrong = kind.startswith(_PLAINLY_OTHER) or (request.role is Role.PAGE and kind and not kind.startswith(_PAGES))
    if wrong:
        return Refused(request, f"it is {kind[:60]}, not a page")
    longest = _LONGEST[request.role]
    try:
        body = Body(response.headers.get("content-encoding", ""), longest)
        async for piece in response.aiter_raw():
            body.feed(piece)
        content = body.whole()
    except BodyTooLong as error:
        return Refused(request, str(error))
    except BodyBroken as error:
        raise Temporary(str(error)) from error
    return Fetched(
        request=request,
        final=canonical(address),
        content=content,
        content_type=kind,
        charset=_charset(parameters),
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
    )


def _charset(parameters: str) -> str | None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")[:40] or None
    return None


def _asked_pause(response: httpx2.Response) -> float | None:
    """Read Retry-After: seconds, or a date."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(min(int(value), 7 * 86_400))
    with suppress(ValueError, TypeError, KeyError):
        sent = parsedate_to_datetime(response.headers["date"])
        return max(0.0, (parsedate_to_datetime(value) - sent).total_seconds())
    return None
