"""Tests and scripts of the project's own that fail, and the bare error lines that are told when nothing else is."""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.rows import ASK, PERSON, kinds_of, line, plain
from deploymend.core.signatures.signature import Family, Rank
from deploymend.core.signatures.spot import Spot

_kind = kinds_of(Category.SCRIPT)
# Lines that say that something failed, not why.
_ENVELOPE = re.compile(
    r"Command \"|^Command failed|^error during build:?$|exited (?:with|\()|^ERROR: command finished"
    r"|build failed with \d+ error|^error: script \"|^ERROR\s+(?:run|Command) failed|^Error: Failed to collect",
    re.IGNORECASE,
)


def _guess(spot: Spot) -> Cause | None:
    """A bare error line, with its details; none for the envelopes of errors."""
    return None if _ENVELOPE.search(spot.text.strip()) else plain(spot)


FAMILY = Family(
    kinds=(
        _kind("test-failed", ASK, "Mend the code or the test; never delete or skip the test."),
        _kind("script-failed", ASK, "The failing step's own output, above, says why.", rank=Rank.GUESS),
        _kind("no-cause-in-log", PERSON, "The log ends before any cause: read the whole log on the platform."),
    ),
    signatures=(
        line("test-failed", r"^[ \t]*(?:FAIL|❯|×) +(?P<file>[^ ]+\.(?:test|spec)\.[cm]?[jt]sx?)(?: > (?P<symbol>.+))?"),
        line("test-failed", r"^[ \t]*● (?P<symbol>.+ › .+)$"),
        line("test-failed", r"^Tests: +\d+ failed|^ +Tests +\d+ failed", rank=Rank.SYMPTOM),
        line(
            "script-failed",
            r"^[ \t]*(?:⨯ |✖ |\[cause\]: |\[|Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception)(?: \[[\w ]+\])?: [^ ]",
            read=_guess,
        ),
        line("script-failed", r"^(?:error|fatal|FATAL|ERROR|✘ \[ERROR\]|× |✗ )[: ]+[^ ]", read=_guess),
        line("script-failed", r"^Traceback \(most recent call last\)|^panic: |^thread '.*' panicked at"),
    ),
)
