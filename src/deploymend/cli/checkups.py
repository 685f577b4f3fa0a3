"""What `doctor` looks at on this machine. Each check returns findings and raises nothing a person could cause."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from deploymend.cli.discovery import discover
from deploymend.config import Config, cache_folder, resolve, state_folder
from deploymend.config.secrets import TOKEN_VARIABLE, vercel_token
from deploymend.core.redact import redact
from deploymend.errors import DeploymendError
from deploymend.ports import AccessFinding
from deploymend.shell.git import Git, require_git
from deploymend.shell.process import run
from deploymend.shell.sandbox_detect import detect_sandbox
from deploymend.shell.toolchain_node import NodeStore

OLDEST_NODE = 20
ROOM_BYTES = 2_000_000_000
"""What a build with its packages easily takes."""


def ok(subject: str, text: str) -> AccessFinding:
    """Something that is as it should be."""
    return AccessFinding(level="ok", subject=subject, text=text)


def trouble(subject: str, error: DeploymendError, *, level: str = "problem") -> AccessFinding:
    """An error of ours as a finding."""
    return AccessFinding(level=level, subject=subject, text=error.message, cure=error.next_step)


def check_token(environment: Mapping[str, str]) -> AccessFinding:
    """Whether there is a token at all; whether it works is for the platform to say."""
    try:
        vercel_token(environment)
    except DeploymendError as error:
        return trouble("Vercel token", error)
    return ok(
        "Vercel token", f"found in {TOKEN_VARIABLE}" if environment.get(TOKEN_VARIABLE) else "found in the keyring"
    )


async def check_git() -> AccessFinding:
    """Git is here and new enough."""
    try:
        version = await require_git(Path("/"))
    except DeploymendError as error:
        return trouble("git", error)
    return ok("git", ".".join(map(str, version)))


async def check_repository(repository: str, *, name: str) -> list[AccessFinding]:
    """The project's remote answers, and commits made here carry an author. `repository` is a remote or a checkout."""
    subject = f"{name}: repository"
    folder = Path(repository)
    if not Path(repository).is_absolute():
        return [await _answers(Git(folder=Path("/")), repository, subject=subject), await _author(Path("/"), name)]
    if not is_folder(folder):
        cure = "correct `repository` of the project in deploymend.toml"
        return [AccessFinding(level="problem", subject=subject, text=f"{folder} is not a folder", cure=cure)]
    return [await _answers(Git(folder=folder), "origin", subject=subject), await _author(folder, name)]


def is_folder(path: Path) -> bool:
    """True for a folder that is there."""
    return path.is_dir()


async def _answers(git: Git, remote: str, *, subject: str) -> AccessFinding:
    try:
        heads = await git.run("ls-remote", "--heads", remote, timeout_seconds=60)
    except DeploymendError as error:
        return trouble(subject, error)
    return ok(subject, f"{redact(remote)} answers, {len(heads.splitlines())} branches")


async def _author(folder: Path, name: str) -> AccessFinding:
    found = await Git(folder=folder).attempt("config", "user.email")
    subject = f"{name}: author"
    if email := (found.stdout or "").strip():
        return ok(subject, f"commits are by {email}: Vercel must know this author as a member of the team")
    cure = 'git config --global user.name "YOUR NAME"; git config --global user.email YOUR-VERCEL-EMAIL'
    return AccessFinding(level="problem", subject=subject, text="git knows no user.email to commit with", cure=cure)


async def check_build(repository: str, environment: Mapping[str, str], *, name: str) -> list[AccessFinding]:
    """How a local checkout would be built, and whether its Node is here; nothing for a remote."""
    folder = Path(repository)
    if not folder.is_absolute() or not is_folder(folder):
        return []
    subject = f"{name}: build"
    try:
        found = await discover(folder)
        node = await NodeStore(cache_folder(environment) / "node").on_path()
    except DeploymendError as error:
        return [trouble(subject, error)]
    if found.plan is None:
        cure = "fine where the app is in a subfolder: the project's root directory on the platform decides"
        return [AccessFinding(level="warning", subject=subject, text=found.plan_problem, cure=cure)]
    plan = found.plan
    here = "on PATH" if node and node.major == plan.node_major else "fetched into the cache when it is needed"
    findings = [ok(subject, f"{plan.framework or 'no framework'}, {plan.manager}, Node {plan.node_major} ({here})")]
    return findings + [AccessFinding(level="warning", subject=subject, text=warning) for warning in plan.warnings]


