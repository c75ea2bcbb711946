"""Titles of a bounded length: they stand in lists, and a list must stay one."""

from __future__ import annotations

from dataclasses import replace

from index.article import Article

MAX_TITLE = 1_000
"""Characters; the longest in the corpora have 300."""


def with_bounded_title(article: Article) -> tuple[Article, tuple[str, ...]]:
    """Cut a title that is too long at a word; the whole of it becomes the body's first paragraph, so that nothing
    is lost. Gives the warning, too.

    >>> long = Article(id="a", title="mưa " * 400 + "tạnh", body="Hết.")
    >>> cut, warnings = with_bounded_title(long)
    >>> cut.title[-10:], len(cut.title), cut.body.split("\\n")[0] == long.title
    ('a mưa mưa…', 1000, True)
    """
    title = article.title
    if len(title) <= MAX_TITLE:
        return article, ()
    head = title[:MAX_TITLE]
    shortened = (head.rsplit(" ", 1)[0] if " " in head else head[:-1]) + "…"
    warning = f"the title has {len(title)} characters; it is cut, the whole begins the body"
    return replace(article, title=shortened, body=f"{title}\n{article.body}"), (warning,)
