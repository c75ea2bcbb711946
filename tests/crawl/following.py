"""An archive that follows a portal: what it holds, told from the portal's side."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from index.query import MatchAll, SearchRequest
from index.whoosh_engine import open_searcher
from indexer.cli import main
from indexer.store import ArticleStore
from tests.crawl.misbehaving_portal import Portal

ROOT = Path(__file__).parents[2]
WORD = re.compile(r"mốc(\d+)x(\d+)")

QUICK = ("--delay", "0s", "--allow-private", "--retry", "0.3s", "--timeout", "3s", "--every", "0.5s")

Versions = dict[int, int]
"""Numbers of articles, and the version of each."""


@dataclass(frozen=True, slots=True)
class Follower:
    """An archive in a folder."""

    home: Path

    def run(self, *args: str, code: int = 0) -> Result:
        """Run a command of `timtin` in this process."""
        result = CliRunner().invoke(main, ["--home", str(self.home), *args])
        assert result.exit_code == code, f"{args}: {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result

    def follow(self, url: str, *options: str) -> str:
        """Follow a list of a portal; give the source's name."""
        name = url.rsplit("/", 1)[1]
        self.run("sources", "add", url, "--name", name, *QUICK, *options)
        return name

    def sync(self, *args: str, code: int = 0) -> dict[str, dict[str, Any]]:
        """Run one round; give what was done, by source."""
        told = json.loads(self.run("sync", "--json", *args, code=code).stdout)
        return {each["name"]: each for each in told["sources"]}

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """Start a command in a process of its own."""
        command = [sys.executable, "-c", "from indexer.cli import main; main()", "--home", str(self.home), *args]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def stored(self) -> Versions:
        """Give what the store holds."""
        with ArticleStore.open(self.home / "articles.db", read_only=True) as store:
            return versions(getattr(article, "body", "") for article in store.articles())

    def indexed(self) -> Versions:
        """Give what is found."""
        searcher = open_searcher(self.home / "index")
        try:
            total = searcher.search(SearchRequest(MatchAll(), limit=1)).total
            with ArticleStore.open(self.home / "articles.db", read_only=True) as store:
                found = [searcher.get(article_id) for article_id in store.ids()]
        finally:
            searcher.close()
        bodies = [article.body for article in found if article is not None]
        assert len(bodies) == total, "the index holds other articles than the store"
        return versions(bodies)


def versions(bodies: Any) -> Versions:
    """Read number and version from the articles' texts; no article may be there twice."""
    found = [WORD.search(body) for body in bodies]
    pairs = [(int(match[1]), int(match[2])) for match in found if match]
    assert len({number for number, _ in pairs}) == len(pairs), "an article is there twice"
    return dict(pairs)


def expected(portal: Portal) -> Versions:
    """Give what must be found of a portal."""
    return {item.number: item.version for item in portal.present()}
