"""Missing environment variables. There is no standard wording: libraries complain in their own, while pages are built.

The phase "Collecting page data" of `next build`, which loads every route once, is the tell.
"""

from __future__ import annotations

import re

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.rows import PERSON, kinds_of, line
from deploymend.core.signatures.signature import Family, Rank
from deploymend.core.signatures.spot import Spot

_kind = kinds_of(Category.CONFIGURATION)
_ERROR = re.compile(
    r"^\s*(?:⨯ |\[cause\]: |\[)?(?:Uncaught )?\w*Error(?: \[[\w ]{1,60}\])?: (?!Failed to collect)(?!Command \")\S"
)
_VARIABLE = r"[A-Z][A-Z0-9]*_[A-Z0-9_]+"
_INVALID_NAMES = re.compile(rf"^\s*[-•❌✖]?\s*['\"]?({_VARIABLE})['\"]?\s*[:=]")


def _collect(spot: Spot) -> Cause:
    """The route that could not be loaded, with the error that stopped it: below it as `[cause]`, else above it."""
    nearest = spot.find_below(_ERROR, 4) or spot.find_above(_ERROR, 60)
    return spot.cause(evidence=[nearest[1].string] if nearest else [])


def _invalid(spot: Spot) -> Cause:
    named = spot.find_below(_INVALID_NAMES, 8)
    return spot.cause(symbol=named[1][1] if named else None, evidence=spot.block(8))


FAMILY = Family(
    kinds=(
        _kind(
            "missing-env-var",
            PERSON,
            "Set {symbol} for this environment in the platform's settings, then deploy again. "
            "Compare the names with .env.example; never commit the value.",
        ),
    ),
    signatures=(
        line(
            "missing-env-var",
            r"^[ \t]*(?:⨯ )?(?:Uncaught )?Error: (?P<symbol>supabaseUrl|supabaseKey|supabaseAnonKey) is required",
        ),
        line(
            "missing-env-var",
            rf"[Ee]nvironment variables? (?:not found: |not set: |is missing: |missing: |required: "
            rf")['\"`]?(?P<symbol>{_VARIABLE})",
        ),
        line(
            "missing-env-var",
            rf"(?:[Mm]issing|[Uu]ndefined|[Rr]equired) (?:required )?(?:env(?:ironment)?(?: variables?)?|env\."
            rf"|config|secret)(?: variable)?:? ['\"`]?(?P<symbol>{_VARIABLE})",
        ),
        line(
            "missing-env-var",
            rf"Error: (?:[Pp]lease (?:define|add|set|provide)|You must (?:set|provide|define)) (?:the |your |an? "
            rf")?['\"`]?(?P<symbol>{_VARIABLE})",
        ),
        line(
            "missing-env-var",
            rf"Error: ['\"`]?(?P<symbol>{_VARIABLE})['\"`]? (?:is not (?:set|defined|provided|configured)|is "
            rf"(?:required|missing|undefined|empty|not set)|must be (?:set|defined|provided)|environment variable)",
        ),
        line(
            "missing-env-var",
            r"Error: (?:Missing|Invalid) API key|apiKey (?:is )?(?:required|missing|not (?:set|provided))"
            r"|Neither apiKey nor config\.authenticator provided|The (?:\w+_API_KEY|apiKey) environment variable "
            r"is missing|MissingAPIKey",
        ),
        line("missing-env-var", r"Invalid environment variables", read=_invalid),
        line(
            "missing-env-var",
            r"^[ \t]*(?:⨯ |\[)?TypeError(?: \[ERR_INVALID_URL\])?: Invalid URL",
            read=_invalid,
            rank=Rank.SYMPTOM,
        ),
        line(
            "missing-env-var",
            r"^[ \t]*(?:> )?\[?Error: Failed to collect (?:page data|configuration) for (?P<file>/[^ \]]*)",
            read=_collect,
            rank=Rank.SYMPTOM,
        ),
    ),
)
