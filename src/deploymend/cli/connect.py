"""The way from the configuration to a platform, for the commands that only ask it something."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from deploymend.config import Config, ProjectConfig, vercel_token
from deploymend.config.secrets import API_VARIABLE
from deploymend.errors import ConfigurationError
from deploymend.platforms.vercel import Vercel, connect
from deploymend.shell.http_retries import WHILE_SOMEBODY_WAITS


@asynccontextmanager
async def open_vercel(config: Config, project: ProjectConfig, environment: Mapping[str, str]) -> AsyncIterator[Vercel]:
    """A project's platform, connected. Raises CredentialError without a token. VERCEL_API_URL wins over the file."""
    api_url = environment.get(API_VARIABLE) or config.vercel.api_url
    async with connect(vercel_token(environment), api_url=api_url, retries=WHILE_SOMEBODY_WAITS) as http:
        yield Vercel(http=http, project=project.name, team=project.team)


def choose_project(config: Config, name: str | None) -> ProjectConfig:
    """The project of this name, or the only one there is. Raises ConfigurationError when that is not one."""
    if name is None and len(config.projects) == 1:
        return config.projects[0]
    found = next((project for project in config.projects if project.name == name), None)
    if found is None:
        names = ", ".join(project.name for project in config.projects) or "none"
        wanted = f"there is no project {name!r}" if name else "it is not clear which project is meant"
        raise ConfigurationError(f"{wanted}; configured: {names}", next_step="Name one: --project NAME")
    return found
