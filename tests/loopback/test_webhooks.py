"""Webhooks: signed, retried, sometimes twice and out of order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploymend.platforms.vercel.webhooks import parse_webhook, verify_signature
from deploymend.testing.served import served

EVENTS = ["deployment.created", "deployment.ready", "deployment.succeeded", "deployment.error", "deployment.canceled"]


@dataclass
class Receiver:
    """A receiver that refuses the first `refusals` deliveries."""

    url: str = ""
    refusals: int = 0
    received: list[tuple[bytes, str | None]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """One delivery."""
        if self.refusals > 0:
            self.refusals -= 1
            return Response(status_code=503)
        self.received.append((await request.body(), request.headers.get("x-vercel-signature")))
        return Response()

    def types(self) -> list[str]:
        """What was told, in the order it came."""
        return [parse_webhook(raw).type for raw, _ in self.received]

    async def until(self, good: Callable[[list[str]], bool]) -> list[str]:
        """The types once they are as wanted."""
        async with asyncio.timeout(10):
            while not good(self.types()):
                await asyncio.sleep(0.02)
        return self.types()


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that listens."""
    receiver = Receiver()
    async with served(Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])) as url:
        receiver.url = f"{url}/hook"
        yield receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver for one test."""
    async with receiving() as one:
        yield one


async def hook(api: Any, receiver: Receiver, **fields: object) -> dict[str, Any]:
    """A webhook for all events of the test."""
    return dict(await api.call("POST", "/v1/webhooks", {"url": receiver.url, "events": EVENTS} | fields))


async def test_deliveries_are_signed_and_tell_the_deployment(api: Any, clone: Any, receiver: Receiver) -> None:
    """The client's own parser accepts signature and body of each; another secret does not fit."""
    secret = (await hook(api, receiver))["secret"]
    sha = clone.push()
    done = await api.finished(sha)
    types = await receiver.until(lambda found: "deployment.succeeded" in found)
    assert sorted(types) == ["deployment.created", "deployment.ready", "deployment.succeeded"]
    for raw, signature in receiver.received:
        assert verify_signature(raw, signature, secret)
        assert not verify_signature(raw, signature, "other")
        event = parse_webhook(raw)
        assert event.deployment_id == done["uid"]
        assert event.project_id == done["projectId"]


async def test_failed_deliveries_come_again(api: Any, clone: Any, receiver: Receiver) -> None:
    """A 503 is repeated until it is taken."""
    await hook(api, receiver, events=["deployment.error"])
    receiver.refusals = 2
    await api.finished(clone.push(exit_code=1))
    assert await receiver.until(bool) == ["deployment.error"]


async def test_duplicates_and_disorder_and_loss(api: Any, clone: Any, receiver: Receiver) -> None:
    """A duplicate has the same id; a reordered delivery comes after the next one; a lost one never."""
    await hook(api, receiver, events=["deployment.created", "deployment.ready", "deployment.succeeded"])
    await api.fault("webhook-lost")
    await api.fault("webhook-reordered")
    await api.fault("webhook-duplicated")
    await api.finished(clone.push())
    types = await receiver.until(lambda found: len(found) >= 3)
    assert types == ["deployment.succeeded", "deployment.succeeded", "deployment.ready"]
    assert len({parse_webhook(raw).id for raw, _ in receiver.received}) == 2


async def test_only_what_was_asked_for_is_told(api: Any, clone: Any, receiver: Receiver) -> None:
    """Other events and other projects are not delivered; a deleted webhook tells nothing."""
    await hook(api, receiver, projectIds=["prj_other"])
    kept = await hook(api, receiver, events=["deployment.canceled"])
    await api.finished(clone.push())
    await api.call("DELETE", f"/v1/webhooks/{kept['id']}", status=204)
    await asyncio.sleep(0.1)
    assert receiver.received == []


async def test_the_secret_is_shown_once(api: Any, receiver: Receiver) -> None:
    """Only the answer to POST holds it."""
    made = await hook(api, receiver)
    assert "secret" not in await api.call("GET", f"/v1/webhooks/{made['id']}")
    (listed,) = await api.call("GET", "/v1/webhooks")
    assert made["secret"] not in str(listed)
    await api.call("DELETE", f"/v1/webhooks/{made['id']}", status=204)
    await api.call("DELETE", f"/v1/webhooks/{made['id']}", status=404)
    await api.call("GET", f"/v1/webhooks/{made['id']}", status=404)


async def test_webhooks_that_make_no_sense_are_refused(api: Any) -> None:
    """An address that is none, no events, projects that are no list; and more than twenty."""
    good = {"url": "http://127.0.0.1:9/hook", "events": ["deployment.error"]}
    bad: list[dict[str, object]] = [{"url": "ftp://x"}, {"events": []}, {"events": "all"}, {"projectIds": [1]}]
    for change in bad:
        await api.call("POST", "/v1/webhooks", good | change, status=400)
    for _ in range(20):
        await api.call("POST", "/v1/webhooks", good)
    await api.call("POST", "/v1/webhooks", good, status=400)
