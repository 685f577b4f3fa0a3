"""The calls on projects: list, get, change settings, variable names, promote, roll back."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploymend.loopback import wire
from deploymend.loopback.account import Account
from deploymend.loopback.model import SETTING_NAMES, Deployment, Project, ReadyState
from deploymend.loopback.paging import page_limit, pagination
from deploymend.loopback.refusal import bad_request, not_found
from deploymend.loopback.request_body import json_object
from deploymend.loopback.webhook_sender import WebhookSender


class ProjectsApi:
    """vercel.com/docs/rest-api, "Projects"."""

    def __init__(self, account: Account, webhooks: WebhookSender) -> None:
        self._account = account
        self._webhooks = webhooks

    async def find(self, request: Request) -> Response:
        """`GET /v10/projects`, narrowed by `search` (a part of the name) and `repo`."""
        query = request.query_params
        found = [
            project
            for project in self._account.projects.values()
            if query.get("search", "") in project.name and query.get("repo") in (None, project.repository_name)
        ]
        newest = sorted(found, key=lambda project: project.created_ms, reverse=True)
        page = newest[: page_limit(request)]
        views = [wire.project_view(self._account, project) for project in page]
        pages = pagination([project.created_ms for project in page], more=len(newest) > len(page))
        return JSONResponse({"projects": views, "pagination": pages})

    def wanted(self, request: Request) -> Project:
        """The project that the path names. Answers 404 for an unknown one."""
        project = self._account.project(request.path_params["project"])
        if project is None:
            raise not_found("Project")
        return project

    async def get(self, request: Request) -> Response:
        """`GET /v9/projects/{idOrName}`."""
        return JSONResponse(wire.project_view(self._account, self.wanted(request)))

    async def change(self, request: Request) -> Response:
        """`PATCH /v9/projects/{idOrName}`: null resets a setting to the repository's own choice."""
        project, body = self.wanted(request), await json_object(request)
        for name, value in body.items():
            if name not in SETTING_NAMES:
                raise bad_request(f"Invalid request: should NOT have additional property `{name}`.")
            if not isinstance(value, (str, type(None))):
                raise bad_request(f"Invalid request: `{name}` should be string.")
        changed = self._account.change_project(project.id, settings={**project.settings, **body})
        return JSONResponse(wire.project_view(self._account, changed))

    async def environment(self, request: Request) -> Response:
        """`GET /v10/projects/{idOrName}/env`: names and targets."""
        variables = self.wanted(request).environment
        return JSONResponse({"envs": [wire.environment_view(variable) for variable in variables]})

    async def promote(self, request: Request) -> Response:
        """`POST /v10/projects/{id}/promote/{deploymentId}`: production domains go to it, and follow pushes again."""
        project, deployment = self._production_pair(request)
        self._point(project, deployment, kind="promote", pinned=False)
        self._webhooks.tell("deployment.promoted", deployment)
        return JSONResponse({}, 201)

    async def roll_back(self, request: Request) -> Response:
        """`POST /v9/projects/{id}/rollback/{deploymentId}`: an earlier one serves again, and new ones wait."""
        project, deployment = self._production_pair(request)
        self._point(project, deployment, kind="rollback", pinned=True)
        self._webhooks.tell("deployment.rollback", deployment)
        return JSONResponse({}, 201)

    def _production_pair(self, request: Request) -> tuple[Project, Deployment]:
        project = self.wanted(request)
        deployment = self._account.deployment(request.path_params["deployment"])
        if deployment is None or deployment.project_id != project.id:
            raise not_found("Deployment")
        if deployment.target != "production" or deployment.state is not ReadyState.READY:
            raise bad_request("Only a ready production deployment can serve the production domains.")
        return project, deployment

    def _point(self, project: Project, deployment: Deployment, *, kind: str, pinned: bool) -> None:
        now_ms = self._account.now_ms()
        asked: dict[str, str | int] = {
            "fromDeploymentId": project.production_id or "",
            "toDeploymentId": deployment.id,
            "jobStatus": "succeeded",
            "requestedAt": now_ms,
            "type": kind,
        }
        self._account.change(
            deployment.id, alias_assigned_ms=deployment.alias_assigned_ms or now_ms, substate="PROMOTED"
        )
        self._account.change_project(project.id, production_id=deployment.id, pinned=pinned, last_alias_request=asked)

    async def promoted_aliases(self, request: Request) -> Response:
        """`GET /v1/projects/{id}/promote/aliases`: how the last promotion went, alias by alias."""
        project = self.wanted(request)
        serving = self._account.deployments.get(project.production_id or "")
        aliases: list[dict[str, Any]] = (
            [{"alias": alias, "status": "completed", "id": f"als_{serving.id}"} for alias in serving.aliases]
            if serving and request.query_params.get("failedOnly") != "true"
            else []
        )
        return JSONResponse({"aliases": aliases, "pagination": pagination([], more=False)})
