"""Vercel keeps the platform contract, over real HTTP, against a small stateful double of its API.

The loopback Vercel is the larger double; this one is independent of it, so that both would have to be wrong alike.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploymend.core.model import DeploymentState
from deploymend.platforms.vercel import Vercel, connect
from deploymend.shell.http_retries import Retries
from deploymend.testing.contracts.platform import CancelContract, PlatformContract, PlatformStage, PromoteContract
from deploymend.testing.served import served

UNKNOWN = {"error": {"code": "not_found", "message": "The deployment could not be found."}}
RENAMED = {"id": "uid", "createdAt": "created", "readyState": "state"}
"""What lists call otherwise than single deployments."""


class Double:
    """Vercel's wire shapes over a list in memory; also the stage that arranges it."""

    def __init__(self) -> None:
        self.deployments: list[dict[str, Any]] = []
        self.logs: dict[str, tuple[str, int]] = {}
        self.environment: dict[str, str] = {}
        self.serving: str | None = None
        self.quota = True
        self.platform: Any = None

    def routes(self) -> list[Route]:
        """The endpoints that the platform port needs."""
        rows = [
            ("/v7/deployments", self.find, "GET"),
            ("/v13/deployments", self.create, "POST"),
            ("/v13/deployments/{id}", self.get, "GET"),
            ("/v12/deployments/{id}/cancel", self.cancel, "PATCH"),
            ("/v3/deployments/{id}/events", self.events, "GET"),
            ("/v9/projects/shop", self.project, "GET"),
            ("/v10/projects/shop/env", self.names, "GET"),
            ("/v10/projects/prj_1/promote/{id}", self.serve, "POST"),
            ("/v1/projects/prj_1/rollback/{id}", self.serve, "POST"),
        ]
        return [Route(path, endpoint, methods=[method]) for path, endpoint, method in rows]

    async def add(
        self,
        *,
        commit_sha: str,
        state: DeploymentState = DeploymentState.READY,
        branch: str = "main",
        target: str = "production",
        log: str = "",
        error_message: str | None = None,
        live: bool = True,
        log_lag_reads: int = 0,
    ) -> str:
        """One more deployment, as `PlatformStage` says."""
        added = self._put(
            readyState=state.value.upper(),
            target=None if target == "preview" else target,
            errorMessage=error_message,
            aliasAssigned=live and state is DeploymentState.READY,
            meta={"githubCommitSha": commit_sha, "githubCommitRef": branch},
        )
        self.logs[added["id"]] = (log, log_lag_reads)
        return str(added["id"])

    async def define_environment(self, values: Mapping[str, str]) -> None:
        """The values are listed too, as Vercel does for plain ones."""
        self.environment = dict(values)

    async def use_up_quota(self) -> None:
        """From now on a POST is refused."""
        self.quota = False

    async def production(self) -> str | None:
        """What promote or rollback was asked for last."""
        return self.serving

    async def find(self, request: Request) -> Response:
        """A page, newest first, with Vercel's filters."""
        asked = request.query_params
        since, until = int(asked.get("since", 0)), int(asked.get("until", 2**60))
        matching = [
            item
            for item in reversed(self.deployments)
            if since <= item["createdAt"] < until
            and asked.get("sha") in (None, item["meta"]["githubCommitSha"])
            and asked.get("branch") in (None, item["meta"]["githubCommitRef"])
        ]
        shown = matching[: int(asked["limit"])]
        following = shown[-1]["createdAt"] if len(matching) > len(shown) else None
        listed = [{RENAMED.get(name, name): value for name, value in item.items()} for item in shown]
        return JSONResponse({"deployments": listed, "pagination": {"count": len(shown), "next": following}})

    async def get(self, request: Request) -> Response:
        """One deployment, or Vercel's 404."""
        found = self._find(request)
        return JSONResponse(found | {"status": found["readyState"]} if found else UNKNOWN, 200 if found else 404)

    async def create(self, request: Request) -> Response:
        """A redeploy: always a new deployment, never twice the same, like the real one."""
        if not self.quota:
            return JSONResponse({"error": {"code": "api-deployments-free-per-day", "message": "100 a day"}}, 402)
        body = await request.json()
        original = next(item for item in self.deployments if item["id"] == body["deploymentId"])
        made = self._put(readyState="QUEUED", target=body.get("target"), meta=original["meta"] | body["meta"])
        return JSONResponse(made)

    async def cancel(self, request: Request) -> Response:
        """Stops what is not finished."""
        found = self._find(request)
        assert found
        if found["readyState"] in ("READY", "ERROR", "CANCELED"):
            return JSONResponse({"error": {"code": "bad_request", "message": "It is finished."}}, 400)
        found["readyState"] = "CANCELED"
        return JSONResponse(found)

    async def events(self, request: Request) -> Response:
        """The log as flat events, its second half late."""
        if self._find(request) is None:
            return JSONResponse(UNKNOWN, 404)
        identity = request.path_params["id"]
        log, lag = self.logs.get(identity, ("", 0))
        lines = log.split("\n") if log else []
        if lag:
            self.logs[identity] = (log, lag - 1)
            lines = lines[: len(lines) // 2]
        return JSONResponse(
            [{"type": "stdout", "created": n + 1, "id": f"e{n}", "text": t} for n, t in enumerate(lines)]
        )

    async def project(self, _: Request) -> Response:
        """The project by name."""
        return JSONResponse({"id": "prj_1", "name": "shop", "targets": {"production": {"id": self.serving}}})

    async def names(self, _: Request) -> Response:
        """Environment variables with their values: the client must drop them."""
        listed = [{"key": key, "value": value, "type": "plain"} for key, value in self.environment.items()]
        return JSONResponse({"envs": listed, "pagination": {"next": None}})

    async def serve(self, request: Request) -> Response:
        """Promote and rollback."""
        self.serving = request.path_params["id"]
        return JSONResponse({}, 201)

    def _put(self, **fields: Any) -> dict[str, Any]:
        number = len(self.deployments) + 1
        made = {"id": f"dpl_{number}", "name": "shop", "createdAt": 1_759_739_951_000 + number} | fields
        self.deployments.append(made)
        return made

    def _find(self, request: Request) -> dict[str, Any] | None:
        return next((item for item in self.deployments if item["id"] == request.path_params["id"]), None)


class TestVercel(PlatformContract, CancelContract, PromoteContract):
    """The suites, over Vercel's client and the double."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[PlatformStage]:
        double = Double()

        async def pause(_: float) -> None:
            """Take no time."""

        async with (
            served(Starlette(routes=double.routes())) as url,
            connect("tok_1234567890", api_url=url, retries=Retries(tries=1)) as http,
        ):
            double.platform = Vercel(http=http, project="shop", team="team_1", pause=pause)
            yield double
