"""A name for a failure that stays the same across projects, paths, names, numbers, versions and machines."""

from __future__ import annotations

import hashlib
import re

# Applied in order; each one is linear.
_RULES = (
    (re.compile(r"https?://[^\s\"'`)]+"), "<url>"),
    (re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`|“[^”]*”|‘[^’]*’"), "<name>"),
    (re.compile(r"(?:[A-Za-z]:)?[\w@.\-\[\]()+~]*[/\\][\w@.\-\[\]()+~/\\]*"), "<path>"),
    (re.compile(r"\b[\w-]+\.(?:[cm]?[jt]sx?|json|css|scss|vue|svelte|astro|mdx?|prisma|ya?ml|toml)\b"), "<path>"),
    (re.compile(r"\bv?\d+(?:\.\d+)+(?:[-+][\w.]+)?\b"), "<number>"),
    (re.compile(r"\b[0-9a-fA-F]{7,64}\b"), "<number>"),
    (re.compile(r"\d+"), "<number>"),
    (re.compile(r"(?:<number>[\s:.,x-]*)+"), "<number> "),
    (re.compile(r"\s+"), " "),
)
_MAX_MESSAGE = 4000


def fingerprint(kind: str, message: str) -> str:
    """The kind and 12 hexadecimal digits of the message without what differs from place to place: `ts-unused:0f3a…`.

    Quoted text counts as a name. Two faults of one kind with one wording share a fingerprint: that is its purpose.
    """
    text = message[:_MAX_MESSAGE]
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    digest = hashlib.sha256(text.strip().casefold().encode("utf-8", "replace")).hexdigest()
    return f"{kind}:{digest[:12]}"