async def check_node() -> list[AccessFinding]:
    """Node and npm on PATH. Another Node that a project wants is fetched when it is needed."""
    findings = []
    for program in ("node", "npm"):
        try:
            done = await run([program, "--version"], cwd=Path("/"), timeout_seconds=30)
        except DeploymendError as error:
            findings.append(trouble(program, error))
            continue
        version = done.output.strip().removeprefix("v")
        major = version.split(".")[0]
        if program == "node" and major.isdigit() and int(major) < OLDEST_NODE:
            cure = f"install Node {OLDEST_NODE} or newer"
            findings.append(AccessFinding(level="warning", subject=program, text=f"{version} is old", cure=cure))
        else:
            findings.append(ok(program, version if done.exit_code == 0 else f"does not run: {version[:200]}"))
    return findings


async def check_sandbox() -> AccessFinding:
    """What keeps the code of a build away from this machine."""
    report = (await detect_sandbox()).report
    notes = " ".join(report.notes)
    if report.isolates_files and report.isolates_network:
        return ok("sandbox", report.name)
    level = "warning" if report.isolates_files else "problem"
    return AccessFinding(level=level, subject="sandbox", text=f"{report.name}: isolates only in part", cure=notes)


def check_targets(config: Config, environment: Mapping[str, str]) -> list[AccessFinding]:
    """Each notification target can be understood; none is sent anything."""
    if not config.notify.targets:
        cure = 'targets = ["console"] or the name of a variable with an Apprise address, under [notify]'
        return [AccessFinding(level="warning", subject="notifications", text="nobody is told anything", cure=cure)]
    return [_target(target, environment) for target in config.notify.targets]


def _target(target: str, environment: Mapping[str, str]) -> AccessFinding:
    from apprise import Apprise

    try:
        address = resolve(target, environment)
    except DeploymendError as error:
        return trouble("notifications", error)
    if target == "console" or Apprise().add(address):
        return ok("notifications", target)
    cure = "see the wiki of github.com/caronc/apprise for the address of each service"
    return AccessFinding(level="problem", subject="notifications", text=f"{target} holds no Apprise address", cure=cure)


def check_folders(environment: Mapping[str, str]) -> list[AccessFinding]:
    """State and cache can be written, and there is room to build."""
    findings = []
    for subject, place in (("state", state_folder), ("cache", cache_folder)):
        try:
            folder = place(environment)
        except DeploymendError as error:
            findings.append(trouble(subject, error))
            continue
        findings.append(_folder(subject, folder))
    return findings


def _folder(subject: str, folder: Path) -> AccessFinding:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    own = f"DEPLOYMEND_{subject.upper()}"
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        cure = f"give yourself the right to write there, or set {own} to another folder"
        return AccessFinding(level="problem", subject=subject, text=f"{folder} cannot be written", cure=cure)
    free = shutil.disk_usage(there).free
    if free < ROOM_BYTES:
        text = f"{folder}: only {free / 1e9:.1f} GB free"
        return AccessFinding(level="warning", subject=subject, text=text, cure=f"make room, or set {own}")
    return ok(subject, f"{folder}, {free / 1e9:.0f} GB free")


def check_model(environment: Mapping[str, str]) -> AccessFinding:
    """Whether a model may be asked where no rule helps."""
    if environment.get("ANTHROPIC_API_KEY"):
        return AccessFinding(level="off", subject="Claude", text="a key is set, but this version repairs by rules only")
    return AccessFinding(level="off", subject="Claude", text="not configured: repairs are made by rules only")
