"""What a person or a test may arrange from outside: projects, deployments in any state, a look at the refs now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from deploymend.errors import ConfigurationError, NotFoundError
from deploymend.loopback import git_remote
from deploymend.loopback.account import Account
from deploymend.loopback.git_watch import GitWatch
from deploymend.loopback.ids import new_id, new_slug
from deploymend.loopback.launching import Launcher, branch_alias, git_meta
from deploymend.loopback.model import Commit, Deployment, EnvironmentVariable, Project, ReadyState


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectWish:
    """A project to have. Asking again for the same name changes what is given and keeps its deployments."""

    name: str
    repo: str
    """The path of a bare git repository on this machine."""
    production_branch: str = "main"
    organization: str = "acme"
    settings: dict[str, str | None] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    """Variables for every target: given to builds, listed by name only."""
    sensitive: list[str] = field(default_factory=list)
    """Names among them whose values are masked in logs, from 32 characters on."""
    allowed_authors: list[str] = field(default_factory=list)
    deploy_existing: bool = True
    """Build the production branch as it is now, as an import on Vercel does; others wait for their next push."""
    created_ms: int | None = None
    """When the project was made (it decides between pnpm 9 and 10); None: now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentWish:
    """A deployment to have, without building anything. `created_ms` None: newer than every other one."""

    project: str
    state: ReadyState
    sha: str
    branch: str = "main"
    target: str | None = "production"
    message: str = "A commit"
    author_name: str = "Ada"
    author_email: str = "ada@example.com"
    source: str = "git"
    meta: dict[str, str] = field(default_factory=dict)
    log: str = ""
    log_lag_reads: int = 0
    live: bool = True
    """Whether a ready one has its domains."""
    error_code: str | None = None
    error_message: str | None = None
    error_step: str | None = None
    out_of_memory: bool = False
    alias_error: dict[str, str] | None = None
    created_ms: int | None = None


class Control:
    """Arranges the account."""

    def __init__(self, account: Account, launcher: Launcher, watch: GitWatch) -> None:
        self._account = account
        self._launcher = launcher
        self._watch = watch

    async def add_project(self, wish: ProjectWish) -> Project:
        """Add or change a project. Raises CheckoutError when `repo` is no bare repository."""
        if not wish.name or not all(letter.isalnum() or letter in "-_." for letter in wish.name):
            raise ConfigurationError(
                f"{wish.name!r} cannot be a project's name", next_step="Use letters, digits, dots and dashes."
            )
        repository = await git_remote.require_bare(Path(wish.repo))
        known = self._account.project(wish.name)
        if known is not None:
            return self._apply(self._account.change_project(known.id, repository=str(repository)), wish)
        return await self._new_project(wish, repository)

    async def _new_project(self, wish: ProjectWish, repository: Path) -> Project:
        tips = await git_remote.tips(repository)
        project = Project(
            id=new_id("prj_"),
            name=wish.name,
            repository=str(repository),
            repository_name=wish.name,
            repository_id=1000 + len(self._account.projects),
            created_ms=wish.created_ms or self._account.now_ms(),
            tips=tips,
        )
        project = self._apply(project, wish)
        sha = tips.get(project.production_branch)
        if sha and wish.deploy_existing:
            commit = await git_remote.read_commit(repository, sha=sha, ref=project.production_branch)
            await self._launcher.pushed(project, commit, source="import")
        return project

    def _apply(self, project: Project, wish: ProjectWish) -> Project:
        variables = tuple(
            EnvironmentVariable(
                key=key,
                value=value,
                type="sensitive" if key in wish.sensitive else "encrypted",
                id=new_id("", length=16),
                created_ms=self._account.now_ms(),
            )
            for key, value in wish.environment.items()
        )
        return self._account.put_project(
            replace(
                project,
                organization=wish.organization,
                production_branch=wish.production_branch,
                settings=wish.settings,
                environment=variables,
                allowed_authors=tuple(wish.allowed_authors),
            )
        )

    def add_deployment(self, wish: DeploymentWish) -> Deployment:
        """Arrange a deployment. Raises NotFoundError for an unknown project."""
        project = self._account.project(wish.project)
        if project is None:
            raise NotFoundError(f"There is no project {wish.project!r}", next_step="Add it first.")
        deployment = self._account.put_deployment(self._arranged(project, wish))
        log = self._account.log(deployment.id)
        for line in wish.log.splitlines():
            log.add(line)
        log.lag(wish.log_lag_reads)
        if deployment.alias_assigned_ms and deployment.target == "production":
            self._account.change_project(project.id, production_id=deployment.id)
        return deployment

    def _arranged(self, project: Project, wish: DeploymentWish) -> Deployment:
        created_ms = wish.created_ms or self._account.next_created_ms()
        target = wish.target if wish.target != "preview" else None
        commit = Commit(
            sha=wish.sha,
            ref=wish.branch,
            message=wish.message,
            author_name=wish.author_name,
            author_email=wish.author_email,
        )
        ready = wish.state is ReadyState.READY
        blocked = wish.state is ReadyState.BLOCKED
        return Deployment(
            id=new_id("dpl_"),
            name=project.name,
            project_id=project.id,
            slug=new_slug(project.name),
            created_ms=created_ms,
            commit=commit,
            target=target,
            source=wish.source,
            state=wish.state,
            meta=git_meta(project, commit) | wish.meta,
            build_id=new_id("bld_", length=9),
            building_ms=None if wish.state is ReadyState.QUEUED or blocked else created_ms,
            ready_ms=created_ms if ready else None,
            error_ms=created_ms if wish.state is ReadyState.ERROR else None,
            canceled_ms=created_ms if wish.state is ReadyState.CANCELED else None,
            error_code=wish.error_code,
            error_message=wish.error_message,
            error_step=wish.error_step,
            out_of_memory=wish.out_of_memory,
            alias_error=wish.alias_error,
            alias_assigned_ms=created_ms if ready and wish.live and not wish.alias_error else None,
            substate="PROMOTED" if ready and target == "production" else None,
            seat_block={"blockCode": "COMMIT_AUTHOR_REQUIRED", "gitProvider": "github"} if blocked else None,
            aliases=(project.name if target == "production" else branch_alias(project, wish.branch),),
        )

    async def look_now(self) -> list[Deployment]:
        """Read the refs now instead of at the next look; what a post-receive hook calls."""
        return await self._watch.look()
