"""Laws of abbreviations, tried on invented lists and queries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.abbreviation_lines import BadLine, Entry, Removal, parse_line
from index.abbreviations import Abbreviations, form_key
from index.analysis.tokens import folded
from indexer.synonyms_list import with_entry, without_entry

EMPTY = Abbreviations()

shorts = st.text("BCDĐGHKLNPQRSTVX", min_size=2, max_size=5) | st.sampled_from(["GD&ĐT", "TP.HCM", "KT-XH", "H5N"])
long_forms = st.lists(
    st.sampled_from(["ủy", "ban", "uỷ", "hồ", "sơ", "Mây", "Chiều", "và", "Bến", "Gỗ", "12", "đỏ"]),
    min_size=2,
    max_size=6,
).map(" ".join)
entries = st.builds(Entry, shorts, st.lists(long_forms, min_size=1, max_size=3).map(tuple))
lists = st.lists(entries, max_size=8)
queries = st.lists(st.one_of(shorts, long_forms, st.just("họp")), max_size=12).map(" ".join)
lines = st.one_of(
    entries.map(lambda entry: f"{entry.short} = {' | '.join(entry.long_forms)}  # ghi chú"),
    shorts.map(lambda short: f"-{short}"),
    st.text(st.characters(exclude_characters="\r\n"), max_size=20),
)
files = st.lists(st.tuples(lines, st.sampled_from(["\n", "\r\n"])).map("".join), max_size=8).map("".join)


def read(text: bytes) -> list[Entry]:
    found = []
    for line in text.decode().split("\n"):
        try:
            entry = parse_line(line)
        except BadLine:
            continue
        if isinstance(entry, Entry):
            found.append(entry)
    return found


@given(lists)
def test_every_entry_answers_both_ways(listed: list[Entry]) -> None:
    lookup = Abbreviations(listed)
    for entry in listed:
        for long_form in entry.long_forms:
            for typed, answer in ((entry.short, long_form), (long_form, entry.short)):
                run = form_key(typed)
                whole = [found.syllables for found in lookup.alternatives(run) if found.count == len(run)]
                assert form_key(answer) in whole


@given(lists, queries)
def test_alternatives_stay_inside_the_query_in_order_and_are_never_what_was_typed(
    listed: list[Entry], query: str
) -> None:
    syllables = folded(query)
    found = Abbreviations(listed).alternatives(syllables)
    assert len(set(found)) == len(found)
    assert [(each.first, -each.count) for each in found] == sorted((each.first, -each.count) for each in found)
    for each in found:
        assert 0 <= each.first < each.first + each.count <= len(syllables)
        assert each.count
        assert each.syllables
        assert tuple(syllables[each.first : each.first + each.count]) != each.syllables


@given(lists, queries, queries)
def test_what_stands_around_a_run_takes_nothing_from_it(listed: list[Entry], query: str, before: str) -> None:
    lookup = Abbreviations(listed)
    shift = len(folded(before))
    alone = {(each.first + shift, each.count, each.syllables) for each in lookup.alternatives(folded(query))}
    within = {(each.first, each.count, each.syllables) for each in lookup.alternatives(folded(f"{before} {query}"))}
    assert alone <= within


@given(st.text(max_size=60))
def test_any_line_is_read_or_refused_with_a_reason(line: str) -> None:
    reason = None
    try:
        parse_line(line)
    except BadLine as bad:
        reason = str(bad)
    assert reason is None or "; " in reason


@given(entries)
def test_an_entry_that_is_written_reads_as_the_same(entry: Entry) -> None:
    unlike = tuple(dict.fromkeys(entry.long_forms))
    assert parse_line(f"{entry.short} = {' | '.join(unlike)} # x") == Entry(entry.short, unlike)


@given(files, entries)
def test_what_is_added_can_be_read_and_every_comment_stays(text: str, entry: Entry) -> None:
    after = with_entry(text.encode(), entry)
    lookup = Abbreviations(read(after))
    assert all(lookup.has(entry.short, long_form) for long_form in entry.long_forms)
    assert after.count(b"#") == text.encode().count(b"#")
    assert with_entry(after, entry) == after


@given(files, shorts)
def test_what_is_taken_out_is_gone_and_other_lines_stay(text: str, short: str) -> None:
    after = without_entry(text.encode(), Removal(short), EMPTY)
    before = Abbreviations(read(text.encode()))
    if after is None:
        assert before.find(short) is None
        return
    left = Abbreviations(read(after))
    assert left.find(short) is None
    assert {entry.short for entry in before.entries} - {entry.short for entry in left.entries} <= {
        entry.short for entry in before.entries if form_key(entry.short) == form_key(short)
    }
