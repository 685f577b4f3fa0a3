"""What `deploymend doctor` says about Vercel: can we get in, is it the right project, and will pushes build."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing

from deploymend.core.model import Deployment, DeploymentState
from deploymend.errors import DeploymendError, NotFoundError
from deploymend.platforms.vercel.api import Api, deployment_segment
from deploymend.platforms.vercel.deployments import Wanted, deployments
from deploymend.platforms.vercel.fields import record, text
from deploymend.platforms.vercel.projects import ProjectFacts, environment_names, read_project
from deploymend.ports import AccessFinding


async def inspect(api: Api, project: str, *, pause: Callable[[float], Awaitable[None]]) -> list[AccessFinding]:
    """Findings, most basic first: what cannot be reached hides the rest."""
    try:
        facts = await read_project(api, project)
    except DeploymendError as error:
        return [_unreachable(api, project, error)]
    findings = [_access(api, facts), _building(facts), _git(facts)]
    if facts.rolled_back:
        findings.append(_rolled_back())
    for look in (_environment, _deployments):
        try:
            findings += await look(api, facts, pause)
        except DeploymendError as error:
            findings.append(_problem("vercel", error))
    return findings


def _unreachable(api: Api, project: str, error: DeploymendError) -> AccessFinding:
    if not isinstance(error, NotFoundError):
        return _problem("vercel access", error)
    where = f"the team {api.team}" if api.team else "what this token reaches"
    return AccessFinding(
        level="problem",
        subject="vercel project",
        text=f"There is no project {project} in {where}.",
        cure="Check `name` and `team` of the project in deploymend.toml: a team's project is only found with its team.",
    )


def _problem(subject: str, error: DeploymendError) -> AccessFinding:
    return AccessFinding(level="problem", subject=subject, text=error.message, cure=error.next_step)


def _access(api: Api, facts: ProjectFacts) -> AccessFinding:
    where = f" of the team {api.team}" if api.team else ""
    said = f"The token reaches the project {facts.settings.name}{where}."
    return AccessFinding(level="ok", subject="vercel access", text=said)


def _building(facts: ProjectFacts) -> AccessFinding:
    settings = facts.settings
    root = f"root directory {settings.root_directory}" if settings.root_directory else "the repository's root"
    if settings.framework is None:
        return AccessFinding(
            level="warning",
            subject="vercel build",
            text=f"Vercel has no framework preset for it (builds in {root}).",
            cure="Right for a plain build; else choose the framework in the project's settings or in vercel.json.",
        )
    node = f", Node {settings.node_version}" if settings.node_version else ""
    said = f"Framework {settings.framework}, {root}{node}."
    return AccessFinding(level="ok", subject="vercel build", text=said)


def _git(facts: ProjectFacts) -> AccessFinding:
    if facts.linked_repository is None:
        return AccessFinding(
            level="warning",
            subject="vercel git",
            text="No Git repository is connected: a push does not start a build.",
            cure="Connect the repository in the project's Git settings on Vercel.",
        )
    branch = f", production branch {facts.settings.production_branch}" if facts.settings.production_branch else ""
    return AccessFinding(level="ok", subject="vercel git", text=f"Connected to {facts.linked_repository}{branch}.")


def _rolled_back() -> AccessFinding:
    return AccessFinding(
        level="warning",
        subject="vercel production",
        text="Production was rolled back: new builds do not go live by themselves.",
        cure="Promote the deployment that production should serve, on Vercel.",
    )


async def _environment(api: Api, facts: ProjectFacts, _: Callable[[float], Awaitable[None]]) -> list[AccessFinding]:
    count = len(await environment_names(api, facts.settings.id))
    said = f"{count} environment variables known by name; their values are never kept."
    return [AccessFinding(level="ok", subject="vercel environment", text=said)]


async def _deployments(api: Api, facts: ProjectFacts, pause: Callable[[float], Awaitable[None]]) -> list[AccessFinding]:
    async with aclosing(deployments(api, facts.settings.id, Wanted(), page_size=1, pause=pause)) as newest_first:
        async for newest in newest_first:
            return [_newest(newest), await _webhooks(api, newest)]
    return [
        AccessFinding(
            level="warning",
            subject="vercel deployments",
            text="The project has no deployments. That is no good sign: nothing can be watched.",
            cure="Push a commit; if none appears, check the connected repository and the commit's author.",
        )
    ]


def _newest(newest: Deployment) -> AccessFinding:
    where = f" of {newest.branch}" if newest.branch else ""
    said = f"The newest deployment{where} ({newest.target}) is {newest.state}."
    if newest.state is DeploymentState.BLOCKED:
        cure = newest.block_reason or ""
        return AccessFinding(level="problem", subject="vercel deployments", text=said, cure=cure)
    return AccessFinding(level="ok", subject="vercel deployments", text=said)


async def _webhooks(api: Api, newest: Deployment) -> AccessFinding:
    """Webhooks need the Pro plan (vercel.com/docs/webhooks); the plan is told by single deployments only."""
    document = record(await api.get(f"/v13/deployments/{deployment_segment(newest.id)}"))
    plan = text(document, "plan") or "unknown"
    note = "Hobby has no webhooks, so" if plan == "hobby" else "Webhooks are not needed:"
    said = f"Plan {plan}. {note} deploymend asks Vercel at its check interval."
    return AccessFinding(level="off", subject="vercel webhooks", text=said)
