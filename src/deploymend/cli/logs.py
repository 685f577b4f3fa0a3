"""Reading what a person names as a log: files, stdin, and the many things that are not a log."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import YourError

MAX_BYTES = 32_000_000
"""Of a longer log the end is read: that is where a build fails. Vercel cuts its own logs at 4 MB
(vercel.com/docs/deployments/logs)."""

PACKED = {
    b"\x1f\x8b": "gzip: try `gunzip -c {name} | deploymend diagnose -`",
    b"PK\x03\x04": "a zip archive: unpack it first",
    b"\x28\xb5\x2f\xfd": "zstd: try `zstd -dc {name} | deploymend diagnose -`",
    b"\x7fELF": "a program",
    b"\x89PNG": "a picture: a log must be text",
    b"%PDF": "a PDF: a log must be text",
}
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLog:
    """A log's bytes and what messages call it. `cut_bytes` is how much of its start was left out, 0 for none."""

    name: str
    data: bytes
    cut_bytes: int = 0


def read_log(name: str) -> NamedLog:
    """One log by its path, or `-` for stdin. Raises YourError for whatever is no log."""
    if name == "-":
        return _checked(_tail("stdin", sys.stdin.buffer.read()))
    path = Path(name)
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - MAX_BYTES))
            log = NamedLog(name=name, data=file.read(MAX_BYTES), cut_bytes=max(0, size - MAX_BYTES))
    except FileNotFoundError:
        raise YourError(f"{name} does not exist", next_step="Check the path; `-` reads from stdin.") from None
    except IsADirectoryError:
        raise YourError(
            f"{name} is a folder, not a log", next_step=f"Name the files: {name.rstrip('/')}/*.log"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise YourError(f"{name} cannot be read: {reason}", next_step=f"ls -l {name}") from error
    return _checked(log)


def names_or_stdin(names: Sequence[str]) -> Sequence[str]:
    """The given names; stdin when there are none and something is piped in. Raises YourError when there is nothing."""
    if names:
        return names
    if sys.stdin is None or sys.stdin.isatty():
        raise YourError(
            "there is no log to explain",
            next_step="deploymend diagnose build.log, or: npm run build 2>&1 | deploymend diagnose -",
        )
    return ("-",)


def _tail(name: str, data: bytes) -> NamedLog:
    cut = max(0, len(data) - MAX_BYTES)
    return NamedLog(name=name, data=data[cut:], cut_bytes=cut)


def _checked(log: NamedLog) -> NamedLog:
    if not log.data.strip():
        raise YourError(
            f"{log.name} is empty: there is nothing to explain",
            next_step="Save the whole output of the build, errors too: npm run build >build.log 2>&1",
        )
    for start, what in PACKED.items():
        if log.data.startswith(start) and not log.cut_bytes:
            raise YourError(f"{log.name} is not text", next_step=f"It looks like {what.format(name=log.name)}.")
    if _is_binary(log.data):
        raise YourError(f"{log.name} is not text", next_step="Name the text that the build printed.")
    return log


def _is_binary(data: bytes) -> bool:
    """More than 2 % of the first 64 KB are bytes that no text holds (escape, bell and backspace do occur in logs)."""
    sample = data[:65_536]
    if sample.startswith(UTF16) or _is_utf16(sample):
        return False
    odd = sum(sample.count(byte) for byte in (*range(7), *range(14, 27), *range(28, 32), 0x7F))
    return odd * 50 > len(sample)


def _is_utf16(sample: bytes) -> bool:
    """Without a mark: of each pair of bytes one is mostly zero and the other is not, as Latin letters have it."""
    half = len(sample) // 2
    few, many = sorted((sample[::2].count(0), sample[1::2].count(0)))
    return few * 2 < half < many * 2
