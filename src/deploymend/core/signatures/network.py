"""Failures of the network and of registries: the same commit may build when it is tried again."""

from __future__ import annotations

from deploymend.core.model import Category
from deploymend.core.signatures.rows import ASK, PERSON, kinds_of, line, with_lines
from deploymend.core.signatures.signature import Family, Rank

_kind = kinds_of(Category.INFRASTRUCTURE)
_CODES = (
    r"(?:ECONNRESET|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|ERR_SOCKET_TIMEOUT|ESOCKETTIMEDOUT|ETIMEOUT|EPIPE"
    r"|ENETUNREACH|EPROTO)"
)
_NPM = r"^npm (?:error|ERR!) "
_AGAIN = "Deploy again: the network or the registry failed."
_NETWORK = with_lines(_NPM + r"network (?:Invalid|request|Socket|read|getaddrinfo)", below=6)

FAMILY = Family(
    kinds=(
        _kind("registry-network", PERSON, _AGAIN, retryable=True),
        _kind("registry-outage", PERSON, _AGAIN, retryable=True),
        _kind("registry-rate-limit", PERSON, "Deploy again later: the registry limits requests.", retryable=True),
        _kind(
            "install-race-etxtbsy",
            PERSON,
            "Deploy again: a binary was run while it was still being written.",
            retryable=True,
        ),
        _kind(
            "external-api-at-build",
            ASK,
            "A page asked a server that is not there at build time: render it on request, or mock the data.",
            rank=Rank.GUESS,
        ),
    ),
    signatures=(
        line("registry-network", _NPM + rf"code {_CODES}", read=_NETWORK),
        line(
            "registry-network",
            _NPM + r"(?:network request to .* failed|network Socket timeout|request to .* failed, reason)",
        ),
        line(
            "registry-network",
            rf"ERR_PNPM_META_FETCH_FAIL.*{_CODES}|ERR_PNPM_(?:FETCH|TARBALL)\w*.*{_CODES}|^(?:error|➤).*{_CODES}",
        ),
        line(
            "registry-network",
            r"^error An unexpected error occurred: \"https?://.*(?:ESOCKETTIMEDOUT|ETIMEDOUT|socket hang up"
            r"|ECONNRESET)",
        ),
        line(
            "registry-network",
            r"^error: (?:ConnectionRefused|ConnectionClosed|Timeout|FailedToOpenSocket) (?:downloading|fetching)",
        ),
        # pnpm up to 8 prints the error of its HTTP client as it is.
        line("registry-network", rf"^[ \t]*(?:FetchError:|{_CODES}) +request to https?://\S+\.tgz failed"),
        line("registry-outage", _NPM + r"code E5\d\d|ERR_PNPM_FETCH_5\d\d|Request failed \\?\"5\d\d|HTTPError: 5\d\d"),
        line("registry-rate-limit", _NPM + r"code E429|ERR_PNPM_FETCH_429|429 Too Many Requests - GET"),
        line("install-race-etxtbsy", r"\bETXTBSY\b|text file is busy|Text file busy"),
        line(
            "external-api-at-build",
            r"^[ \t]*(?:⨯ |\[cause\]: |\[)?(?:TypeError: fetch failed|Error: connect ECONNREFUSED)",
        ),
    ),
)
