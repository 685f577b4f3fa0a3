"""Building a commit again, once per key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from deploymend.core.model import Deployment
from deploymend.platforms.vercel.api import Api
from deploymend.platforms.vercel.deployments import Wanted, deployments
from deploymend.platforms.vercel.wire import KEY_META, deployment_from

_PAGE_SIZE = 100
_OWN_TARGETS = ("production", "staging")


async def redeploy(
    api: Api,
    project: str,
    original: Deployment,
    *,
    key: str,
    pause: Callable[[float], Awaitable[None]],
    action: str = "redeploy",
    target: str | None = None,
) -> Deployment:
    """Build the original's commit again, without build cache; `target` None keeps the original's.

    The key travels in the new deployment's `meta`: where a deployment with it exists already, that one is the
    answer. Vercel's endpoint itself would build again each time it is called.
    """

    async def earlier() -> Deployment | None:
        wanted = Wanted(since=original.created_at)
        async with aclosing(deployments(api, project, wanted, page_size=_PAGE_SIZE, pause=pause)) as newer:
            async for item in newer:
                if item.key == key:
                    return item
        return None

    known = await earlier()
    if known is not None:
        return known
    body = _body(original, key=key, action=action, target=target or original.target)
    # forceNew also skips the build cache (Vercel's staff in github.com/vercel/vercel/discussions/8057)
    answer = await api.post("/v13/deployments", body, {"forceNew": "1"}, recover=earlier)
    if isinstance(answer, Deployment):
        return answer
    return replace(deployment_from(answer, project=project), key=key)


def _body(original: Deployment, *, key: str, action: str, target: str) -> dict[str, object]:
    """A preview has no target; other environments than Vercel's own two go by `customEnvironmentSlugOrId`."""
    body: dict[str, object] = {
        "deploymentId": original.id,
        "name": original.project,
        "meta": {"action": action, KEY_META: key},
    }
    if target in _OWN_TARGETS:
        body["target"] = target
    elif target != "preview":
        body["customEnvironmentSlugOrId"] = target
    return body
