"""Records in Vercel's own words.

A list item and a single deployment differ: `uid/created/state` and `id/createdAt/status`.

Shapes: vercel.com/docs/rest-api ("List deployments", "Get a deployment", "Find a project by id or name").
"""

from __future__ import annotations

from typing import Any

from deploymend.loopback.account import Account
from deploymend.loopback.model import Deployment, EnvironmentVariable, Project, ReadyState

Json = dict[str, Any]


def site_url(account: Account, name: str) -> str:
    """Where a deployment or an alias serves. The real API gives a host name and means https; this is plain http."""
    return f"http://{account.host}/_site/{name}"


def inspector_url(account: Account, deployment: Deployment) -> str:
    """The page of a deployment: here a small one with its state and log."""
    short = deployment.id.removeprefix("dpl_")
    return f"http://{account.host}/{account.owner.team_slug}/{deployment.name}/{short}"


def list_item(account: Account, deployment: Deployment) -> Json:
    """A deployment as `GET /v7/deployments` lists it."""
    return {
        "uid": deployment.id,
        "created": deployment.created_ms,
        "state": deployment.state,
        **_common(account, deployment),
    }


def single(account: Account, deployment: Deployment) -> Json:
    """A deployment as `GET /v13/deployments/{id}` answers."""
    project = account.projects.get(deployment.project_id)
    queued = deployment.state is ReadyState.QUEUED
    return {
        "id": deployment.id,
        "status": deployment.state,
        **_common(account, deployment),
        "ownerId": account.owner.team_id,
        "plan": "pro",
        "public": False,
        "version": 2,
        "regions": ["iad1"],
        "bootedAt": deployment.building_ms,
        "buildSkipped": deployment.state is ReadyState.CANCELED and deployment.error_link is not None,
        "isInConcurrentBuildsQueue": queued,
        "isInSystemBuildsQueue": False,
        "build": {"env": _names(project)},
        "env": _names(project),
        "alias": list(deployment.aliases) if deployment.alias_assigned_ms else [],
        "aliasAssigned": deployment.alias_assigned_ms is not None,
        "automaticAliases": list(deployment.aliases),
        "gitSource": _git_source(deployment, project),
        "project": {"id": deployment.project_id, "name": deployment.name, "framework": _framework(project)},
        "team": {"id": account.owner.team_id, "name": account.owner.team_slug, "slug": account.owner.team_slug},
        "links": {"deployment": inspector_url(account, deployment)},
    }


def _common(account: Account, deployment: Deployment) -> Json:
    fields: Json = {
        "name": deployment.name,
        "projectId": deployment.project_id,
        "url": site_url(account, deployment.slug),
        "inspectorUrl": inspector_url(account, deployment),
        "type": "LAMBDAS",
        "createdAt": deployment.created_ms,
        "readyState": deployment.state,
        "source": deployment.source,
        "target": deployment.target,
        "meta": deployment.meta,
        "creator": {"uid": account.owner.user_id, "username": account.owner.username},
        "aliasAssigned": deployment.alias_assigned_ms,
        "aliasError": deployment.alias_error,
        "isRollbackCandidate": deployment.target == "production" and deployment.state is ReadyState.READY,
        "projectSettings": dict(_settings(account.projects.get(deployment.project_id))),
    }
    return fields | {name: value for name, value in _when_known(deployment).items() if value is not None}


def _when_known(deployment: Deployment) -> Json:
    return {
        "buildingAt": deployment.building_ms,
        "ready": deployment.ready_ms or deployment.error_ms,
        "buildErrorAt": deployment.error_ms,
        "canceledAt": deployment.canceled_ms,
        "deletedAt": deployment.deleted_ms,
        "aliasAssignedAt": deployment.alias_assigned_ms,
        "errorCode": deployment.error_code,
        "errorMessage": deployment.error_message,
        "errorStep": deployment.error_step,
        "errorLink": deployment.error_link,
        "readyStateReason": deployment.state_reason,
        "readySubstate": deployment.substate,
        "oomReport": "out-of-memory" if deployment.out_of_memory else None,
        "seatBlock": deployment.seat_block,
    }


def _git_source(deployment: Deployment, project: Project | None) -> Json:
    return {
        "type": "github",
        "repoId": project.repository_id if project else 0,
        "ref": deployment.commit.ref,
        "sha": deployment.commit.sha,
        "prId": None,
    }


def _settings(project: Project | None) -> dict[str, str | None]:
    return project.settings if project else {}


def _framework(project: Project | None) -> str | None:
    return _settings(project).get("framework")


def _names(project: Project | None) -> list[str]:
    return [variable.key for variable in project.environment] if project else []


def project_view(account: Account, project: Project) -> Json:
    """A project as `GET /v9/projects/{id}` answers."""
    serving = account.deployments.get(project.production_id or "")
    return {
        "id": project.id,
        "name": project.name,
        "accountId": account.owner.team_id,
        "createdAt": project.created_ms,
        **project.settings,
        "autoAssignCustomDomains": not project.pinned,
        "link": {
            "type": "github",
            "org": project.organization,
            "repo": project.repository_name,
            "repoId": project.repository_id,
            "productionBranch": project.production_branch,
            "deployHooks": [],
        },
        "latestDeployments": [single(account, found) for found in account.newest_first(project.id)[:1]],
        "targets": {"production": single(account, serving)} if serving else {},
        "lastAliasRequest": project.last_alias_request,
    }


def environment_view(variable: EnvironmentVariable) -> Json:
    """A variable's name and targets. The real API adds an encrypted value; here it is a made-up one."""
    return {
        "id": variable.id,
        "key": variable.key,
        "type": variable.type,
        "target": list(variable.targets),
        "value": "" if variable.type == "sensitive" else "eyJ2IjoidjIiLCJjIjoi",
        "createdAt": variable.created_ms,
        "updatedAt": variable.created_ms,
    }
