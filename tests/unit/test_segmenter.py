"""The segmenter cuts as pyvi does (pyvi itself is the oracle), whatever the text, and never at pyvi's worst cost."""

from __future__ import annotations

import importlib
import importlib.util
import json
import lzma
import os
import pickle
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

from index.analysis import chunk_cache, word_model
from index.analysis.segmenter import Segmenter
from index.analysis.word_model import WordModel, WordModelError

SENTENCES = [
    "Đồng chí Bí thư Đảng uỷ xã chủ trì hội nghị sơ kết sáu tháng đầu năm.",
    "Uỷ ban nhân dân tỉnh ban hành Quyết định số 362/QĐ-TTg ngày 15/5/2018 về hoà giải ở cơ sở.",
    "Ủy ban nhân dân tỉnh, hòa bình và thủy lợi: chữ viết kiểu mới.",
    "ĐẢNG BỘ HUYỆN TỔ CHỨC ĐẠI HỘI NHIỆM KỲ 2020-2025",
    "chi bo thon hop ban ve xay dung nong thon moi",
    "TP.HCM và Tp. Hà Nội; Mr. Nam, Mrs. Lan, Ms. Hoa, Dr. An, ThS. Bình, TS. Cường.",
    "Giá 390.770.000đ, tăng 1,5 % so với 12_000 đồng; COVID-19, H5N1, TT&TT, 05-CT/TW.",
    "Xem http://example.vn/tin?a=1&b=2#c hoặc thư về toa-soan.bao+moi@mail.example.vn, xin cảm ơn!",
    "Bước 1 ==> bước 2 -> bước 3 >> hết... (còn nữa)",
    "Dòng một\nDòng hai\r\n\tThụt vào\u00a0\u00a0bằng dấu cách cứng\u00a0",
    "Chuỗi  hai   dấu cách   và cuối dòng   ",
    "  đầu dòng có dấu cách",
    "Ông nói: “Sản xuất nông nghiệp – công nghiệp” là ‘mũi nhọn’…",
    "Cộng hoà xã hội chủ nghĩa Việt Nam, Mặt trận Tổ quốc, bà Nguyễn Thị Minh Khai",
]

ADVERSARIAL = [
    "",
    " ",
    "\u00a0",
    "\n",
    "a\u0301",
    "_",
    "__",
    "hoà_bình _ hoà _bình",
    "=>? ,-./ :; \\]^",
    "a=>?b",
    "a@b.c",
    "a@b.c_d@e.f",
    "A.b@c.d Mr.a@b.c Tp.x@y.z",
    "đa@b.c a@b.cđ a@b.cđ@d.e",
    "x.a://b@c.d a://b@c.d",
    "a@b a@b. a@.b @b.c a@b..c a@b.c. a@b.c.d.",
    "a@a@a@b.c",
    "..a@b.c;+@b.c;-@-.-",
    "1.1.1 1..1 1,2.3_4 1_1_a 1_a_1 1_ _1 1.",
    "1.1@b.c 1.1a@b.c",
    "١.٢ ٣_٤x ² x² ½ Ⅷ",
    "ΑΣ Σ ΣΑ ς İ ß ǅa ﬁ",
    "A.A.A. ĐĐ. ĐẢNG. AÁ. Đ.Đ",
    "a:// ://a a://\u00a0b _://_ 1://1",
    "....... ..  .. === ==> =>= ->> >>> ->->",
    "xã\x00hội \x00 a\x00 http://a\x00b hoà\u200bbình hoà\u00adbình \ufeffxã hội",
    "xã\u2028hội xã\x85hội xã\x1fhội xã\u3000hội",
    "xã \u00a0hội thị\u00a0xã thị\n\u00a0xã thị\n xã",
    "中国 ไทย 😀 👨‍👩‍👧 ® ™",
]

BLOBS = [
    "1.",
    "1_",
    "1",
    "A",
    "A.",
    "Đ",
    "a",
    "xã_",
    "_",
    "=",
    ".",
    "..",
    "a://",
    "@",
    "a@a",
    "\n",
    "\u00a0",
    "thị xã ",
]
"""Repeated to 64 KB, these cost pyvi a time that grows with the length."""

QUADRATIC = ["a-", "a.a-", "a+1.", "1.a", "a-@", "a.a.a@b.c.d.;", "a@b-", "a-a@b.c_", "-", "+A.", "Mr.a-", "a_1.-"]
"""These cost pyvi, or would cost a careless e-mail rule, the square of the length."""

