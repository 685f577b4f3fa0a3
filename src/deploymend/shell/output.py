"""What a process prints, kept in bounded memory: the head and the tail, and each line as it comes."""

from __future__ import annotations

import codecs
from collections.abc import Callable

LONGEST_LINE_CHARACTERS = 64_000
"""A longer line is handed on in pieces of this size: a progress bar without line ends must not grow without end."""


class CappedOutput:
    """Keeps at most `max_bytes` of what it is fed: the first half and the last half. What is between is counted."""

    def __init__(self, max_bytes: int) -> None:
        self._head_room = max_bytes // 2
        self._tail_bytes = max(1, max_bytes - max_bytes // 2)
        self._head = bytearray()
        self._tail = bytearray()
        self._dropped_bytes = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        room = self._head_room - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        # Twice the room before cutting: each byte is then moved once on average, however small the pieces are.
        if len(self._tail) > 2 * self._tail_bytes:
            self._cut_tail()

    def _cut_tail(self) -> None:
        surplus = max(0, len(self._tail) - self._tail_bytes)
        del self._tail[:surplus]
        self._dropped_bytes += surplus

    @property
    def truncated(self) -> bool:
        """True when something between head and tail is missing."""
        return self._dropped_bytes > 0 or len(self._tail) > self._tail_bytes

    def text(self) -> str:
        """The same as UTF-8, bad bytes replaced."""
        return self.content().decode("utf-8", "replace")

    def content(self) -> bytes:
        """Head and tail; when something is missing, cut at line ends, with a line between that says how much."""
        self._cut_tail()
        if not self.truncated:
            return bytes(self._head + self._tail)
        head = self._head[: self._head.rfind(b"\n") + 1] or self._head
        tail = self._tail[self._tail.find(b"\n") + 1 :] or self._tail
        missing = self._dropped_bytes + len(self._head) - len(head) + len(self._tail) - len(tail)
        return bytes(head + f"[{missing} bytes left out here]\n".encode() + tail)


class LineSplitter:
    """Hands on text line by line, without line ends; UTF-8 may be cut anywhere between two feeds."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes) -> None:
        """Take the next bytes and hand on every line they complete."""
        *lines, self._rest = (self._rest + self._decoder.decode(data)).split("\n")
        for line in lines:
            self._on_line(line.removesuffix("\r"))
        while len(self._rest) > LONGEST_LINE_CHARACTERS:
            self._on_line(self._rest[:LONGEST_LINE_CHARACTERS])
            self._rest = self._rest[LONGEST_LINE_CHARACTERS:]

    def finish(self) -> None:
        """Hand on the last line, when it has no line end."""
        rest = self._rest + self._decoder.decode(b"", final=True)
        self._rest = ""
        if rest:
            self._on_line(rest.removesuffix("\r"))
