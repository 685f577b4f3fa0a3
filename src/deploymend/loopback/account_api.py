"""The calls on the account itself: who am I, which teams do I reach."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploymend.loopback.account import Account
from deploymend.loopback.paging import pagination
from deploymend.loopback.refusal import ApiRefusal


class AccountApi:
    """vercel.com/docs/rest-api, "User" and "Teams"."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def user(self, _: Request) -> Response:
        """`GET /v2/user`: whose token this is."""
        owner = self._account.owner
        return JSONResponse({"user": {"id": owner.user_id, "username": owner.username, "email": "you@example.com"}})

    async def teams(self, _: Request) -> Response:
        """`GET /v2/teams`."""
        return JSONResponse({"teams": [self._view()], "pagination": pagination([], more=False)})

    async def team(self, request: Request) -> Response:
        """`GET /v2/teams/{id or slug}`; 403 for one that the token does not reach."""
        if request.path_params["team"] not in (self._account.owner.team_id, self._account.owner.team_slug):
            raise ApiRefusal(403, "forbidden", "Not authorized")
        return JSONResponse(self._view())

    def _view(self) -> dict[str, Any]:
        owner = self._account.owner
        return {"id": owner.team_id, "slug": owner.team_slug, "name": owner.team_slug}
