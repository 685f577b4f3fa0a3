"""The calls on deployments: list, get, create, cancel, delete, aliases, builds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploymend.errors import OperationFailedError
from deploymend.loopback import git_remote, wire
from deploymend.loopback.account import Account
from deploymend.loopback.building import Builds
from deploymend.loopback.launching import Launcher
from deploymend.loopback.model import Commit, Deployment, Project, ReadyState
from deploymend.loopback.paging import page_limit, pagination, whole_number
from deploymend.loopback.refusal import bad_request, not_found
from deploymend.loopback.request_body import json_object


class DeploymentsApi:
    """vercel.com/docs/rest-api, "Deployments"."""

    def __init__(self, account: Account, launcher: Launcher, builds: Builds) -> None:
        self._account = account
        self._launcher = launcher
        self._builds = builds

    async def find(self, request: Request) -> Response:
        """`GET /v7/deployments`: newest first, a page at a time."""
        wanted = [found for found in self._account.newest_first() if self._fits(request, found)]
        page = wanted[: page_limit(request)]
        times = [deployment.created_ms for deployment in page]
        items = [wire.list_item(self._account, deployment) for deployment in page]
        return JSONResponse({"deployments": items, "pagination": pagination(times, more=len(wanted) > len(page))})

    def _fits(self, request: Request, deployment: Deployment) -> bool:
        query = request.query_params
        since = whole_number(request, "since") or whole_number(request, "from")
        until = whole_number(request, "until") or whole_number(request, "to")
        states = [name.strip().upper() for name in query.get("state", "").split(",") if name.strip()]
        metas = {key.removeprefix("meta-"): value for key, value in query.items() if key.startswith("meta-")}
        return all(
            (
                query.get("projectId") in (None, deployment.project_id, deployment.name),
                query.get("app") in (None, deployment.name),
                # A preview has no target: asking for `preview` finds nothing, as on the real API.
                query.get("target") in (None, deployment.target),
                query.get("branch") in (None, deployment.commit.ref),
                query.get("sha") in (None, deployment.commit.sha),
                not states or deployment.state in states,
                since is None or deployment.created_ms >= since,
                until is None or deployment.created_ms < until,
                all(deployment.meta.get(key) == value for key, value in metas.items()),
                deployment.state is not ReadyState.DELETED or ReadyState.DELETED in states,
            )
        )

    async def get(self, request: Request) -> Response:
        """`GET /v13/deployments/{idOrUrl}`, or `/get?url=HOST`."""
        return JSONResponse(wire.single(self._account, self.wanted(request)))

    def wanted(self, request: Request) -> Deployment:
        """The deployment that the path or `url` names. Answers 404 for an unknown or deleted one."""
        name = request.path_params.get("deployment") or request.query_params.get("url", "")
        deployment = self._account.deployment(name)
        if deployment is None or deployment.state is ReadyState.DELETED:
            raise not_found("Deployment")
        return deployment

    async def create(self, request: Request) -> Response:
        """`POST /v13/deployments`: build a deployment again, or a commit of a project's repository."""
        body = await json_object(request)
        if not isinstance(body.get("name"), str):
            raise bad_request("Invalid request: missing required property `name`.")
        older = self._account.deployment(str(body["deploymentId"])) if "deploymentId" in body else None
        if "deploymentId" in body and older is None:
            raise not_found("Deployment")
        project = self._project(body, older)
        commit = await self._commit(project, body, older)
        force = request.query_params.get("forceNew") == "1"
        target = "production" if body.get("target") == "production" else None
        existing = self._launcher.existing(project, commit, target)
        if existing and not force:
            return JSONResponse(wire.single(self._account, existing))
        # `vercel --force` builds without cache unless --with-cache is given too (vercel.com/docs/cli/deploy).
        deployment = await self._launcher.requested(
            project,
            commit,
            target=target,
            source="redeploy" if older else "api-trigger-git-deploy",
            meta=_meta(body),
            use_cache=not force or request.query_params.get("withCache") == "1",
        )
        return JSONResponse(wire.single(self._account, deployment))

    def _project(self, body: dict[str, Any], older: Deployment | None) -> Project:
        name = older.project_id if older else str(body.get("project") or body["name"])
        project = self._account.project(name)
        if project is None:
            raise not_found("Project")
        return project

    async def _commit(self, project: Project, body: dict[str, Any], older: Deployment | None) -> Commit:
        if older and not body.get("withLatestCommit"):
            return older.commit
        source = {"ref": older.commit.ref} if older else body.get("gitSource")
        if not isinstance(source, dict):
            raise bad_request("Invalid request: one of `deploymentId` or `gitSource` is required here.")
        ref, sha = str(source.get("ref") or project.production_branch), str(source.get("sha") or "")
        repository = Path(project.repository)
        tips = await git_remote.tips(repository)
        try:
            return await git_remote.read_commit(repository, sha=sha or tips.get(ref, ref), ref=ref)
        except OperationFailedError as error:
            raise bad_request(f"The commit {sha or ref} does not exist in the repository.") from error

    async def cancel(self, request: Request) -> Response:
        """`PATCH /v12/deployments/{id}/cancel`; 400 when it is finished."""
        deployment = self.wanted(request)
        if deployment.state.final:
            raise bad_request(f"Deployment {deployment.id} is already {deployment.state} and cannot be canceled.")
        return JSONResponse(wire.single(self._account, await self._builds.cancel(deployment.id)))

    async def delete(self, request: Request) -> Response:
        """`DELETE /v13/deployments/{id}`: its log answers 410 from then on."""
        deployment = self.wanted(request)
        await self._builds.cancel(deployment.id)
        self._account.change(deployment.id, state=ReadyState.DELETED, deleted_ms=self._account.now_ms())
        return JSONResponse({"uid": deployment.id, "state": "DELETED"})

    async def aliases(self, request: Request) -> Response:
        """`GET /v2/deployments/{id}/aliases`: the addresses that point at it."""
        return JSONResponse({"aliases": self.alias_views([self.wanted(request)])})

    async def all_aliases(self, request: Request) -> Response:
        """`GET /v4/aliases`, of one project with `projectId`."""
        wanted = request.query_params.get("projectId")
        found = [each for each in self._account.newest_first() if wanted in (None, each.project_id, each.name)]
        return JSONResponse({"aliases": self.alias_views(found), "pagination": pagination([], more=False)})

    def alias_views(self, deployments: list[Deployment]) -> list[dict[str, Any]]:
        """The live aliases of deployments."""
        return [
            {
                "uid": f"als_{deployment.id.removeprefix('dpl_')}",
                "alias": alias,
                "deploymentId": deployment.id,
                "created": datetime.fromtimestamp(deployment.alias_assigned_ms / 1000, UTC).isoformat(),
                "redirect": None,
            }
            for deployment in deployments
            if deployment.alias_assigned_ms is not None
            for alias in deployment.aliases
        ]

    async def builds(self, request: Request) -> Response:
        """`GET /v11/deployments/{id}/builds`."""
        deployment = self.wanted(request)
        build = {
            "id": deployment.build_id,
            "use": "@vercel/static-build",
            "entrypoint": ".",
            "readyState": deployment.state,
            "readyStateAt": deployment.ready_ms or deployment.error_ms or deployment.created_ms,
            "output": [],
        }
        return JSONResponse({"builds": [build]})


def _meta(body: dict[str, Any]) -> dict[str, str]:
    """The caller's own meta: text only, as the real API insists."""
    meta = body.get("meta") or {}
    if not isinstance(meta, dict) or not all(isinstance(value, str) for value in meta.values()):
        raise bad_request("Invalid request: `meta` should be an object of strings.")
    return meta
