"""Which package manager a platform uses, and in which version: decided by the lockfile.

Source: vercel.com/docs/package-managers. Walk up from the root directory; the first folder with any lockfile decides.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

LOCKFILES: tuple[tuple[str, str], ...] = (
    ("yarn.lock", "yarn"),
    ("pnpm-lock.yaml", "pnpm"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
)
"""Name and manager, the one that wins first; bun's beside a yarn.lock win over it (bun writes one for others)."""

PNPM_10_SINCE = datetime(2025, 2, 27, 20, 0, tzinfo=UTC)
"""Projects created from then on build a lockfile of version 9.0 with pnpm 10, older ones with pnpm 9."""

_PNPM_BY_LOCK = {"5.3": "6", "5.4": "7", "6.0": "8", "6.1": "8", "7.0": "9"}
_YARN_BY_LOCK = {"4": "2", "5": "2", "6": "3", "7": "3"}
_HEAD_CHARS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerChoice:
    """The manager, the lockfile that decided, the version that wrote it, why, and what is odd about it."""

    manager: str
    version: str | None
    lockfile: str | None
    reason: str
    warnings: tuple[str, ...] = ()


def choose_manager(
    files: Collection[str],
    read: Callable[[str], str | None],
    directory: str,
    package_manager: str | None,
    created_at: datetime | None,
) -> ManagerChoice:
    """By the nearest lockfile; npm without one. `package_manager` is package.json's field of that name."""
    for folder in walk_up(directory):
        found = [(name, manager) for name, manager in LOCKFILES if posixpath.join(folder, name) in files]
        if not found:
            continue
        name, manager = _winner(found)
        path = posixpath.join(folder, name)
        head = (read(path) or "")[:_HEAD_CHARS]
        version, warnings = _exact(manager, _version_of(manager, head, created_at), package_manager)
        extra = tuple(other for other, its in found if its != manager)
        if extra:
            warnings += (f"Several lockfiles: {path} decides, {', '.join(extra)} beside it is ignored.",)
        return ManagerChoice(
            manager=manager, version=version, lockfile=path, reason=f"{manager}: {path} decides", warnings=warnings
        )
    warning = "No lockfile: every build may get other versions. Commit one."
    return ManagerChoice(
        manager="npm", version=None, lockfile=None, reason="npm: there is no lockfile", warnings=(warning,)
    )


def walk_up(directory: str) -> tuple[str, ...]:
    """The folder and all above it, up to the repository's root (the empty string)."""
    folders = [directory]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    return tuple(folders)


def _winner(found: list[tuple[str, str]]) -> tuple[str, str]:
    managers = [manager for _, manager in found]
    if "yarn" in managers and "bun" in managers:
        return found[managers.index("bun")]
    return found[0]


def _version_of(manager: str, head: str, created_at: datetime | None) -> str | None:
    if manager == "pnpm":
        match = re.search(r"^lockfileVersion:\s*['\"]?(\d{1,4}(?:\.\d{1,4})?)", head, re.MULTILINE)
        if match and match.group(1) in _PNPM_BY_LOCK:
            return _PNPM_BY_LOCK[match.group(1)]
        return "9" if created_at is not None and created_at < PNPM_10_SINCE else "10"
    if manager == "yarn":
        match = re.search(r"^__metadata:\s*\n\s+version:\s*['\"]?(\d{1,4})", head, re.MULTILINE)
        return _YARN_BY_LOCK.get(match.group(1), "4") if match else "1"
    return "1" if manager == "bun" else None


def _exact(manager: str, version: str | None, package_manager: str | None) -> tuple[str | None, tuple[str, ...]]:
    """package.json's exact version where the manager would switch to it: yarn, and pnpm since it writes locks of 9.0.

    Older pnpm does not read the field, and the platform then takes the newest release of the lock's major.
    """
    match = re.match(r"^(npm|pnpm|yarn|bun)@(\d{1,6}(?:\.\d{1,6}){0,2})", package_manager or "")
    if match is None:
        return version, ()
    name, exact = match.group(1), match.group(2)
    if name != manager:
        said = f'package.json "packageManager" names {name}, but the lockfile is {manager}\'s: the lockfile decides.'
        return version, (said,)
    major = exact.split(".")[0]
    switches = major == version if manager == "yarn" else manager == "pnpm" and _writes_lock_9(major, version)
    return (exact if switches else version), ()


def _writes_lock_9(major: str, version: str | None) -> bool:
    """True where only package.json can tell: pnpm 9 and all newer ones write the same lockfile version."""
    return version in ("9", "10") and int(major) >= 9  # noqa: PLR2004 - the first pnpm with that format
