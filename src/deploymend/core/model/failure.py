"""A failure: the build log it is read from and what the log says. Lines and columns count from 1."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """The family of a failure; exactly these eleven."""

    TYPESCRIPT = "typescript"
    IMPORT = "import"
    SYNTAX = "syntax"
    LINT = "lint"
    FRAMEWORK = "framework"
    DEPENDENCY = "dependency"
    CONFIGURATION = "configuration"
    RESOURCE = "resource"
    INFRASTRUCTURE = "infrastructure"
    SCRIPT = "script"
    UNKNOWN = "unknown"


class Remedy(StrEnum):
    """Who can cure a failure (the design's "action"; the seed's `error_patterns` values)."""

    AUTO_FIXABLE = "auto_fixable"
    REQUIRES_ANALYSIS = "requires_analysis"
    REQUIRES_INTERVENTION = "requires_intervention"


class Step(StrEnum):
    """The part of a build that a log line belongs to."""

    CLONE = "clone"
    INSTALL = "install"
    BUILD = "build"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The lines `start` to `stop - 1` of a log, all of one step; `command` is what ran there, where the log says."""

    step: Step
    start: int
    stop: int
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildLog:
    """A build's output, cleaned: no ANSI, no timestamps or task prefixes, one entry a line, in order."""

    lines: tuple[str, ...]
    sections: tuple[Section, ...] = ()
    complete: bool = True
    """False when the end is missing: the platform had not finished writing, or cut the log at its size limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing that made the build fail. `evidence` holds log lines verbatim, as cleaned; the first names the cause.

    `symbol` is what the cause is about: an import specifier, a package, an identifier, a variable's name, a lint rule.
    `suggestion` is the tool's own proposal ("Did you mean 'x'?"), `code` its error number or rule (`TS2552`).
    Lines and columns count from 1. `file` is as the log names it, cleaned of the build machine's root and of `./`.
    """

    category: Category
    kind: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    symbol: str | None = None
    suggestion: str | None = None
    code: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What a log says. Category and kind are those of the first cause; causes come before their consequences."""

    category: Category
    kind: str
    action: Remedy
    retryable: bool
    summary: str
    causes: tuple[Cause, ...] = ()
    step: Step | None = None
    command: str | None = None
    """The command that failed, as the log quotes it."""
    exit_code: str | None = None
    """Its exit status or signal name, as printed: `1`, `137`, `SIGKILL`."""
    advice: tuple[str, ...] = ()
    """What a person can do next, a sentence each, most useful first."""
    versions: tuple[tuple[str, str], ...] = ()
    """Tools the log names with their version: `("next", "15.5.3")`."""
    distilled: str = ""
    """The report for Claude or a person: causes, evidence, phase, versions, failing command; secrets masked."""
    fingerprint: str = ""
    """Stays the same for the same fault across paths, names and numbers; see core/fingerprint.py."""
