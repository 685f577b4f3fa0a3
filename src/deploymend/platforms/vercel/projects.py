"""What Vercel knows about a project: its settings, and the names of its environment variables."""

from __future__ import annotations

from dataclasses import dataclass

from deploymend.core.model import ProjectSettings
from deploymend.errors import ServiceError
from deploymend.platforms.vercel.api import Api, project_segment
from deploymend.platforms.vercel.fields import Record, moment, record, records, text

_MOST_PAGES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """A project: its settings (without the environment), and what else decides how deploymend can work on it."""

    settings: ProjectSettings
    linked_repository: str | None = None
    """`org/repo`; None when no Git repository is connected."""
    production_id: str | None = None
    """The deployment that production serves now."""
    rolled_back: bool = False
    """True after a rollback: newer builds do not go live until somebody promotes one."""


async def read_project(api: Api, project: str) -> ProjectFacts:
    """Ask Vercel about a project, by id or name."""
    source = record(await api.get(f"/v9/projects/{project_segment(project)}"))
    identity = text(source, "id")
    if identity is None:
        raise ServiceError("Vercel sent a project without an id.", next_step="Check that the API address is Vercel's.")
    link = record(source.get("link"))
    repository = "/".join(filter(None, (text(link, "org", "owner", "projectNamespace"), text(link, "repo", "slug"))))
    return ProjectFacts(
        settings=_settings(source, link, identity),
        linked_repository=repository or text(link, "projectName", "type"),
        production_id=text(record(record(source.get("targets")).get("production")), "id"),
        rolled_back=text(record(source.get("lastAliasRequest")), "type") == "rollback",
    )


async def environment_names(api: Api, project: str) -> tuple[str, ...]:
    """The names of the project's environment variables, each once, sorted. Values are dropped right here."""
    names: set[str] = set()
    query: dict[str, str | int] = {"decrypt": "false"}
    for _ in range(_MOST_PAGES):
        page = record(await api.get(f"/v10/projects/{project_segment(project)}/env", query))
        names.update(name for item in records(page.get("envs")) if (name := text(item, "key")))
        following = record(page.get("pagination")).get("next")
        if not isinstance(following, int) or following == query.get("until"):
            break
        query["until"] = following
    return tuple(sorted(names))


def _settings(source: Record, link: Record, identity: str) -> ProjectSettings:
    return ProjectSettings(
        id=identity,
        name=text(source, "name") or identity,
        framework=text(source, "framework"),
        root_directory=(text(source, "rootDirectory") or "").strip("/").removeprefix("./"),
        install_command=_command(source, "installCommand"),
        build_command=_command(source, "buildCommand"),
        output_directory=text(source, "outputDirectory"),
        node_version=text(source, "nodeVersion"),
        production_branch=text(link, "productionBranch"),
        created_at=moment(source, "createdAt"),
    )


def _command(source: Record, key: str) -> str | None:
    """A command; an empty one is a choice of its own ("run nothing"), unlike none."""
    value = source.get(key)
    return value if isinstance(value, str) else None
