"""Syllables, joined chunks and document codes."""

from __future__ import annotations

import pytest

from index.analysis.normal_text import normal_text
from index.analysis.tokens import CHUNK, code_spans, syllables


def codes(text: str) -> list[str]:
    return [code for code, _, _ in code_spans(text)]


@pytest.mark.parametrize(
    "written",
    [
        "05-CT/TW", "5-CT/TW", "005-CT/TW", "05 - CT/TW", "5 – CT/TW", "05-ct/tw", "05‑CT/TW", "05 -CT/ TW",
        "05/CT-TW", "05-CT / TW",
    ],
)  # fmt: skip
def test_one_document_has_one_code_however_it_is_written(written: str) -> None:
    assert codes(f"Chỉ thị số {written}, ngày 15/5/2016") == ["5-ct-tw"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quyết định 362/QĐ-TTg.", ["362-qd-ttg"]),
        ("quyết định 362/qd-ttg", ["362-qd-ttg"]),
        ("Nghị định 15/2018/NĐ-CP và 05-CT/TW", ["15-2018-nd-cp", "5-ct-tw"]),
        ("số 12-HD/BTCTW;", ["12-hd-btctw"]),
        ("(3/TT&TT)", ["3-tt-tt"]),
        ("giá 390.770.000đ một tấn", ["390-770-000-d"]),
        ("10/CT-UBND/2020", ["10-ct-ubnd-2020"]),
        ("0/CT", ["0-ct"]),
        ("68-KH/TU", ["68-kh-tu"]),
    ],
)
def test_codes_are_found_whole(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "15/5/2016", "ngày 5/6", "05-06-2019", "2015 - 2020", "2015-2020", "24/7", "1.000.000", "12:30", "16h30",
        "TT&TT", "Covid 19", "giai đoạn 2015 - 2020 của tỉnh", "mùa 2018 - hội làng", "50 - 60 người", "50%/năm",
        "abc-def/ghi", "", "-/-", "số 5",
    ],
)  # fmt: skip
def test_dates_amounts_and_spans_of_years_are_no_codes(text: str) -> None:
    assert codes(text) == []


def test_the_place_of_a_code_is_that_of_its_characters() -> None:
    text = "Chỉ thị số 05 - CT/TW ngày"
    ((_, start, end),) = code_spans(text)
    assert text[start:end] == "05 - CT/TW"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quyết định 362/QĐ-TTg - Hà Nội", ["362-qd-ttg"]),
        ("ngày 15/5/2016 - Sở Y tế", []),
        ("Mừng 02/9 - Quốc khánh", []),
    ],
)
def test_a_dash_between_sentences_parts_a_code_from_what_follows(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_long_run_of_code_like_text_takes_little_time() -> None:
    assert len(codes("1-a/" * 50_000)) < 50_000
    assert codes("1 " * 50_000) == []
    assert codes("1" * 200_000) == []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Hội nghị, lần thứ 3!", ["hoi", "nghi", "lan", "thu", "3"]),
        ("H5N1 và COVID-19", ["h", "5", "n", "1", "va", "covid", "19"]),
        ("hoà_bình", ["hoa", "binh"]),
        ("390.770.000đ", ["390", "770", "000", "d"]),
        ("TP.HCM", ["tp", "hcm"]),
        ("www.vidu.example/a?b=1", ["www", "vidu", "example", "a", "b", "1"]),
        ("… – “” 🙂 \n", []),
        ("", []),
    ],
)
def test_syllables_are_runs_of_letters_or_of_digits(text: str, terms: list[str]) -> None:
    tokens = syllables(normal_text(text))
    assert [token.term for token in tokens] == terms
    assert [token.position for token in tokens] == list(range(len(terms)))


def test_syllables_point_into_the_original() -> None:
    original = "Hô\u0323i\u200b nghi\u0323 \ufeffĐƯỜNG"
    printed = [original[token.start : token.end] for token in syllables(normal_text(original))]
    assert printed == ["Hô\u0323i", "nghi\u0323", "ĐƯỜNG"]


@pytest.mark.parametrize(
    ("text", "chunks"),
    [
        ("05-CT/TW và COVID-19", ["05-CT/TW", "và", "COVID-19"]),
        ("giá 390.770.000đ.", ["giá", "390.770.000đ"]),
        ("TT&TT, GD&ĐT", ["TT&TT", "GD&ĐT"]),
        ("a@b.example", ["a@b.example"]),
        ("một,hai;ba", ["một", "hai", "ba"]),
        ("hoà_bình", ["hoà_bình"]),
        ("a--b -c- /d/", ["a", "b", "c", "d"]),
        ("D’Art", ["D’Art"]),
    ],
)
def test_chunks_are_joined_by_one_connector_at_a_time(text: str, chunks: list[str]) -> None:
    assert CHUNK.findall(text) == chunks


def test_superscripts_are_cut_like_the_digits_they_fold_to() -> None:
    printed, typed = (syllables(normal_text(text)) for text in ("100 m²", "100 m2"))
    assert [token.term for token in printed] == [token.term for token in typed]
