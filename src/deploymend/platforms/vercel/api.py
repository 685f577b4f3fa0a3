"""Calls to Vercel's API: the service as the HTTP door must know it, the team in each call, and safe identifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from deploymend.errors import ConfigurationError, CredentialError
from deploymend.shell.http import Http, Params, Recover
from deploymend.shell.http_failures import Service
from deploymend.shell.http_retries import Retries

API_URL = "https://api.vercel.com"

SERVICE = Service(
    name="Vercel",
    # 429s and 402s that do not pass by waiting a minute (vercel.com/docs/limits; codes as its command line knows them)
    quota_codes=frozenset({"builds_rate_limited", "payment_required", "api-deployments-free-per-day"}),
    credential_help="Check that VERCEL_TOKEN is valid and reaches this project, and that `team` names the team that "
    "owns it. A new token: https://vercel.com/account/settings/tokens.",
    quota_help="Vercel builds no more for now: wait until its limit resets (a day at most) or raise the plan's limit.",
)

_LARGEST_ANSWER_BYTES = 128 * 1024 * 1024
"""A log of 4 MB in very short lines, each wrapped in an event of some 300 bytes."""

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")


def connect(token: str, *, api_url: str = API_URL, retries: Retries | None = None) -> Http:
    """The way to Vercel with a token. `api_url` may point at the loopback Vercel.

    Raises CredentialError for an empty or garbled token, ConfigurationError for an address that would leak it.
    """
    value = token.strip()
    if not value:
        raise CredentialError(
            "There is no Vercel token.",
            next_step="Create one at https://vercel.com/account/settings/tokens and set VERCEL_TOKEN.",
        )
    headers = {"Authorization": f"Bearer {value}"}
    return Http(api_url, headers, service=SERVICE, retries=retries, max_body_bytes=_LARGEST_ANSWER_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Vercel's API as one team sees it. Every endpoint takes the team as a query parameter: `teamId` for an id, else
    `slug`; none for a token that is bound to a team or project (vercel.com/docs/rest-api).
    """

    http: Http
    team: str | None = None

    async def get(self, path: str, params: Params | None = None) -> object:
        """GET, with the team."""
        return await self.http.get_json(path, params=self._with_team(params))

    async def get_text(self, path: str, params: Params | None = None) -> str:
        """GET a body that may be JSON or lines of JSON, with the team."""
        answer = await self.http.get_text(path, params=self._with_team(params), accept="application/json")
        return answer.body

    async def post(
        self,
        path: str,
        body: object,
        params: Params | None = None,
        *,
        repeatable: bool = False,
        recover: Recover | None = None,
    ) -> object:
        """POST, with the team; see `Http.post_json` for `repeatable` and `recover`."""
        team = self._with_team(params)
        return await self.http.post_json(path, body, params=team, repeatable=repeatable, recover=recover)

    async def patch(self, path: str, body: object) -> object:
        """PATCH, with the team."""
        return await self.http.patch_json(path, body, params=self._with_team(None))

    def _with_team(self, params: Params | None) -> dict[str, str | int]:
        own: dict[str, str | int] = {}
        if self.team:
            own["teamId" if self.team.startswith("team_") else "slug"] = self.team
        return {**(params or {}), **own}


def deployment_segment(identifier: str) -> str:
    """What people paste for a deployment, as one safe path segment.

    Takes an id (`dpl_…`), a host name, the URL it serves at, or its page in the dashboard, whose last part is the id
    without `dpl_`. Raises ConfigurationError for anything else, so that no text can climb to another endpoint.
    """
    text = identifier.strip()
    if "://" in text:
        parts = urlsplit(text)
        steps = [step for step in parts.path.split("/") if step]
        in_dashboard = parts.hostname == "vercel.com" and len(steps) == 3  # noqa: PLR2004 - /team/project/deployment
        text = "dpl_" + steps[2].removeprefix("dpl_") if in_dashboard else parts.hostname or ""
    return _segment(text, "deployment", "an id (dpl_…) or the deployment's host name")


def project_segment(identifier: str) -> str:
    """A project's id or name as one safe path segment. Raises ConfigurationError for what can be neither."""
    return _segment(identifier.strip(), "project", "an id (prj_…) or the project's name")


def _segment(text: str, noun: str, wanted: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        shown = text[:80]
        raise ConfigurationError(f"{shown!r} is no Vercel {noun}.", next_step=f"Give {wanted}.")
    return quote(text, safe="")
