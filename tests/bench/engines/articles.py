"""The articles that every engine reads, analysed once into a file, with an invented author and date each.

A token is one occurrence of a folded syllable, written with its accents number (`cong_105`); an article's tokens are
those of its title and body as one text, joined by blanks.
"""

from __future__ import annotations

import hashlib
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

import orjson

from index.analysis.chain import VERSION, Analyzer
from index.article import Article
from index.dates import VIETNAM

FILES = ("articles.jsonl.xz", "articles-more.jsonl.xz")
AUTHORS = 400
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 6 * 365
_FAMILY = ("Đặng", "Đỗ", "Hồ", "Lý", "Mạc", "Ngô", "Phùng", "Tạ", "Trịnh", "Vương")
_MIDDLE = ("Bách", "Diệp", "Khánh", "Thạch")
_GIVEN = ("An Nhiên", "Biển", "Cỏ May", "Dừa", "Gió", "Hạt", "Khế", "Mây", "Nắng", "Sao Khuê")


@dataclass(frozen=True, slots=True)
class Row:
    """One article as engines get it; `published` is in seconds since 1970, `tokens` are joined by blanks."""

    number: int
    title: str
    body: str
    tokens: str
    author: str
    published: int

    @property
    def id(self) -> str:
        """The id, so written that ids and numbers have one order."""
        return f"{self.number:06}"

    @property
    def text(self) -> str:
        """Title and body as one text."""
        return f"{self.title}\n{self.body}"

    @property
    def month(self) -> str:
        """The month of publication in Vietnam."""
        return f"{datetime.fromtimestamp(self.published, VIETNAM):%Y-%m}"


def read_rows(path: Path) -> Iterator[Row]:
    """Read what `analysed` wrote."""
    with path.open("rb") as lines:
        for line in lines:
            yield Row(**orjson.loads(line))


def analysed(corpus: Path, folder: Path, count: int) -> Path:
    """Give the file of the first `count` articles, written unless an analysis of this version has left it there."""
    path = folder / f"articles-{VERSION}.jsonl"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        analyzer = Analyzer.load()
        fresh = path.with_suffix(".part")
        with fresh.open("wb") as file:
            for number, given in enumerate(islice(_given(corpus), count)):
                file.write(orjson.dumps(asdict(_row(analyzer, number, given)), option=orjson.OPT_APPEND_NEWLINE))
        fresh.rename(path)
    return path


def digest(path: Path) -> str:
    """Give a fingerprint of all tokens: indexes over the same ones need not be built again."""
    tokens = hashlib.blake2b(digest_size=16)
    for row in read_rows(path):
        tokens.update(row.tokens.encode())
        tokens.update(b"\n")
    return tokens.hexdigest()


def _given(corpus: Path) -> Iterator[dict[str, str]]:
    return chain.from_iterable(_lines(corpus / name) for name in FILES)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path) as lines:
        yield from map(orjson.loads, lines)


def _row(analyzer: Analyzer, number: int, given: dict[str, str]) -> Row:
    stream = analyzer.document(Article(given["id"], "", f"{given['title']}\n{given['body']}")).text
    tokens = " ".join(f"{term}_{accents}" for term, accents in zip(stream.terms, stream.accents, strict=True))
    return Row(number, given["title"], given["body"], tokens, _author(given["id"]), _published(given["id"]))


def _share(article_id: str, purpose: str) -> float:
    """Give a number in [0, 1) that looks random and is always the same for an article."""
    return zlib.crc32(f"{purpose} {article_id}".encode()) / 2**32


def _author(article_id: str) -> str:
    """Invent an author: the r-th of them writes about 1/r of what the first one does."""
    rank = int((AUTHORS + 1) ** _share(article_id, "author")) - 1
    family, rest = rank % len(_FAMILY), rank // len(_FAMILY)
    return f"{_FAMILY[family]} {_MIDDLE[rest % len(_MIDDLE)]} {_GIVEN[rest // len(_MIDDLE)]}"


def _published(article_id: str) -> int:
    return int(FIRST_DAY.timestamp()) + int(_share(article_id, "published") * DAYS * 86_400)
