"""Articles that tell the same story are grouped, as they come, change and go."""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import datasketch
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.syllables import tone_on_second_vowel
from index.article import Article
from index.dates import PublishedAt
from index.query import Collapse, MatchAll, SearchRequest
from indexer import pipeline, withdrawing
from indexer.archive import Archive
from indexer.check import check
from indexer.raw_page import RawPage
from indexer.store import ArticleStore, Decision
from indexer.stories import grouping
from indexer.stories.likeness import DAYS, Told, likeness
from indexer.stories.original import Provenance, original, provenance
from indexer.stories.signature import PERMUTATIONS, firsts, jaccard, keys, signature
from tests.unit.indexer.conftest import row

Clock = Callable[[], datetime]

PARAGRAPHS = (
    "Sáng nay, xã Mây Chiều khánh thành cây cầu treo dài 84 mét bắc qua suối Đá, nối hai bản vốn phải qua lại bằng bè.",
    "Cầu do bà con góp công làm trong 14 tháng; thép và cáp do hợp tác xã vận tải mua với giá 612 triệu đồng.",
    "Trước kia mỗi mùa lũ học trò bản Gỗ nghỉ học cả tháng, người ốm phải chờ nước rút mới đưa được ra trạm xá.",
    "Bà Lò Thị Ban Mai, trưởng bản, kể rằng đêm thử tải cả bản thức trắng, sáng ra ai cũng muốn là người đầu tiên.",
    "Từ tuần sau xe máy được đi qua cầu, mỗi lượt không quá ba chiếc; gia súc vẫn phải lội ở bến cũ phía dưới.",
)
STORY = "\n".join(PARAGRAPHS)
OTHER = (
    "Hợp tác xã chè Suối Đá vừa xuất lô hàng đầu tiên sang nước ngoài sau hai năm chuyển sang trồng không phun thuốc. "
    "Lô chè búp khô nặng 1250 ki-lô-gam được đóng trong thùng gỗ thông, mỗi thùng kèm một tờ giấy kể chuyện người hái. "
    "Ông Quách Hạ Vàng, người trông lò sao, nói khó nhất là giữ lửa đều suốt 9 giờ; lửa quá tay thì nước đỏ và chát."
)


def told(body: str, day: int | None = None) -> Told:
    found = signature(body)
    assert found is not None
    return Told(found, day)


def rows(**bodies: str | dict[str, str]) -> list[RawPage]:
    """Make rows by id, of a body or of several fields."""
    fields = {i: {"body": each} if isinstance(each, str) else each for i, each in bodies.items()}
    return [row(json.dumps({"id": i, "title": f"Tin {i}"} | each), f"a.jsonl:{i}") for i, each in fields.items()]


def stories(archive: Archive) -> dict[str, str | None]:
    """Give the story of each stored article, having checked that the index knows the same."""
    assert check(archive) == []
    with ArticleStore.open(archive.articles, read_only=True) as store:
        return {each.id: each.story for each in store.articles() if isinstance(each, Article)}


def originals(archive: Archive) -> set[str]:
    with ArticleStore.open(archive.articles, read_only=True) as store:
        return {each.id for each in store.articles() if isinstance(each, Article) and each.is_original}


# Signatures


def test_values_are_those_of_datasketch() -> None:
    runs = np.random.default_rng(5).integers(0, 1 << 32, 500, dtype=np.uint32)
    theirs = datasketch.MinHash(PERMUTATIONS, seed=1, hashfunc=int, scheme="affine32")
    theirs.update_batch(runs)
    assert firsts(runs)[0].tolist() == theirs.hashvalues.tolist()


@given(st.integers(0, 10**6), st.integers(40, 400), st.floats(0, 1))
def test_the_estimate_is_near_what_two_sets_share(seed: int, size: int, share: float) -> None:
    numbers = random.Random(seed).sample(range(1 << 32), 2 * size)
    common = int(size * share)
    one, other = numbers[:size], [*numbers[:common], *numbers[size : 2 * size - common]]
    exact = common / (2 * size - common)
    values = (firsts(np.array(each, np.uint32))[0].astype("<u2").tobytes() for each in (one, other))
    assert jaccard(*values) == pytest.approx(exact, abs=0.3)


