"""Memory and disk that ran out."""

from __future__ import annotations

from deploymend.core.model import Category
from deploymend.core.signatures.rows import ASK, PERSON, kinds_of, line
from deploymend.core.signatures.signature import Family

_kind = kinds_of(Category.RESOURCE)

FAMILY = Family(
    kinds=(
        _kind(
            "oom-sigkill",
            PERSON,
            "The build machine ran out of memory: deploy again, build with less parallel work, or use a larger "
            "machine.",
            retryable=True,
        ),
        _kind(
            "oom-heap", ASK, "Give Node more memory (NODE_OPTIONS=--max-old-space-size), at most 75 % of the machine's."
        ),
        _kind("disk-full", PERSON, "The build machine's disk is full: write less, or use a larger machine."),
    ),
    signatures=(
        line(
            "oom-sigkill",
            r"terminated by signal SIGKILL|exited with (?:code:? )?(?:SIGKILL|137)\b|exited \(137\)|signal: SIGKILL",
        ),
        line(
            "oom-sigkill",
            r"At least one \"Out of Memory\" \(\"OOM\"\) event was detected|external process killed a task",
        ),
        line("oom-sigkill", r"^(?:\S+: line \d+: +\d+ )?Killed(?: |$)|^npm (?:error|ERR!) signal SIGKILL"),
        line(
            "oom-heap",
            r"FATAL ERROR: .*(?:JavaScript heap out of memory|Allocation failed)|Worker terminated due to "
            r"reaching memory limit",
        ),
        line("disk-full", r"ENOSPC(?:: no space left on device|: System limit)|No space left on device"),
    ),
)
