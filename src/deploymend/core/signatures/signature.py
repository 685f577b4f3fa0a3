"""What a signature is: how one tool prints one kind of failure, and what a person should be told of that kind.

A new kind of failure is one `Kind` and one or more `Signature` in the family file it belongs to; nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from deploymend.core.model import Category, Cause, Remedy
from deploymend.core.signatures.spot import Spot


class Rank(IntEnum):
    """How near to the root a kind is. Causes are listed by it, then in the order of the log."""

    CAUSE = 0
    LATER = 1
    """A cause that often vanishes with the ones before it: an unused name next to a type error."""
    SYMPTOM = 2
    """Where the build stopped because of a cause printed near by: it completes that cause, or stands for it."""
    GUESS = 3
    """A warning or a bare `Error:` line: only told when the log shows nothing better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of failure: its slug, who can cure it, and what to do next, as one or more sentences for a person."""

    slug: str
    category: Category
    action: Remedy
    advice: str
    retryable: bool = False
    """True when the same commit may build if it is tried again."""
    rank: Rank = Rank.CAUSE


Reader = Callable[[Spot], Cause | None]
"""Makes the cause of a matched line, with the lines around it as evidence; None when it is none after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How a tool prints a kind of failure.

    `pattern` is re2 and is searched on single lines. Named groups fill the fields of the cause of the same name
    (`file`, `line`, `column`, `symbol`, `suggestion`, `code`, `message`); `column0` is a column of a tool that counts
    from 0. Without `read`, the evidence is the matched
    line with the indented lines and the code frame below it.
    """

    kind: str
    pattern: str
    read: Reader | None = None
    file: str | None = None
    """The file to name when the log names none: `package.json`."""
    rank: Rank | None = None
    """Overrides the kind's rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The kinds and signatures of one family of failures."""

    kinds: tuple[Kind, ...]
    signatures: tuple[Signature, ...]
