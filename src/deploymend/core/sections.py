"""Which part of a build each line of a log belongs to, by the milestones Vercel's builder and npm print.

The milestones are those of Vercel's build container (seen in logs of CLI 28 to 54) and npm's script banner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deploymend.core.model import Section, Step
from deploymend.core.scan import line_pattern, scan

_HEADER = re.compile(r"^\W{0,4}Running build in [A-Z]")
_BANNER = re.compile(r"^> (\S{1,200}@\S{1,80} [\w:.-]{1,80})(?: \S{1,400})?$")
_TURNING_POINTS = (
    r"^.{0,12}Running build in [A-Z]|^> [^ ]+@[^ ]+ [\w:.-]+|exited with |ELIFECYCLE|^npm (?:error|ERR!) "
    r"|^Failed to (?:compile|type check)|Build failed|^error during build"
)
_LAST_LINE = re.compile(
    r"Error: Command \".{1,2000}\" exited with |Exiting build container|Deployment completed|Build cache uploaded"
)
_LAST_LINES = 4
_CLONE = re.compile(r"^(?:\W{0,4}Running build in |Cloning |Retrieving list of deployment files|Downloading \d+ depl)")
_INSTALL = re.compile(
    r"^(?:Installing dependencies\.\.\.|Running \"install\" command: `(?P<command>[^`]{1,2000})`|yarn install v"
    r"|bun install v|Installing required dependencies from )"
)
_BUILD = re.compile(r"^(?:Running \"(?P<command>[^\"]{1,2000})\"\s*$|Detected Next\.js version: )")
_NOT_BUILD = frozenset({"vercel build", "install"})
_INSTALL_SCRIPTS = frozenset({"preinstall", "install", "postinstall", "prepare"})
_OUTPUT = re.compile(r"^(?:Traced Next\.js server files in|Build Completed in |Deploying outputs\.\.\.)")


def last_build_start(lines: Sequence[str]) -> int:
    """The index where the last build of the log starts: a platform's header, or a script run again after it failed."""
    start = 0
    seen: set[str] = set()
    failed = False
    for index, _ in scan(line_pattern(_TURNING_POINTS), lines):
        line = lines[index]
        banner = _BANNER.match(line)
        if _HEADER.match(line) or (banner and failed and banner[1] in seen):
            start, seen, failed = index, set(), False
        if banner:
            seen.add(banner[1])
        else:
            failed = failed or not _HEADER.match(line)
    return start


def find_sections(lines: Sequence[str]) -> tuple[Section, ...]:
    """The sections of a log, in order and without gaps after the first; empty when the log shows no milestone."""
    marks = list(_milestones(lines))
    merged: list[tuple[int, Step, str | None]] = []
    for index, step, command in marks:
        if merged and merged[-1][1] is step and (command is None or merged[-1][2] in (None, command)):
            merged[-1] = (merged[-1][0], step, merged[-1][2] or command)
        else:
            merged.append((index, step, command))
    stops = [*(index for index, _, _ in merged[1:]), len(lines)][: len(merged)]
    return tuple(
        Section(step=step, start=start, stop=stop, command=command)
        for (start, step, command), stop in zip(merged, stops, strict=True)
    )


def ends_build(line: str) -> bool:
    """True for the lines Vercel prints once a build is over, whether it failed or not."""
    return bool(_LAST_LINE.match(line))


def is_complete(lines: Sequence[str]) -> bool:
    """False when a platform's header is there and neither a failure's nor a success's last line is."""
    if not any("Running build in " in line[:40] for line in lines[:50]):
        return True
    return any(ends_build(line) for line in lines) or any(line.startswith("Error: ") for line in lines[-_LAST_LINES:])


def _milestones(lines: Sequence[str]) -> Iterator[tuple[int, Step, str | None]]:
    for index, line in enumerate(lines):
        if line and line[0] in "ICRDTBy>b`“\"'":
            step, command = _milestone(line)
            if step is not None:
                yield index, step, command


def _milestone(line: str) -> tuple[Step | None, str | None]:
    if banner := _BANNER.match(line):
        script = banner[1].rpartition(" ")[2]
        return (Step.INSTALL, None) if script in _INSTALL_SCRIPTS else (Step.BUILD, f"npm run {script}")
    if installed := _INSTALL.match(line):
        return Step.INSTALL, installed["command"]
    if _CLONE.match(line):
        return Step.CLONE, None
    if _OUTPUT.match(line):
        return Step.OUTPUT, None
    built = _BUILD.match(line)
    if built and built["command"] not in _NOT_BUILD:
        return Step.BUILD, built["command"]
    return None, None
