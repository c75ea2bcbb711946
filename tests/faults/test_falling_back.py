"""While the current generation is damaged, the one before it answers, and everything says so."""

from __future__ import annotations

import logging
import random
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from index.article import Article
from index.errors import IndexDamaged, IndexOutdated
from index.query import Facet, MatchAll, SearchRequest, Term
from index.response import SearchResponse
from index.whoosh_engine import generations, open_searcher, open_writer
from indexer.cli import main
from service import create_app
from service.settings import Settings
from tests.faults.patient import restamp

QUESTION = SearchRequest(Term("khoai"), limit=50, facets=frozenset(Facet))
EVERYTHING = SearchRequest(MatchAll(), limit=50)
NOTE = "Chỉ mục mới nhất bị hỏng; kết quả lấy từ bản trước, cập nhật lúc "
ARTICLES = 12
FLIPS = 80
WORDS = "khoai lang ven sông bến đò cầu gỗ mưa sớm chợ quê lúa chín vườn rau ao làng đồi chè gió nồm"


def write(folder: Path, batch_name: str, words: int = 3000) -> Path:
    """Make a generation whose articles all say its name, of some hundred kilobytes; give its directory."""
    chance = random.Random(batch_name)
    writer = open_writer(folder)
    try:
        with writer.rebuild(1) as batch:
            batch.upsert(
                Article(
                    f"a{n:02}", f"Lứa {batch_name} số {n}", "khoai " + " ".join(chance.choices(WORDS.split(), k=words))
                )
                for n in range(ARTICLES)
            )
    finally:
        writer.close()
    return folder / generations.current(folder)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine") / "index"
    write(folder, "trước")
    write(folder, "sau")
    return folder


@pytest.fixture
def home(tmp_path: Path, pristine: Path) -> Path:
    """A home whose index has two generations that share no file."""
    shutil.copytree(pristine, tmp_path / "home" / "index")
    return tmp_path / "home"


@pytest.fixture
def folder(home: Path) -> Path:
    return home / "index"


@pytest.fixture
def client(home: Path) -> FlaskClient:
    return create_app(Settings(home=home)).test_client()


def current_files(folder: Path) -> list[Path]:
    return sorted((folder / generations.current(folder)).iterdir())


def batch_of(response: SearchResponse) -> str:
    """Give which generation's articles these are: all of one, and all there are."""
    assert response.total == len(response.hits) == ARTICLES
    (name,) = {hit.article.title.split()[1] for hit in response.hits}
    return name


def flipped(content: bytes, position: int) -> bytes:
    return content[:position] + bytes((content[position] ^ 0x10,)) + content[position + 1 :]


def overwrite(path: Path) -> None:
    """Change every byte, in place and in the same size."""
    path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))


