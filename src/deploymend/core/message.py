"""A message for a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One telling for a person. `key` is the same each time the same message is sent; `text` is plain, `markdown`
    rich.
    """

    key: str
    kind: str
    """`success`, `failure` or `stood_down`."""
    title: str
    text: str
    markdown: str
