"""Finding deployments, and stopping them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploymend.core.model import Deployment
from deploymend.errors import CredentialError, NotFoundError, QuotaError, ServiceError, TransientError
from deploymend.platforms.vercel.api import Api, deployment_segment
from deploymend.platforms.vercel.fields import Record, milliseconds, record, records
from deploymend.platforms.vercel.states import DELETED, state_word
from deploymend.platforms.vercel.wire import deployment_from

_LARGEST_PAGE = 100
_SMALLEST_PAGE = 20
_MOST_PAGES = 50
_PAGE_GAP_SECONDS = 0.1
"""Between two pages, as Vercel's command line does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which deployments are looked for; None matches any. `since` is inclusive, `preview` a target like others."""

    branch: str | None = None
    commit_sha: str | None = None
    since: datetime | None = None
    target: str | None = None

    def query(self, project: str) -> dict[str, str | int]:
        """The filters that Vercel knows. A preview has no target there, so that one is sorted out here."""
        asked: dict[str, str | int | None] = {
            "projectId": project,
            "branch": self.branch,
            "sha": self.commit_sha,
            "target": None if self.target == "preview" else self.target,
            # whether Vercel includes the moment itself is not documented
            "since": milliseconds(self.since - timedelta(milliseconds=1)) if self.since else None,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def matches(self, deployment: Deployment) -> bool:
        """Checked again here: an older endpoint version ignores a filter it does not know."""
        return (
            (self.branch is None or deployment.branch == self.branch)
            and (self.commit_sha is None or deployment.commit_sha == self.commit_sha)
            and (self.since is None or deployment.created_at >= self.since)
            and (self.target is None or deployment.target == self.target)
        )


async def deployments(
    api: Api, project: str, wanted: Wanted, *, page_size: int, pause: Callable[[float], Awaitable[None]]
) -> AsyncGenerator[Deployment, None]:
    """The matching deployments, newest first, page after page for as long as they are asked for.

    Deleted ones are left out. At most 50 pages are read.
    """
    query = wanted.query(project) | {"limit": min(_LARGEST_PAGE, max(_SMALLEST_PAGE, page_size))}
    seen: set[str] = set()
    for _ in range(_MOST_PAGES):
        page = record(await api.get("/v7/deployments", query))
        for item in _fresh(page, seen, project):
            if wanted.matches(item):
                yield item
        following = record(page.get("pagination")).get("next")
        if not isinstance(following, int) or following == query.get("until"):
            return
        query["until"] = following
        await pause(_PAGE_GAP_SECONDS)


def _fresh(page: Record, seen: set[str], project: str) -> list[Deployment]:
    """A page's deployments that no earlier page had: whether `until` includes its moment is not documented."""
    items = [item for item in records(page.get("deployments")) if state_word(item) != DELETED]
    read = [deployment_from(item, project=project) for item in items]
    fresh = [item for item in read if item.id not in seen]
    seen.update(item.id for item in fresh)
    return sorted(fresh, key=lambda item: item.created_at, reverse=True)


async def get_deployment(api: Api, project: str, deployment_id: str) -> Deployment:
    """One deployment by id, host name or address. Raises NotFoundError for one that is deleted, too."""
    document = await api.get(f"/v13/deployments/{deployment_segment(deployment_id)}")
    if state_word(record(document)) == DELETED:
        raise NotFoundError(f"The deployment {deployment_id} was deleted on Vercel.")
    return deployment_from(document, project=project)


async def cancel(api: Api, project: str, deployment_id: str) -> Deployment:
    """Stop a build. A finished one is returned as it is, also when it finished at this very moment."""
    found = await get_deployment(api, project, deployment_id)
    if found.state.final:
        return found
    try:
        document = await api.patch(f"/v12/deployments/{deployment_segment(found.id)}/cancel", {})
    except (CredentialError, NotFoundError, QuotaError, TransientError):
        raise
    except ServiceError:
        now = await get_deployment(api, project, deployment_id)
        if now.state.final:
            return now
        raise
    return deployment_from(document, project=project)
