"""Which article of a story were the others probably taken from? By whom they credit, then by time and length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from index.article import Article
from indexer.news_outlets import outlet

AT_EITHER_END = 300
"""Characters at the beginning and at the end of a text in which a source is credited; elsewhere somebody is quoted."""
_NAME = r"[^\W_][^()\n;:|]{1,40}"
_SAYS = re.compile(rf"\b(?:theo|nguồn(?: tin)?)\b\s*:?\s+({_NAME})", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()\n]{2,60})\)")
_BETWEEN = re.compile(r"\s*[/;,+|]\s*|\s[-–]\s|^(?:theo|nguồn)\s*:?\s*", re.IGNORECASE)
_MOST_WORDS = 5
_HOUSES = {
    "Bnews": "TTXVN",
    "Tin Tức TTXVN": "TTXVN",
    "VietnamPlus": "TTXVN",
    "Tuổi Trẻ Online": "Tuổi Trẻ",
    "VTV Digital": "VTV",
    "VTV News": "VTV",
}
"""Papers that an agency or a newspaper has: whoever credits it may mean them."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What says where an article comes from."""

    house: str | None
    """Who published it, the house for its papers."""
    credits: frozenset[str]
    """Whom it names as its source, other than itself."""
    published: float | None
    """Seconds since 1970; the end of its day where no time is known."""
    length: int
    """How long its text is, in any measure."""


def provenance(article: Article, length: int) -> Provenance:
    """Gather what an article says about where it comes from."""
    house = _house(article.publisher) if article.publisher else None
    credited = frozenset(map(_house, _credited(article))) - {house}
    published = article.published_at
    seconds = None
    if published is not None:
        seconds = published.instant.timestamp() + (0 if published.has_time else 86_399)
    return Provenance(house, credited, seconds, length)


def original(members: Sequence[Provenance]) -> int:
    """Number the member that is the likely original. In this order decide: how many others credit its publisher; that
    it credits nobody itself; that it appeared first (without a date: last); that it is the longest; its place here."""

    def rank(number: int) -> tuple[int, bool, float, int, int]:
        member = members[number]
        credited = sum(member.house in other.credits for other in members if other is not member)
        published = inf if member.published is None else member.published
        return -credited, bool(member.credits), published, -member.length, number

    return min(range(len(members)), key=rank)


def _credited(article: Article) -> Iterable[str]:
    """Find the newspapers and agencies that an article names as its source."""
    yield from filter(None, map(outlet, article.authors))
    text = article.body
    ends = [text] if len(text) <= 2 * AT_EITHER_END else [text[:AT_EITHER_END], text[-AT_EITHER_END:]]
    for end in ends:
        for match in _IN_BRACKETS.finditer(end) if "(" in end else ():
            yield from filter(None, map(outlet, filter(None, _BETWEEN.split(match[1]))))
        for match in _SAYS.finditer(end) if "heo" in end or "uồn" in end else ():
            yield from filter(None, map(_named_first, _BETWEEN.split(match[1])))


def _named_first(text: str) -> str | None:
    """Give the newspaper or agency with whose name a text begins."""
    words = text.split()[:_MOST_WORDS]
    names = (" ".join(words[:count]).strip(" .,-–") for count in range(len(words), 0, -1))
    return next(filter(None, map(outlet, names)), None)


def _house(publisher: str) -> str:
    return _HOUSES.get(publisher, publisher)
