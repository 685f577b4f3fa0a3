"""The only place that runs git: one careful way to call it, and its errors in our words.

Two manners. In folders of our own (mirror, worktrees) nothing of the user's runs: no hooks, no file-system monitor, no
filters. In the user's checkout (`user_rules`) their filters work as they do for them, and hooks on their own commits.
Credentials are always the user's own: their helpers, their ssh agent.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from deploymend.errors import BuildEnvironmentError, TransientError
from deploymend.shell import process
from deploymend.shell.git_errors import translate

OLDEST_GIT = (2, 25)
"""The first version whose `worktree`, `push --force-with-lease` and `diff-index` do all that is used here."""
LOCAL_SECONDS = 120.0
NETWORK_SECONDS = 600.0
CLONE_SECONDS = 1800.0

# What `git rev-parse --local-env-vars` lists would lead our git to another repository when we are started by a hook.
_FOREIGN = frozenset({
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_EDITOR", "GIT_EXTERNAL_DIFF", "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
    "LANGUAGE", "LC_ALL",
})  # fmt: skip
_ALWAYS = (
    "protocol.ext.allow=never",
    "core.quotePath=false",
    "i18n.logOutputEncoding=UTF-8",
    "i18n.commitEncoding=UTF-8",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "push.recurseSubmodules=no",
    "push.followTags=false",
    "push.gpgSign=false",
    "gc.autoDetach=false",
    "maintenance.autoDetach=false",
    "advice.detachedHead=false",
)
_HOOKS_OFF = ("core.hooksPath=/dev/null",)
# Large files stay the pointers that git holds, as on the platform; line ends stay as committed.
_OURS = (
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.autocrlf=false",
    "core.fileMode=true",
    "filter.lfs.smudge=",
    "filter.lfs.clean=",
    "filter.lfs.process=",
    "filter.lfs.required=false",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Git at one place. `git_dir` given: used as it is, and no `.git` found in the folder is trusted."""

    folder: Path
    git_dir: Path | None = None
    is_work_tree: bool = False
    """With `git_dir`: `folder` is its working tree."""
    user_rules: bool = False
    hooks: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Masked in every message."""

    async def run(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        timeout_seconds: float = LOCAL_SECONDS,
    ) -> str:
        """Run git and return its standard output. Raises what its failure means, by `git_errors.translate`."""
        return (await self.check(*arguments, stdin=stdin, env=env, timeout_seconds=timeout_seconds)).stdout

    async def check(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        timeout_seconds: float = LOCAL_SECONDS,
        max_output_bytes: int = 64_000_000,
    ) -> process.Completed:
        """The same with the whole result. Output over `max_output_bytes` is an error: half an answer misleads."""
        done = await self.attempt(
            *arguments, stdin=stdin, env=env, timeout_seconds=timeout_seconds, max_output_bytes=max_output_bytes
        )
        if not done.ok:
            raise self.error(arguments, done)
        if done.truncated:
            raise BuildEnvironmentError(f"git {arguments[0]} in {self.folder} printed more than this machine may keep.")
        return done

    async def attempt(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        env: Mapping[str, str] | None = None,
        timeout_seconds: float = LOCAL_SECONDS,
        max_output_bytes: int = 8_000_000,
    ) -> process.Completed:
        """Run git; a failure is a result to look at. Raises TransientError only when the time is up."""
        done = await process.run(
            [*self._command(), *arguments],
            cwd=self.folder,
            env=git_environment() | dict(env or {}),
            stdin=stdin,
            timeout_seconds=timeout_seconds,
            max_output_bytes=max_output_bytes,
            separate_stderr=True,
        )
        if done.timed_out:
            raise TransientError(
                f"git {arguments[0]} in {self.folder} did not end within {timeout_seconds:.0f} seconds.",
                next_step="Look at the network and at the remote's status, then try again.",
            )
        return done

    def error(self, arguments: tuple[str, ...], done: process.Completed) -> Exception:
        """What a failed call means, to raise."""
        return translate(arguments[0], done.output, exit_code=done.exit_code, folder=self.folder, secrets=self.secrets)

    def _command(self) -> list[str]:
        settings = _ALWAYS + (() if self.hooks else _HOOKS_OFF) + (() if self.user_rules else _OURS)
        command = ["git", *(part for setting in settings for part in ("-c", setting))]
        if self.git_dir:
            command.append(f"--git-dir={self.git_dir}")
        if self.git_dir and self.is_work_tree:
            command.append(f"--work-tree={self.folder}")
        return command


def git_environment() -> dict[str, str]:
    """The user's environment for git: credential helpers and agents work, no prompt can hang, messages are English."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    kept = {
        name: value for name, value in kept.items() if not name.startswith(("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_"))
    }
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_MERGE_AUTOEDIT": "no",
    }


async def require_git(folder: Path) -> tuple[int, ...]:
    """The version of git on this machine. Raises BuildEnvironmentError when it is missing or too old."""
    words = (await Git(folder=folder).run("--version")).split()
    version = tuple(int(part) for part in words[2].split(".")[:3] if part.isdigit()) if len(words) > 2 else ()  # noqa: PLR2004 - "git version N"
    if version < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        raise BuildEnvironmentError(
            f"git {'.'.join(map(str, version)) or 'of unknown version'} is too old.",
            next_step=f"Install git {wanted} or newer.",
        )
    return version


def url_secrets(remote: str) -> tuple[str, ...]:
    """What in a remote's address must never be shown: the password, or a token in the user's place."""
    try:
        parts = urlsplit(remote)
    except ValueError:
        return ()
    if parts.scheme not in {"http", "https"}:
        return (parts.password,) if parts.password else ()
    return tuple(secret for secret in (parts.password, None if parts.password else parts.username) if secret)
