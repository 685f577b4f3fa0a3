"""Who may call: a bearer token, and the team's id or slug for the team's resources."""

from __future__ import annotations

import hmac

from starlette.requests import Request

from deploymend.loopback.account import Account, Owner
from deploymend.loopback.refusal import ApiRefusal


def require_token(request: Request, owner: Owner) -> None:
    """403 for a missing or wrong token, as the real API answers (its reference says 401)."""
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {owner.token}".encode()):
        raise ApiRefusal(403, "forbidden", "Not authorized", invalidToken=True)


def in_team(request: Request, account: Account) -> bool:
    """True when the call names the team; False when it names none, so that it means the empty personal account.

    Raises the 403 that the real API gives for a team that the token does not reach.
    """
    team_id, slug = request.query_params.get("teamId"), request.query_params.get("slug")
    if team_id is None and slug is None:
        return False
    if team_id in (None, account.owner.team_id) and slug in (None, account.owner.team_slug):
        return True
    raise ApiRefusal(
        403,
        "forbidden",
        f'Not authorized: Trying to access resource under scope "{slug or team_id}". You must re-authenticate to this '
        "scope or use a token with access to this scope.",
    )
