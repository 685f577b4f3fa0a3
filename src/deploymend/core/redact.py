"""Mask secrets in text before it is shown, stored, sent or given to a model.

Two ways together: the shapes of well-known tokens, and the exact values of secrets the caller knows. Matching is re2,
so it is linear on hostile text. Masking again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import re2

from deploymend.core.unicode import well_formed

MASK = "[REDACTED]"
_BLANK = "\x1a"  # ASCII "substitute"; no log needs it
_HOLE = (
    _BLANK * 8
)  # stands for the mask while rules run: no known value can match a part of it, and every rule keeps it
_SHORTEST_KNOWN = 6
_MATCHER_BYTES = 32 * 1024 * 1024

# A word boundary stands only where ordinary words end like the prefix: `\nghp_…` in JSON has none.
# Shapes as their makers publish them (GitHub, npm, OpenAI, Anthropic, AWS, Slack, Stripe, Google, RFC 7519).
_TOKENS = (
    r"gh[pousr]_[A-Za-z0-9]{20,}",
    r"github_pat_[A-Za-z0-9_]{20,}",
    r"glpat-[A-Za-z0-9_-]{16,}",
    r"npm_[A-Za-z0-9]{30,}",
    r"sk-(?:ant|proj|svcacct|or|admin)-[A-Za-z0-9_-]{16,}",
    r"\bsk-[A-Za-z0-9]{20,}",
    r"\bvc[piark]_[A-Za-z0-9_-]{16,}",
    r"\bvercel_[A-Za-z0-9_]{20,}",
    r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"xapp-[A-Za-z0-9-]{10,}",
    r"\b[spr]k_(?:live|test)_[A-Za-z0-9]{10,}",
    r"whsec_[A-Za-z0-9+/=]{16,}",
    r"\bsb[ps]_[A-Za-z0-9_]{20,}",
    r"AIza[A-Za-z0-9_-]{35}",
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?",
)
# RFC 7468; a key whose end is missing is masked to the end of the text.
_PRIVATE_KEY = r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)"
# The first group stays, the value after it is masked.
_AFTER_NAME = (
    r"(\b[a-z][a-z0-9+.-]+://[^\s/:@'\"]*:)[^\s/@'\"]+(@)",
    r"(?i)(\bauthorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:(?:bearer|basic|token|digest)\s{1,4})?)[^\s\"',;]{4,}()",
    r"(?i)(\b(?:x-api-key|private-token)[\"']?\s{0,4}[:=]\s{0,4}[\"']?)[^\s\"',;]{4,}()",
    r"(_(?:authToken|auth|password)\s{0,4}=\s{0,4}[\"']?)[^\s\"']+()",
    r"(\b[A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|PASSWD|KEY|CREDENTIALS)[\"']?\s{0,2}[=:]\s{0,2}[\"']?)[^\s\"'&;,]{4,}()",
    r"([?&](?:token|api_?key|key|signature|sig|access_token|password)=)[^\s&\"'#]{4,}()",
)


@cache
def _rules() -> tuple[tuple[re2._Regexp, str], ...]:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MATCHER_BYTES
    whole = ((_PRIVATE_KEY, _HOLE), ("|".join(_TOKENS), _HOLE))
    after = tuple((pattern, rf"\g<1>{_HOLE}\g<2>") for pattern in _AFTER_NAME)
    return tuple((re2.compile(pattern, options), replacement) for pattern, replacement in whole + after)


def redact(text: str, known: Iterable[str] = ()) -> str:
    """The text with secrets as `[REDACTED]`. Known values shorter than six characters are left: they are words."""
    values = _values(known)
    held, masked = "", well_formed(text).replace(_BLANK, "").replace(MASK, _HOLE)
    while masked != held:  # each round leaves fewer characters that are not masked, so there is a last one
        held, masked = masked, _masked(masked, values)
    return masked.replace(_HOLE, MASK)


def _values(known: Iterable[str]) -> tuple[str, ...]:
    """The values to mask, longest first, so that no part of a longer one stays; each line of one with several."""
    parts = {part.strip() for value in known for part in (value, *value.splitlines())}
    return tuple(
        sorted((p for p in parts if len(p) >= _SHORTEST_KNOWN and _BLANK not in p), key=lambda p: (-len(p), p))
    )


def _masked(text: str, values: tuple[str, ...]) -> str:
    for value in values:
        text = text.replace(value, _HOLE)
    for rule, replacement in _rules():
        text = rule.sub(replacement, text)
    return text
