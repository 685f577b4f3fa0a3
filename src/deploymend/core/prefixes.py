"""Strip what stands before a tool's own words on a log line: timestamps, log levels, task names, quote marks.

Per-line shapes are told by themselves; a task name (`web:build: `) or a quote mark (`> `) only by the log as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_CLOCK = r"\d{1,2}:\d{2}:\d{2}"
_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"
_ZONE = r"(?:Z|[+-]\d\d:?\d\d)?"
# Every repeat is bounded or followed by a character it cannot match, so matching is linear.
_STAMP = re.compile(
    r"[`“”\"'「]?(?:"
    rf"\[{_CLOCK}(?:[.,]\d{{1,6}})?\](?: ?\| ?|\t)? ?"  # [12:34:56.789] and the table of the dashboard
    rf"|{_CLOCK}[.,]\d{{1,6}}(?: *\| ?|[ \t]{{0,2}}\t| |$)"  # 12:34:56.789, also with | or tabs after it
    rf"|{_CLOCK} [AP]M:? ?"  # Netlify, Astro, Svelte
    rf"|{_CLOCK} (?=\[)"  # Astro: 14:30:26 [content]
    rf"|{_ISO}\.\d{{7}}Z ?"  # GitHub Actions
    rf"|\[?{_ISO}(?:[.,]\d{{1,9}})?{_ZONE}\]?[ \t]{{0,2}}"  # Render, vercel inspect --logs
    r")"
)
_STAMP_STARTS = frozenset("0123456789[`“”\"'「")
_LABEL = re.compile(
    r"Building: ?"  # vercel deploy
    r"|> \[debug\] \[[^\]]{1,40}\] (?:Spinner invoked \()?"  # vercel --debug
    r"|\[client-debug\] "
    r"|\[now-builder-debug\] "
    r"|#\d{1,4} \d{1,6}\.\d{1,3} ?"  # docker buildkit
    r"|\[(?:INFO|WARNING|ERROR|WARN)\]: ?"  # AWS Amplify
)
_LABEL_STARTS = frozenset("B>[#")
_RUN_COLUMNS = re.compile(r"[^\t]{1,120}\t[^\t]{1,120}\t(?=\d{4}-\d\d-\d\dT)")  # gh run view --log
_SPINNER_TAIL = re.compile(r"\) ?with a \d{1,6}ms delay\s{0,4}$")
_TASK = re.compile(r"((?:@[\w.-]{1,80}/)?[\w.-]{1,80}[:#][A-Za-z][\w:.-]{0,80}:|[\w./@-]{1,120} [a-z][\w:-]{0,40}:) ?")
_TASK_EVIDENCE = re.compile(r"cache (?:miss|hit|bypass)|> |\$ ")
_TASK_HINTS = (": cache ", ": >", ": $ ", "$ ")
_PNPM_TASK = re.compile(r"([\w./@-]{1,120} [a-z][\w:-]{0,40})\$ ")  # pnpm -r: `apps/web build$ next build`
_MIN_LINES = 3
_QUOTED_SHARE = 0.8
_LONE_STAMP_SHARE = 0.3


def strip_prefixes(lines: Sequence[str]) -> list[str]:
    """The lines without what a platform, a task runner or a person put before them."""
    bare = [_strip_stamps(line) for line in _drop_lone_stamps(_unquote(lines))]
    tasks = _task_prefixes(bare)
    return [_strip_task(line, tasks) for line in bare] if tasks else bare


def _strip_stamps(line: str) -> str:
    if "\t" in line:
        columns = _RUN_COLUMNS.match(line)
        line = line[columns.end() :] if columns else line
    stamp = _STAMP.match(line) if line[:1] in _STAMP_STARTS else None
    if stamp:
        line = line[stamp.end() :]
    label = _LABEL.match(line) if line[:1] in _LABEL_STARTS else None
    if not label:
        return line
    rest = line[label.end() :]
    return _SPINNER_TAIL.sub("", rest) if label[0].endswith("(") else rest


def _unquote(lines: Sequence[str]) -> Sequence[str]:
    """Without the `> ` that a mail or an issue puts before each line; a few such lines are npm's own."""
    filled = sum(1 for line in lines if line.strip())
    quoted = sum(1 for line in lines if line.startswith(">") and not line.startswith("> [debug]"))
    if filled < _MIN_LINES or quoted < filled * _QUOTED_SHARE:
        return lines
    return [line.removeprefix(">").removeprefix(" ") for line in lines]


def _drop_lone_stamps(lines: Sequence[str]) -> Sequence[str]:
    """Without the lines that hold a timestamp only, where a page puts the time on a line of its own."""
    kinds = Counter(_stamp_kind(line) for line in lines)
    if not kinds["lone"] or kinds["lone"] < (kinds["lone"] + kinds["text"]) * _LONE_STAMP_SHARE or kinds["both"]:
        return lines
    return [line for line in lines if _stamp_kind(line) != "lone"]


def _stamp_kind(line: str) -> str:
    stamp = _STAMP.match(line) if line[:1] in _STAMP_STARTS else None
    rest = line[stamp.end() :] if stamp else line
    if rest.strip():
        return "both" if stamp else "text"
    return "lone" if stamp else "blank"


def _task_prefixes(lines: Sequence[str]) -> frozenset[str]:
    """The task names of turbo (`web:build:`) and pnpm (`apps/web build:`) that this log really uses."""
    counts: Counter[str] = Counter()
    sure: set[str] = set()
    if not any(hint in line for line in lines for hint in _TASK_HINTS):
        return frozenset()
    for line in lines:
        task = _TASK.match(line)
        if task:
            counts[task[1]] += 1
            if _TASK_EVIDENCE.match(line, task.end()):
                sure.add(task[1])
        elif started := _PNPM_TASK.match(line):
            sure.add(f"{started[1]}:")
            counts[f"{started[1]}:"] += 1
    return frozenset(name for name in sure if counts[name] > 1)


def _strip_task(line: str, tasks: frozenset[str]) -> str:
    task = _TASK.match(line)
    return line[task.end() :] if task and task[1] in tasks else line
