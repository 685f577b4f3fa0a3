"""The ignored build step: a command that decides whether a commit is built at all. Exit code 0 means: do not build.

Source: vercel.com/docs/project-configuration (`ignoreCommand`) and the project setting `commandForIgnoringBuildStep`.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from deploymend.loopback.job import Builder, BuildJob, Emit

MESSAGE = (
    'The Deployment has been canceled as a result of running the command defined in the "Ignored Build Step" setting.'
)
LINK = "https://vercel.com/docs/platform/projects#ignored-build-step"


async def is_ignored(builder: Builder, job: BuildJob, emit: Emit) -> bool:
    """Let the command decide, if there is one: vercel.json's before the project setting's."""
    folder = job.checkout / job.settings.root_directory
    command = await asyncio.to_thread(_own_command, folder) or job.ignore_command
    if not command:
        return False
    emit(f'Running "{command}"')
    return await builder.decide(job, command, emit) == 0


def _own_command(folder: Path) -> str | None:
    """`ignoreCommand` of vercel.json; None when it says nothing or cannot be read: the build itself complains then."""
    try:
        settings = json.loads((folder / "vercel.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    command = settings.get("ignoreCommand") if isinstance(settings, dict) else None
    return command if isinstance(command, str) else None
