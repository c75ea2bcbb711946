"""Which addresses are one page: every address in one form, without what only counts or follows its readers."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

MAX_ADDRESS = 2_000
"""Characters; longer ones are traps more often than pages."""

_PORTS = {"http": 80, "https": 443}

_TRACKING = re.compile(
    r"utm_\w*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|igshid|twclid|ttclid|mc_[ce]id|_ga|_gl|_gid"
    r"|zarsrc|zalo\w*|zclid|zcid|fb_\w+|ref_src|spm",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from."""

_SESSION = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|cftoken|zenid)(?:=.*)?"
    r"|(?:sid|session_?id)(?:=(?=[^=]*\d)[\w-]{16,})?",
    re.IGNORECASE,
)
"""Parameters that say which visit it is. A short sid is a number of an article (NukeViet) and stays."""

_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
_COOKIELESS = re.compile(r"/\((?:[A-Z]\([^()/]*\))+\)(?=/|$)")
"""ASP.NET's cookieless session: /(S(lit3py55t21z5v55vlm25s55))/Default.aspx, perhaps with A and F beside S."""

_KEPT_IN_PATH = "/:@!$&'()*+,;=-._~"
_KEPT_IN_QUERY = "/:@!$'()*,;?-._~+"
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMPERSANDS = re.compile(r"(?:amp;)+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"\[[0-9a-f:.]+\]")


class BadAddress(ValueError):
    """An address that can't be one of a page; the message says why."""


def canonical(address: str) -> str:
    """Give the one form of an address: parameters that follow readers are dropped, the others kept in their order.

    Raises BadAddress for what is no web address.

    >>> canonical("HTTP://Bao.Example:80/Tin%2d1.aspx;jsessionid=A1?id=7&utm_source=zalo&PHPSESSID=x#top")
    'http://bao.example/Tin-1.aspx?id=7'
    >>> canonical("https://bao.example/(S(abc123))/tin tức/../bài?a=Đà Nẵng&b=")
    'https://bao.example/b%C3%A0i?a=%C4%90%C3%A0%20N%E1%BA%B5ng&b='
    >>> canonical("https://Việt.example")
    'https://xn--vit-5kz.example/'
    """
    stripped = address.strip("\x00\t\n\r\f\v \u00a0")
    shown = _without_user(address)
    try:
        parts = urlsplit(stripped)
        port = parts.port
    except ValueError as error:
        raise BadAddress(f"{shown[:80]!r} is no web address ({error})") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not parts.hostname:
        raise BadAddress(f"{shown[:80]!r} is no web address (http or https)")
    if parts.username is not None or parts.password is not None:
        raise BadAddress(f"{shown[:80]!r} holds a user name; leave it out")
    host = _host(parts.hostname, address)
    netloc = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    query = _query(parts.query)
    made = f"{scheme}://{netloc}{_path(parts.path)}" + (f"?{query}" if query else "")
    if len(made) > MAX_ADDRESS:
        raise BadAddress(f"{made[:80]}… has {len(made)} characters, at most {MAX_ADDRESS} are followed")
    return made


def joined(base: str, link: str) -> str | None:
    """Give the address that a link on a page leads to, None where it leads to no page (mailto:, javascript:, #top).

    >>> joined("https://bao.example/tin/", "../anh/1.html#x"), joined("https://bao.example/", "javascript:void(0)")
    ('https://bao.example/anh/1.html', None)
    """
    bare = link.strip()
    if not bare or bare.startswith("#"):
        return None
    try:
        return canonical(urljoin(base, bare))
    except ValueError:
        return None


def site_of(address: str) -> str:
    """Give scheme, host and port of a canonical address: what a robots.txt is for.

    >>> site_of("https://bao.example:8443/tin/1?a=b")
    'https://bao.example:8443'
    """
    return "/".join(address.split("/", 3)[:3])


def host_of(address: str) -> str:
    """Give host and port of a canonical address: what is queued for, and what a source allows.

    >>> host_of("https://bao.example:8443/tin/1?a=b"), host_of("http://bao.example/")
    ('bao.example:8443', 'bao.example')
    """
    return address.split("/", 3)[2]


def is_front_page(address: str) -> bool:
    """Say whether a canonical address is a site's front page: where portals send those who ask for what is gone.

    >>> is_front_page("https://bao.example/"), is_front_page("https://bao.example/?id=1")
    (True, False)
    """
    path = address.split("/", 3)[3].lower()
    return path in ("", "index.html", "index.htm", "index.php", "default.aspx", "home", "trang-chu", "home.aspx")


def _without_user(address: str) -> str:
    return re.sub(r"//.*@", "//…@", address, flags=re.DOTALL)


def _host(host: str, address: str) -> str:
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadAddress(f"{address[:80]!r} has no possible host name ({error})") from None
    name = name.lower().rstrip(".")
    if ":" in name:
        name = f"[{name}]"
    possible = all(map(_LABEL.fullmatch, name.split("."))) or _NUMERIC.fullmatch(name)
    if not possible or len(name) > 253:
        raise BadAddress(f"{address[:80]!r} has no possible host name")
    return name


def _path(path: str) -> str:
    written, before = _written(path or "/", _KEPT_IN_PATH), None
    while before != written:  # what is left when one session is taken out may be another's beginning
        before, written = written, _COOKIELESS.sub("", _SESSION_IN_PATH.sub("", written))
    kept: list[str] = []
    segments = written.split("/")[1:] or [""]
    for place, segment in enumerate(segments):
        if segment == "..":
            del kept[-1:]
        if segment not in (".", ".."):
            kept.append(segment)
        elif place == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> str:
    kept = []
    for part in query.split("&"):
        written = _written(part, _KEPT_IN_QUERY + "=")
        if ampersands := _AMPERSANDS.match(written):
            written = written[ampersands.end() :]
        if written and not _TRACKING.fullmatch(written.partition("=")[0]) and not _SESSION.fullmatch(written):
            kept.append(written)
    return "&".join(kept)


def _written(text: str, kept: str) -> str:
    """Escape what must be, and only that: `%2d` is `-`, `%c3` is `%C3`, a blank is `%20`."""
    pieces = []
    for place, piece in enumerate(_ESCAPE.split(text)):
        if place % 2:
            byte = int(piece, 16)
            pieces.append(chr(byte) if byte in _UNRESERVED else f"%{piece.upper()}")
        else:
            pieces.append(quote(piece, safe=kept, errors="replace"))
    return "".join(pieces)
