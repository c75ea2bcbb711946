"""The tables, letter by letter: against glibc's iconv where it knows the encoding, and there and back everywhere."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from indexer.legacy_text import double_utf8, tcvn3, viqr, vni, windows_1258
from indexer.legacy_text.detection import DECODERS, Encoding
from indexer.legacy_text.letters import LETTERS, as_western
from tests.unit.indexer.legacy_text.encoders import ENCODERS, to_double_utf8, to_windows_1258_bytes

_HAS_CAPITALS = [encoding for encoding in Encoding if encoding is not Encoding.TCVN3]


def iconv(content: bytes, charset: str) -> str:
    if shutil.which("iconv") is None:
        pytest.skip("iconv, the program of glibc that the tables are compared with, is not installed")
    done = subprocess.run(["iconv", "-f", charset, "-t", "UTF-8"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def test_vietnamese_has_134_letters_beyond_ascii() -> None:
    assert len(LETTERS) == len(set(LETTERS)) == 134


@pytest.mark.parametrize("encoding", _HAS_CAPITALS)
def test_every_letter_is_read_back(encoding: Encoding) -> None:
    # Alone, and within a word, for the letters of VNI and VIQR lean on what stands before them.
    for letter in LETTERS:
        assert DECODERS[encoding](ENCODERS[encoding](letter)) == letter
    text = " ".join(f"t{letter}n {letter}" for letter in LETTERS)
    if encoding is not Encoding.VIQR:
        assert DECODERS[encoding](ENCODERS[encoding](text)) == text


def test_tcvn3_reads_every_small_letter_back_and_the_capitals_without_tone() -> None:
    for letter in LETTERS:
        kept = letter if letter in "ĂÂĐÊÔƠƯ" else letter.lower()
        assert tcvn3.decode(ENCODERS[Encoding.TCVN3](letter)) == kept


def test_tcvn3_is_what_iconv_calls_tcvn5712() -> None:
    for code in [*range(0xA1, 0xB0), *range(0xB5, 0x100)]:
        assert tcvn3.CODES[code] == iconv(bytes([code]), "TCVN5712-1")


def test_a_tcvn3_text_is_read_as_iconv_reads_it() -> None:
    content = ENCODERS[Encoding.TCVN3]("Xóm Đáy đón nước nổi, cả xóm ra đồng kéo lưới").encode("latin-1")
    assert tcvn3.decode(as_western(content)) == iconv(content, "TCVN5712-1")


def test_windows_1258_is_read_as_iconv_reads_it() -> None:
    content = to_windows_1258_bytes(" ".join(LETTERS))
    assert windows_1258.decode(as_western(content)) == iconv(content, "CP1258")


def test_a_heading_in_a_font_of_capitals_is_read_in_capitals() -> None:
    assert tcvn3.decode("HéI §åNG NH©N D©N X· BÕN Gç") == "HỘI ĐỒNG NHÂN DÂN XÃ BẾN GỖ"
    assert tcvn3.decode("Vµ ng­êi ë BÕn Gç") == "Và người ở Bến Gỗ"


def test_vni_takes_marks_of_either_case() -> None:
    assert vni.decode("ÑöôØng Aù, THUÛY, thuyû, yeån, myõ lyï") == "Đường Á, THỦY, thuỷ, yển, mỹ lỵ"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("To^i o+? Ha` No^.i.", "Tôi ở Hà Nội."),
        ("DDu*o*`ng pho^' dda` sa'ng", "Đường phố đà sáng"),
        ("ca'^p, u+o+'c, DDU+O+`NG", "cấp, ước, ĐƯỜNG"),
        ("HDDND ti?nh", "HĐND tỉnh"),
        ("no'i: co' dde^'n kho^ng\\?", "nói: có đến không?"),
        ("thu+ go+?i ban@bao.vn, trang www.bao.vn", "thư gởi ban@bao.vn, trang www.bao.vn"),
        ("add 2 + 2. Hello?", "add 2 + 2. Hello?"),
    ],
)
def test_viqr_as_people_typed_it(typed: str, meant: str) -> None:
    assert viqr.decode(typed) == meant


def test_utf8_broken_several_times_is_mended() -> None:
    text = "“Đất lành chim đậu”, già làng Ỷ nói – rồi cười."
    broken = text
    for _ in range(double_utf8.MOST_TIMES):
        broken = to_double_utf8(broken)
        assert double_utf8.decode(broken) == text


def test_letters_that_damage_struck_are_completed_where_only_one_fits() -> None:
    broken = to_double_utf8("nhà bà Tí, chính quyền xã").replace("\xa0", " ").replace("\xad", "")
    assert double_utf8.decode(broken) == "nhà bà Tí, chính quyền xã"
    assert double_utf8.decode("Tiáº¿ng Vi\ufffd»‡t XÃƒ") == "Tiếng Vi\ufffd»‡t XÃ"
