"""Every setting of `deploymend.toml`, with its default, its bounds and its meaning.

The docstring below a setting is its documentation: docs/configuration.md and the JSON Schema are made from it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from deploymend.config.checks import (
    address_without_password,
    api_address,
    author,
    branch,
    gate_rule,
    target,
    unrepeated,
)
from deploymend.core.policy import Delivery, OnFailure

Seconds = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]


class Settings(BaseModel):
    """What all groups of settings share: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_default=True)


class ProjectConfig(Settings):
    """One project to keep green: where it is deployed, and where its code is."""

    name: Name
    """The project's name or id on the platform."""
    platform: Literal["vercel"] = "vercel"
    """Who builds and serves it."""
    team: Name | None = None
    """The team's slug or id (`team_…`) that owns the project; absent for a personal account."""
    repository: Annotated[str, Field(min_length=1)] = "."
    """The git remote's address, or a checkout whose `origin` it is; a relative path counts from this file's folder."""
    branches: Annotated[tuple[Annotated[str, AfterValidator(branch)], ...], AfterValidator(unrepeated)] = ()
    """The branches to keep green; empty means the platform's production branch."""
    delivery: Delivery = Delivery.PUSH
    """`push` puts a proved repair straight on the branch; `preview-first` lets the platform build it on a side branch
    before, and the branch only ever receives commits that were green there."""


class RecoveryConfig(Settings):
    """How hard to try before a person is called."""

    max_attempts: Annotated[Count, Field(ge=0, le=10)] = 3
    """Delivered repairs and redeploys for one failure; 0 only diagnoses and tells."""
    cooldown_seconds: Annotated[Seconds, Field(ge=0, le=86_400)] = 120.0
    """The pause between the end of one attempt and the start of the next; 0 goes on at once."""
    on_failure: OnFailure = OnFailure.LEAVE
    """What becomes of deploymend's own commits after the last failed attempt: `leave` them (the message holds the
    command to undo them), or `revert` them."""
    authors: Annotated[tuple[Annotated[str, AfterValidator(author)], ...], AfterValidator(unrepeated)] = ()
    """E-mail addresses whose commits may be repaired unattended; empty means everybody the platform itself builds for.
    Commits from forks are never repaired unattended."""
    max_proposals_per_attempt: Annotated[Count, Field(ge=1, le=50)] = 8
    """How many proposals may fail the gate or the proof here, without a push, before the attempt is given up."""


class WatchConfig(Settings):
    """How deployments are followed."""

    check_interval_seconds: Annotated[Seconds, Field(ge=0.05, le=3_600)] = 30.0
    """The longest pause between two looks at the platform; a young deployment is looked at more often."""
    max_wait_seconds: Annotated[Seconds, Field(gt=0, le=86_400)] = 600.0
    """How long a deployment may take from the moment it appeared; later it counts as stuck."""
    deployment_timeout_seconds: Annotated[Seconds, Field(gt=0, le=86_400)] = 300.0
    """How long a pushed commit may stay without any deployment before that is told."""

    @model_validator(mode="after")
    def _looks_at_least_once(self) -> WatchConfig:
        for name in ("max_wait_seconds", "deployment_timeout_seconds"):
            if self.check_interval_seconds > getattr(self, name):
                msg = f"check_interval_seconds must not be longer than {name}: it would run out before the second look"
                raise ValueError(msg)
        return self


class NotifyConfig(Settings):
    """Who is told, and of what."""

    targets: Annotated[tuple[Annotated[str, AfterValidator(target)], ...], AfterValidator(unrepeated)] = ("console",)
    """`console`, or `$NAME`: the environment variable that holds an Apprise address (Slack, mail, and some hundred
    others). The addresses hold credentials, so they never stand in this file."""
    success: StrictBool = True
    """Tell of each recovered deployment, and of each green one that `sync` followed."""
    failure: StrictBool = True
    """Tell once when the attempts are used up, or when only a person can help."""
    silent_recovery: StrictBool = True
    """Say nothing while attempts are under way. False tells of each attempt."""


class GateConfig(Settings):
    """What a repair may do that is otherwise refused. Each opened rule is named in the messages it affects."""

    allow: Annotated[tuple[Annotated[str, AfterValidator(gate_rule)], ...], AfterValidator(unrepeated)] = ()
    """Names of gate rules to open; a refusal says the name of its rule."""
    max_files: Annotated[Count, Field(ge=1, le=1_000)] = 20
    """The most files that one repair may change."""
    max_changed_lines: Annotated[Count, Field(ge=1, le=100_000)] = 400
    """The most lines that one repair may add and remove, together; lockfiles have a bound of their own."""


class MemoryConfig(Settings):
    """Where the Markdown memory is written."""

    folder: Path | None = None
    """The folder to hold `memory/…`; absent means the state folder. A relative path counts from this file's folder."""


class StorageConfig(Settings):
    """Where incidents are kept."""

    database_url: Annotated[str, AfterValidator(address_without_password)] | None = None
    """Absent means SQLite in the state folder. Otherwise a `sqlite:///…` or `postgresql://…` address without a
    password, or `$NAME`: the environment variable that holds one."""


class VercelConfig(Settings):
    """How Vercel is reached. Its token comes from VERCEL_TOKEN in the environment or the keyring, never from here."""

    api_url: Annotated[str, AfterValidator(api_address)] = "https://api.vercel.com"
    """Where its API is; the environment variable VERCEL_API_URL wins over it. Plain http only on this machine."""


class Config(Settings):
    """All of `deploymend.toml`."""

    projects: tuple[ProjectConfig, ...] = ()
    recovery: RecoveryConfig = RecoveryConfig()
    watch: WatchConfig = WatchConfig()
    notify: NotifyConfig = NotifyConfig()
    gate: GateConfig = GateConfig()
    memory: MemoryConfig = MemoryConfig()
    storage: StorageConfig = StorageConfig()
    vercel: VercelConfig = VercelConfig()

    @model_validator(mode="after")
    def _each_branch_has_one_keeper(self) -> Config:
        seen: set[tuple[str, str | None, str]] = set()
        for project in self.projects:
            key = (project.platform, project.team, project.name)
            if key in seen:
                msg = f"the project {project.name!r} stands here twice: put all its branches into one [[projects]]"
                raise ValueError(msg)
            seen.add(key)
        return self
