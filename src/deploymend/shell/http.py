"""The door to HTTP services: the only place that knows the HTTP library.

A call either returns what the service said or raises one of our errors. Passing failures were repeated by then, in
the manners of `Retries`; the credentials in the headers appear in no message. Certificates are checked against the
system's, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`; proxies come from the usual environment variables, but never
for this machine's own addresses.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import httpx2

from deploymend.errors import ConfigurationError, ServiceError, TransientError
from deploymend.shell.http_address import checked_base_url, checked_headers, is_loopback, mask, secrets_in
from deploymend.shell.http_failures import Failure, Service, failed_status, looks_like_html, unreadable
from deploymend.shell.http_retries import Retries

Params = Mapping[str, str | int]
"""Query parameters."""

Recover = Callable[[], Awaitable[object]]
"""Looks whether an unclear call was done after all: its result when it was, None when it was not."""

_TRY_LATER = "Check this machine's network, then try again."
_JSON = "application/json"
_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    method: str
    path: str
    params: Params | None = None
    body: object = None
    accept: str = _JSON
    document: bool = True
    """Whether the answer must be one JSON document."""
    repeatable: bool = True
    recover: Recover | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def may_follow(self, failure: Failure) -> bool:
        """True when repeating this call after that failure can do no harm."""
        return failure.retryable and (not failure.unclear or self.repeatable or self.recover is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    document: object = None
    body: bytes = b""
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A body as text (UTF-8; broken bytes become U+FFFD) and its content type, lower case, without parameters."""

    body: str
    content_type: str


