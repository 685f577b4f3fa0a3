"""Runs every measurement and prints one table."""

from __future__ import annotations

import os
import platform
import sys

from bench import reading, start_up


def main() -> int:
    """Exit code 1 when a bound is not kept."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores\n")
    print("| measured | value | bound | kept |\n|---|---|---|---|")
    kept = True
    for part in (start_up, reading):
        for figure in part.figures():
            kept = kept and figure.kept
            print(figure.row(), flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
