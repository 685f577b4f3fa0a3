"""The calls on webhooks: list, create, get, delete."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploymend.loopback.account import Account
from deploymend.loopback.ids import new_id
from deploymend.loopback.model import Webhook
from deploymend.loopback.refusal import bad_request, not_found
from deploymend.loopback.request_body import json_object

_MOST = 20


class WebhooksApi:
    """vercel.com/docs/rest-api, "Webhooks". Plain http addresses are taken here: everything is on this machine."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def find(self, request: Request) -> Response:
        """`GET /v1/webhooks`, of one project with `projectId`."""
        wanted = request.query_params.get("projectId")
        found = [hook for hook in self._account.webhooks.values() if not wanted or wanted in hook.project_ids]
        return JSONResponse([_view(hook) for hook in found])

    async def create(self, request: Request) -> Response:
        """`POST /v1/webhooks`: the answer is the only place where the secret is shown."""
        body = await json_object(request)
        url, events, projects = body.get("url"), body.get("events"), body.get("projectIds") or []
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise bad_request("Invalid request: `url` should be an http or https address.")
        if not _is_texts(events) or not events:
            raise bad_request("Invalid request: `events` should be a list of event names, not empty.")
        if not _is_texts(projects):
            raise bad_request("Invalid request: `projectIds` should be a list of project ids.")
        if len(self._account.webhooks) >= _MOST:
            raise bad_request(f"A team can have at most {_MOST} webhooks.")
        webhook = Webhook(
            id=new_id("account_hook_", length=24),
            url=url,
            secret=secrets.token_hex(20),
            events=tuple(event.replace("-", ".") for event in events),
            project_ids=tuple(projects),
            created_ms=self._account.now_ms(),
        )
        self._account.put_webhook(webhook)
        return JSONResponse({**_view(webhook), "secret": webhook.secret})

    async def get(self, request: Request) -> Response:
        """`GET /v1/webhooks/{id}`."""
        webhook = self._account.webhooks.get(request.path_params["webhook"])
        if webhook is None:
            raise not_found("Webhook")
        return JSONResponse(_view(webhook))

    async def delete(self, request: Request) -> Response:
        """`DELETE /v1/webhooks/{id}`."""
        if not self._account.drop_webhook(request.path_params["webhook"]):
            raise not_found("Webhook")
        return Response(status_code=204)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _view(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "ownerId": "team",
        "createdAt": webhook.created_ms,
        "updatedAt": webhook.created_ms,
        **({"projectIds": list(webhook.project_ids)} if webhook.project_ids else {}),
    }
