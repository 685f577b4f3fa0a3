"""What `init` finds in a checkout: its remote, the platform's project it is linked to, and how it builds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploymend.core.plan import BuildPlan
from deploymend.core.planning import plan_build
from deploymend.core.redact import redact
from deploymend.errors import CheckoutError, DeploymendError
from deploymend.ports import AccessFinding
from deploymend.shell.git import Git

MAX_READ_BYTES = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedProject:
    """A project on Vercel that a folder is linked to. `team` is None for a personal account."""

    name: str
    team: str | None
    source: str
    """Where it was found, for the person to check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a checkout says of itself. `root` is its top folder; `remote` is safe to show."""

    root: Path
    remote: str | None
    branch: str | None
    projects: tuple[LinkedProject, ...]
    plan: BuildPlan | None
    plan_problem: str = ""

    def findings(self) -> Iterator[AccessFinding]:
        """All of it in lines for a person."""
        yield _git_finding(self)
        for project in self.projects:
            owner = f", team {project.team}" if project.team else ""
            yield AccessFinding(level="ok", subject="project", text=f"{project.name}{owner} (from {project.source})")
        if self.plan is None:
            cure = "fine where the app is in a subfolder: the project's root directory on the platform decides"
            yield AccessFinding(level="warning", subject="build", text=self.plan_problem, cure=cure)
        else:
            steps = [step for step in (self.plan.install_command, self.plan.build_command) if step]
            what = f"{self.plan.framework or 'no framework'}, {self.plan.manager}, Node {self.plan.node_major}"
            yield AccessFinding(level="ok", subject="build", text=f"{what}: {' then '.join(steps)}")


async def discover(folder: Path) -> Discovery:
    """Look at the checkout that `folder` is in. Raises CheckoutError when it is in none."""
    git = Git(folder=folder)
    top = await git.attempt("rev-parse", "--show-toplevel")
    root = Path((top.stdout or "").rstrip("\n"))
    if not top.ok or not root.is_absolute():
        raise CheckoutError(
            f"{folder} is not in a git checkout",
            next_step="Go to your project first; a new one starts with: git init && git add . && git commit",
        )
    listed = await git.attempt("-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    plan, problem = _plan(root, tuple(filter(None, (listed.stdout or "").split("\0"))))
    return Discovery(
        root=root,
        remote=await _remote(git),
        branch=(await _first_line(git, "symbolic-ref", "--short", "--quiet", "HEAD")),
        projects=tuple(linked_projects(root)) or (_guess(root),),
        plan=plan,
        plan_problem=problem,
    )


def linked_projects(root: Path) -> Iterator[LinkedProject]:
    """The links that `vercel link` writes: `.vercel/project.json`, or `.vercel/repo.json` for several
    (vercel.com/docs/cli/link). Broken files count as absent.
    """
    single = _json_object(root / ".vercel" / "project.json")
    if isinstance(single.get("projectId"), str):
        name = single.get("projectName")
        yield _linked(name if isinstance(name, str) and name else single["projectId"], single, ".vercel/project.json")
        return
    several = _json_object(root / ".vercel" / "repo.json")
    projects = several.get("projects")
    for project in projects if isinstance(projects, list) else []:
        if isinstance(project, dict) and isinstance(project.get("name"), str):
            yield _linked(project["name"], several, ".vercel/repo.json")


def _linked(name: object, link: dict[str, object], source: str) -> LinkedProject:
    owner = link.get("orgId")
    team = owner if isinstance(owner, str) and owner.startswith("team_") else None
    return LinkedProject(name=str(name), team=team, source=source)


def _guess(root: Path) -> LinkedProject:
    name = re.sub(r"[^a-z0-9._-]+", "-", root.name.lower()).strip("-.") or "my-project"
    return LinkedProject(name=name, team=None, source="the folder's name: check it, and add `team` if a team owns it")


def _json_object(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_bytes()[:MAX_READ_BYTES])
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


async def _remote(git: Git) -> str | None:
    names = ((await git.attempt("remote")).stdout or "").split()
    if not names:
        return None
    chosen = "origin" if "origin" in names else names[0]
    address = await _first_line(git, "remote", "get-url", chosen)
    return f"{chosen} {redact(address)}" if address else None


async def _first_line(git: Git, *arguments: str) -> str | None:
    done = await git.attempt(*arguments)
    lines = (done.stdout or "").splitlines()
    return lines[0] if done.ok and lines else None


def _plan(root: Path, files: tuple[str, ...]) -> tuple[BuildPlan | None, str]:
    def read(path: str) -> str | None:
        try:
            return (root / path).read_bytes()[:MAX_READ_BYTES].decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    try:
        return plan_build(files, read), ""
    except DeploymendError as error:
        return None, error.message


def _git_finding(found: Discovery) -> AccessFinding:
    branch = f", branch {found.branch}" if found.branch else ", on no branch"
    if found.remote:
        return AccessFinding(level="ok", subject="git", text=f"{found.remote}{branch}")
    cure = "git remote add origin ADDRESS: repairs are pushed there, and the platform builds from it"
    return AccessFinding(level="warning", subject="git", text=f"no remote{branch}", cure=cure)
