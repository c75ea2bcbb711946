"""Generations with something wrong: the error names the file and the command that mends it, and that command works."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import orjson
import pytest

from index.article import Article
from index.dates import PublishedAt
from index.errors import EngineUnavailable, IndexDamaged, IndexOutdated, SearchError
from index.query import Facet, MatchAll, SearchRequest, Term
from index.whoosh_engine import generations, open_searcher, open_writer
from tests.faults.patient import restamp

REMEDY = "run `timtin rebuild`"


def build(folder: Path, bracket: str = "rebuild") -> Path:
    """Write a generation of ten articles and give its directory."""
    writer = open_writer(folder)
    try:
        with getattr(writer, bracket)(1) as batch:
            batch.upsert(
                Article(
                    f"a{number}",
                    "Bến đò",
                    f"khoai lang {number}",
                    authors=("Lò Mây",),
                    publisher="Báo Bến Gỗ",
                    section="Đời sống",
                    published_at=PublishedAt.fromisoformat("2020-07-01T08:00:00"),
                )
                for number in range(10)
            )
    finally:
        writer.close()
    return folder / generations.current(folder)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine") / "index"
    build(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path, pristine: Path) -> Iterator[Path]:
    """An index to be damaged; what damages it must be mended by a rebuild."""
    damaged = tmp_path / "index"
    shutil.copytree(pristine, damaged)
    yield damaged
    build(damaged)
    searcher = open_searcher(damaged)
    assert searcher.search(SearchRequest(Term("khoai"))).total == 10
    searcher.close()


def files(pristine: Path) -> list[str]:
    return sorted(path.name for path in (pristine / generations.current(pristine)).iterdir())


def every_question(folder: Path) -> list[Callable[[], object]]:
    """The ways of asking, each of a searcher that has opened nothing yet."""
    return [
        lambda: open_searcher(folder).search(SearchRequest(MatchAll())),
        lambda: open_searcher(folder).get("a1"),
        lambda: open_searcher(folder).stats(),
    ]


def refused(folder: Path, error: type[SearchError], *named: str) -> None:
    """Check that asking and updating raise `error` with a message that names what is wrong and the remedy."""
    for ask in every_question(folder):
        with pytest.raises(error) as caught:
            ask()
        for name in (*named, REMEDY):
            assert name in str(caught.value)
    told = refused_update(folder, error)
    for name in (*named, REMEDY):
        assert name in told


def refused_update(folder: Path, error: type[SearchError] = IndexDamaged) -> str:
    """Check that the index can't be updated; give the message."""
    writer = open_writer(folder)
    try:
        with pytest.raises(error) as caught:
            writer.update(2).__enter__()
        return str(caught.value)
    finally:
        writer.close()


def test_each_missing_file_is_named(folder: Path, pristine: Path) -> None:
    generation = folder / generations.current(folder)
    for name in files(pristine):
        kept = (generation / name).read_bytes()
        (generation / name).unlink()
        refused(folder, IndexDamaged, name)
        (generation / name).write_bytes(kept)
    assert open_searcher(folder).stats().articles == 10


def test_each_truncated_file_is_named(folder: Path, pristine: Path) -> None:
    generation = folder / generations.current(folder)
    for name in files(pristine):
        kept = (generation / name).read_bytes()
        for length in {0, len(kept) // 2, len(kept) - 1}:
            (generation / name).write_bytes(kept[:length])
            refused(folder, IndexDamaged, name)
        (generation / name).write_bytes(kept)


def test_a_file_that_has_grown_is_named(folder: Path, pristine: Path) -> None:
    generation = folder / generations.current(folder)
    for name in files(pristine):
        if name == generations.MANIFEST:
            continue
        kept = (generation / name).read_bytes()
        (generation / name).write_bytes(kept + b"x")
        refused(folder, IndexDamaged, name, f"{len(kept) + 1} bytes instead of {len(kept)}")
        (generation / name).write_bytes(kept)


def test_a_generation_that_is_gone_is_named(folder: Path) -> None:
    name = generations.current(folder)
    shutil.rmtree(folder / name)
    refused(folder, IndexDamaged, name)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"7", b"\xff\xfe", b"{" * 1000])
