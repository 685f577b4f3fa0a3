"""`GET /v3/deployments/{id}/events`: a build log, as one array or line by line while it grows.

Shapes: vercel.com/docs/rest-api ("Get deployment events"). Version 3 is flat, version 2 puts the same under `payload`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from deploymend.loopback.account import Account
from deploymend.loopback.event_log import Event
from deploymend.loopback.fault_table import Stage
from deploymend.loopback.faults import Facts, FaultBook
from deploymend.loopback.model import Deployment, ReadyState
from deploymend.loopback.paging import whole_number
from deploymend.loopback.refusal import ApiRefusal, not_found

Render = Callable[[Event], dict[str, Any]]

_DEFAULT_LIMIT = 100
"""Too few for most logs on purpose: the real default is not documented, and readers must ask for -1."""
_NESTED_VERSION = 2
_FOLLOW_SECONDS = 0.1
_KEEP_ALIVE_ROUNDS = 50


class EventsApi:
    """Reads logs out."""

    def __init__(self, account: Account, faults: FaultBook) -> None:
        self._account = account
        self._faults = faults

    async def events(self, request: Request) -> Response:
        """The events that the query asks for."""
        deployment = self._deployment(request)
        render = _nested(deployment) if request.path_params["version"] == _NESTED_VERSION else _flat(deployment)
        query = request.query_params
        if query.get("follow") == "1":
            return StreamingResponse(self._follow(request, deployment, render), media_type="application/stream+json")
        events = self._struck(deployment, _chosen(request, deployment, self._account.log(deployment.id).read()))
        shapes = [render(event) for event in events]
        if query.get("format") == "lines":
            return Response("".join(json.dumps(shape) + "\n" for shape in shapes), media_type="application/stream+json")
        return JSONResponse(shapes)

    def _deployment(self, request: Request) -> Deployment:
        deployment = self._account.deployment(request.path_params["deployment"])
        if deployment is None:
            raise not_found("Deployment")
        if deployment.state is ReadyState.DELETED:
            raise ApiRefusal(410, "gone", "The deployment has been deleted")
        return deployment

    def _struck(self, deployment: Deployment, events: list[Event]) -> list[Event]:
        fault = self._faults.strike(
            Stage.EVENTS, Facts(deployment=deployment.id, project=(deployment.project_id, deployment.name))
        )
        match fault.name if fault else "":
            case "events-shuffled":
                return [*events[1::2], *reversed(events[::2])]
            case "events-duplicated":
                return [event for event in events for _ in range(2)]
            case "events-missing":
                return []
        return events

    async def _follow(self, request: Request, deployment: Deployment, render: Render) -> AsyncIterator[str]:
        """What there is, then what comes, until the deployment is final; an empty object now and then in between."""
        log, sent, idle_rounds = self._account.log(deployment.id), 0, 0
        while True:
            final = self._account.deployments[deployment.id].state.final
            events = log.all()
            for event in _since(request, events[sent:]):
                yield json.dumps(render(event)) + "\n"
            idle_rounds = 0 if len(events) > sent else idle_rounds + 1
            sent = len(events)
            if final:
                break
            if idle_rounds % _KEEP_ALIVE_ROUNDS == 1:
                yield "{}\n"
            await asyncio.sleep(_FOLLOW_SECONDS)
        state = self._account.deployments[deployment.id].state
        yield json.dumps(render(_state_event(state, self._account.now_ms(), sent))) + "\n"


def _state_event(state: ReadyState, now_ms: int, serial: int) -> Event:
    return Event(
        serial=f"{now_ms:014d}{serial:016d}", created_ms=now_ms, text="", type="deployment-state", ready_state=state
    )


def _chosen(request: Request, deployment: Deployment, events: Sequence[Event]) -> list[Event]:
    if request.query_params.get("name") not in (None, deployment.build_id):
        return []
    chosen = _since(request, events)
    if request.query_params.get("direction") == "backward":
        chosen.reverse()
    limit = whole_number(request, "limit")
    limit = _DEFAULT_LIMIT if limit is None else limit
    return chosen if limit < 0 else chosen[:limit]


def _since(request: Request, events: Sequence[Event]) -> list[Event]:
    since, until = whole_number(request, "since"), whole_number(request, "until")
    return [
        event
        for event in events
        if (since is None or event.created_ms >= since) and (until is None or event.created_ms <= until)
    ]


def _flat(deployment: Deployment) -> Render:
    return lambda event: {"type": event.type, "created": event.created_ms, **_fields(deployment, event)}


def _nested(deployment: Deployment) -> Render:
    return lambda event: {"type": event.type, "created": event.created_ms, "payload": _fields(deployment, event)}


def _fields(deployment: Deployment, event: Event) -> dict[str, Any]:
    info: dict[str, Any] = {"type": "build", "name": deployment.build_id, "entrypoint": "."}
    if event.ready_state:
        info["readyState"] = event.ready_state
    fields: dict[str, Any] = {
        "date": event.created_ms,
        "deploymentId": deployment.id,
        "id": event.serial,
        "serial": event.serial,
        "text": event.text,
        "info": info,
    }
    return fields | ({"level": event.level} if event.level else {})
