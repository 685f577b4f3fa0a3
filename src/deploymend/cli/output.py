"""The three formats of every command that has something to parse: text for people, json and jsonl for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from deploymend.cli.screen import Screen, screen_for

FORMATS = ("text", "json", "jsonl")
Command = TypeVar("Command", bound=Callable[..., Any])


def format_option(command: Command) -> Command:
    """`--format text|json|jsonl`, handed to the command as `output_format`."""
    option = click.option(
        "--format",
        "output_format",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="text for people; json: one document; jsonl: one object a line.",
    )
    return option(command)


def screen() -> Screen:
    """Where results go."""
    return screen_for(sys.stdout, os.environ)


def error_screen() -> Screen:
    """Where errors and notes go."""
    return screen_for(sys.stderr, os.environ)


def write_json(document: object) -> None:
    """One JSON document on stdout, two spaces deep."""
    _write(json.dumps(document, indent=2, ensure_ascii=not _utf8(), default=str))


def write_jsonl(rows: Sequence[object]) -> None:
    """One JSON object a line on stdout."""
    for row in rows:
        _write(json.dumps(row, ensure_ascii=not _utf8(), default=str))


def wanted_format(arguments: Sequence[str]) -> str:
    """The `--format` in a command line that may not be parsable: for the errors that stop the parsing."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--format="):
            return argument.removeprefix("--format=")
        if argument == "--format" and index + 1 < len(arguments):
            return arguments[index + 1]
    return "text"


def _write(text: str) -> None:
    # A lone surrogate (a file name that is not UTF-8) cannot be encoded: JSON's own escape can hold it.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


def _utf8() -> bool:
    return sys.stdout.encoding.lower().replace("-", "") == "utf8"
