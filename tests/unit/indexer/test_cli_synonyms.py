"""The commands about abbreviations, over the real store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.abbreviations import Abbreviations
from indexer.cli import main

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(home: Path) -> Run:
    def invoke(*args: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(home), *args], input=stdin)

    return invoke


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    rows = [
        {"id": "nha-1", "title": "Họp làng", "body": "Hợp tác xã Mây Chiều (HTXMC) họp."},
        {
            "id": "nha-2",
            "title": "Họp nữa",
            "body": "Nay hợp tác xã Mây Chiều (HTXMC) họp, thi hành án (THA) nghỉ.",
        },
        {"id": "nha-3", "title": "Đội thuyền", "body": "Đội thuyền Bến Gỗ (ĐTBG) và ủy ban nhân dân (UBND) ra bến."},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert run("add", str(path)).exit_code == 0
    return run


def test_an_abbreviation_is_added_listed_and_removed(run: Run, home: Path) -> None:
    assert run("synonyms", "add", "HTXMC", "hợp tác xã Mây Chiều").stdout == "Added: HTXMC = hợp tác xã Mây Chiều\n"
    assert "HTXMC = hợp tác xã Mây Chiều  # own\n" in run("synonyms", "list").stdout
    assert run("synonyms", "add", "htxmc", "hợp tác xã mây chiều").stdout.startswith("Already there: ")
    assert run("synonyms", "remove", "HTXMC").stdout == "Removed: HTXMC\n"
    assert (home / "synonyms.txt").read_text("utf-8") == ""


def test_a_built_in_abbreviation_can_be_taken_out_and_put_back(run: Run, home: Path) -> None:
    [long_form] = next(each for each in Abbreviations.builtin().entries if each.short == "UBND").long_forms
    assert run("synonyms", "remove", "UBND").exit_code == 0
    assert "UBND = " not in run("synonyms", "list").stdout
    assert json.loads(run("synonyms", "list", "--json").stdout)["taken_out"] == [{"short": "UBND", "long_forms": []}]
    assert run("synonyms", "add", "UBND", long_form).exit_code == 0
    assert Abbreviations.read(home / "synonyms.txt").has("UBND", long_form)


def test_what_is_in_no_list_cannot_be_removed(run: Run) -> None:
    result = run("synonyms", "remove", "XYZXYZ")
    assert result.exit_code == 1
    assert result.stderr == "Error: there is no XYZXYZ; see timtin synonyms list\n"


def test_list_tells_scripts_what_is_ones_own(run: Run) -> None:
    run("synonyms", "add", "UBND", "ủy ban nhà dân")
    entries = json.loads(run("synonyms", "list", "--json").stdout)["entries"]
    [entry] = [entry for entry in entries if entry["short"] == "UBND"]
    assert entry == {"short": "UBND", "long_forms": ["ủy ban nhân dân", "ủy ban nhà dân"], "own": ["ủy ban nhà dân"]}


@pytest.mark.parametrize(
    "args", [(), ("HTX",), ("A", "bê xê"), ("A=B", "bê xê"), ("HTX", "h", "--from", "x"), ("HTX", "")]
)
def test_wrong_usage_exits_with_2_and_changes_nothing(run: Run, home: Path, args: tuple[str, ...]) -> None:
    assert run("synonyms", "add", *args).exit_code == 2
    assert not (home / "synonyms.txt").exists()


def test_a_plain_word_is_refused_with_the_reason(run: Run) -> None:
    result = run("synonyms", "add", "THA", "thi hành án")
    assert result.exit_code == 1
    assert "'THA' is a plain word when typed without accents" in result.stderr


def test_proposals_are_printed_in_the_form_of_the_list_and_change_nothing(filled: Run, home: Path) -> None:
    result = filled("synonyms", "propose", "--min", "1")
    assert result.stdout.splitlines() == [
        "# 2 abbreviations of 3 articles. Delete what is wrong, then: timtin synonyms add --from FILE",
        "HTXMC = Hợp tác xã Mây Chiều  # 2 articles (nha-1)",
        "ĐTBG = Đội thuyền Bến Gỗ  # 1 article (nha-3)",
    ]
    assert not (home / "synonyms.txt").exists()


def test_proposals_that_were_looked_through_are_added_and_not_proposed_again(filled: Run, tmp_path: Path) -> None:
    proposals = tmp_path / "proposals.txt"
    proposals.write_text(filled("synonyms", "propose", "--min", "2").stdout, "utf-8")
    assert filled("synonyms", "add", "--from", str(proposals)).stdout == "Added: HTXMC = Hợp tác xã Mây Chiều\n"
    assert filled("synonyms", "propose", "--min", "2").stdout.startswith("# 0 abbreviations")


def test_proposals_for_scripts_have_counts_and_examples(filled: Run) -> None:
    told = json.loads(filled("synonyms", "propose", "--min", "2", "--json").stdout)
    forms = [{"text": "Hợp tác xã Mây Chiều", "articles": 2, "example": "nha-1"}]
    assert told == {"articles": 3, "proposals": [{"short": "HTXMC", "long_forms": forms}]}


def test_a_refused_abbreviation_is_not_proposed(filled: Run, home: Path) -> None:
    (home / "synonyms.txt").write_text("-HTXMC\n", "utf-8")
    assert "HTXMC" not in filled("synonyms", "propose", "--min", "1").stdout


def test_proposing_without_a_store_names_the_remedy(run: Run) -> None:
    result = run("synonyms", "propose")
    assert result.exit_code == 3
    assert "timtin add" in result.stderr


def test_good_lines_of_a_list_are_added_and_bad_ones_told(run: Run, home: Path) -> None:
    result = run("synonyms", "add", "--from", "-", stdin="HTXMC = hợp tác xã Mây Chiều\nhỏng\nTHA = thi hành án\n-BV\n")
    assert result.exit_code == 1
    assert "standard input, line 2: 'hỏng' has no '='" in result.stderr
    assert "'THA' is a plain word" in result.stderr
    assert "line 4: use timtin synonyms remove BV" in result.stderr
    assert (home / "synonyms.txt").read_text("utf-8") == "HTXMC = hợp tác xã Mây Chiều\n"


def test_a_list_that_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    assert "nothing was added" in run("synonyms", "add", "--from", str(tmp_path / "none.txt")).stderr


def test_check_names_every_bad_line_and_exits_with_1(run: Run, home: Path) -> None:
    home.mkdir()
    (home / "synonyms.txt").write_text("HTX = hợp tác xã\nhỏng\n", "utf-8")
    result = run("synonyms", "check")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"Wrong: {home}/synonyms.txt, line 2: 'hỏng' has no '='")
    assert json.loads(run("synonyms", "check", "--json").stdout)["ok"] is False
    assert "line 2" in run("synonyms", "list").stderr


def test_check_of_a_sound_list_and_of_none_is_well(run: Run, home: Path) -> None:
    assert run("synonyms", "check").exit_code == 0
    run("synonyms", "add", "HTXMC", "hợp tác xã Mây Chiều")
    assert run("synonyms", "check").stdout == "All is well.\n"


def test_a_list_that_cannot_be_read_exits_with_1(run: Run, home: Path) -> None:
    (home / "synonyms.txt").mkdir(parents=True)
    result = run("synonyms", "check")
    assert result.exit_code == 1
    assert "synonyms.txt" in result.stderr


def test_what_was_added_and_removed_is_told_to_scripts(run: Run) -> None:
    entry = {"short": "HTXMC", "long_forms": ["hợp tác xã Mây Chiều"]}
    typed = ("HTXMC", "hợp tác xã Mây Chiều", "--json")
    assert json.loads(run("synonyms", "add", *typed).stdout) == {"added": [entry], "present": [], "problems": []}
    assert json.loads(run("synonyms", "add", *typed).stdout) == {"added": [], "present": [entry], "problems": []}
    assert json.loads(run("synonyms", "remove", *typed).stdout) == {"removed": entry}
