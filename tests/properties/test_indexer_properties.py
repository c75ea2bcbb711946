"""Laws of extraction and of the store, tried on invented input."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article
from index.as_json import article_fields
from index.dates import PublishedAt
from index.errors import BadArticle
from indexer.bylines import authors_listed, authors_of
from indexer.capitals import one_tone_style
from indexer.clean_text import clean, one_line, paragraphs
from indexer.extract import Extracted, extract
from indexer.furniture import line_key
from indexer.page_lines import page_lines
from indexer.portal_page import read_portal_page
from indexer.published_dates import read_date
from indexer.publishers import canonical_publisher
from indexer.raw_page import MediaType, RawPage
from indexer.sections import canonical_section
from indexer.sources import SourceFormat, read_sources
from indexer.store import ArticleStore, PutCounts

NOW = datetime(2024, 1, 1, tzinfo=UTC)
MIN_LOCAL = datetime.fromisoformat("1900-01-02T00:00:00")
MAX_LOCAL = datetime.fromisoformat("2199-12-30T00:00:00")

LETTERS = st.text(alphabet="abcđeghiưoơuâăêôÁẢẠĐƯỜNGHòáủýỹ \u00a0\u0301\u0323", max_size=30)
PIECES = st.sampled_from(
    [
        "01/07/2020 10:47:44",
        "31/02/2021",
        "© 2019 SỞ Y TẾ TỈNH MÂY NÚI",
        "Trần Mây Trắng\u00a0",
        "Tin, ảnh: LÝ SUỐI ĐÁ",
        "Thống kê truy cập",
        "Đang trực tuyến:",
        "65374",
        "\u00a0 \u00a0 Đoạn thân bài thụt vào, có dấu chấm cuối câu.",
        "Một dòng ngắn không thụt vào",
        "Kết thúc./.",
        "- gạch đầu dòng",
        "",
        "\u00a0",
    ]
)
LINES = st.one_of(PIECES, LETTERS, st.text(max_size=200))
NAMES = st.one_of(
    LETTERS,
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "Trần",
                "MÂY",
                "Trắng",
                "TTXVN",
                "Theo",
                "ảnh:",
                "(",
                ")",
                ",",
                "-",
                "và",
                "BS",
                "T.B",
                "vov.vn",
                "tổng hợp",
            ]
        ),
        max_size=8,
    ).map(" ".join),
)


@given(st.lists(LINES, max_size=30).map("\n".join))
def test_extraction_of_any_text_gives_an_article_or_says_why_not(text: str) -> None:
    page = RawPage("page.txt", MediaType.DUMP, text.encode("utf-8", "surrogatepass"))
    try:
        made = extract(page)
    except BadArticle:
        return
    article = made.article
    assert article.id
    assert article.title == one_line(article.title)
    assert article.body == paragraphs(article.body)
    # A title that was too long stands before the first paragraph.
    assert article.lead in article.body.split("\n")[:2]
    assert extract(page) == made


@given(st.binary(max_size=300))
def test_extraction_of_any_bytes_gives_an_article_or_says_why_not(content: bytes) -> None:
    for media_type in MediaType:
        with suppress(BadArticle):
            extract(RawPage("x", media_type, content))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    ["id", "title", "body", "published", "author", "authors", "source", "url", "category", "captions", "lead"]
)


@given(st.dictionaries(FIELDS, JSON, max_size=8))
def test_row_of_any_values_gives_an_article_or_says_why_not(row: dict[str, object]) -> None:
    try:
        made = extract(RawPage("x", MediaType.ROW, json.dumps(row).encode()))
    except BadArticle:
        return
    assert made.article.title
    assert made.article.body


SENTENCES = st.text(alphabet="abcđê ôơư", min_size=3, max_size=90).map(one_line).filter(bool).map("{}, xong.".format)


@given(st.lists(SENTENCES, min_size=1, max_size=6), st.lists(LINES, max_size=5))
def test_learned_lines_never_take_an_indented_paragraph(sentences: list[str], learned: list[str]) -> None:
    text = "\n".join(["Tiêu đề", "01/07/2020", *(f"\u00a0 \u00a0 {sentence}" for sentence in sentences)])
    furniture = frozenset(map(line_key, [*learned, *sentences]))

    made = read_portal_page("x", page_lines(text), furniture)

    assert made.article.body == "\n".join(sentences)


@given(st.text())
def test_clean_text_is_clean_already(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert paragraphs(paragraphs(text)) == paragraphs(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text())
def test_tones_are_placed_once(text: str) -> None:
    placed = one_tone_style(clean(text))
    assert one_tone_style(placed) == placed
    assert len(placed) == len(clean(text))


@given(NAMES)
def test_canonical_authors_are_canonical(byline: str) -> None:
    authors = authors_of(byline)
    assert len(set(authors)) == len(authors)
    assert authors_listed(list(authors)) == authors


@given(NAMES)
def test_canonical_publisher_is_canonical(printed: str) -> None:
    canonical = canonical_publisher(printed)
    if canonical is not None:
        assert canonical_publisher(canonical) == canonical


@given(NAMES | st.text(alphabet="[]'/ ,abc", max_size=20), NAMES)
def test_section_of_any_text_is_one_line_or_none(printed: str, publisher: str) -> None:
    section = canonical_section(printed, publisher)
    assert section is None or section == one_line(section) != ""


LOCAL = st.datetimes(MIN_LOCAL, MAX_LOCAL)


@given(LOCAL, st.booleans())
def test_every_day_is_read_as_it_is_written(moment: datetime, with_time: bool) -> None:
    written = moment.strftime("%d/%m/%Y %H:%M:%S" if with_time else "%d/%m/%Y")

    published = read_date(written)

    assert published.has_time == with_time
    assert published.local.strftime("%d/%m/%Y") == moment.strftime("%d/%m/%Y")
    assert read_date(published.isoformat()) == published


TEXT = st.text(min_size=1, max_size=40).map(one_line).filter(bool)
MOMENTS = st.datetimes(MIN_LOCAL, MAX_LOCAL, timezones=st.just(UTC)).map(PublishedAt)
DATES = st.none() | MOMENTS | st.dates(NOW.date().replace(year=1950), NOW.date()).map(PublishedAt.on)
AUTHORS = st.lists(st.sampled_from(["Trần Mây Trắng", "LÝ SUỐI ĐÁ", "TTXVN", "T.B"]), max_size=3)
ARTICLES = st.builds(
    Article,
    id=st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20),
    title=TEXT,
    body=st.lists(TEXT, min_size=1, max_size=4).map("\n".join),
    lead=st.none() | TEXT,
    captions=st.lists(TEXT, max_size=2).map(tuple),
    url=st.none() | st.integers(0, 99).map(lambda n: f"https://bengo.vn/{n}"),
    authors=AUTHORS.map(authors_listed),
    byline=st.none() | TEXT,
    section=st.none() | st.sampled_from(["Thời sự", "Y tế"]),
    publisher=st.none() | st.sampled_from(["Báo Bến Gỗ", "Sở Y tế tỉnh Mây Núi"]),
    published_at=DATES,
    updated_at=DATES,
)


def with_printed_publisher(article: Article) -> Article:
    return replace(article, publisher_printed=article.publisher and article.publisher.upper())


@given(st.lists(ARTICLES.map(with_printed_publisher), max_size=5))
def test_export_read_again_gives_the_same_articles(articles: list[Article]) -> None:
    lines = "".join(json.dumps(article_fields(article)) + "\n" for article in articles)
    stdin = io.BufferedReader(io.BytesIO(lines.encode()))

    again = list(read_sources(["-"], stdin, SourceFormat.JSONL))

    assert [extract(item).article for item in again if isinstance(item, RawPage)] == articles


@contextmanager
def new_store() -> Iterator[ArticleStore]:
    with tempfile.TemporaryDirectory() as folder, ArticleStore.open(Path(folder) / "articles.db") as store:
        yield store


IDS = st.sampled_from("abcde")
STEPS = st.lists(
    st.tuples(st.just("put"), st.lists(st.tuples(IDS, st.sampled_from("xyz")), max_size=4))
    | st.tuples(st.just("remove"), st.lists(st.tuples(IDS, st.just("")), max_size=3))
    | st.tuples(st.just("sync"), st.just([])),
    max_size=12,
)


@settings(max_examples=60)
@given(STEPS)
def test_changes_since_a_number_bring_any_copy_up_to_date(
    steps: list[tuple[str, list[tuple[str, str]]]],
) -> None:
    truth: dict[str, str] = {}
    copy: dict[str, str] = {}
    applied = 0
    with new_store() as store:
        for step, entries in [*steps, ("sync", [])]:
            if step == "put":
                store.put_many([_item(article_id, body) for article_id, body in entries], NOW)
                truth.update(entries)
            elif step == "remove":
                ids = [article_id for article_id, _ in entries]
                assert set(store.remove(ids, NOW)) == {i for i in ids if i in truth}
                for article_id in ids:
                    truth.pop(article_id, None)
            else:
                numbers = []
                for change in store.changes_since(applied):
                    numbers.append(change.seq)
                    copy.pop(change.id, None)
                    if change.article is not None:
                        copy[change.id] = change.article.body
                assert numbers == sorted(set(numbers))
                applied = store.last_seq()
                assert copy == truth
                assert store.count() == len(truth)
                assert list(store.ids()) == sorted(truth)


def _item(article_id: str, body: str) -> tuple[RawPage, Extracted]:
    article = Article(id=article_id, title="T", body=body)
    return RawPage("x", MediaType.ROW, json.dumps(article_fields(article)).encode()), Extracted(article)


ROWS = st.lists(st.tuples(IDS, st.sampled_from("xyz")), max_size=8)


@settings(max_examples=60)
@given(ROWS, ROWS, st.integers(1, 4))
def test_source_read_again_changes_nothing_whatever_ids_it_repeats(
    before: list[tuple[str, str]], rows: list[tuple[str, str]], size: int
) -> None:
    items = [_item(article_id, body) for article_id, body in rows]

    def run(store: ArticleStore) -> PutCounts:
        store.begin_run()
        batches = [items[at : at + size] for at in range(0, len(items), size)]
        return sum((store.put_many(batch, NOW, in_run=True) for batch in batches), PutCounts())

    with new_store() as store:
        store.put_many([_item(article_id, body) for article_id, body in before], NOW)
        there, last = dict(before), store.last_seq()
        first = run(store)
        kept = dict(rows)
        assert first.new == len(kept.keys() - there.keys())
        assert first.changed == sum(there.get(article_id, body) != body for article_id, body in kept.items())
        assert {change.id for change in store.changes_since(last)} == {
            article_id for article_id, body in kept.items() if there.get(article_id) != body
        }
        assert first.new + first.changed + first.unchanged + first.repeated == len(rows)

        last = store.last_seq()
        again = run(store)

        assert (again.new, again.changed, store.last_seq()) == (0, 0, last)


@given(st.text(alphabet='ab,"\n\r;\u1ea3', max_size=60))
def test_table_of_any_text_gives_rows_or_says_why_not(text: str) -> None:
    table = f"title,body\n{text}\nkết,thúc\n".encode()
    stdin = io.BufferedReader(io.BytesIO(table))

    found = list(read_sources(["-"], stdin, SourceFormat.CSV))

    # Without quotation marks every row stands on its line, and the last one is read.
    if not {'"', "\r"} & set(text):
        assert isinstance(found[-1], RawPage)
