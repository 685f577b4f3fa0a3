"""Text that every library can take."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """The text with halves of surrogate pairs replaced by `?`: re2 and UTF-8 files cannot hold them.

    No file that was read as UTF-8 has any; an escape in a model's or a platform's JSON can bring one in.
    """
    return text if text.isascii() else text.encode("utf-8", errors="replace").decode("utf-8")