KILOBYTES_64 = 1 << 16


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter.load()


@pytest.fixture(scope="module")
def pyvi() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("pyvi.ViTokenizer")


def repeated(shape: str, length: int) -> str:
    return (shape * (length // len(shape) + 1))[:length]


@pytest.mark.parametrize("text", SENTENCES + ADVERSARIAL)
def test_a_text_is_cut_exactly_as_pyvi_cuts_it(segmenter: Segmenter, pyvi: ModuleType, text: str) -> None:
    assert segmenter.tokenize(text) == pyvi.tokenize(text)


@pytest.mark.parametrize("first", range(0, 2000, 500))
def test_two_thousand_real_articles_are_cut_exactly_as_pyvi_cuts_them(
    segmenter: Segmenter, pyvi: ModuleType, corpus: Path, first: int
) -> None:
    path = corpus / "articles.jsonl.xz"
    if not path.is_file():
        pytest.skip("the shared corpus has no articles.jsonl.xz: set CORPUS to the folder that has it")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, first, first + 500):
            article = json.loads(line)
            text = f"{article['title']}\n{article['body']}"
            assert segmenter.tokenize(text) == pyvi.tokenize(text), article["id"]


def test_every_weight_is_the_one_crfsuite_reads(pyvi: ModuleType, tmp_path: Path) -> None:
    model = WordModel.load()
    # pycrfsuite's own reader of this dump stumbles over an attribute that holds a line break.
    pyvi.ViTokenizer.model.tagger_.dump(str(tmp_path / "dump"))
    dump = (tmp_path / "dump").read_text(encoding="utf-8")
    weights = dict.fromkeys(model.weights, 0.0)
    transitions = {}
    for kind, source, label, weight in re.findall(r"\(([01])\) (.+?) --> ([BI])_W: (\S+)\n", dump, re.DOTALL):
        if kind == "0":
            weights[source] += float(weight) if label == "I" else -float(weight)
        else:
            transitions[source[0] + label] = float(weight)
    # The dump has six decimals.
    assert model.weights == pytest.approx(weights, abs=2e-6)
    (b_b, b_i), (i_b, i_i) = model.transitions
    assert {"BB": b_b, "BI": b_i, "IB": i_b, "II": i_i} == pytest.approx(transitions, abs=1e-6)
    assert model.two_syllables == pyvi.ViTokenizer.bi_grams
    assert model.three_syllables == pyvi.ViTokenizer.tri_grams


def test_words_come_with_offsets_and_the_number_of_their_tokens(segmenter: Segmenter) -> None:
    text = "Thị xã họp,\n\u00a0\u00a0bàn  xây dựng nông thôn. "
    words = [(text[start:end], count) for start, end, count in segmenter.segment(text)]
    assert words == [
        ("Thị xã", 2),
        ("họp", 1),
        (",", 1),
        ("\n", 1),
        ("bàn", 1),
        ("xây dựng", 2),
        ("nông thôn", 2),
        (".", 1),
    ]


def test_a_word_may_hold_more_than_one_blank(segmenter: Segmenter) -> None:
    assert segmenter.segment("  thị \u00a0xã  ") == [(2, 9, 2)]


@pytest.mark.parametrize("blank", ["", " ", "\t \u00a0", "   "])
def test_a_text_without_words_has_none_and_comes_back_as_it_is(segmenter: Segmenter, blank: str) -> None:
    assert segmenter.segment(blank) == []
    assert segmenter.tokenize(blank) == blank


def test_lone_surrogates_which_crash_pyvi_are_tokens(segmenter: Segmenter) -> None:
    assert segmenter.tokenize("thị xã \ud800 thị\udfff xã") == "thị_xã \ud800 thị \udfff xã"


def test_text_that_is_not_composed_is_composed_first(segmenter: Segmenter) -> None:
    assert segmenter.tokenize("thi\u0323 xa\u0303") == "thị_xã"


@pytest.mark.parametrize("shape", BLOBS)
def test_a_pasted_blob_is_cut_as_pyvi_cuts_it(segmenter: Segmenter, pyvi: ModuleType, shape: str) -> None:
    blob = repeated(shape, KILOBYTES_64)
    assert segmenter.tokenize(blob) == pyvi.tokenize(blob)


@pytest.mark.parametrize("tail", ["", "@", "@b.c", "://x", "@b-b."])
@pytest.mark.parametrize("shape", QUADRATIC)
def test_a_short_piece_of_a_blob_too_costly_for_pyvi_is_cut_as_pyvi_cuts_it(
    segmenter: Segmenter, pyvi: ModuleType, shape: str, tail: str
) -> None:
    piece = repeated(shape, 700) + tail
    assert segmenter.tokenize(piece) == pyvi.tokenize(piece)


@pytest.mark.parametrize("tail", ["", "@", "@b.c", "://x", "@b-b."])
@pytest.mark.parametrize("shape", BLOBS + QUADRATIC)
def test_no_blob_costs_more_than_its_length(segmenter: Segmenter, shape: str, tail: str) -> None:
    # About 0.05 s; the square of the length would be ten seconds and more.
    blob = repeated(shape, KILOBYTES_64) + tail
    start = time.process_time()
    words = segmenter.segment(blob)
    assert time.process_time() - start < 2
    assert words == [] or words[-1][1] <= len(blob)


def test_texts_cut_in_one_go_are_cut_each_for_itself(segmenter: Segmenter) -> None:
    texts = ["", *SENTENCES, "thị", "xã", " \u00a0", "chính", "quyền ", ""]
    expected = []
    at = 0
    for text in texts:
        expected += [(start + at, end + at, count) for start, end, count in segmenter.segment(text)]
        at += len(text) + 1
    together = [b"".join(map(segmenter.tokens, text.split(" "))) for text in texts]
    assert segmenter.cut(together) == expected
    assert segmenter.cut(together, at_least=2) == [word for word in expected if word[2] >= 2]
    assert segmenter.cut([]) == []


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk_cache, "MOST", 10)
    segmenter = Segmenter.load()
    for number in range(100):
        segmenter.segment(f"thị xã {number}, {number}{'x' * 100}")
    assert 0 < len(segmenter._chunks) <= 10
    assert 0 < len(segmenter._tokens) <= 10
    assert not any(len(chunk) > chunk_cache.LONGEST for chunk in segmenter._chunks)


