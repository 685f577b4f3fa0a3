"""Writes the pages that are made from the code: the CLI's help, the settings, their JSON Schema.

python scripts/docs.py            write them
python scripts/docs.py --check    exit 1 and name the ones that are not current
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click

from deploymend.cli.main import COMMANDS, cli
from deploymend.config.reference import json_schema, settings_page

DOCS = Path(__file__).parent.parent / "docs"
MADE = "<!-- Made by `make docs` from the code: change it there. -->\n"
WIDTH = 100

SETTINGS_HEAD = """\
# Settings

`deploymend init` writes a `deploymend.toml` with what it finds; everything else has a default. The file is looked for
in the current folder and those above it. Unknown keys are refused, with what was perhaps meant. For completion in an
editor use `docs/deploymend.schema.json`, or `deploymend init --schema`.

Secrets never stand in the file. From the environment come:

| variable | holds |
|---|---|
| `VERCEL_TOKEN` | the token for Vercel; without it the keyring is asked, where the `keyring` package is installed |
| `VERCEL_API_URL` | another address of the API, such as the loopback Vercel's |
| `DEPLOYMEND_STATE` | the state folder; by default `$XDG_STATE_HOME/deploymend`, else `~/.local/state/deploymend` |
| `DEPLOYMEND_CACHE` | the cache folder; by default `$XDG_CACHE_HOME/deploymend`, else `~/.cache/deploymend` |
| any name that a setting refers to as `$NAME` | that setting's secret: a notification address, a database's address |
"""


def cli_page() -> Iterator[str]:
    """The help of the program and of each command, as a terminal of 100 columns shows it."""
    yield f"# Commands\n\n{MADE}"
    yield _help(cli, "deploymend")
    for name, (place, _) in COMMANDS.items():
        if _exists(place.partition(":")[0]):
            command = cli.get_command(click.Context(cli), name)
            if command is not None:
                yield f"## deploymend {name}\n"
                yield _help(command, f"deploymend {name}")


def pages() -> dict[Path, str]:
    """Each made file with what it should hold."""
    return {
        DOCS / "cli.md": "\n".join(cli_page()),
        DOCS / "configuration.md": "\n".join([SETTINGS_HEAD.replace("\n", f"\n\n{MADE}", 1), *settings_page()]),
        DOCS / "deploymend.schema.json": json_schema(),
    }


def main() -> int:
    """Write, or check."""
    stale = {path: text for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text}
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stdout.write(f"{path.relative_to(DOCS.parent)} is not current: make docs\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {path.relative_to(DOCS.parent)}\n")
    return 0


def _exists(module: str) -> bool:
    return find_spec(module) is not None


def _help(command: click.Command, name: str) -> str:
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    lines = [line.rstrip() for line in command.get_help(context).splitlines()]
    return "```text\n" + "\n".join(lines) + "\n```\n"


if __name__ == "__main__":
    sys.exit(main())
