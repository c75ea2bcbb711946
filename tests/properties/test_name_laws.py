"""Laws of the list of names."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from indexer.name_lines import Kind, NameLine, parse_line, read_line_bytes, written
from indexer.names import Names, Naming, holds_any, touched
from indexer.names_list import with_aliases, without_aliases

PATH = Path("names.txt")
SOME = st.sampled_from(["Mây", "Hồng", "L.M.H", "Lò Mây Hồng", "LÒ MÂY HỒNG", "Gió Ngàn", "Hoà", "Hòa"])
PUBLISHERS = st.sampled_from(["Báo Bến Gỗ", "BBG", "Báo Mái Lá"])


def _lines(kind: Kind) -> st.SearchStrategy[NameLine]:
    names = PUBLISHERS if kind is Kind.PUBLISHERS else SOME
    aliases = st.lists(names, min_size=1, max_size=3, unique=True).map(tuple)
    limits = st.none() if kind is Kind.PUBLISHERS else st.none() | PUBLISHERS
    return st.builds(NameLine, st.just(kind), names, aliases, limits)


LINES = st.lists(st.sampled_from(list(Kind)).flatmap(_lines), max_size=8)
ARTICLES = st.builds(
    Article,
    st.just("a"),
    st.just("Nhà"),
    st.just("Nhà."),
    authors=st.lists(SOME, max_size=3, unique=True).map(tuple),
    section=st.none() | SOME,
    publisher=st.none() | PUBLISHERS,
)
ANY_NAME = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=30)


def names(lines: list[NameLine]) -> Names:
    return Names.of(PATH, list(enumerate(lines, 1)))


@given(ANY_NAME, st.lists(ANY_NAME, min_size=1, max_size=3), st.none() | ANY_NAME)
def test_written_line_reads_as_it_was(name: str, aliases: list[str], publisher: str | None) -> None:
    line = written(NameLine(Kind.AUTHORS, name, tuple(aliases), publisher))
    for _, found in read_line_bytes(PATH, f"[authors]\n{line}".encode()):
        if isinstance(found, NameLine):
            assert parse_line(written(found), Kind.AUTHORS) == found


@given(LINES, ARTICLES)
def test_names_once_applied_stay(lines: list[NameLine], article: Article) -> None:
    naming = Naming(names(lines))
    once = naming.applied(article)
    assert naming.applied(once) == once


@given(LINES.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))), ARTICLES)
def test_order_of_lines_makes_no_difference(orders: tuple[list[NameLine], list[NameLine]], article: Article) -> None:
    one, other = map(names, orders)
    assert one == Names(other.aliases, other.spellings, one.problems)
    assert one.packed() == other.packed()
    assert Naming(one).applied(article) == Naming(other).applied(article)


@given(LINES)
def test_packed_names_come_back(lines: list[NameLine]) -> None:
    found = names(lines)
    assert Names.unpacked(found.packed()) == Names(found.aliases, found.spellings)


@given(LINES, LINES, ARTICLES)
def test_article_without_touched_names_is_the_same_by_either_list(
    before: list[NameLine], after: list[NameLine], article: Article
) -> None:
    one, other = names(before), names(after)
    stored = Naming(one).applied(article)
    if not holds_any(stored, touched(one, other)):
        assert Naming(other).applied(article) == stored


@given(LINES, st.sampled_from(list(Kind)).flatmap(_lines))
def test_alias_put_in_is_taken_out_again(lines: list[NameLine], line: NameLine) -> None:
    text = b""
    for each in lines:
        text = with_aliases(text, each)
    assert all(isinstance(found, NameLine) for _, found in read_line_bytes(PATH, text))
    taken = without_aliases(with_aliases(text, line), line, everywhere=False)
    assert taken is not None
    assert without_aliases(taken, line, everywhere=False) is None
