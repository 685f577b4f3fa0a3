"""The table of addresses, and who may call them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploymend.errors import DeploymendError
from deploymend.loopback.access import in_team, require_token
from deploymend.loopback.account import Account
from deploymend.loopback.account_api import AccountApi
from deploymend.loopback.building import Builds
from deploymend.loopback.control import Control
from deploymend.loopback.control_api import ControlApi
from deploymend.loopback.deployments_api import DeploymentsApi
from deploymend.loopback.events_api import EventsApi
from deploymend.loopback.fault_door import FaultDoor
from deploymend.loopback.faults import FaultBook
from deploymend.loopback.launching import Launcher
from deploymend.loopback.paging import pagination
from deploymend.loopback.projects_api import ProjectsApi
from deploymend.loopback.refusal import answer_own_error, answer_refusal, not_found
from deploymend.loopback.site import Site, SiteDoor
from deploymend.loopback.webhook_sender import WebhookSender
from deploymend.loopback.webhooks_api import WebhooksApi

Handler = Callable[[Request], Awaitable[Response]]
Row = tuple[str, str, Handler]
"""Method, path, handler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the service is made of."""

    account: Account
    faults: FaultBook
    webhooks: WebhookSender
    builds: Builds
    launcher: Launcher
    control: Control


def make_application(parts: Parts) -> Starlette:
    """The whole service as an ASGI application."""
    account = parts.account
    site = Site(account)
    return Starlette(
        routes=[*_versioned(_api_rows(parts)), *(_route(*row) for row in _own_rows(parts, site))],
        middleware=[
            Middleware(SiteDoor, site=site),
            Middleware(FaultDoor, faults=parts.faults, now_ms=account.now_ms),
        ],
        exception_handlers={HTTPException: answer_refusal, DeploymendError: answer_own_error},
    )


def _api_rows(parts: Parts) -> list[Row]:
    """Vercel's own addresses, without version."""
    account = parts.account
    deployments = DeploymentsApi(account, parts.launcher, parts.builds)
    events = EventsApi(account, parts.faults)
    projects = ProjectsApi(account, parts.webhooks)
    webhooks = WebhooksApi(account)
    own, team = AccountApi(account), _Team(account)
    empty = {"pagination": pagination([], more=False)}
    return [
        ("GET", "user", _with_token(account, own.user)),
        ("GET", "teams", _with_token(account, own.teams)),
        ("GET", "teams/{team}", _with_token(account, own.team)),
        ("GET", "deployments", team.guard(deployments.find, outside={"deployments": [], **empty})),
        ("POST", "deployments", team.guard(deployments.create)),
        ("GET", "deployments/get", team.guard(deployments.get)),
        ("GET", "deployments/{deployment}", team.guard(deployments.get)),
        ("DELETE", "deployments/{deployment}", team.guard(deployments.delete)),
        ("PATCH", "deployments/{deployment}/cancel", team.guard(deployments.cancel)),
        ("GET", "deployments/{deployment}/aliases", team.guard(deployments.aliases)),
        ("GET", "deployments/{deployment}/builds", team.guard(deployments.builds)),
        ("GET", "deployments/{deployment}/events", team.guard(events.events)),
        ("GET", "aliases", team.guard(deployments.all_aliases, outside={"aliases": [], **empty})),
        ("GET", "projects", team.guard(projects.find, outside={"projects": [], **empty})),
        ("GET", "projects/{project}", team.guard(projects.get)),
        ("PATCH", "projects/{project}", team.guard(projects.change)),
        ("GET", "projects/{project}/env", team.guard(projects.environment)),
        ("GET", "projects/{project}/promote/aliases", team.guard(projects.promoted_aliases)),
        ("POST", "projects/{project}/promote/{deployment}", team.guard(projects.promote)),
        ("POST", "projects/{project}/rollback/{deployment}", team.guard(projects.roll_back)),
        ("GET", "webhooks", team.guard(webhooks.find, outside=[])),
        ("POST", "webhooks", team.guard(webhooks.create)),
        ("GET", "webhooks/{webhook}", team.guard(webhooks.get)),
        ("DELETE", "webhooks/{webhook}", team.guard(webhooks.delete)),
    ]


def _own_rows(parts: Parts, site: Site) -> list[Row]:
    """Addresses that only the loopback has: control, what is served, a deployment's page."""
    account = parts.account
    control = ControlApi(account, parts.control, parts.faults)
    return [
        ("GET", "/_loopback/faults", _with_token(account, control.list_faults)),
        ("POST", "/_loopback/faults", _with_token(account, control.add_fault)),
        ("DELETE", "/_loopback/faults", _with_token(account, control.clear_faults)),
        ("DELETE", "/_loopback/faults/{fault}", _with_token(account, control.clear_fault)),
        ("POST", "/_loopback/projects", _with_token(account, control.add_project)),
        ("POST", "/_loopback/deployments", _with_token(account, control.add_deployment)),
        ("POST", "/_loopback/pushed", _with_token(account, control.pushed)),
        ("GET", "/_site/{name}", site.redirect),
        ("GET", "/_site/{name}/{path:path}", site.serve),
        ("GET", "/{team}/{project}/{short}", site.page),
    ]


class _Team:
    """Guards what belongs to the team."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def guard(self, handler: Handler, *, outside: Any = None) -> Handler:
        """Need the token and the team. Without the team a call sees the empty personal account: `outside`, or 404."""

        async def guarded(request: Request) -> Response:
            require_token(request, self._account.owner)
            if in_team(request, self._account):
                return await handler(request)
            if outside is None:
                raise not_found("The requested resource was")
            return JSONResponse(outside)

        return guarded


def _with_token(account: Account, handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        require_token(request, account.owner)
        return await handler(request)

    return guarded


def _versioned(rows: list[Row]) -> Iterator[Route]:
    """Each call under any version, with and without the old `now/`: `/v13/deployments`, `/v3/now/deployments`."""
    for method, path, handler in rows:
        for prefix in ("/v{version:int}/", "/v{version:int}/now/"):
            yield _route(method, prefix + path, handler)


def _route(method: str, path: str, handler: Handler) -> Route:
    return Route(path, handler, methods=[method])