@pytest.mark.parametrize(
    "written",
    [
        STORY.upper(),
        unicodedata.normalize("NFD", STORY),
        tone_on_second_vowel(STORY),
        STORY.replace(", ", " – ").replace("\n", " "),
        "".join(letter for letter in unicodedata.normalize("NFD", STORY) if not unicodedata.combining(letter)),
    ],
    ids=["capitals", "decomposed", "tone style", "signs", "unaccented"],
)
def test_how_a_text_is_written_makes_no_difference(written: str) -> None:
    assert signature(written.replace("đ", "d")) == signature(STORY)


def test_signs_that_no_text_of_ours_has_are_passed_over() -> None:
    assert signature(STORY.replace("; ", " 🌉 ")) == signature(STORY)


@given(st.text(max_size=400))
def test_any_text_has_a_signature_or_is_too_short(text: str) -> None:
    found = signature(f"{STORY} {text}")
    assert found is not None
    assert len(keys(found.values)) == 27


def test_a_short_text_has_no_signature() -> None:
    assert signature("Không có gì thêm.") is None
    assert signature("") is None


# Likeness


@pytest.mark.parametrize(
    "copy",
    [
        f"(TTXVN) {STORY}",
        f"{STORY}\nTheo TTXVN",
        STORY.replace("Sáng nay", "Hôm nay").replace("kể rằng", "cho biết"),
        "\n".join(reversed(PARAGRAPHS)),
        "\n".join(PARAGRAPHS[:3]),
        f"{STORY}\nXem thêm: chuyện những cây cầu khác trong vùng, bắc qua các con suối từ thượng nguồn về đến hạ lưu.",
    ],
    ids=["tagged", "credited", "reworded", "reordered", "excerpt", "with an appendix"],
)
def test_a_copy_tells_the_same(copy: str) -> None:
    assert likeness(told(STORY), told(copy)) > 0
    assert likeness(told(copy), told(STORY)) > 0


def test_another_text_tells_something_else() -> None:
    assert likeness(told(STORY), told(OTHER)) == 0


def test_the_same_words_with_other_numbers_are_another_story() -> None:
    prices = (
        "Giá vàng tại chợ huyện sáng nay mua vào {} bán ra {} nghìn mỗi chỉ, vàng nhẫn mua vào {} bán ra {}; "
        "chênh lệch giữa hai chiều thu hẹp so với phiên trước, kẻ mua người bán thưa thớt vì ai cũng chờ thêm ít hôm."
    )
    one, other = prices.format(5512, 5570, 5433, 5498), prices.format(5601, 5662, 5520, 5587)
    assert likeness(told(one), told(one)) > 0
    assert likeness(told(one), told(other)) == 0


def test_texts_that_appeared_long_after_one_another_are_different_stories() -> None:
    assert likeness(told(STORY, 100), told(STORY, 100 + DAYS)) > 0
    assert likeness(told(STORY, 100), told(STORY, 101 + DAYS)) == 0
    assert likeness(told(STORY, 100), told(STORY)) > 0


# The original

LATE, EARLY = 2_000.0, 1_000.0
NOBODY: frozenset[str] = frozenset()


def test_whom_others_credit_is_the_original_whatever_the_time() -> None:
    members = [Provenance("Báo Gỗ", frozenset({"TTXVN"}), EARLY, 9), Provenance("TTXVN", NOBODY, LATE, 1)]
    assert original(members) == 1


def test_who_credits_somebody_else_is_not_the_original_where_another_credits_nobody() -> None:
    members = [Provenance("Báo Gỗ", frozenset({"AFP"}), EARLY, 9), Provenance("Báo Mây", NOBODY, LATE, 1)]
    assert original(members) == 1


def test_then_the_first_and_then_the_longest_is_the_original() -> None:
    members = [
        Provenance(None, NOBODY, None, 9),
        Provenance(None, NOBODY, LATE, 9),
        Provenance(None, NOBODY, EARLY, 1),
        Provenance(None, NOBODY, EARLY, 2),
    ]
    assert original(members) == 3
    assert original(members[:1] * 2) == 0


