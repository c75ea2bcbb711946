"""Which terms a pattern describes and which are one slip apart."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.loose_terms import described, folded_pattern, one_slip_apart
from index.analysis.syllables import fold

words = st.text("abny", max_size=6)


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("phong*", "phong phongs phongxyz", "phon xphong"),
        ("*ong", "ong phong trong", "onga on"),
        ("h*ng", "hng hong huong", "hon ong"),
        ("*uo*", "uo duong", "u ou"),
        ("k*o*g", "kog khuong", "ko og"),
        ("quy*", "qui quyen quy", "quen quit"),
        ("*y", "ki li qui may", "di hi4"),
        ("201*", "201 2019", "2020"),
    ],
)
def test_a_pattern_describes_the_terms_it_is_spelled_like(pattern: str, yes: str, no: str) -> None:
    assert [term for term in yes.split() if not described(pattern).fullmatch(term)] == []
    assert [term for term in no.split() if described(pattern).fullmatch(term)] == []


def test_only_a_prefix_keeps_its_accents() -> None:
    assert folded_pattern("Đườ*") == ("duo*", fold("đườ")[1])
    assert folded_pattern("đườn**") == ("duon*", fold("đườn")[1])
    for written in ("*ường", "đ*ng", "*ườ*"):
        assert folded_pattern(written)[1] == 0
    assert folded_pattern("ký*")[0] == "ky*"


@given(st.lists(words, min_size=2, max_size=4).map("*".join), words)
def test_patterns_describe_what_shell_patterns_do(pattern: str, term: str) -> None:
    assert bool(described(pattern).fullmatch(term)) == (
        fnmatchcase(term, pattern) or (fold(term[:-1] + "y")[0] == term and fnmatchcase(term[:-1] + "y", pattern))
    )


def test_no_pattern_takes_long_over_a_long_term() -> None:
    started = time.process_time()
    assert not described("a*a*a*a*a*b").fullmatch("a" * 70_000)
    assert time.process_time() - started < 1


def slips(term: str) -> set[str]:
    """Give every term that is one slip from this one."""
    taken_out = {term[:at] + term[at + 1 :] for at in range(len(term))}
    put_in = {term[:at] + letter + term[at:] for at in range(len(term) + 1) for letter in "abny"}
    other = {term[:at] + letter + term[at + 1 :] for at in range(len(term)) for letter in "abny"}
    swapped = {term[:at] + term[at : at + 2][::-1] + term[at + 2 :] for at in range(len(term) - 1)}
    return {term} | taken_out | put_in | other | swapped


@given(words, words)
def test_one_slip_is_a_letter_more_less_other_or_two_swapped(term: str, other: str) -> None:
    assert one_slip_apart(term, other) == (other in slips(term))


@given(words, st.data())
def test_a_slip_is_a_slip_in_both_directions(term: str, data: st.DataObject) -> None:
    slipped = data.draw(st.sampled_from(sorted(slips(term))))
    assert one_slip_apart(term, slipped)
    assert one_slip_apart(slipped, term)
