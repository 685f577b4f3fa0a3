"""What the loopback Vercel remembers, as frozen records. Times (`_ms`) are milliseconds since 1970 UTC, as on the wire.

A record never changes: `Account.change_…` stores a new one. Field names are ours; `wire.py` turns them into Vercel's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

SETTING_NAMES = (
    "framework",
    "nodeVersion",
    "buildCommand",
    "installCommand",
    "devCommand",
    "outputDirectory",
    "rootDirectory",
    "commandForIgnoringBuildStep",
)
"""The settings that a PATCH may set, by their wire names (vercel.com/docs/rest-api, "Update an existing project")."""

ALL_TARGETS = ("production", "preview", "development")


class ReadyState(StrEnum):
    """Where a deployment stands, in Vercel's words."""

    QUEUED = "QUEUED"
    INITIALIZING = "INITIALIZING"
    BUILDING = "BUILDING"
    READY = "READY"
    ERROR = "ERROR"
    CANCELED = "CANCELED"
    BLOCKED = "BLOCKED"
    DELETED = "DELETED"

    @property
    def final(self) -> bool:
        """True when nothing changes it any more."""
        return self not in (ReadyState.QUEUED, ReadyState.INITIALIZING, ReadyState.BUILDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit at the tip of a branch."""

    sha: str
    ref: str
    message: str = ""
    author_name: str = ""
    author_email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentVariable:
    """A variable given to builds. Its value is never listed; a `sensitive` one, from 32 characters on, is masked in
    logs.
    """

    key: str
    value: str
    targets: tuple[str, ...] = ALL_TARGETS
    type: str = "encrypted"
    id: str = ""
    created_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project and the bare git repository it is tied to."""

    id: str
    name: str
    repository: str
    """The path of the bare repository."""
    organization: str = "acme"
    repository_name: str = ""
    repository_id: int = 0
    production_branch: str = "main"
    created_ms: int = 0
    settings: dict[str, str | None] = field(default_factory=dict)
    environment: tuple[EnvironmentVariable, ...] = ()
    allowed_authors: tuple[str, ...] = ()
    """E-mail addresses whose commits are built; empty: anybody's."""
    tips: dict[str, str] = field(default_factory=dict)
    """Branch -> the newest commit that was seen there."""
    production_id: str | None = None
    """The deployment that the production domain serves."""
    pinned: bool = False
    """True after a rollback: new production deployments do not go live until one is promoted."""
    last_alias_request: dict[str, str | int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One build of one commit."""

    id: str
    name: str
    project_id: str
    slug: str
    """`storefront-x7k2m9q4a`: the deployment's host name, without the domain."""
    created_ms: int
    commit: Commit
    target: str | None = None
    """`production`, or None for a preview."""
    source: str = "git"
    state: ReadyState = ReadyState.QUEUED
    use_cache: bool = True
    meta: dict[str, str] = field(default_factory=dict)
    build_id: str = ""
    building_ms: int | None = None
    ready_ms: int | None = None
    error_ms: int | None = None
    canceled_ms: int | None = None
    deleted_ms: int | None = None
    error_code: str | None = None
    error_message: str | None = None
    error_step: str | None = None
    error_link: str | None = None
    state_reason: str | None = None
    substate: str | None = None
    out_of_memory: bool = False
    alias_assigned_ms: int | None = None
    alias_error: dict[str, str] | None = None
    aliases: tuple[str, ...] = ()
    seat_block: dict[str, str | bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where to tell what happens. `events` are names like `deployment.error`; no `project_ids` means every project."""

    id: str
    url: str
    secret: str
    events: tuple[str, ...]
    project_ids: tuple[str, ...] = ()
    created_ms: int = 0
