"""The ignored build step: a command that decides whether a commit is built at all. Exit code 0 means: do not build.

Source: vercel.com/docs/project-configuration (`ignoreCommand`) and the project setting `commandForIgnoringBuildStep`.
"""

from __future__ import annotations

import json
from pathlib import Path

from deploymend.loopback.job import BuildJob, Emit
from deploymend.shell import process

MESSAGE = (
    'The Deployment has been canceled as a result of running the command defined in the "Ignored Build Step" setting.'
)
LINK = "https://vercel.com/docs/platform/projects#ignored-build-step"
_SECONDS = 120.0


async def is_ignored(job: BuildJob, emit: Emit) -> bool:
    """Run the command, if there is one, and say what it decided."""
    folder = job.checkout / job.settings.root_directory
    command = _own_command(folder) or job.ignore_command
    if not command or not folder.is_dir():
        return False
    emit(f'Running "{command}"')
    environment = {**process.minimal_environment(), **job.environment}
    completed = await process.run(
        ["sh", "-c", command], cwd=folder, env=environment, timeout_seconds=_SECONDS, on_line=emit
    )
    return completed.ok


def _own_command(folder: Path) -> str | None:
    """`ignoreCommand` of vercel.json; None when it says nothing or cannot be read: the build itself complains then."""
    try:
        settings = json.loads((folder / "vercel.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    command = settings.get("ignoreCommand") if isinstance(settings, dict) else None
    return command if isinstance(command, str) else None
