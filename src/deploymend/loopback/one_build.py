"""One build from checkout to last line: Vercel's own lines around what the builder prints."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploymend.core.model import ProjectSettings
from deploymend.errors import DeploymendError
from deploymend.loopback import header
from deploymend.loopback.account import Account
from deploymend.loopback.git_remote import check_out
from deploymend.loopback.ignored_step import MESSAGE, is_ignored
from deploymend.loopback.job import Build, Builder, BuildFailure, BuildJob, BuildOutcome
from deploymend.loopback.model import Deployment, Project
from deploymend.loopback.wire import site_url
from deploymend.shell.build_environment import platform_variables
from deploymend.shell.build_slot import BuildSlot

BUILD_ROOT = "/vercel/path0"
_SHORTEST_MASKED = 32


class OneBuild:
    """Builds one deployment and writes its log."""

    def __init__(self, account: Account, project: Project, deployment: Deployment) -> None:
        self._account = account
        self._project = project
        self._deployment = deployment
        self._log = account.log(deployment.id)
        self._slot = BuildSlot(account.store.path("builds", deployment.id))
        self._cache = account.store.path("caches", project.id)
        # Beside the cache, not in it: the cache goes to a disk that a build can write to.
        self._origin = self._cache.with_suffix(".origin")
        self._masked = tuple(
            variable.value
            for variable in project.environment
            if variable.type == "sensitive" and len(variable.value) >= _SHORTEST_MASKED
        )

    async def run(self, builder: Builder, build: Build) -> BuildOutcome:
        """Clone, build, and leave nothing behind but the log, the site and the cache.

        `builder` decides on the ignored build step; `build` is its own build, or what a fault makes of it.
        """
        started = time.monotonic()
        try:
            await asyncio.to_thread(self._prepare)
            outcome = await self._clone_and_build(builder, build)
        except DeploymendError as error:
            outcome = BuildOutcome(failure=BuildFailure(message=error.message, code="UNEXPECTED_ERROR"))
        finally:
            await asyncio.to_thread(shutil.rmtree, self._slot.folder, ignore_errors=True)
        self._write_end(outcome, time.monotonic() - started)
        return outcome

    def _prepare(self) -> None:
        self._log.clear()
        shutil.rmtree(self._slot.folder, ignore_errors=True)
        self._slot.make()

    async def _clone_and_build(self, builder: Builder, build: Build) -> BuildOutcome:
        self._write(header.before_clone(self._project, self._deployment.commit))
        started = time.monotonic()
        repository = Path(self._project.repository)
        await check_out(repository, sha=self._deployment.commit.sha, folder=self._slot.tree)
        use_cache = self._deployment.use_cache
        restored_from = self._cache_origin() if use_cache else None
        self._write((header.cache_line(restored_from=restored_from, use_cache=use_cache),))
        self._write((header.clone_line(time.monotonic() - started),))
        job = self._job()
        if await is_ignored(builder, job, self._emit):
            return BuildOutcome(ignored=True)
        self._write(header.start_lines())
        return await build(job, self._emit)

    def _cache_origin(self) -> str | None:
        """The deployment that left the cache; None when there is none."""
        return self._origin.read_text(encoding="utf-8") if self._origin.exists() else None

    def _job(self) -> BuildJob:
        return BuildJob(
            slot=self._slot,
            settings=core_settings(self._project),
            environment=build_environment(self._account, self._project, self._deployment),
            cache=self._cache,
            use_cache=self._deployment.use_cache,
            site=self._account.store.path("sites", self._deployment.id),
            ignore_command=self._project.settings.get("commandForIgnoringBuildStep"),
        )

    def _emit(self, line: str) -> None:
        """A line of the builder. The machine's own path becomes the one that every Vercel log shows."""
        self._log.add(line.replace(str(self._slot.tree), BUILD_ROOT), secrets=self._masked)

    def _write(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._log.add(line)

    def _write_end(self, outcome: BuildOutcome, seconds: float) -> None:
        if outcome.ignored:
            self._write((MESSAGE,))
        elif outcome.failure:
            error, *rest = header.failure_tail(outcome.failure)
            self._log.add(error, type="stderr", level="error")
            self._write(rest)
        else:
            self._write(header.success_tail(seconds))
            self._origin.write_text(self._deployment.id, encoding="utf-8")
            self._write((f"Created build cache: {header.duration(0.001 + seconds / 100)}",))


def core_settings(project: Project) -> ProjectSettings:
    """The project's settings as the planning rules take them."""
    settings = project.settings
    return ProjectSettings(
        id=project.id,
        name=project.name,
        framework=settings.get("framework"),
        root_directory=settings.get("rootDirectory") or "",
        install_command=settings.get("installCommand"),
        build_command=settings.get("buildCommand"),
        output_directory=settings.get("outputDirectory"),
        node_version=settings.get("nodeVersion"),
        production_branch=project.production_branch,
        created_at=datetime.fromtimestamp(project.created_ms / 1000, UTC),
        environment_names=tuple(variable.key for variable in project.environment),
    )


def build_environment(account: Account, project: Project, deployment: Deployment) -> dict[str, str]:
    """What a build finds in its environment (vercel.com/docs/environment-variables/system-environment-variables)."""
    target = deployment.target or "preview"
    own = {variable.key: variable.value for variable in project.environment if target in variable.targets}
    commit = deployment.commit
    known = platform_variables(commit_sha=commit.sha, branch=commit.ref, production=target == "production")
    more = {
        "VERCEL_URL": site_url(account, deployment.slug).removeprefix("http://"),
        "VERCEL_PROJECT_ID": project.id,
        "VERCEL_DEPLOYMENT_ID": deployment.id,
        "VERCEL_GIT_COMMIT_MESSAGE": commit.message,
        "VERCEL_GIT_COMMIT_AUTHOR_NAME": commit.author_name,
        "VERCEL_GIT_COMMIT_AUTHOR_LOGIN": commit.author_email.split("@", 1)[0],
        "VERCEL_GIT_REPO_OWNER": project.organization,
        "VERCEL_GIT_REPO_SLUG": project.repository_name,
        "VERCEL_GIT_REPO_ID": str(project.repository_id),
    }
    return own | known | more
