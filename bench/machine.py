"""What the measurements were taken on: enough to compare, nothing that names it."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from bench.child import answer


def machine_lines() -> list[str]:
    """A table of machine, system and tools."""
    facts = {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": _system(),
        "Python": f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        "Node on PATH": answer("node", "--version").removeprefix("v"),
        "npm on PATH": answer("npm", "--version"),
        "git": answer("git", "--version").removeprefix("git version "),
        "sandbox": answer("bwrap", "--version"),
        "taken on": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    return ["| machine | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts.items())]


def _system() -> str:
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    except OSError:
        name = f"{platform.system()} {platform.mac_ver()[0]}".strip()
    return f"{name}, {platform.machine()}"


def _processor() -> str:
    """Its model, where the system tells it in Linux's way."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
