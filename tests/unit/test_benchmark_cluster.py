"""What the two engines are asked behind the service is answered, and what they took is told as it was."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import orjson
import pytest

from index.analysis.chain import Analyzer
from index.article import Article
from index.dates import PublishedAt
from index.whoosh_engine import open_searcher, open_writer
from service import create_app
from service.settings import Settings
from tests.bench.bench_load import Load
from tests.bench.cluster.asking import Alike, Asked, Loaded, Spent
from tests.bench.cluster.contestants import CLUSTER, EMBEDDED
from tests.bench.cluster.report import Measured, lines
from tests.bench.cluster.requests import Paths, requests, rounds_of
from tests.bench.cluster.sizes import Rebuilt, Taken
from tests.bench.engines.articles import FIRST_DAY, Row

COUNT = 60
SENTENCES = (
    "thuyền cập bến cảng sớm",
    "ngư dân kéo lưới về bãi",
    "chợ phiên đông khách lạ",
    "đèn biển sáng suốt đêm",
)


def row(analyzer: Analyzer, number: int) -> Row:
    title = f"Bản tin thứ {number}"
    told = [SENTENCES[(number + step) % 4] for step in range(2)]
    body = f"{'. '.join(told)}. Quyết định số {number % 9}/QĐ-HL. {'Hải âu' if number % 8 == 0 else 'Sóng'} trên vịnh"
    stream = analyzer.document(Article("", "", f"{title}\n{body}")).text
    tokens = " ".join(f"{term}_{accents}" for term, accents in zip(stream.terms, stream.accents, strict=True))
    return Row(number, title, body, tokens, "Mạc Khế Mây", int(FIRST_DAY.timestamp()) + number * 86_400)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    analyzer = Analyzer.load()
    return [row(analyzer, number) for number in range(COUNT)]


@pytest.fixture(scope="module")
def classes(rows: list[Row], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Paths]:
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    path.write_bytes(b"".join(orjson.dumps(asdict(each), option=orjson.OPT_APPEND_NEWLINE) for each in rows))
    return requests(path, 8)


def test_every_request_is_answered_and_every_class_finds(
    rows: list[Row], classes: dict[str, Paths], tmp_path: Path
) -> None:
    writer = open_writer(tmp_path / "index")
    with writer.rebuild(1) as batch:
        batch.upsert(
            Article(each.id, each.title, each.body, authors=(each.author,), published_at=published(each))
            for each in rows
        )
    writer.close()
    searcher = open_searcher(tmp_path / "index")
    client = create_app(Settings(home=tmp_path, rate_limit=0), searcher).test_client()
    finding = set()
    for name, paths in classes.items():
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, f"{name}: {path}: {answer.text}"
            if any(value for key, value in answer.get_json().items() if key in ("total", "words", "titles")):
                finding.add(name)
    searcher.close()
    assert finding == classes.keys()


def published(each: Row) -> PublishedAt:
    return PublishedAt.fromisoformat(f"2020-{1 + each.number // 28:02}-{1 + each.number % 28:02}")


def test_a_round_asks_so_many_of_each_class_and_begins_where_the_last_one_ended(classes: dict[str, Paths]) -> None:
    dealt = list(rounds_of(classes, 4))
    assert len(dealt) == 2
    assert {name: dealt[0][name] + dealt[1][name] for name in classes} == classes


def invented(articles: int, factor: float) -> Measured:
    times = {
        name: {EMBEDDED: Asked([2.0] * 20, 0.04, 0.0), CLUSTER: Asked([2.0 * factor] * 20, 0.04, 0.2)}
        for name in ("one", "other")
    }
    load = Load(requests=50, seconds=2.0, p50=1.0, p95=2.0, p99=3.0, errors=0)
    rebuilt = Rebuilt("26/11/2026", 10.0, 20.0, 5.0, 300.0)
    return Measured(
        articles=articles,
        shards=1,
        heap="1g",
        store_mb=5.0,
        times=times,
        alike=Alike(asked=10, shown=100, shown_by_both=99),
        loaded={name: Loaded([load], Spent(0.5, 0.1)) for name in (EMBEDDED, CLUSTER)},
        rebuilt={EMBEDDED: rebuilt, CLUSTER: rebuilt},
        taken={EMBEDDED: Taken(200, None, None, None, 50, 1), CLUSTER: Taken(90, 900, 40, 100, 80, 7)},
    )


def test_the_report_tells_times_load_indexing_and_what_both_take() -> None:
    report = "\n".join(lines([invented(1_000, 4), invented(2_000, 9)], 7))
    assert "| one | 2.0 | 2.0 | 8.0 | 8.0 | 4.0 | 2.0 | 2.0 | 10.0 |" in report
    assert "geometric mean of p50: **9.0**" in report
    assert "99.0% of the hits shown by both" in report
    assert "| embedded | 25 | 1.0 | 2.0 | 3.0 | 0 | 10.0 | 2.0 |" in report
    assert "| OpenSearch | 100 | 20.00 | 5.00 | 300 | 26/11/2026 |" in report
    assert "| OpenSearch | 90 | 900 | 40 | 100 | 1g | 80 | 80.00 | 7 |" in report
    assert "| one | 8.0 | 18.0 | 10.0 | 10.0 |" in report
