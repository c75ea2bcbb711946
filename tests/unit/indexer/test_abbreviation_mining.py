"""What the articles explain; all of them are invented."""

from __future__ import annotations

import pytest

from index.abbreviation_lines import Entry, Removal
from index.abbreviations import Abbreviations
from index.article import Article
from indexer import abbreviation_mining
from indexer.abbreviation_mining import explained, mine

EMPTY = Abbreviations()


def articles(*bodies: str) -> list[Article]:
    return [Article(id=f"bai-{number}", title="Tin làng", body=body) for number, body in enumerate(bodies, 1)]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Sáng nay, hợp tác xã (HTX) họp.", ("HTX", "hợp tác xã")),
        ("Sáng nay, hợp tác xã ( HTX ) họp.", ("HTX", "hợp tác xã")),
        ("Sở Vườn tược và Bến bãi (VT&BB) báo tin.", ("VT&BB", "Vườn tược và Bến bãi")),
        ("Sở Vườn tược và Bến bãi (VTBB) báo tin.", ("VTBB", "Vườn tược và Bến bãi")),
        ("đội trồng, chăm sóc rừng (TCSR) lên núi", ("TCSR", "trồng, chăm sóc rừng")),
        ("đua thuyền Bến Gỗ - Mây Chiều (BG-MC)", ("BG-MC", "Bến Gỗ - Mây Chiều")),
        ("Ban Quản trị chợ (gọi tắt là BQTC) họp", ("BQTC", "Ban Quản trị chợ")),
        ("đèn đường đỏ (ĐĐĐ) sáng", ("ĐĐĐ", "đèn đường đỏ")),
        ("nghệ sĩ ưu tú (NSƯT) hát", ("NSƯT", "nghệ sĩ ưu tú")),
        ("thạc sĩ (ThS) dạy", ("ThS", "thạc sĩ")),
        ("HTX (hợp tác xã) họp", ("HTX", "hợp tác xã")),
        ("HTX (hợp tác xã, lập năm ngoái) họp", ("HTX", "hợp tác xã")),
    ],
)
def test_initials_explain_an_abbreviation(text: str, pair: tuple[str, str]) -> None:
    assert list(explained(text)) == [pair]


@pytest.mark.parametrize(
    "text",
    [
        "ông Lò Bến Gỗ (HTX) họp",
        "hợp tác. xã (HTX)",
        "xã (HTX)",
        "dự án (giai đoạn hai)",
        "họp lúc tám giờ (Tám)",
        "đường dài (DD) vắng",
        "HTX (họp từ sáng)",
        "(HTX)",
        "(" * 500 + "HTX" + ")" * 500,
    ],
)
def test_other_parentheses_explain_nothing(text: str) -> None:
    assert list(explained(text)) == []


def test_an_article_counts_once_and_too_few_are_not_proposed() -> None:
    twice = "Hợp tác xã (HTX) họp. Hợp tác xã (HTX) nghỉ. Câu lạc bộ (CLB) hát."
    assert mine(articles(twice, "hợp tác xã (HTX)"), EMPTY, fewest=3) == []
    [proposal] = mine(articles(twice, "hợp tác xã (HTX)", "HTX (hợp tác xã)"), EMPTY, fewest=3)
    assert (proposal.short, proposal.long_forms[0].text, proposal.long_forms[0].articles) == ("HTX", "hợp tác xã", 3)
    assert proposal.long_forms[0].example == "bai-1"


def test_an_ambiguous_abbreviation_is_proposed_with_all_its_long_forms() -> None:
    [proposal] = mine(articles("học sinh (HS)", "học sinh (HS)", "hồ sơ (HS)"), EMPTY, fewest=1)
    assert [(form.text, form.articles) for form in proposal.long_forms] == [("học sinh", 2), ("hồ sơ", 1)]


def test_what_a_list_has_or_refuses_is_not_proposed() -> None:
    lists = Abbreviations([Entry("HS", ("học sinh",))], [Removal("CLB"), Removal("XV", ("xe vàng",))])
    texts = articles("học sinh (HS), hồ sơ (HS), câu lạc bộ (CLB), xe vàng (XV)")
    [proposal] = mine(texts, lists, fewest=1)
    assert (proposal.short, [form.text for form in proposal.long_forms]) == ("HS", ["hồ sơ"])


def test_a_plain_word_is_not_proposed() -> None:
    assert mine(articles("thi hành án (THA)"), EMPTY, fewest=1) == []


def test_spellings_of_one_abbreviation_are_counted_together() -> None:
    texts = articles("Uỷ ban làng (UBL)", "ủy ban làng (UBL)", "ủy ban làng (UBL)")
    [proposal] = mine(texts, EMPTY, fewest=3)
    assert proposal.long_forms[0].text == "ủy ban làng"


def test_memory_is_bounded_by_forgetting_what_one_article_explains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abbreviation_mining, "MOST_PAIRS", 2)
    texts = articles("hợp tác xã (HTX)", "hợp tác xã (HTX)", "xe vàng (XV)", "bến gỗ (BG)", "hợp tác xã (HTX)")
    assert [proposal.short for proposal in mine(texts, EMPTY, fewest=1)] == ["HTX"]
