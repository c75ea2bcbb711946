"""The command that shows which articles tell the same story."""

from __future__ import annotations

from typing import Any

import click

from index.article import Article
from indexer.cli_context import NOT_FOUND, UTF8, Settings, json_option, print_json, say
from indexer.cli_reading import date_shown
from indexer.report import counted
from indexer.store import ArticleStore, StoreDamaged


@click.command()
@click.argument("article_id", metavar="[ID]", type=UTF8, required=False)
@click.option(
    "--largest", type=click.IntRange(1, 10_000), default=10, show_default=True, metavar="N", help="How many to list."
)
@json_option
@click.pass_context
def stories(ctx: click.Context, article_id: str | None, largest: int, as_json: bool) -> None:
    """Show which articles tell the same story: that of an article, or the largest there are.

    The likely original is marked with a star. Exits with 1 when there is no article of that id.

    \b
    Examples:
      timtin stories --largest 20
      timtin stories p-cb9406368aa9862690106816
    """
    settings: Settings = ctx.obj
    with ArticleStore.open(settings.archive().articles, read_only=True) as store:
        if article_id is None:
            found = [(each.story, each.articles) for each in store.largest_stories(largest)]
        else:
            stored = store.get(article_id)
            if stored is None:
                say(f"Error: there is no article {article_id}")
                ctx.exit(NOT_FOUND)
            story = stored.article.story
            found = [] if story is None else [(story, len(store.members_of(story)))]
        told = [(story, count, _articles(store, story)) for story, count in found]
    if as_json:
        print_json({"stories": [_fields(*each) for each in told]})
        return
    for story, count, articles in told:
        click.echo(f"{story} ({counted(count, 'article')})")
        for article in articles:
            click.echo(_line(article))
    if not told:
        click.echo("No other article tells the same." if article_id else "No two articles tell the same story.")


def _articles(store: ArticleStore, story: str) -> list[Article]:
    """Give the articles of a story that can be read, in the order in which they came."""
    found = []
    for member in store.members_of(story):
        try:
            stored = store.get(member.id)
        except StoreDamaged as problem:
            say(f"Left out: {problem}")
            continue
        if stored is not None:
            found.append(stored.article)
    return found


def _line(article: Article) -> str:
    facts = (date_shown(article.published_at), article.publisher, article.title)
    return f"  {'*' if article.is_original else ' '} {article.id}  {' · '.join(fact for fact in facts if fact)}"


def _fields(story: str, count: int, articles: list[Article]) -> dict[str, Any]:
    return {
        "story": story,
        "count": count,
        "articles": [
            {
                "id": article.id,
                "title": article.title,
                "publisher": article.publisher,
                "published_at": article.published_at.isoformat() if article.published_at else None,
                "is_original": article.is_original,
            }
            for article in articles
        ],
    }
