"""From the bytes of a log file to text: byte order marks, UTF-16 from PowerShell, mojibake, terminal codes, line ends.

The patterns here run on whole logs, so they use the standard `re`, which is faster than re2 on plain substitutions.
Each one is linear on any input: no two neighbouring repeats can match the same character.
"""

from __future__ import annotations

import codecs
import re

from deploymend.core.unicode import well_formed

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FIRST_BYTES = 64
_SAMPLE_BYTES = 4096

# Terminal sequences: CSI, OSC (links, titles), and two-byte escapes (ECMA-48, sections 5.4 and 8.3).
_TERMINAL_CODES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_=>()78]|\x9b[0-?]*[@-~]"
)
# The same colours after a copy and paste lost the escape character. `[6m]` is a duration, so a `]` after it counts.
_LOST_COLOURS = re.compile(r"\[\d{1,3}(?:;\d{1,3}){0,4}m(?!\])")
_LOST_COLOUR_HINT = re.compile(r"\[(?:0|1|2|22|3[0-9]|9[0-7])m(?!\])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MANY_BLANK_LINES = re.compile(r"\n{50,}")
# UTF-8 for U+2000 to U+2FFF starts with byte E2, which these code pages show as Γ, Ô and â.
_MOJIBAKE = re.compile(r"[ΓÔâ][^\x00-\x7f]{2}")
_CODE_PAGES = {"Γ": "cp437", "Ô": "cp850", "â": "cp1252"}


def decode_log(data: bytes) -> str:
    """The text of a log file in any of the encodings logs are kept in. Never raises: what is no text becomes U+FFFD."""
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    first, sample = _sixteen_bit(data[:_FIRST_BYTES]), _sixteen_bit(data[:_SAMPLE_BYTES])
    # When they differ, PowerShell has appended UTF-16 to a UTF-8 file: its NULs are dropped later.
    codec = first if first and first == sample else "utf-8"
    return data.decode(codec, "replace")


def _sixteen_bit(sample: bytes) -> str | None:
    """The codec of UTF-16 without a mark: Latin text has a NUL as every second byte."""
    half = len(sample) // 2
    if half == 0:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.1 else None


def split_lines(text: str) -> list[str]:
    """Lines of text whose ends may be LF, CRLF, CR CR LF or lone CR (progress bars); over 50 blank lines are 50."""
    text = well_formed(text).removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return _MANY_BLANK_LINES.sub("\n" * 50, text).split("\n")


def strip_terminal_codes(text: str) -> str:
    """Text without colours, cursor moves, links and control characters; tabs and line feeds stay."""
    if "\x1b" in text or "\x9b" in text:
        text = _TERMINAL_CODES.sub("", text)
    if _LOST_COLOUR_HINT.search(text):
        text = _LOST_COLOURS.sub("", text)
    return _CONTROLS.sub("", text)


def repair_mojibake(text: str) -> str:
    """Text whose ticks, arrows and dashes were decoded by an old Windows code page, as they were meant."""
    return _MOJIBAKE.sub(_repaired, text) if any(letter in text for letter in _CODE_PAGES) else text


def _repaired(found: re.Match[str]) -> str:
    try:
        return found[0].encode(_CODE_PAGES[found[0][0]]).decode("utf-8")
    except UnicodeError:
        return found[0]
