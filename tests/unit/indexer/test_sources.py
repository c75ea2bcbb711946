"""Reading files, folders and streams; whatever can't be read costs only itself."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd

from index.errors import BadArticle
from indexer.extract import extract
from indexer.raw_page import MAX_ARTICLE_BYTES, MediaType, RawPage
from indexer.sources import SkippedFile, SourceFormat, read_sources
from service.export import spreadsheet_cell

ROW = b'{"title": "T", "body": "B"}\n'


def read(*paths: Path | str) -> tuple[list[RawPage], list[BadArticle]]:
    items = list(read_sources([str(path) for path in paths]))
    return [i for i in items if isinstance(i, RawPage)], [i for i in items if isinstance(i, BadArticle)]


def test_each_line_of_json_lines_is_a_row_that_knows_its_place(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + ROW + b"\r\n" + ROW.rstrip())

    pages, bad = read(file)

    assert [page.origin for page in pages] == [f"{file}:1", f"{file}:3"]
    assert {page.content for page in pages} == {ROW.rstrip()}
    assert not bad


@pytest.mark.parametrize(
    ("ending", "compress"), [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress), (".zst", zstd.compress)]
)
def test_compressed_file_reads_as_the_plain_one(
    tmp_path: Path, ending: str, compress: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / f"a.ndjson{ending}"
    file.write_bytes(compress(ROW * 3))

    pages, bad = read(file)

    assert len(pages) == 3
    assert not bad


@pytest.mark.parametrize(
    ("ending", "compress"), [(".gz", gzip.compress), (".xz", lzma.compress), (".zst", zstd.compress)]
)
def test_cut_off_file_gives_what_stands_before_the_cut(
    tmp_path: Path, ending: str, compress: Callable[[bytes], bytes]
) -> None:
    rows = b"".join(b'{"title": "T%d", "body": "%d"}\n' % (n, n**9) for n in range(20_000))
    file = tmp_path / f"a.jsonl{ending}"
    whole = compress(rows)
    file.write_bytes(whole[: len(whole) * 2 // 3])

    pages, bad = read(file)

    assert len(pages) > 5_000
    assert pages[-1].content.endswith(b"}")
    assert [problem.origin for problem in bad] == [str(file)]
    assert "cut off or damaged" in bad[0].reason
    assert f"after {pages[-1].origin}" in bad[0].reason


def test_name_of_a_compression_without_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(ROW)

    assert read(file)[1][0].reason == "the content is not compressed as .gz says; copy the file again"


def test_line_too_long_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    with file.open("wb") as stream:
        stream.write(b'{"title": "' + b"x" * (MAX_ARTICLE_BYTES + 10) + b'"}\n' + ROW)

    pages, bad = read(file)

    assert [page.origin for page in pages] == [f"{file}:2"]
    assert bad[0].origin == f"{file}:1"
    assert "longer than 8 MiB" in bad[0].reason


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv"])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x7fELF\x00\x01", "a binary file"),
        (b"%PDF-1.4", "a PDF"),
    ],
)
def test_file_that_is_no_text_is_one_rejection(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    file = tmp_path / name
    file.write_bytes(content + b"\n")

    pages, bad = read(file)

    assert not pages
    assert len(bad) == 1
    assert kind in bad[0].reason


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_csv_of_any_common_delimiter_is_read(tmp_path: Path, delimiter: str, bom: bytes) -> None:
    file = tmp_path / "a.csv"
    lines = ["id|title|body", '1|Mưa|"Dòng ""một""\ndòng hai"', "2|Nắng|Trời tạnh"]
    file.write_bytes(bom + "\r\n".join(lines).replace("|", delimiter).encode())

    pages, bad = read(file)

    assert not bad
    assert [page.media_type for page in pages] == [MediaType.ROW] * 2
    assert [page.origin for page in pages] == [f"{file}:2", f"{file}:4"]
    assert pages[0].content.decode() == '{"id":"1","title":"Mưa","body":"Dòng \\"một\\"\\ndòng hai"}'


def test_what_an_export_has_kept_from_being_a_formula_is_read_as_it_was(tmp_path: Path) -> None:
    texts = ["- Mưa", "=1+1", "\tthụt vào", "'trong nháy'", "mưa = nước"]
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([["title", "body"], *([spreadsheet_cell(text), "Thân bài."] for text in texts)])
    (tmp_path / "a.csv").write_bytes(lines.getvalue().encode())
    pages, bad = read(tmp_path / "a.csv")
    assert [json.loads(page.content)["title"] for page in pages] == texts
    assert not bad


def test_bad_csv_rows_cost_only_themselves(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"title,body\nA,\xff\nB,b,c\n\nC,c\n")

    pages, bad = read(file)

    assert pages[-1].content == b'{"title":"C","body":"c"}'
    assert [(problem.origin, problem.reason[:29]) for problem in bad] == [
        (f"{file}:3", "the row has 3 cells, the head")
    ]
    with pytest.raises(BadArticle, match="not UTF-8") as told:
        extract(pages[0])
    assert told.value.origin == f"{file}:2"


def test_csv_without_title_and_body_is_told_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("tên,nội dung\nx,y\n")

    assert read(file)[1][0].reason == "the header row must name title and body, it names 'tên, nội dung'"


def test_folder_is_read_in_sorted_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.jsonl", ".hidden.txt", ".git/x.txt", "c.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(ROW)

    items = list(read_sources([str(tmp_path)]))

    places = [str(getattr(item, "origin", "")).removeprefix(f"{tmp_path}/") for item in items]
    assert places == ["a.jsonl:1", "", "b/1.txt", "b/2.txt"]
    assert items[1] == SkippedFile(str(tmp_path / "c.pdf"))


@pytest.mark.parametrize(
    ("name", "reason"), [("no.txt", "there is no such file"), ("a.pdf", "its name doesn't tell what it holds")]
)
def test_path_that_cannot_be_read_is_rejected(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")

    pages, bad = read(tmp_path / name)

    assert not pages
    assert reason in bad[0].reason


def test_standard_input_is_read_in_the_format_named() -> None:
    stdin = io.BufferedReader(io.BytesIO(gzip.compress(ROW)))

    pages = list(read_sources(["-"], stdin, SourceFormat.JSONL))

    assert [getattr(page, "origin", None) for page in pages] == ["-:1"]


def test_empty_files_give_nothing_but_a_page_needs_text(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.txt"):
        (tmp_path / name).touch()

    pages, bad = read(tmp_path)

    assert [page.content for page in pages] == [b""]
    assert not bad


def test_file_whose_name_is_not_utf8_is_read_with_escapes_in_its_origin(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    for name in (b"b\xff\xfename.jsonl", b"c\xff.csv"):
        with open(os.path.join(folder, name), "wb") as stream:
            stream.write(ROW)

    pages, bad = read(tmp_path)

    assert [page.origin for page in pages] == [f"{tmp_path}/b\\xff\\xfename.jsonl:1"]
    assert [problem.origin for problem in bad] == [f"{tmp_path}/c\\xff.csv:1"]
    assert read(os.fsdecode(os.path.join(folder, b"no\xff.txt")))[1][0].origin == f"{tmp_path}/no\\xff.txt"


def test_quotation_mark_left_open_costs_only_its_row(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('id,title,body\nq1,tốt,"mở\nq2,tốt,thân\nq3,tốt,thân')

    pages, bad = read(file)

    assert [problem.origin for problem in bad] == [f"{file}:2"]
    assert "a quotation mark opened in this row is never closed" in bad[0].reason
    assert [page.origin for page in pages] == [f"{file}:3", f"{file}:4"]


def test_row_that_never_ends_is_one_rejection_and_the_rows_after_its_first_line_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    line = f"tốt,{'x' * 1_000_000}\n".encode()
    file.write_bytes(b'title,body\nmo,"mo\n' + line * 10)

    pages, bad = read(file)

    assert [problem.origin for problem in bad] == [f"{file}:2"]
    assert "longer than 8 MiB" in bad[0].reason
    assert [page.origin for page in pages] == [f"{file}:{number}" for number in range(3, 13)]


def test_open_quotation_marks_without_end_are_given_up_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.csv_rows.MAX_READ_AGAIN", 100_000)
    file = tmp_path / "a.csv"
    file.write_text("title,body\n" + 'x"y,"z\n' * 20_000)

    _, bad = read(file)

    assert len(bad) < 10
    assert "what follows is not read" in bad[-1].reason


def test_line_too_long_in_a_table_costs_only_itself(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"title,body\nA,a\nB," + b"x" * (MAX_ARTICLE_BYTES + 1) + b"\nC,c\n")

    pages, bad = read(file)

    assert [page.origin for page in pages] == [f"{file}:2", f"{file}:4"]
    assert [problem.origin for problem in bad] == [f"{file}:3"]


def test_blank_lines_before_the_header_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("\ufeff\n  \ntitle,body\nA,a\n")

    assert [page.origin for page in read(file)[0]] == [f"{file}:4"]


def test_column_named_twice_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("title,body,Title,,\nA,a,B,,\n")

    pages, bad = read(file)

    assert not pages
    assert bad[0].reason == "the header row names 'title' twice; leave one column or rename it"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.txt"])
def test_noise_is_told_as_binary(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    noise = random.Random(1).randbytes(900)
    for content in (noise, b"\xfe\n" + noise.replace(b"\0", b"")):
        file.write_bytes(content)
        bad = read(file)[1]
        assert [problem.reason for problem in bad] == ["this is a binary file; only text, JSON Lines and CSV are read"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_rows_are_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes('{"title": "Mưa ở bến", "body": "Trời mưa."}\n'.encode(encoding) * 20)

    pages, bad = read(file)

    assert (len(pages), bad) == (20, [])
    assert extract(pages[-1]).article.title == "Mưa ở bến"


def test_rows_that_end_in_carriage_returns_alone_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes((ROW * 3).replace(b"\n", b"\r"))

    assert "lines end in a carriage return alone" in read(file)[1][0].reason
    file.write_bytes(ROW.replace(b"\n", b"\r"))
    assert len(read(file)[0]) == 1


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz"])
def test_blank_lines_without_end_are_given_up_and_told(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    rows = ROW if "jsonl" in name else b"title,body\nT,B\n"
    file.write_bytes(gzip.compress(rows + b"\n" * 3_000_000))

    start = time.process_time()
    pages, bad = read(file)

    assert len(pages) == 1
    assert [problem.origin for problem in bad] == [str(file)]
    assert "1 MiB of blank lines" in bad[0].reason
    assert time.process_time() - start < 20
