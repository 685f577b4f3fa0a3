"""Vercel's webhooks: is a delivery genuine, and what does it tell (vercel.com/docs/webhooks/webhooks-api).

A delivery names a deployment but carries neither its error nor its log, can come twice and out of order: take it as a
hint to look, and drop an `id` that was seen before.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from deploymend.errors import ServiceError
from deploymend.platforms.vercel.fields import moment, record, text

_LARGEST_BYTES = 1_000_000
_NEXT_STEP = "Check that this address receives Vercel's webhooks only, and that nothing on the way changes the body."


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """One delivery. `type` is in today's spelling (`deployment.error`); None where the delivery does not say."""

    id: str
    type: str
    created_at: datetime | None = None
    team_id: str | None = None
    project_id: str | None = None
    deployment_id: str | None = None
    target: str | None = None
    """`production`, `preview` or another environment's name; None when it is not about a deployment."""
    commit_sha: str | None = None
    branch: str | None = None


def verify_signature(raw: bytes, header: str | None, secret: str) -> bool:
    """True when `header` (`x-vercel-signature`) is the HMAC-SHA1 of the raw body with the webhook's secret, in hex.

    `raw` must be the bytes as received: JSON written again has another signature. Takes the same time whatever
    differs. An empty secret never verifies.
    """
    if not secret or not header:
        return False
    expected = hmac.new(secret.encode(), raw, hashlib.sha1).hexdigest()
    return hmac.compare_digest(expected.encode(), header.strip().encode())


def parse_webhook(raw: bytes) -> WebhookEvent:
    """What a delivery tells. Raises ServiceError for a body that is not one of Vercel's deliveries."""
    document = record(_parse(raw))
    identity, kind = text(document, "id"), text(document, "type")
    if identity is None or kind is None:
        raise ServiceError("A webhook delivery without `id` or `type` is not one of Vercel's.", next_step=_NEXT_STEP)
    payload = record(document.get("payload"))
    deployment = record(payload.get("deployment"))
    meta = record(deployment.get("meta"))
    deployment_id = text(deployment, "id", "uid") or text(payload, "deploymentId")
    return WebhookEvent(
        id=identity,
        type=todays_type(kind),
        created_at=moment(document, "createdAt"),
        team_id=text(record(payload.get("team")), "id") or text(payload, "teamId"),
        project_id=text(record(payload.get("project")), "id") or text(payload, "projectId"),
        deployment_id=deployment_id,
        target=(text(payload, "target") or "preview") if deployment_id else None,
        commit_sha=text(meta, "githubCommitSha", "gitlabCommitSha", "bitbucketCommitSha", "gitCommitSha"),
        branch=text(meta, "githubCommitRef", "gitlabCommitRef", "bitbucketCommitRef", "gitCommitRef"),
    )


def todays_type(kind: str) -> str:
    """An event's name in today's spelling: webhooks made long ago still send `deployment-error` or `deployment`."""
    if "." in kind:
        return kind
    return "deployment.created" if kind == "deployment" else kind.replace("-", ".")


def _parse(raw: bytes) -> object:
    if len(raw) > _LARGEST_BYTES:
        raise ServiceError(f"A webhook delivery of {len(raw):,} bytes is not one of Vercel's.", next_step=_NEXT_STEP)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ServiceError("A webhook delivery is not JSON.", next_step=_NEXT_STEP) from error
