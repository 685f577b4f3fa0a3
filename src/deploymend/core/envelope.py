"""The lines that say that a command failed, never why: which command, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Vercel's builder, npm 7 to 11, pnpm, yarn 1, bun and turbo. A signal's name stands where a status would.
_ENVELOPES = (
    re.compile(r"^(?:Error: |Error! )?Command \"(?P<command>.{1,2000})\" exited with (?P<code>\w{1,20})"),
    re.compile(r"^npm (?:error|ERR!) command (?:sh -c |bash -c )?(?P<command>(?!failed).{1,2000})$"),
    re.compile(r"^error: script \"(?P<command>.{1,200})\" exited with code (?P<code>\d{1,5})"),
    re.compile(r"^error: script \"(?P<command>.{1,200})\" was terminated by signal (?P<code>\w{1,20})"),
    re.compile(r"^.{0,3}ELIFECYCLE.{1,4}Command failed with exit code (?P<code>\d{1,5})"),
    re.compile(r"^error Command failed with (?:exit code (?P<code>\d{1,5})|signal \"(?P<signal>\w{1,20})\")"),
    re.compile(r"command \(\S{1,400}\) (?P<command>.{1,400}) exited \((?P<code>\d{1,5})\)"),
)
_HINTS = ("xited", "ELIFECYCLE", "Command failed", " command ", "terminated by")
_LAST_LINES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How the build ended. `line` is the log's own line; `code` a status or a signal's name."""

    line: str
    command: str | None = None
    code: str | None = None


def find_envelope(lines: Sequence[str]) -> Envelope | None:
    """The last such line, by the most telling shape; None when the log has none in its last 400 lines."""
    tail = [line for line in lines[-_LAST_LINES:] if any(hint in line for hint in _HINTS)]
    for pattern in _ENVELOPES:
        for line in reversed(tail):
            if found := pattern.search(line):
                named = found.groupdict()
                return Envelope(line=line, command=named.get("command"), code=named.get("code") or named.get("signal"))
    return None
