"""What a failed HTTP call means: which of our errors it is, and whether trying again makes sense. Knows no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from deploymend.errors import CredentialError, DeploymendError, NotFoundError, QuotaError, ServiceError, TransientError

_LONGEST_MESSAGE = 500
_HTML_STARTS = ("<!doctype html", "<html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Who is at the other end: its name for messages, the error codes that mean a quota, and what a person can do."""

    name: str
    quota_codes: frozenset[str] = frozenset()
    credential_help: str = "Check that the token is right, has not expired and may do this."
    quota_help: str = "Wait until the limit resets, or raise it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A call that failed.

    `retryable`: the same call may work later. `unclear`: the service may have done what was asked, although no
    good answer came; a call that must not happen twice is then not repeated blindly.
    """

    error: DeploymendError
    retryable: bool = False
    unclear: bool = False
    wait_seconds: float | None = None
    cause: BaseException | None = None


def failed_status(
    status: int, headers: Mapping[str, str], body: str, *, call: str, service: Service, now: datetime
) -> Failure:
    """The failure behind an answer with an error status. `call` names the request: `GET /v7/deployments`."""
    code, words = read_envelope(body)
    said = f"{service.name} answered {status}{f' ({code})' if code else ''} to {call}{f': {words}' if words else '.'}"
    if code in service.quota_codes or status == 402:  # noqa: PLR2004 - Payment Required
        return Failure(error=QuotaError(said, next_step=service.quota_help))
    match status:
        case 401 | 403:
            return Failure(error=CredentialError(said, next_step=service.credential_help))
        case 404 | 410:
            return Failure(error=NotFoundError(said, next_step="Check the name or id; it may have been deleted."))
        case 429 | 503:
            wait = retry_after_seconds(headers, now=now)
            error = TransientError(said, next_step="Try again in a minute.", retry_after_seconds=wait)
            # A 429 was turned away at the door; a 503 may come from a proxy whose upstream got the request.
            return Failure(error=error, retryable=True, unclear=status == 503, wait_seconds=wait)  # noqa: PLR2004 - as above
        case _ if 300 <= status < 400:  # noqa: PLR2004 - redirects are not followed: they could carry the token away
            where = headers.get("location", "an unnamed place").partition("?")[0][:200]
            cure = f"Check the address of {service.name} in the settings."
            return Failure(error=ServiceError(f"{said} It points to {where}.", next_step=cure))
        case _ if status >= 500:  # noqa: PLR2004 - server errors
            error = TransientError(said, next_step=f"{service.name} has trouble: try again later.")
            return Failure(error=error, retryable=True, unclear=True)
        case _:
            return Failure(error=ServiceError(said))


def unreadable(said: str, *, cause: BaseException | None = None) -> Failure:
    """The failure of an exchange that began and gave no answer we can use: what was asked may have been done."""
    error = TransientError(said, next_step="Try again in a minute.")
    return Failure(error=error, retryable=True, unclear=True, cause=cause)


def read_envelope(body: str) -> tuple[str, str]:
    """Code and message of an error answer, each empty when missing.

    Vercel wraps them in `error`, in old endpoints in `err`, and sometimes not at all (seen in its command line,
    `response-error.ts`). A web page or anything else that is no JSON gives two empty texts.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return "", "a web page instead of an error message" if looks_like_html(body) else ""
    if not isinstance(document, dict):
        return "", ""
    inner = document.get("error") or document.get("err") or document
    if isinstance(inner, str):
        return inner[:_LONGEST_MESSAGE], _text(document.get("error_description") or document.get("message"))
    if not isinstance(inner, dict):
        return "", ""
    return _text(inner.get("code")), _text(inner.get("message"))


def looks_like_html(body: str) -> bool:
    """True for a web page: a proxy's, a login's or an outage's answer where data was expected."""
    return body[:200].lstrip("\ufeff \t\r\n").lower().startswith(_HTML_STARTS)


def retry_after_seconds(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """What `Retry-After` asks for (RFC 9110 10.2.3: seconds or a date), never negative; None when absent or
    unreadable. A date is measured against the answer's own `Date`, so that a wrong clock here does not matter.
    """
    value = headers.get("retry-after", "").strip()
    try:
        seconds = float(value)
        return max(0.0, seconds) if seconds == seconds else None  # noqa: PLR0124 - "nan" is a float, too
    except ValueError:
        pass
    moment = _http_date(value)
    if moment is None:
        return None
    return max(0.0, (moment - (_http_date(headers.get("date", "")) or now)).total_seconds())


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: object) -> str:
    return " ".join(value.split())[:_LONGEST_MESSAGE] if isinstance(value, str) else ""
