"""What production serves: promote a deployment, or go back to an earlier one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from deploymend.platforms.vercel.api import Api, deployment_segment, project_segment
from deploymend.platforms.vercel.deployments import get_deployment
from deploymend.platforms.vercel.projects import read_project
from deploymend.platforms.vercel.redeploys import redeploy


async def promote(api: Api, project: str, deployment_id: str, *, pause: Callable[[float], Awaitable[None]]) -> None:
    """Make it production; nothing to do when it is.

    A preview was built with the preview's environment, so Vercel promotes it by building it again for production.
    """
    facts = await read_project(api, project)
    deployment = await get_deployment(api, project, deployment_id)
    if facts.production_id == deployment.id and not facts.rolled_back:
        return
    if deployment.target == "production":
        path = f"/v10/projects/{project_segment(facts.settings.id)}/promote/{deployment_segment(deployment.id)}"
        await api.post(path, {}, repeatable=True)
        return
    key = f"promote:{deployment.id}"
    await redeploy(api, project, deployment, key=key, pause=pause, action="promote", target="production")


async def roll_back(api: Api, project: str, deployment_id: str) -> None:
    """Serve this earlier production deployment again, at once; nothing to do when it is served already.

    Trap: from then on new builds do not go live by themselves, until one is promoted.
    """
    facts = await read_project(api, project)
    deployment = await get_deployment(api, project, deployment_id)
    if facts.production_id == deployment.id:
        return
    path = f"/v1/projects/{project_segment(facts.settings.id)}/rollback/{deployment_segment(deployment.id)}"
    await api.post(path, {}, repeatable=True)