def test_threads_that_share_a_segmenter_get_what_one_alone_gets(
    segmenter: Segmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = SENTENCES * 20
    expected = list(map(segmenter.segment, texts))
    monkeypatch.setattr(chunk_cache, "MOST", 5)
    shared = Segmenter.load()
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(shared.segment, texts)) == expected


def test_neither_pyvi_nor_what_it_needs_is_imported() -> None:
    program = (
        "import sys\n"
        "from index.analysis.segmenter import Segmenter\n"
        "Segmenter.load().segment('thị xã')\n"
        "print({'pyvi', 'pycrfsuite', 'sklearn_crfsuite', 'sklearn', 'scipy'} & sys.modules.keys())"
    )
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert found.stdout.strip() == "set()"


def pyvi_in(folder: Path) -> Callable[[str], ModuleSpec]:
    """Pretend that pyvi is installed in a folder."""

    def find_spec(name: str) -> ModuleSpec:
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        return spec

    return find_spec


def test_without_pyvi_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WordModelError, match=r"pyvi.* is not installed: run .*pip install .*pyvi==0\.1\.1"):
        Segmenter.load()


def test_a_missing_model_file_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", pyvi_in(tmp_path))
    with pytest.raises(WordModelError, match=r"cannot read .*pyvi3\.pkl: No such file.*pip install .*pyvi==0\.1\.1"):
        Segmenter.load()


def test_another_versions_model_file_is_named_with_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "pyvi3.pkl").write_bytes(b"another model")
    monkeypatch.setattr(importlib.util, "find_spec", pyvi_in(tmp_path))
    message = (
        r"pyvi3\.pkl is not the file of pyvi 0\.1\.1: its sha256 is \w+, not 6cdd73aee04b6a4a\w+; run .*pyvi==0\.1\.1"
    )
    with pytest.raises(WordModelError, match=message):
        Segmenter.load()


class Intruder:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_nothing_that_a_pickle_names_is_run(tmp_path: Path) -> None:
    pickled = pickle.dumps({"modelfile": Intruder(tmp_path / "made")}, protocol=2)
    with pytest.raises(AttributeError):
        word_model._crfsuite_model(pickled)
    assert list(tmp_path.iterdir()) == []
