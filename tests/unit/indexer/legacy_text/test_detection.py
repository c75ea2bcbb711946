"""What is recognised, what is left alone."""

from __future__ import annotations

import json
import lzma
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.errors import BadArticle
from indexer.extract import extract
from indexer.legacy_text.conversion import decoded, detect, unlegacied
from indexer.legacy_text.detection import Encoding
from indexer.legacy_text.markup import markup_in_unicode
from indexer.raw_page import MediaType, RawPage
from tests.unit.indexer.conftest import PAGE
from tests.unit.indexer.legacy_text.encoders import ENCODERS

WORDS = """
bến đò xóm đêm qua nước lũ dâng ngập đồng ruộng thuyền chở gạo tới từng nhà bà con mừng rỡ đón đoàn cứu trợ
trẻ nhỏ được phát áo ấm chăn mỏng thầy giáo vẫn giữ lớp học trên đồi cỏ tranh cán bộ huyện trực suốt đêm ngày
mưa tạnh đường lầy lội nhưng chợ phiên đã họp trở lại người bán rau thịt cá đông đủ ở ỷ à yến mỹ lỵ quý
"""
TEXT = (
    "Xóm chài Bến Gỗ sáng nay họp bàn việc dựng lại cầu tre. Ông Lò Văn Mẫn nói mỗi nhà góp hai cây, ai có thuyền thì "
    "chở giúp; trẻ em được nghỉ học một buổi."
)

sentences = st.lists(st.sampled_from(WORDS.split()), min_size=8, max_size=40, unique=True).map(
    lambda words: " ".join(words) + "."
)


@pytest.mark.parametrize("encoding", Encoding)
@given(text=sentences)
def test_what_was_written_in_an_old_encoding_is_recognised_and_read_back(encoding: Encoding, text: str) -> None:
    assume(sum(not word.isascii() for word in text.split()) >= 6)
    found = unlegacied(ENCODERS[encoding](text))
    assert found.encoding == encoding
    assert found.text == text


@given(text=sentences, form=st.sampled_from(["NFC", "NFD"]))
def test_unicode_is_left_alone(text: str, form: str) -> None:
    text = unicodedata.normalize(form, text)
    assert unlegacied(text).text == text
    assert unlegacied(text).encoding is None


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.upper(),
        "",
        "Mưa",
        "Về quê",
        "An answer, to me. Is it so? We do, too. I'm sure the (a) and (o) are a. o. u. e.",
        "L'été dernier, à l'hôtel, le garçon a rêvé d'un théâtre où l'élève préféré mangeait des crêpes brûlées.",
        "Über die Brücke führt ein schöner Weg; die Bäume blühen größer, die Häuser sind süß und müde.",
        "El niño pequeño comió piñas en España; la señora soñó que mañana sería otoño.",
        "if (a^b || o^e) { return a+b; } // d'o, u+v, o*o, a(e), add(a`b`)",
        "Tel. 028.3930.0000 – 1.250.000 m² × 3 = 25 °C ± 2 µm © 2024 «Mây Chiều» ®",
        "µ0Û\nµ",
        "Cỡ hạt bụi\n5 µm\n10 µm\n25 µm\n100 µm",
        "https://bao.example.vn/a(b)/o+e/d^e?u=%C3%A1&x=a~e.",
        "Müller, Björk, Renée, José, Łukasz, Đỗ, Søren và François",
        "Vang Bordeaux Château Pétrus, rượu Kräuterlikör, bánh crème brûlée đã về đến chợ Bến Gỗ hôm qua.",
    ],
)
def test_what_is_no_old_encoding_is_left_alone(text: str) -> None:
    assert unlegacied(text).text == text
    assert unlegacied(text).encoding is None


@pytest.mark.parametrize("encoding", Encoding)
def test_confidence_is_a_share_and_high_for_a_paragraph(encoding: Encoding) -> None:
    short, long = (detect(ENCODERS[encoding](text)) for text in (TEXT[:60], TEXT))
    assert long.encoding == encoding
    assert 0.7 <= short.confidence < 1
    assert 0.9 <= long.confidence < 1


@pytest.mark.parametrize("encoding", Encoding)
def test_an_old_title_over_a_unicode_body_is_converted_alone(encoding: Encoding) -> None:
    title = "Bến Gỗ dựng lại cầu tre sau mùa nước nổi, trẻ em tới lớp bằng thuyền"
    row = {"title": ENCODERS[encoding](title), "body": TEXT, "author": "Lý Mỵ Sương"}
    made = extract(RawPage("a.jsonl:1", MediaType.ROW, json.dumps(row).encode()))
    assert (made.article.title, made.article.body, made.article.byline) == (title, TEXT, "Lý Mỵ Sương")
    assert made.rules["encoding"].startswith(f"{encoding}, confidence 0.")


@pytest.mark.parametrize("encoding", [Encoding.TCVN3, Encoding.VNI, Encoding.WINDOWS_1258])
def test_bytes_of_one_letter_each_are_read(encoding: Encoding) -> None:
    content = ENCODERS[encoding](PAGE).encode("cp1252")
    found = decoded(content)
    assert found.encoding == encoding
    expected = extract(RawPage("a.txt", MediaType.DUMP, PAGE.encode())).article
    made = extract(RawPage("a.txt", MediaType.DUMP, content))
    assert (made.article.body, made.article.byline) == (expected.body, expected.byline)
    assert made.article.id in made.warnings[-1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_unicode_in_other_bytes_is_the_same_article(encoding: str) -> None:
    made = extract(RawPage("a.txt", MediaType.DUMP, PAGE.encode(encoding)))
    assert made.article == extract(RawPage("a.txt", MediaType.DUMP, PAGE.encode())).article


def test_rows_of_bytes_that_are_no_utf8_are_read_if_their_letters_tell() -> None:
    row = json.dumps({"title": "Cầu tre", "body": TEXT}, ensure_ascii=False)
    content = ENCODERS[Encoding.TCVN3](row).encode("latin-1")
    assert extract(RawPage("a.jsonl:1", MediaType.ROW, content)).article.body == TEXT


def test_bytes_that_tell_nothing_are_refused() -> None:
    with pytest.raises(BadArticle, match="byte 1 is not UTF-8"):
        extract(RawPage("a.txt", MediaType.DUMP, b"T\xe5bc def\n" * 9))


def test_the_label_of_a_western_set_is_believed_where_letters_tell_nothing() -> None:
    assert decoded("Café Müller".encode("latin-1"), "ISO-8859-1").text == "Café Müller"


def test_no_article_of_the_corpus_is_converted(corpus: Path) -> None:
    with lzma.open(corpus / "articles.jsonl.xz", "rt") as lines:
        for line, _ in zip(lines, range(1000), strict=False):
            row = json.loads(line)
            assert unlegacied(f"{row['title']}\n{row['body']}").encoding is None, row["id"]


@pytest.mark.parametrize("opened", ["<!--", "<script>", "<style>"])
def test_what_is_opened_and_never_closed_goes_on_to_the_end(opened: str) -> None:
    """As browsers read it; else every opening is looked through to the end of the page anew."""
    old = "T&ecirc;n x&atilde;: BÕn Gç; huyÖn Ch©u §µi, tØnh Lôc Khª"

    assert markup_in_unicode(f"<p>{old}</p>{opened}{opened}".encode())[0].endswith(opened * 2)
    assert markup_in_unicode(f"<p>Tin</p>{opened}{opened}{old}".encode())[0] == ""
