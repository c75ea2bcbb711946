"""Which pages does a sitemap name, which sitemaps an index? Without entities, network, or believing in its size."""

from __future__ import annotations

import io
from collections.abc import Iterator

from indexer.addresses import host_of, joined
from indexer.crawl.bodies import BodyBroken, BodyTooLong, gunzipped
from indexer.crawl.entries import BadList, Entry, ListRead
from indexer.crawl.feeds import date_of

MAX_BYTES = 50 * 1024 * 1024
MAX_ENTRIES = 50_000
"""The protocol's own limits."""
MAX_ELEMENTS = 20 * MAX_ENTRIES
"""All told: what else stands in a sitemap costs time and memory, too."""

_FACTS = {"publication_date": "published_at", "title": "title"}


def read_sitemap(content: bytes, address: str, hosts: frozenset[str]) -> ListRead:
    """Read a sitemap or an index of sitemaps that lies at an address, compressed or not; also one that is cut off.

    Raises BadList when it is neither.
    """
    try:
        text = gunzipped(content, MAX_BYTES)
    except (BodyBroken, BodyTooLong) as error:
        raise BadList(f"{address} can't be unpacked: {error}") from error
    if not text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _plain(text, address, hosts)
    kinds: dict[str, dict[str, Entry]] = {"url": {}, "sitemap": {}}
    elsewhere: list[str] = []
    seen = 0
    problems: list[str] = []
    for kind, fields in _elements(text, address, problems):
        seen += 1
        if seen > MAX_ENTRIES:
            problems.append(f"it names more than {MAX_ENTRIES:,} pages; the rest is left out")
            break
        link = joined(address, fields.get("loc", ""))
        if link is None:
            continue
        if host_of(link) not in hosts:
            elsewhere.append(link)
            continue
        facts = {name: value for tag, name in _FACTS.items() if (value := fields.get(tag))}
        if "published_at" in facts:
            facts["published_at"] = date_of(facts["published_at"]) or ""
        kinds[kind][link] = Entry(link, fields.get("lastmod") or None, {n: v for n, v in facts.items() if v})
    if not seen and b"urlset" not in text[:4_000] and b"sitemapindex" not in text[:4_000]:
        raise BadList(f"{address} is no sitemap: it has neither urlset nor sitemapindex")
    whole = b"</urlset>" in text[-100:] and not problems
    entries, lists = (tuple(kinds[kind].values()) for kind in ("url", "sitemap"))
    return ListRead(entries, lists, tuple(elsewhere), is_whole=whole and bool(entries), problems=tuple(problems))


def _elements(text: bytes, address: str, problems: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the fields of each url and sitemap element, and let go of it."""
    # Loading lxml takes a moment; only reading sitemaps needs it here.
    from lxml import etree  # noqa: PLC0415

    steps = etree.iterparse(
        io.BytesIO(text),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for number, (_, element) in enumerate(steps, 1):
            if number > MAX_ELEMENTS:
                problems.append(f"it has more than {MAX_ELEMENTS:,} elements; the rest is left out")
                return
            name = etree.QName(element).localname
            if name in ("url", "sitemap"):
                fields: dict[str, str] = {}
                for child in element.iter(tag=etree.Element):
                    if child.text and child is not element:
                        fields.setdefault(etree.QName(child).localname, child.text.strip()[:2_000])
                yield name, fields
                element.clear()
                while (before := element.getprevious()) is not None:
                    element.getparent().remove(before)
    except etree.XMLSyntaxError as error:
        raise BadList(f"{address} can't be read as XML ({error.msg})") from error


def _plain(text: bytes, address: str, hosts: frozenset[str]) -> ListRead:
    """A sitemap may be a text with an address a line."""
    lines = text.decode("utf-8-sig", "replace").splitlines()[:MAX_ENTRIES]
    links = [link for line in lines if line.lower().startswith("http") and (link := joined(address, line))]
    if not links:
        raise BadList(f"{address} is no sitemap: it is no XML and names no addresses")
    entries = {link: Entry(link) for link in links if host_of(link) in hosts}
    return ListRead(tuple(entries.values()), elsewhere=tuple(link for link in links if host_of(link) not in hosts))
