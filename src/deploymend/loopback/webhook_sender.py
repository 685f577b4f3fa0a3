"""Delivers webhooks as Vercel does: signed, retried until a 2xx, in no promised order, sometimes twice.

Shapes and signature: vercel.com/docs/webhooks/webhooks-api. The signature is the hex HMAC-SHA1 of the raw body.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

import httpx2

from deploymend.loopback.account import Account
from deploymend.loopback.fault_table import Stage
from deploymend.loopback.faults import Facts, FaultBook
from deploymend.loopback.ids import new_id
from deploymend.loopback.model import Deployment, Webhook
from deploymend.loopback.wire import inspector_url, site_url

RETRY_SECONDS = (1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
"""Waits before the repeats. The real ones grow for 24 hours; these do too, more or less, and then give up."""
ANSWER_SECONDS = 30.0


class WebhookSender:
    """Sends in the background; `stop` ends what is under way."""

    def __init__(self, account: Account, faults: FaultBook, *, retry_seconds: Sequence[float] = RETRY_SECONDS) -> None:
        self._account = account
        self._faults = faults
        self._retry_seconds = tuple(retry_seconds)
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[tuple[Webhook, bytes]] = []

    def tell(self, event: str, deployment: Deployment) -> None:
        """Deliver an event (`deployment.error`) to everyone who asked for it."""
        for webhook in self._account.webhooks.values():
            everywhere = not webhook.project_ids
            if event in webhook.events and (everywhere or deployment.project_id in webhook.project_ids):
                self._send(webhook, json.dumps(self._body(event, deployment)).encode(), deployment)

    def _send(self, webhook: Webhook, raw: bytes, deployment: Deployment) -> None:
        facts = Facts(deployment=deployment.id, project=(deployment.project_id, deployment.name))
        fault = self._faults.strike(Stage.WEBHOOK, facts)
        name = fault.name if fault else ""
        if name == "webhook-reordered":
            self._held.append((webhook, raw))
            return
        if name != "webhook-lost":
            self._start([(webhook, raw)] * (2 if name == "webhook-duplicated" else 1) + self._held)
            self._held = []

    def _start(self, deliveries: list[tuple[Webhook, bytes]]) -> None:
        task = asyncio.create_task(self._deliver_in_turn(deliveries))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver_in_turn(self, deliveries: list[tuple[Webhook, bytes]]) -> None:
        for webhook, raw in deliveries:
            await self._deliver(webhook, raw)

    async def _deliver(self, webhook: Webhook, raw: bytes) -> None:
        signature = hmac.new(webhook.secret.encode(), raw, hashlib.sha1).hexdigest()
        headers = {"Content-Type": "application/json", "x-vercel-signature": signature, "User-Agent": "Vercel"}
        async with httpx2.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
            for wait_seconds in (*self._retry_seconds, None):
                if await _accepted(client, webhook.url, raw, headers) or wait_seconds is None:
                    return
                await asyncio.sleep(wait_seconds)

    async def stop(self) -> None:
        """End every delivery that still waits or runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _body(self, event: str, deployment: Deployment) -> dict[str, Any]:
        account, url = self._account, site_url(self._account, deployment.slug)
        page = inspector_url(account, deployment)
        return {
            "id": new_id("", length=21),
            "type": event,
            "createdAt": account.now_ms(),
            "region": "iad1",
            "payload": {
                "user": {"id": account.owner.user_id},
                "team": {"id": account.owner.team_id},
                "project": {"id": deployment.project_id},
                "deployment": {
                    "id": deployment.id,
                    "name": deployment.name,
                    "url": url,
                    "inspectorUrl": page,
                    "meta": deployment.meta,
                },
                "links": {"deployment": page, "project": page.rsplit("/", 1)[0]},
                "name": deployment.name,
                "plan": "pro",
                "target": deployment.target,
                "type": "LAMBDAS",
                "url": url,
                "regions": ["iad1"],
            },
        }


async def _accepted(client: httpx2.AsyncClient, url: str, raw: bytes, headers: dict[str, str]) -> bool:
    try:
        answer = await client.post(url, content=raw, headers=headers)
    except httpx2.HTTPError:
        return False
    return answer.is_success
