"""The engines that are measured side by side answer alike, so that their times compare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import orjson
import pytest

from index.analysis.chain import Analyzer
from index.analysis.syllables import fold
from index.article import Article
from tests.bench.engines import on_fts5, on_tantivy, on_whoosh, ours
from tests.bench.engines.articles import FIRST_DAY, Row
from tests.bench.engines.asked import Asked, Contestant, Shape, Typed
from tests.bench.engines.growth_picture import LOOKS, Panel, growth_picture
from tests.bench.engines.timing import compare, prepared, timed

ENGINES = {"Tìm Tin": ours, "tantivy": on_tantivy, "stock Whoosh": on_whoosh, "FTS5": on_fts5}
COUNT = 120
DAY = 86_400
START = int(FIRST_DAY.timestamp())


def tokens(*syllables: str) -> tuple[str, ...]:
    return tuple(f"{term}_{accents}" for term, accents in map(fold, syllables))


ASKED = {
    "term": Asked(Shape.ANY, tokens("thuyền")),
    "any": Asked(Shape.ANY, tokens("thuyền", "gió", "vàng")),
    "all": Asked(Shape.ALL, tokens("thuyền", "gió")),
    "phrase": Asked(Shape.PHRASE, tokens("bến", "cảng")),
    "no phrase": Asked(Shape.PHRASE, tokens("cảng", "bến")),
    "unaccented": Asked(Shape.UNACCENTED, ("thuyen",), tokens("thuyền", "thuyên")),
    "span": Asked(Shape.ANY, tokens("gió"), span=(START + 10 * DAY, START + 40 * DAY)),
    "newest": Asked(Shape.ANY, tokens("gió"), newest=True),
    "everything": Asked(Shape.EVERYTHING, newest=True),
    "second page": Asked(Shape.ANY, tokens("gió"), offset=10),
    "prefix": Asked(Shape.PREFIX, ("thu",)),
    "suffix": Asked(Shape.SUFFIX, ("ang",)),
    "facets": Asked(Shape.EVERYTHING, facets=True),
    "facets of a term": Asked(Shape.ANY, tokens("gió"), facets=True),
}


def rows() -> Iterator[Row]:
    analyzer = Analyzer.load()
    for number in range(COUNT):
        title = "Thuyền về bến" if number % 3 else "Thuyên chuyển ở bến cảng"
        body = f"Sáng {number} có gió lớn" if number % 2 else f"Chiều {number} nắng vàng ở bến cảng"
        stream = analyzer.document(Article("", "", f"{title}\n{body}")).text
        written = [f"{term}_{accents}" for term, accents in zip(stream.terms, stream.accents, strict=True)]
        author = f"Mạc Khế {'Mây' if number % 5 else 'Gió'}"
        yield Row(number, title, body, " ".join(written), author, START + number * DAY)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    path.write_bytes(b"".join(orjson.dumps(asdict(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows()))
    return path


def opened(module: ModuleType, file: Path, folder: Path) -> Contestant:
    for index, write in module.INDEXES.items():
        (folder / index).mkdir(parents=True)
        write(file, folder / index)
    contestant: Contestant = module.contestant(folder)
    return contestant


@pytest.fixture(scope="module")
def contestants(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Contestant]]:
    folder = tmp_path_factory.mktemp("engines")
    every = {engine: opened(module, file, folder / module.__name__) for engine, module in ENGINES.items()}
    yield every
    for contestant in every.values():
        contestant.close()


@pytest.mark.parametrize("name", ASKED)
def test_every_engine_answers_alike(name: str, contestants: dict[str, Contestant]) -> None:
    agreement = compare({name: [ASKED[name]]}, contestants)[name]
    assert (agreement.total == 0) == (name == "no phrase")


def test_engines_that_differ_end_the_benchmark(contestants: dict[str, Contestant], file: Path, tmp_path: Path) -> None:
    fewer = tmp_path / "fewer.jsonl"
    fewer.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[1:]))
    with closing(opened(on_fts5, fewer, tmp_path / "fts5")) as other, pytest.raises(SystemExit, match="differ"):
        compare({"everything": [ASKED["everything"]]}, {"tantivy": contestants["tantivy"], "FTS5": other})


def test_a_typed_question_is_served_by_all_that_serve(contestants: dict[str, Contestant]) -> None:
    questions = {
        "words": [Typed(("thuyền", "gió"))],
        "phrase": [Typed(("bến", "cảng"), phrase=True)],
        "everything": [Typed(())],
    }
    times = timed({engine: prepared(questions, each.serve) for engine, each in contestants.items()}, 1)
    assert {name: list(by_engine) for name, by_engine in times.items()} == {
        name: ["Tìm Tin", "tantivy", "FTS5"] for name in questions
    }


def test_the_picture_has_a_panel_for_each_class_and_a_line_for_each_engine() -> None:
    lines = {engine: {10_000: 0.5, 50_000: 2.0, 150_000: 7.5} for engine in LOOKS}
    picture = ElementTree.fromstring(growth_picture([Panel("one", "ms", lines), Panel("a & b", "s", lines)]))
    marks = picture.findall(".//{*}circle")
    assert [text.text for text in picture.findall(".//{*}text[@class='title']")] == ["one, ms", "a & b, s"]
    assert len(marks) == 2 * 3 * len(LOOKS)