@pytest.mark.parametrize(
    ("facts", "credited"),
    [
        ({"body": f"(TTXVN) - {STORY}"}, {"TTXVN"}),
        ({"body": f"{STORY} Theo TTXVN/Vietnam+"}, {"TTXVN"}),
        ({"body": f"{STORY}\nNguồn: Tuổi Trẻ Online"}, {"Tuổi Trẻ"}),
        ({"body": STORY, "authors": ("Lò Thị Ban Mai", "TTXVN")}, {"TTXVN"}),
        ({"body": f"{STORY} (Theo Dân Trí, VnExpress)"}, {"Dân Trí", "VnExpress"}),
        ({"body": f"(TTXVN) {STORY}", "publisher": "VietnamPlus"}, set()),
        ({"body": f"{STORY} Theo bà Mai, cầu rất chắc."}, set()),
    ],
)
def test_whom_an_article_credits_is_read_at_its_ends_and_in_its_byline(
    facts: dict[str, str], credited: set[str]
) -> None:
    assert provenance(Article(id="a", title="Cầu", **facts), 1).credits == credited  # type: ignore[arg-type]


def test_a_day_without_a_time_ends_with_its_last_second() -> None:
    day = Article("a", "Cầu", STORY, published_at=PublishedAt.fromisoformat("2021-03-05"))
    evening = replace(day, published_at=PublishedAt.fromisoformat("2021-03-05T23:59:00"))
    day_ends, evening_at = provenance(day, 1).published, provenance(evening, 1).published
    assert day_ends is not None
    assert evening_at is not None
    assert day_ends > evening_at


# Groups


def test_articles_that_tell_the_same_get_one_story_in_store_and_index(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(a=STORY, b=OTHER, c=f"(TTXVN) {STORY}"), clock)
    assert stories(archive) == {"a": "a", "b": None, "c": "a"}
    searcher = archive.engine.open_searcher(archive.index)
    assert searcher.search(SearchRequest(MatchAll(), collapse=Collapse.STORY)).total_stories == 2


def test_a_later_copy_joins_and_the_index_follows(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(a=STORY, b=OTHER), clock)
    assert set(stories(archive).values()) == {None}

    report = pipeline.add(archive, rows(c=STORY), clock)

    assert stories(archive) == {"a": "a", "b": None, "c": "a"}
    assert report.indexed == 2, "the new one, and the one that it made a story of"


def test_adding_the_same_again_changes_nothing(archive: Archive, clock: Clock) -> None:
    pages = rows(a=STORY, b=OTHER, c=STORY)
    pipeline.add(archive, pages, clock)
    report = pipeline.add(archive, pages, clock)
    assert (report.unchanged, report.indexed) == (3, 0)


def test_a_removed_article_leaves_and_the_next_one_is_the_original(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(a=STORY, b=STORY, c=STORY), clock)
    assert originals(archive) == {"a"}

    pipeline.remove(archive, ["a"], clock)

    assert stories(archive) == {"b": "a", "c": "a"}, "a story keeps its name while it has members"
    assert originals(archive) == {"b"}


def test_a_changed_article_leaves_its_story(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(a=STORY, b=STORY, c=STORY), clock)
    pipeline.add(archive, rows(a=OTHER), clock)
    assert stories(archive) == {"a": None, "b": "a", "c": "a"}


def test_a_story_gets_no_name_that_another_has(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(a=STORY, b=STORY), clock)
    pipeline.add(archive, rows(a=OTHER), clock)
    pipeline.add(archive, rows(c=OTHER), clock)
    found = stories(archive)
    assert found["b"] == "a"
    assert found["a"] == found["c"] is not None
    assert found["a"] != found["b"]


def test_an_article_that_came_back_joins_again(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(a=STORY, b=STORY), clock)
    pipeline.remove(archive, ["b"], clock)
    pipeline.add(archive, rows(b=STORY), clock)
    assert stories(archive) == {"a": "a", "b": "a"}


def test_the_credited_agency_is_the_original(archive: Archive, clock: Clock) -> None:
    copy = {"body": f"{STORY} Theo TTXVN", "publisher": "Báo Bến Gỗ", "published_at": "2021-03-05T08:00:00"}
    wire = {"body": STORY, "publisher": "Thông tấn xã Việt Nam", "published_at": "2021-03-05T09:00:00"}
    pipeline.add(archive, rows(copy=copy, wire=wire), clock)
    assert originals(archive) == {"wire"}


def test_names_that_a_rebuild_changes_are_followed(archive: Archive, clock: Clock) -> None:
    wire = {"body": f"{STORY} (TTXVN)", "publisher": "Hãng tin Bến Gỗ", "published_at": "2021-03-05T08:00:00"}
    later = {"body": STORY, "publisher": "Báo Bến Gỗ", "published_at": "2021-03-05T09:00:00"}
    pipeline.add(archive, rows(wire=wire, later=later), clock)
    assert originals(archive) == {"later"}
    archive.names.write_text("[publishers]\nTTXVN = Hãng tin Bến Gỗ\n", "utf-8")

    pipeline.rebuild(archive, clock)

    assert originals(archive) == {"wire"}


