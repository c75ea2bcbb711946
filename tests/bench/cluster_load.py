"""Searches whose answers are known, asked at a constant rate: for `bench_cluster_faults`."""

from __future__ import annotations

import http.client
import json
import lzma
import random
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from index.analysis.syllables import unfold
from index.analysis.tokens import folded
from tests.soak.service import Answer, Client, Service

JSON = dict[str, Any]

WORDS = "khoai lang ven sông bến đò cầu gỗ mưa sớm chợ quê lúa chín vườn rau ao làng đồi chè gió nồm hội nghị"
NAMES = ("Đặng An Nhiên", "Đỗ Biển", "Hồ Cỏ May", "Lý Dừa", "Mạc Gió", "Ngô Hạt", "Phùng Khế")
FIRST_DAY = date(2020, 1, 1)
DAYS = 6 * 365
PAGES = 3
"""How many pages the clients follow a cursor."""
EACH = 12
"""Queries of a class."""

Get = Callable[[str], Answer]


def write_rows(corpus: Path | None, count: int, path: Path) -> list[JSON]:
    """Write articles as JSON Lines, of the corpus where there is one, else invented; dates and authors always are."""
    rows = [_dated(row) for row in islice(_real(corpus) if corpus else _invented(), count)]
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return rows


def _real(corpus: Path) -> Iterator[JSON]:
    with lzma.open(corpus / "articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield {name: row[name] for name in ("id", "title", "body")}


def _invented() -> Iterator[JSON]:
    words, number = WORDS.split(), 0
    while True:
        number += 1
        chance = random.Random(number)
        title, body = (" ".join(chance.choices(words, k=length)) for length in (6, 120))
        yield {"id": f"n{number:06}", "title": f"{title} {number}", "body": body}


def _dated(row: JSON) -> JSON:
    share = zlib.crc32(row["id"].encode()) / 2**32
    day = FIRST_DAY + timedelta(days=int(share * DAYS))
    return {**row, "published_at": f"{day}T09:00:00+07:00", "authors": [NAMES[int(share * 1_000_003) % len(NAMES)]]}


@dataclass(frozen=True, slots=True)
class Search:
    """One query of a class; `pages` are fetched by the cursors of the answers."""

    kind: str
    parameters: tuple[tuple[str, str], ...]
    pages: int = 1

    def path(self, cursor: str | None = None) -> str:
        """Give what is asked for."""
        further = (("cursor", cursor),) if cursor else ()
        return "/api/v1/search?" + urlencode((*self.parameters, *further))


def searches(rows: list[JSON], chance: random.Random) -> list[Search]:
    """Make queries of each class from what some articles hold."""
    picked = chance.sample(rows, min(len(rows), 4 * EACH))
    found: dict[str, list[Search]] = {}

    def add(kind: str, query: str, *more: tuple[str, str], pages: int = 1) -> None:
        found.setdefault(kind, []).append(Search(kind, (("q", query), *more), pages))

    for row in picked:
        stream = folded(row["title"])
        if len(stream) < 4:
            continue
        at = chance.randrange(len(stream) - 3)
        spelled = [unfold(term, accents) for term, accents in stream[at : at + 3]]
        add("words", " ".join(spelled))
        add("unaccented", " ".join(term for term, _ in stream[at : at + 3]))
        add("phrase", f'"{spelled[0]} {spelled[1]}"')
        add("facets", spelled[0], ("facets", "author,date"))
        year = str(FIRST_DAY.year + chance.randrange(5))
        add("dates", " ".join(spelled[:2]), ("from", year), ("to", year))
        add("newest", spelled[1], ("sort", "newest"))
        add("pages", spelled[2], ("size", "5"), ("sort", "relevance"), pages=PAGES)
    return [each for some in found.values() for each in some[:EACH]]


@dataclass(frozen=True, slots=True)
class Known:
    """What a page of an answer must say."""

    total: int
    ids: tuple[str, ...]
    facets: str

    @classmethod
    def of(cls, body: JSON) -> Known:
        """Take it from an answer."""
        ids = tuple(hit["id"] for hit in body["hits"])
        return cls(body["total"], ids, json.dumps(body["facets"], sort_keys=True))


class Failed(Exception):
    """A search was not answered with 200."""


def asked(search: Search, get: Get, took: Callable[[float], None] = lambda _: None) -> tuple[Known, ...]:
    """Ask for a search and its further pages; raises Failed. `took` is told the seconds of each request."""
    cursor: str | None = None
    known = []
    for _ in range(search.pages):
        answer = get(search.path(cursor))
        took(answer.ended - answer.started)
        if answer.status != 200:
            raise Failed(f"{answer.status} {answer.body.get('code')}")
        known.append(Known.of(answer.body))
        cursor = answer.body["next_cursor"]
        if cursor is None:
            break
    return tuple(known)


def everything(get: Get) -> set[str]:
    """Walk through all articles; give their ids."""
    cursor: str | None = None
    ids: set[str] = set()
    while True:
        parameters = {"sort": "id", "size": "100", **({"cursor": cursor} if cursor else {})}
        answer = get("/api/v1/search?" + urlencode(parameters))
        if answer.status != 200:
            raise Failed(f"{answer.status} {answer.body.get('code')}")
        ids |= {hit["id"] for hit in answer.body["hits"]}
        cursor = answer.body["next_cursor"]
        if cursor is None:
            return ids


@dataclass
class Stage:
    """What became of the searches that were begun in a stage."""

    name: str
    started: float
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    """Seconds of each request."""
    failed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    def time(self, share: float) -> float:
        """Give the time within which that share of the requests were answered, in milliseconds."""
        ordered = sorted(self.times)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


class Load:
    """Clients that ask at a constant rate, each question answered before its next, and hold every answer against what
    is known."""

    def __init__(self, service: Service, known: dict[Search, tuple[Known, ...]], clients: int, rate: float) -> None:
        """Ask `rate` questions a second in all."""
        self._service = service
        self._known = known
        self._pause = clients / rate
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self.stages: list[Stage] = []
        self.begin("before")
        self._clients = [threading.Thread(target=self._ask_on, args=(number,)) for number in range(clients)]
        for client in self._clients:
            client.start()

    def begin(self, name: str) -> None:
        """Count what is asked from now on for another stage."""
        now = time.monotonic()
        if self.stages:
            self.stages[-1].seconds = now - self.stages[-1].started
        self.stages.append(Stage(name, now))

    def end(self) -> list[Stage]:
        """Stop asking; give the stages."""
        self._ended.set()
        for client in self._clients:
            client.join()
        self.stages[-1].seconds = time.monotonic() - self.stages[-1].started
        return self.stages

    def _ask_on(self, seed: int) -> None:
        chance = random.Random(seed)
        every = list(self._known)
        next_time = time.monotonic() + chance.uniform(0, self._pause)
        with closing(Client(self._service)) as client:
            while not self._ended.wait(max(0.0, next_time - time.monotonic())):
                next_time = max(next_time + self._pause, time.monotonic())
                self._ask(client, chance.choice(every))

    def _ask(self, client: Client, search: Search) -> None:
        stage = self.stages[-1]
        times: list[float] = []
        failed = wrong = ""
        try:
            if asked(search, client.get, times.append) != self._known[search]:
                wrong = f"{search.kind} {search.path()}"
        except (Failed, OSError, http.client.HTTPException, ValueError) as error:
            failed = f"{search.kind}: {error}"
        with self._lock:
            stage.times += times
            if failed:
                stage.failed[failed] += 1
            if wrong:
                stage.wrong[wrong] += 1