def test_a_manifest_of_rubbish_is_named(folder: Path, content: bytes) -> None:
    (folder / generations.current(folder) / generations.MANIFEST).write_bytes(content)
    refused(folder, IndexDamaged, generations.MANIFEST)


@pytest.mark.parametrize(
    "pointer",
    [b"", b"\n", b"99999999\n", b"../up", b"..", b"a/b", b"/", b"\x00", b".hidden", b"x" * 5000, b"\xff\xfe\x80"],
)
def test_a_pointer_to_nothing_is_damage_and_the_newest_whole_generation_is_searched(
    folder: Path, pointer: bytes
) -> None:
    (folder / generations.POINTER).write_bytes(pointer)
    for problem in (open_searcher(folder).stats().stale, refused_update(folder)):
        assert problem is not None
        assert REMEDY in problem
    assert open_searcher(folder).search(SearchRequest(Term("khoai"))).total == 10


@pytest.mark.parametrize("pointer", [b"99999999\n", b"rubbish", b"\xff\xfe\x80"])
def test_a_pointer_to_nothing_without_any_whole_generation_is_refused(folder: Path, pointer: bytes) -> None:
    (folder / generations.current(folder) / generations.MANIFEST).unlink()
    (folder / generations.POINTER).write_bytes(pointer)
    refused(folder, IndexDamaged)


def test_an_index_of_another_version_is_outdated(folder: Path) -> None:
    manifest = folder / generations.current(folder) / generations.MANIFEST
    fields = orjson.loads(manifest.read_bytes())
    stamp = fields["stamp"]
    restamp(manifest, "0.0-00000000")
    refused(folder, IndexOutdated, "0.0-00000000", stamp)


def test_an_index_of_a_version_that_knew_other_facts_is_outdated_too(folder: Path) -> None:
    manifest = folder / generations.current(folder) / generations.MANIFEST
    fields = orjson.loads(manifest.read_bytes())
    manifest.write_bytes(orjson.dumps(fields | {"stamp": "9.9-00000000", "checksum": "x"}))
    refused(folder, IndexOutdated, "9.9-00000000")


def test_a_manifest_of_wrong_types_is_named(folder: Path) -> None:
    manifest = folder / generations.current(folder) / generations.MANIFEST
    manifest.write_bytes(orjson.dumps(orjson.loads(manifest.read_bytes()) | {"files": None}))
    refused(folder, IndexDamaged, generations.MANIFEST)


def overwritten(folder: Path, ending: str) -> None:
    """Change every byte of a file, but not its size: what a bad disk or a copy gone wrong leaves."""
    (path,) = (folder / generations.current(folder)).glob(f"*{ending}")
    path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))


@pytest.mark.parametrize("ending", ["MANIFEST.json", ".arrays"])
def test_a_file_of_wrong_bytes_is_damage(folder: Path, ending: str) -> None:
    overwritten(folder, ending)
    for ask in every_question(folder):
        with pytest.raises(IndexDamaged, match=re.escape(REMEDY)):
            ask()


def test_a_flipped_byte_anywhere_is_found_before_it_is_believed(folder: Path) -> None:
    (path,) = (folder / generations.current(folder)).glob("*.arrays")
    whole = path.read_bytes()
    expected = open_searcher(folder).search(SearchRequest(Term("khoai"), facets=frozenset(Facet)))
    chance = random.Random(20261125)
    found = 0
    for position in [0, 8, 12, 20, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(60))]:
        path.write_bytes(whole[:position] + bytes((whole[position] ^ 0x10,)) + whole[position + 1 :])
        with pytest.raises(IndexDamaged, match=re.escape(path.name)):
            open_searcher(folder).verify()
        with suppress(IndexDamaged):
            answer = open_searcher(folder).search(SearchRequest(Term("khoai"), facets=frozenset(Facet)))
            assert (answer.hits, answer.facets, answer.dates) == (expected.hits, expected.facets, expected.dates)
            continue
        found += 1
    assert found > 5