class Http:
    """One service over HTTP.

    `base_url` is https; plain http only for this machine. `headers` go with every request and count as secret when
    they are credentials. `timeout_seconds` bounds each silence, `total_seconds` a whole exchange, `max_body_bytes`
    an answer after decompression. Close it with `aclose()` or use it as an async context manager.
    """

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        *,
        service: Service,
        timeout_seconds: float = 30.0,
        total_seconds: float = 180.0,
        max_body_bytes: int = 64 * 1024 * 1024,
        retries: Retries | None = None,
    ) -> None:
        url = checked_base_url(base_url)
        sent = {"User-Agent": "deploymend", **checked_headers(headers or {})}
        self._service = service
        self._secrets = secrets_in(sent)
        self._total_seconds = total_seconds
        self._max_body_bytes = max_body_bytes
        self._retries = retries or Retries()
        self._client = httpx2.AsyncClient(
            base_url=url,
            headers=sent,
            timeout=timeout_seconds,
            verify=httpx2.create_ssl_context(),
            trust_env=not is_loopback(url),  # the environment's proxies
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. Closing twice is harmless."""
        await self._client.aclose()

    async def get_json(self, path: str, *, params: Params | None = None) -> object:
        """GET; the parsed JSON. None when the answer has no body."""
        return await self._json(_Call(method="GET", path=path, params=params))

    async def post_json(
        self,
        path: str,
        body: object,
        *,
        params: Params | None = None,
        repeatable: bool = False,
        recover: Recover | None = None,
    ) -> object:
        """POST `body` as JSON; the parsed answer.

        After a failure that leaves unclear whether the service did it, the call is repeated only when it is
        `repeatable` (twice is the same as once) or when `recover` has looked and found nothing; what `recover`
        finds is the answer. Otherwise it raises TransientError.
        """
        call = _Call(method="POST", path=path, params=params, body=body, repeatable=repeatable, recover=recover)
        return await self._json(call)

    async def patch_json(self, path: str, body: object, *, params: Params | None = None) -> object:
        """PATCH with `body` as JSON; the parsed answer. Must be a call that may happen twice."""
        return await self._json(_Call(method="PATCH", path=path, params=params, body=body))

    async def delete(self, path: str, *, params: Params | None = None) -> None:
        """DELETE. Raises NotFoundError when it is not there (any more)."""
        await self._send(_Call(method="DELETE", path=path, params=params, accept="*/*", document=False))

    async def get_text(self, path: str, *, params: Params | None = None, accept: str = "*/*") -> Text:
        """GET; the body as it is, for answers that are not one JSON document."""
        answer = await self._send(_Call(method="GET", path=path, params=params, accept=accept, document=False))
        return Text(body=answer.body.decode("utf-8-sig", errors="replace"), content_type=answer.content_type)

    async def _json(self, call: _Call) -> object:
        return (await self._send(call)).document

    async def _send(self, call: _Call) -> _Answer:
        """Try until there is an answer, a failure that stays, or no try left."""
        tries_left = max(1, self._retries.tries)
        while True:
            outcome = await self._attempt(call)
            if isinstance(outcome, _Answer):
                return outcome
            tries_left -= 1
            recover = call.recover if outcome.unclear else None
            if not call.may_follow(outcome) or not (tries_left or recover):
                raise outcome.error from outcome.cause
            await self._retries.wait(outcome.wait_seconds)
            if recover and (found := await recover()) is not None:
                return _Answer(document=found)
            if not tries_left:
                raise outcome.error from outcome.cause

    async def _attempt(self, call: _Call) -> _Answer | Failure:
        try:
            async with asyncio.timeout(self._total_seconds):
                return await self._exchange(call)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            return _failed_exchange(error, mask(str(error), self._secrets), call=str(call), service=self._service)

    async def _exchange(self, call: _Call) -> _Answer | Failure:
        params = dict(call.params) if call.params else None
        async with self._client.stream(
            call.method, call.path, params=params, json=call.body, headers={"Accept": call.accept}
        ) as response:
            body = await self._read(response)
        if body is None:
            size = f"{self._max_body_bytes:,} bytes"
            return Failure(error=ServiceError(f"{self._service.name} sent more than {size} as answer to {call}."))
        if response.is_success:
            return self._understand(call, body, response.headers.get("content-type", ""))
        return failed_status(
            response.status_code,
            response.headers,
            mask(body.decode(errors="replace"), self._secrets),
            call=str(call),
            service=self._service,
            now=datetime.now(UTC),
        )

    async def _read(self, response: httpx2.Response) -> bytes | None:
        """The body; None when it is larger than allowed, however well it was compressed."""
        body = bytearray()
        async for chunk in response.aiter_bytes(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._max_body_bytes:
                return None
        return bytes(body)

    def _understand(self, call: _Call, body: bytes, content_type: str) -> _Answer | Failure:
        kind = content_type.partition(";")[0].strip().lower()
        start = body[:200].decode(errors="replace")
        name = self._service.name
        if kind == "text/html" or looks_like_html(start):
            return unreadable(f"{name} answered {call} with a web page instead of data.")
        if not call.document or not body.strip():
            return _Answer(body=body, content_type=kind)
        try:
            return _Answer(body=body, content_type=kind, document=json.loads(body))
        except (ValueError, RecursionError) as error:
            return unreadable(f"{name} answered {call} with JSON that breaks off or is none.", cause=error)


def _failed_exchange(error: Exception, words: str, *, call: str, service: Service) -> Failure:
    """The failure behind an exception of the HTTP library; nothing of its kind leaves this file."""
    what = f"{call} at {service.name}"
    if "CERTIFICATE_VERIFY_FAILED" in words:
        said = f"The certificate of {service.name} is not trusted here: {words}"
        cure = "If a proxy inspects TLS on this network, set SSL_CERT_FILE to the file with its CA certificate."
        return Failure(error=ServiceError(said, next_step=cure), cause=error)
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol | httpx2.LocalProtocolError):
        return Failure(error=ConfigurationError(f"{what} cannot be asked: {words}"), cause=error)
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout | httpx2.ProxyError):
        said = f"{service.name} cannot be reached: {words or type(error).__name__}"
        return Failure(error=TransientError(said, next_step=_TRY_LATER), retryable=True, cause=error)
    if isinstance(error, httpx2.TimeoutException | TimeoutError):
        return unreadable(f"{what} took too long.", cause=error)
    return unreadable(f"{what} broke off: {words or type(error).__name__}", cause=error)