def test_a_story_is_no_chain(archive: Archive, clock: Clock) -> None:
    """Each of these shares much with the one before it, and the last ones nothing with the first."""
    sentences = [
        f"{word.capitalize()} {STORY.split()[n]} " + " ".join(OTHER.split()[n : n + 12])
        for n, word in enumerate(STORY.split())
    ][:44]
    links = {f"n{n:02}": " ".join(sentences[n : n + 16]) for n in range(0, 28, 2)}
    pipeline.add(archive, rows(**links), clock)
    found = stories(archive)
    first, last = told(links["n00"]), told(links["n26"])
    assert likeness(first, told(links["n02"])) > 0
    assert likeness(first, last) == 0
    assert found["n00"] is not None
    assert found["n00"] != found["n26"]


def test_two_stories_that_turn_out_to_be_one_take_the_larger_ones_name(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as blind:
        # Without candidates nothing meets, as when two texts happen to share no key.
        blind.setattr(grouping, "MOST_COMPARED", 0)
        pipeline.add(archive, rows(x=STORY), clock)
    with monkeypatch.context() as blind:
        blind.setattr(grouping, "MOST_OF_A_KEY", 1)
        pipeline.add(archive, rows(a=f"{STORY} Cầu treo."), clock)
    assert stories(archive)["a"] == "x"


def test_a_story_has_no_more_members_than_allowed(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "MOST_MEMBERS", 3)
    pipeline.add(archive, rows(**{f"n{n}": STORY for n in range(8)}), clock)
    names = list(stories(archive).values())
    assert max(names.count(name) for name in names if name is not None) == 3


def test_many_articles_are_read_by_other_processes_alike(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "MANY", 2)
    monkeypatch.setattr(grouping, "BATCH", 3)
    pipeline.add(archive, rows(a=STORY, b=OTHER, c=STORY, d="Ngắn.", e=OTHER), clock)
    assert stories(archive) == {"a": "a", "b": "b", "c": "a", "d": None, "e": "b"}


def test_what_an_interrupted_run_left_undone_is_followed_by_the_next(archive: Archive, clock: Clock) -> None:
    pages = rows(a=STORY, b=STORY)

    def interrupted(step: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.add(archive, pages, clock, interrupted)
    pipeline.add(archive, [], clock)
    assert stories(archive) == {"a": "a", "b": "a"}


def test_a_store_from_before_is_followed_on_the_first_run(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(a=STORY, b=STORY), clock)
    with ArticleStore.open(archive.articles) as store, store.stories(clock()) as tables:
        for member in tables.members_of("a"):
            tables.drop(member, keys(member.told.signature.values).tolist())
            tables.tell(member.id, None, is_original=False)
        tables.set_progress(0)
    pipeline.add(archive, [], clock)
    assert stories(archive) == {"a": "a", "b": "a"}


def test_many_articles_of_one_form_cost_bounded_work(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    monkeypatch.setattr(grouping, "MOST_OF_A_KEY", 2)
    monkeypatch.setattr(grouping, "likeness", lambda one, other: compared.append(1) or likeness(one, other))
    pipeline.add(archive, rows(**{f"n{n:03}": f"{STORY} Kỳ {n + 100}." for n in range(60)}), clock)
    assert len(compared) < 60 * 20
    with ArticleStore.open(archive.articles, read_only=True) as store:
        assert store.largest_stories(5)[0].articles == 60


def test_withdrawing_names_the_articles_of_the_story_that_are_still_shown(archive: Archive, clock: Clock) -> None:
    pipeline.add(archive, rows(a=STORY, b=f"(TTXVN) {STORY}", c=f"{STORY} Theo TTXVN.", d=OTHER), clock)
    why = Decision("Toà soạn rút bài", "Tổ trực")

    both = withdrawing.withdraw(archive, ["a", "b"], why, clock)

    assert both.same_story == ["c"]
    assert withdrawing.withdraw(archive, ["a"], why, clock).same_story == []
    assert withdrawing.withdraw(archive, ["d"], why, clock).same_story == []
