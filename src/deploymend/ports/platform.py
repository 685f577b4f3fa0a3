"""What builds and serves commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from deploymend.core.model import BuildLog, Deployment, ProjectSettings


class Platform(Protocol):
    """One project on a platform that builds and serves commits."""

    async def list_deployments(
        self,
        *,
        branch: str | None = None,
        commit_sha: str | None = None,
        since: datetime | None = None,
        limit: int = 20,
    ) -> Sequence[Deployment]:
        """The newest deployments first, at most `limit`, all pages read. Filters are exact; `since` is inclusive."""
        ...

    async def get_deployment(self, deployment_id: str) -> Deployment:
        """One deployment. Raises NotFoundError when the platform does not know it (any more)."""
        ...

    async def read_log(self, deployment_id: str) -> BuildLog:
        """The whole build log, read until two reads agree or its last line is there; empty when nothing was built."""
        ...

    async def redeploy(self, deployment: Deployment, *, key: str) -> Deployment:
        """Build the same commit again without build cache. With the same `key` twice, the first one's deployment
        returns.

        Raises QuotaError when the platform will not build more for now.
        """
        ...

    async def settings(self) -> ProjectSettings:
        """What the platform knows about building this project, environment variable names included, values never."""
        ...


class Cancels(Protocol):
    """A platform that can stop a running build."""

    async def cancel(self, deployment_id: str) -> Deployment:
        """Stop it. A finished deployment is returned as it is."""
        ...


class Promotes(Protocol):
    """A platform that can point its production domains at another deployment."""

    async def promote(self, deployment_id: str) -> None:
        """Make this deployment production."""
        ...

    async def roll_back(self, deployment_id: str) -> None:
        """Serve this earlier production deployment again. New pushes then no longer go live by themselves on Vercel."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFinding:
    """One thing looked at by `doctor`: `level` is `ok`, `warning`, `problem` or `off`; `cure` says what to do."""

    level: str
    subject: str
    text: str
    cure: str = ""


class Inspects(Protocol):
    """A plug-in that can say whether it is set up well, for `deploymend doctor`. It never raises for what it can
    report.
    """

    async def inspect(self) -> Sequence[AccessFinding]:
        """Findings, in the order a person should read them."""
        ...