def damages(content: bytes) -> Iterator[bytes]:
    """The ways a file can be cut short, then flipped at its beginning, in its middle and at its end."""
    yield from (content[:length] for length in sorted({0, len(content) // 2, len(content) - 1}))
    yield from (flipped(content, position) for position in (0, len(content) // 2, len(content) - 1))


def test_whichever_file_is_damaged_answers_come_from_a_whole_generation_and_the_damage_is_found(folder: Path) -> None:
    stale = 0
    for path in current_files(folder):
        content = path.read_bytes()
        for damaged in damages(content):
            path.write_bytes(damaged)
            searcher = open_searcher(folder)
            response = searcher.search(QUESTION)
            assert batch_of(response) == ("trước" if response.stale else "sau")
            stale += response.stale
            with pytest.raises(IndexDamaged, match=path.name):
                searcher.verify()
            assert batch_of(searcher.search(EVERYTHING)) == "trước"
            searcher.close()
        path.write_bytes(content)
    assert stale > 6


def test_a_flipped_bit_anywhere_is_found_and_never_believed(folder: Path) -> None:
    chance = random.Random(20261125)
    files = current_files(folder)
    expected = open_searcher(folder).search(QUESTION)
    answers = Counter[str]()
    for path in chance.choices(files, [file.stat().st_size for file in files], k=FLIPS):
        content = path.read_bytes()
        path.write_bytes(flipped(content, chance.randrange(len(content))))
        searcher = open_searcher(folder)
        response = searcher.search(QUESTION)
        answers[batch_of(response)] += 1
        if response.stale:
            assert batch_of(response) == "trước"
        else:
            assert (response.hits, response.facets) == (expected.hits, expected.facets)
        with pytest.raises(IndexDamaged, match=path.name):
            searcher.verify()
        searcher.close()
        path.write_bytes(content)
    assert answers["trước"] > FLIPS // 4


def test_a_file_cut_short_under_a_running_searcher_ends_neither_the_process_nor_the_answers(folder: Path) -> None:
    searcher = open_searcher(folder)
    assert batch_of(searcher.search(QUESTION)) == "sau"
    for path in current_files(folder):
        with path.open("r+b") as file:
            file.truncate(100)
    for request in (QUESTION, EVERYTHING):
        assert batch_of(searcher.search(request)) == "trước"
    assert searcher.get("a01") is not None
    searcher.close()


def test_every_answer_and_every_count_says_what_is_damaged(folder: Path) -> None:
    (path, *_) = (file for file in current_files(folder) if file.name != generations.MANIFEST)
    path.unlink()
    searcher = open_searcher(folder)
    for request in (QUESTION, EVERYTHING):
        (note,) = (note for note in searcher.search(request).notes if note.startswith(NOTE))
        assert note.endswith(".")
    stats = searcher.stats()
    assert stats.stale is not None
    for named in (str(path), "run `timtin rebuild`", f"generation {stats.generation} is searched"):
        assert named in stats.stale
    assert stats.generation < generations.current(folder)
    searcher.close()


def test_a_damaged_generation_is_told_once_and_not_opened_again(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = folder / generations.current(folder) / generations.MANIFEST
    content = path.read_bytes()
    overwrite(path)
    searcher = open_searcher(folder)
    with caplog.at_level(logging.ERROR):
        for _ in range(5):
            assert batch_of(searcher.search(QUESTION)) == "trước"
        path.write_bytes(content)
        assert batch_of(searcher.search(QUESTION)) == "trước"
    assert [str(path) in message for message in caplog.messages] == [True]
    searcher.close()


def test_the_next_generation_is_searched_as_soon_as_the_pointer_moves(folder: Path) -> None:
    overwrite(folder / generations.current(folder) / generations.MANIFEST)
    searcher = open_searcher(folder)
    assert searcher.search(QUESTION).stale

    write(folder, "mới")

    response = searcher.search(QUESTION)
    assert (batch_of(response), response.stale, response.notes) == ("mới", False, ())
    assert searcher.stats().stale is None
    searcher.verify()
    searcher.close()


def test_damaged_again_and_again_there_is_always_a_whole_generation_to_fall_back_to(folder: Path) -> None:
    searcher = open_searcher(folder)
    for turn in range(3):
        for path in current_files(folder):
            path.write_bytes(flipped(path.read_bytes(), path.stat().st_size // 2))
        fresh = open_searcher(folder)
        assert batch_of(fresh.search(EVERYTHING)) == "trước"
        fresh.close()
        write(folder, f"lần{turn}")
        assert batch_of(searcher.search(EVERYTHING)) == f"lần{turn}"
        assert len(generations.generation_names(folder)) == 2
    searcher.close()


def test_a_pointer_written_anew_has_the_generation_opened_again(folder: Path) -> None:
    path = folder / generations.current(folder) / generations.MANIFEST
    content = path.read_bytes()
    overwrite(path)
    searcher = open_searcher(folder)
    assert searcher.search(QUESTION).stale
    path.write_bytes(content)
    pointer = folder / generations.POINTER
    (folder / "NEXT").write_bytes(pointer.read_bytes())
    (folder / "NEXT").rename(pointer)

    assert batch_of(searcher.search(QUESTION)) == "sau"
    searcher.close()


def test_a_generation_of_another_version_is_nothing_to_fall_back_to(folder: Path) -> None:
    newest = folder / generations.current(folder)
    (earlier,) = (folder / name for name in generations.generation_names(folder) if name != newest.name)
    manifest = earlier / generations.MANIFEST
    restamp(manifest, "0.0-00000000")
    overwrite(newest / generations.MANIFEST)

    with pytest.raises(IndexDamaged, match=newest.name):
        open_searcher(folder).search(QUESTION)


def test_a_current_generation_of_another_version_is_refused_though_the_one_before_could_be_read(folder: Path) -> None:
    manifest = folder / generations.current(folder) / generations.MANIFEST
    restamp(manifest, "0.0-00000000")

    with pytest.raises(IndexOutdated):
        open_searcher(folder).search(QUESTION)


def test_damage_in_files_that_both_generations_share_is_refused_as_damage(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    write(folder, "chung")
    writer = open_writer(folder)
    with writer.update(2) as batch:
        batch.upsert([Article("thêm", "Lứa thêm", "ngô")])
    writer.close()
    shared = [path for path in current_files(folder) if path.stat().st_nlink > 1]
    assert shared
    for path in shared:
        overwrite(path)

    searcher = open_searcher(folder)
    for _ in range(2):
        with pytest.raises(IndexDamaged, match="timtin rebuild"):
            searcher.search(QUESTION)
    searcher.close()


def damage_met_late(folder: Path) -> None:
    """Flip a bit that is not met by opening the index but by reading all articles."""
    path = max(current_files(folder), key=lambda file: file.stat().st_size)
    content = path.read_bytes()
    for position in range(0, len(content), 10_000):
        path.write_bytes(flipped(content, position))
        searcher = open_searcher(folder)
        opened, read = searcher.stats().stale, searcher.search(EVERYTHING).stale
        searcher.close()
        if read and not opened:
            return
    pytest.fail("whatever is damaged is met by opening")


def test_many_threads_that_meet_the_damage_at_once_all_get_whole_answers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "index"
    for name in ("trước", "sau"):
        write(folder, name, words=12_000)  # a file of many blocks
    damage_met_late(folder)
    caplog.clear()
    searcher = open_searcher(folder)
    assert searcher.stats().stale is None
    at_once = threading.Barrier(8)

    def ask(number: int) -> set[str]:
        at_once.wait()
        return {batch_of(searcher.search(EVERYTHING)) for _ in range(5)}

    with ThreadPoolExecutor(8) as pool:
        assert set.union(*pool.map(ask, range(8))) == {"trước"}
    assert len(caplog.messages) == 1
    assert searcher.stats().stale is not None
    searcher.close()


def test_the_service_answers_from_the_generation_before_visibly(folder: Path, client: FlaskClient) -> None:
    fresh = client.get("/api/v1/search?q=khoai")
    generation = client.get("/readyz").get_json()["generation"]
    (path, *_) = current_files(folder)
    with path.open("r+b") as file:
        file.truncate(10)

    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["status"]) == (200, "stale")
    assert ready.get_json()["generation"] < generation
    assert "damaged" in ready.get_json()["detail"]
    assert path.name not in ready.text
    answer = client.get("/api/v1/search?q=khoai", headers={"If-None-Match": fresh.headers["ETag"]})
    assert answer.status_code == 200
    assert answer.get_json()["total"] == ARTICLES
    assert answer.get_json()["notes"][0].startswith(NOTE)
    assert NOTE in client.get("/?q=khoai").text

    write(folder, "mới")
    assert client.get("/readyz").get_json()["status"] == "ok"
    assert client.get("/api/v1/search?q=khoai").get_json()["notes"] == []


def test_an_answer_of_the_older_generation_is_not_taken_for_the_one_it_gave_when_it_was_current(
    home: Path, folder: Path, client: FlaskClient
) -> None:
    newest = generations.current(folder)
    pointer = folder / generations.POINTER
    pointer.write_text(generations.generation_names(folder)[0])
    tag = {"If-None-Match": client.get("/api/v1/search?q=khoai").headers["ETag"]}
    assert client.get("/api/v1/search?q=khoai", headers=tag).status_code == 304

    overwrite(folder / newest / generations.MANIFEST)
    pointer.write_text(newest)

    assert client.get("/api/v1/search?q=khoai", headers=tag).status_code == 200


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "archive"), *args], input=stdin)

    return invoke


def add(run: Run, *rows: tuple[str, str]) -> Result:
    lines = "".join(
        orjson.dumps({"id": name, "title": title, "body": "khoai lang"}).decode() + "\n" for name, title in rows
    )
    return run("add", "-", "--format", "jsonl", stdin=lines)


@pytest.fixture
def index(run: Run, tmp_path: Path) -> Path:
    """The index of an archive that holds a generation of one article, then one of two."""
    add(run, ("ben", "Bến cũ"))
    add(run, ("cau", "Cầu mới"))
    assert run("rebuild").exit_code == 0
    return tmp_path / "archive" / "index"


def test_the_command_line_says_what_is_damaged_and_what_mends_it(run: Run, index: Path) -> None:
    path = index / generations.current(index) / generations.MANIFEST
    overwrite(path)

    found = run("search", "khoai")
    assert found.exit_code == 0
    assert NOTE in found.stdout
    stats = run("stats", "--json")
    assert stats.exit_code == 3
    told = orjson.loads(stats.stdout)
    assert str(path) in told["index_problem"]
    assert told["index"]["articles"] == 2
    assert str(path) in run("stats").stdout
    check = run("check")
    assert check.exit_code == 3
    assert f"Wrong: {path}" in check.stdout
    assert "run `timtin rebuild`; until then generation" in check.stdout


def test_articles_added_meanwhile_are_stored_and_the_damage_is_told(run: Run, index: Path) -> None:
    path = index / generations.current(index) / generations.MANIFEST
    overwrite(path)

    for _ in range(2):
        result = add(run, ("ao", "Ao làng"))
        assert result.exit_code == 3
        assert str(path) in result.stderr

    assert run("rebuild").exit_code == 0
    assert run("check").stdout == "All is well.\n"
    assert "Tìm thấy 3 bài" in run("search", "khoai").stdout


def ids(index: Path) -> list[str]:
    searcher = open_searcher(index)
    try:
        return sorted(hit.article.id for hit in searcher.search(EVERYTHING).hits)
    finally:
        searcher.close()


def test_rolled_back_the_index_is_as_before_and_the_next_add_loses_and_doubles_nothing(run: Run, index: Path) -> None:
    add(run, ("ben", "Bến đổi tên"), ("ao", "Ao làng"))
    assert run("remove", "cau").exit_code == 0
    assert ids(index) == ["ao", "ben"]

    result = run("rollback")

    assert result.exit_code == 0
    assert f"Generation {generations.current(index)} is searched again: 3 articles" in result.stdout
    assert ids(index) == ["ao", "ben", "cau"]
    assert "the index is behind the store by 1 change" in run("check").stdout
    assert add(run, ("doi", "Đồi chè")).exit_code == 0
    assert ids(index) == ["ao", "ben", "doi"]
    assert run("check").stdout == "All is well.\n"


def test_rolling_back_tells_scripts_what_is_searched_now(run: Run, index: Path) -> None:
    told = orjson.loads(run("rollback", "--json").stdout)
    assert told["generation"] == generations.current(index)
    assert told["articles"] == 2


def test_nothing_is_rolled_back_to_a_damaged_generation(run: Run, index: Path) -> None:
    newest = generations.current(index)
    for name in generations.generation_names(index):
        if name != newest:
            overwrite(max((index / name).iterdir(), key=lambda path: path.stat().st_size))

    result = run("rollback")

    assert result.exit_code == 3
    assert "no whole generation before" in result.stderr
    assert generations.current(index) == newest


def test_nothing_is_rolled_back_while_another_writes(run: Run, index: Path) -> None:
    newest = generations.current(index)
    writer = open_writer(index)
    try:
        assert run("rollback").exit_code == 75
    finally:
        writer.close()
    assert generations.current(index) == newest


def test_a_damaged_generation_can_be_rolled_back_from(run: Run, index: Path) -> None:
    shutil.rmtree(index / generations.current(index))

    assert run("rollback").exit_code == 0

    assert run("stats").exit_code == 0
    assert add(run, ("ao", "Ao làng")).exit_code == 0
    assert run("check").stdout == "All is well.\n"