def test_left_overs_of_interrupted_builds_are_removed_by_the_next_writer(folder: Path) -> None:
    for name in (".building-00000007", ".building-99999999"):
        (folder / name / "deep").mkdir(parents=True)
        (folder / name / "deep" / "file").write_bytes(b"x")
    (folder / ".CURRENT.new").write_text("half")
    assert open_searcher(folder).stats().articles == 10

    build(folder, "update")

    assert not list(folder.glob(".building-*"))
    assert not (folder / ".CURRENT.new").exists()
    assert open_searcher(folder).stats().articles == 10


def test_a_generation_that_was_built_but_never_named_is_passed_over(folder: Path) -> None:
    name = generations.current(folder)
    orphan = folder / f"{int(name) + 5:08d}"
    shutil.copytree(folder / name, orphan)
    assert open_searcher(folder).stats().generation == name

    newest = build(folder, "update")

    assert int(newest.name) > int(orphan.name)
    assert open_searcher(folder).stats().generation == newest.name


def test_strange_files_in_the_folder_are_left_alone(folder: Path) -> None:
    (folder / "README").write_text("ghi chú")
    (folder / "backup").mkdir()
    build(folder, "update")
    assert (folder / "README").read_text() == "ghi chú"
    assert (folder / "backup").is_dir()


def test_the_generation_before_is_kept_and_can_be_gone_back_to(folder: Path) -> None:
    before = generations.current(folder)
    searcher = open_searcher(folder)
    writer = open_writer(folder)
    with writer.rebuild(2) as batch:
        batch.upsert([Article("only", "Một", "bài")])
    writer.close()
    assert searcher.stats().articles == 1

    (folder / generations.POINTER).write_text(before)

    assert searcher.stats().articles == 10
    assert searcher.search(SearchRequest(Term("khoai"))).total == 10
    searcher.close()


def test_old_generations_do_not_pile_up(folder: Path) -> None:
    for _ in range(4):
        build(folder, "update")
    assert len(generations.generation_names(folder)) == 2


def test_the_generation_gone_back_to_is_the_one_that_stays(folder: Path) -> None:
    first = generations.current(folder)
    build(folder, "update")
    (folder / generations.POINTER).write_text(first)
    build(folder, "update")
    assert generations.generation_names(folder) == [first, generations.current(folder)]


def test_a_place_that_is_no_directory_is_an_error_that_names_it(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("x")
    for folder in (place, place / "below"):
        with pytest.raises(EngineUnavailable, match=re.escape(str(place))):
            open_writer(folder)
    assert place.read_text() == "x"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_an_error_that_names_it_and_stays_readable(folder: Path) -> None:
    folder.chmod(0o555)
    try:
        with pytest.raises(PermissionError, match=re.escape(str(folder))):
            build(folder, "update")
        assert open_searcher(folder).stats().articles == 10
    finally:
        folder.chmod(0o755)


def test_an_article_with_a_lone_surrogate_does_not_lose_the_others(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "index")
    try:
        with writer.rebuild(1) as batch:
            batch.upsert([Article("x", "Hội\ud800 nghị", "khoai"), Article("y", "Một", "khoai")])
    finally:
        writer.close()
    assert open_searcher(tmp_path / "index").search(SearchRequest(Term("khoai"))).total == 2


def test_no_flipped_bit_of_a_manifest_is_taken_for_another_version(tmp_path: Path) -> None:
    writer = open_writer(tmp_path)
    with writer.rebuild(1) as batch:
        batch.upsert([Article("a", "Khoai", "khoai lang")])
    writer.close()
    generation = generations.current(tmp_path)
    manifest = tmp_path / generation / "MANIFEST.json"
    content = manifest.read_bytes()
    stamp = orjson.loads(content)["stamp"]
    for at in range(len(content)):
        manifest.write_bytes(content[:at] + bytes((content[at] ^ 0x10,)) + content[at + 1 :])
        with pytest.raises(IndexDamaged):
            generations.read_manifest(tmp_path, generation, stamp)
