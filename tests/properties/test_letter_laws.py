"""A text as one byte a character says the same as its syllables folded one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.analysis.letters import FAMILIAR, letters
from index.analysis.syllables import SYLLABLE, fold

familiar = st.text(st.sampled_from(FAMILIAR))


@given(st.one_of(familiar, st.text()))
def test_offsets_stay_and_syllables_are_folded(text: str) -> None:
    written = letters(text)
    if written is None:
        return
    assert len(written) == len(text)
    for match in SYLLABLE.finditer(text):
        folded = written[match.start() : match.end()].decode()
        assert folded == fold(match.group())[0].replace("y", "i")
    inside = {at for match in SYLLABLE.finditer(text) for at in range(*match.span())}
    assert all(written[at] == ord(" ") for at in range(len(text)) if at not in inside)


@given(st.text(st.sampled_from("aàảđĐƯỚyỹ 1²₂.,-\n“”…")))
def test_vietnamese_is_familiar(text: str) -> None:
    assert letters(text) is not None
