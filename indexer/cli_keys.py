"""The commands about keys: who may use what the service doesn't offer to the public."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from index.keys import NAME, BadKey, KeyFile
from indexer.cli_context import NOT_FOUND, UTF8, WRONG_INDEX, Settings, json_option, print_json, say


@click.group()
def keys() -> None:
    """Keys for what the service doesn't offer to all: export, explanations, several searches at once, statistics.

    HOME/keys.txt holds their hashes; the service reads it again as soon as it has changed.

    \b
    Example:
      timtin keys add night-harvest
    """


def _file(ctx: click.Context) -> KeyFile:
    settings: Settings = ctx.obj
    return KeyFile(settings.home / NAME)


@keys.command("add")
@click.argument("name", type=UTF8)
@click.pass_context
def add_key(ctx: click.Context, name: str) -> None:
    """Make a key and print it. It is shown this once.

    \b
    Example:
      timtin keys add night-harvest
    """
    try:
        made = _file(ctx).add(name, datetime.now(UTC))
    except BadKey as error:
        raise click.UsageError(str(error)) from error
    except ValueError as error:
        say(f"Error: {error}")
        ctx.exit(WRONG_INDEX)
    click.echo(made)
    say(f"Key {name}: keep it now, it can't be shown again. Programs send it as  Authorization: Bearer KEY")


@keys.command("revoke")
@click.argument("name", type=UTF8)
@click.pass_context
def revoke_key(ctx: click.Context, name: str) -> None:
    """Take a key back; it is refused from the next request on.

    \b
    Example:
      timtin keys revoke night-harvest
    """
    try:
        _file(ctx).revoke(name)
    except BadKey as error:
        say(f"Error: {error}")
        ctx.exit(NOT_FOUND)
    except ValueError as error:
        say(f"Error: {error}")
        ctx.exit(WRONG_INDEX)
    say(f"Key {name} is revoked.")


@keys.command("list")
@json_option
@click.pass_context
def list_keys(ctx: click.Context, as_json: bool) -> None:
    """List the names of the keys and the days they were made.

    \b
    Example:
      timtin keys list
    """
    try:
        known = _file(ctx).known()
    except ValueError as error:
        say(f"Error: {error}")
        ctx.exit(WRONG_INDEX)
    if as_json:
        print_json({"keys": [{"name": key.name, "made": key.made} for key in known]})
        return
    for key in known:
        click.echo(f"{key.made}  {key.name}")
    if not known:
        say("There are no keys: timtin keys add NAME makes one.")
