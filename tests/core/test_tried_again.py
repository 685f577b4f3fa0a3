"""A download that was tried again is told only when nothing says what came of it. (Seen with pnpm 8 and 9.)"""

from __future__ import annotations

from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose

_WARNED = (
    " WARN  GET https://registry.example/ms.tgz error (ERR_PNPM_FETCH_502). Will retry in 10 seconds. 2 retries left.\n"
)
_RESET = " WARN  GET https://registry.example/ms.tgz error (ECONNRESET). Will retry in 10 seconds. 2 retries left.\n"


def test_a_later_failure_is_the_only_cause() -> None:
    """The install went on and the build failed for its code."""
    found = diagnose(parse_log(_WARNED + "src/a.ts(1,1): error TS2304: Cannot find name 'x'."))
    assert [cause.kind for cause in found.causes] == ["ts-cannot-find-name"]


def test_giving_up_is_the_cause() -> None:
    """The same download, in the end: the warnings do not take it down with them."""
    end = " ECONNRESET  request to https://registry.example/ms.tgz failed, reason: read ECONNRESET\nError: it broke"
    found = diagnose(parse_log(_RESET * 2 + end))
    assert found.kind == "registry-network"
    assert found.retryable


def test_a_log_that_ends_there_says_at_least_that() -> None:
    """Nothing better is known."""
    assert diagnose(parse_log(_WARNED)).kind == "registry-outage"
