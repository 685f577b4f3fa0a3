"""What Vercel tells about a project, what production serves, and what the doctor says of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploymend.core.model import ProjectSettings
from deploymend.errors import CredentialError, NotFoundError, ServiceError
from deploymend.platforms.vercel import Vercel, connect
from deploymend.shell.http import Http
from deploymend.testing.scripted_http import ScriptedService

PROJECT: dict[str, Any] = {
    "id": "prj_1",
    "name": "shop",
    "accountId": "team_1",
    "framework": "nextjs",
    "nodeVersion": "22.x",
    "rootDirectory": "apps/web",
    "buildCommand": None,
    "installCommand": "",
    "outputDirectory": None,
    "createdAt": 1_740_000_000_000,
    "link": {"type": "github", "org": "acme", "repo": "shop", "productionBranch": "main"},
    "targets": {"production": {"id": "dpl_live"}},
}
NAMES = {
    "envs": [{"key": "B", "value": "hidden-value"}, {"key": "A"}, {"key": "B", "target": "preview"}, {"key": 7}, None]
}
NEWEST = {"uid": "dpl_1", "created": 9_000, "readyState": "READY", "meta": {"githubCommitRef": "main"}}
BLOCKED = NEWEST | {"readyState": "BLOCKED"}


@dataclass
class Account(ScriptedService):
    """Answers by path: a project, its environment, its deployments."""

    http: Http | None = None

    def vercel(self, team: str | None = "team_1", **answers: Any) -> Vercel:
        """The platform; `answers` replace the usual ones by the path's last part that names them."""
        usual = {
            "project": PROJECT,
            "env": NAMES,
            "deployments": {"deployments": [NEWEST]},
            "deployment": {"id": "dpl_1", "readyState": "READY", "target": "production", "plan": "hobby"},
        } | answers

        async def answer(request: Request) -> Response:
            value = usual[_subject(request.url.path)]
            return value if isinstance(value, Response) else JSONResponse(value)

        self.answers = [answer]
        assert self.http
        return Vercel(http=self.http, project="shop", team=team, pause=self.pause)

    def posted(self) -> list[str]:
        """The paths of what was posted."""
        return [request.url.path for request in self.requests if request.method == "POST"]


def _subject(path: str) -> str:
    if path == "/v9/projects/shop":
        return "project"
    if path.endswith("/env"):
        return "env"
    if "/projects/" in path:
        return "action"
    return "deployments" if path in ("/v7/deployments", "/v13/deployments") else "deployment"


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    """A scripted Vercel account."""
    made = Account()
    async with made.serving() as url, connect("tok_1234567890", api_url=url, retries=made.retries(tries=2)) as http:
        made.http = http
        yield made


async def test_reads_settings(account: Account) -> None:
    """Everything that decides a build; an empty command is a choice, a missing one is none."""
    assert await account.vercel().settings() == ProjectSettings(
        id="prj_1",
        name="shop",
        framework="nextjs",
        root_directory="apps/web",
        install_command="",
        build_command=None,
        node_version="22.x",
        production_branch="main",
        created_at=datetime.fromtimestamp(1_740_000_000, UTC),
        environment_names=("A", "B"),
    )
    assert account.requests[1].query_params["decrypt"] == "false"


async def test_reads_all_pages_of_names(account: Account) -> None:
    """More variables than a page holds are all known."""
    first = JSONResponse({"envs": [{"key": "A"}], "pagination": {"next": 5}})
    vercel = account.vercel()
    account.answers = [
        JSONResponse(PROJECT),
        first,
        JSONResponse({"envs": [{"key": "B"}], "pagination": {"next": None}}),
    ]
    assert (await vercel.settings()).environment_names == ("A", "B")
    assert account.requests[2].query_params["until"] == "5"


@pytest.mark.parametrize("odd", [{}, [], None, {"id": 7}])
async def test_a_project_without_an_id_is_an_error(account: Account, odd: object) -> None:
    """An answer that is no project says so."""
    with pytest.raises(ServiceError, match="without an id"):
        await account.vercel(project=odd).settings()


async def test_a_refused_environment_is_no_empty_one(account: Account) -> None:
    """Names that may not be read are an error: an empty list would look like missing variables."""
    with pytest.raises(CredentialError):
        await account.vercel(env=JSONResponse({}, 403)).settings()


async def test_promotes_once(account: Account) -> None:
    """A production build is promoted; what production serves already is left alone, unless it is pinned there."""
    vercel = account.vercel(action={})
    await vercel.promote("dpl_1")
    assert account.posted() == ["/v10/projects/prj_1/promote/dpl_1"]
    serving = PROJECT | {"targets": {"production": {"id": "dpl_1"}}}
    await account.vercel(project=serving, action={}).promote("dpl_1")
    assert len(account.posted()) == 1
    await account.vercel(project=serving | {"lastAliasRequest": {"type": "rollback"}}, action={}).promote("dpl_1")
    assert len(account.posted()) == 2


async def test_a_preview_is_promoted_by_a_build(account: Account) -> None:
    """A preview has the wrong environment baked in: Vercel builds it again for production, once."""
    answers: dict[str, Any] = {"deployment": {"id": "dpl_1", "target": None, "readyState": "READY"}}
    keyed = NEWEST | {"uid": "dpl_2", "meta": {"deploymendKey": "promote:dpl_1"}}
    vercel = account.vercel(deployments={"deployments": [], "id": "dpl_2"}, **answers)
    await vercel.promote("dpl_1")
    assert account.posted() == ["/v13/deployments"]
    assert b'"target":"production"' in account.bodies[-1]
    assert b'"action":"promote"' in account.bodies[-1]
    await account.vercel(deployments={"deployments": [keyed]}, **answers).promote("dpl_1")
    assert account.posted() == ["/v13/deployments"]


async def test_rolls_back_once(account: Account) -> None:
    """An earlier deployment is served again; repeating does nothing; an unknown one is not found."""
    await account.vercel(action={}).roll_back("dpl_1")
    assert account.posted() == ["/v1/projects/prj_1/rollback/dpl_1"]
    await account.vercel(project=PROJECT | {"targets": {"production": {"id": "dpl_1"}}}).roll_back("dpl_1")
    assert len(account.posted()) == 1
    with pytest.raises(NotFoundError):
        await account.vercel(deployment=JSONResponse({}, 404)).roll_back("dpl_9")


async def levels(vercel: Vercel) -> dict[str, str]:
    """What `inspect` says: subject and level."""
    return {finding.subject: finding.level for finding in await vercel.inspect()}


async def test_a_good_project_inspects_well(account: Account) -> None:
    """Access, build, repository, environment and deployments are fine; webhooks are off on Hobby, which is said."""
    vercel = account.vercel()
    assert await levels(vercel) == {
        "vercel access": "ok",
        "vercel build": "ok",
        "vercel git": "ok",
        "vercel environment": "ok",
        "vercel deployments": "ok",
        "vercel webhooks": "off",
    }
    texts = "\n".join(finding.text for finding in await vercel.inspect())
    for words in ("shop of the team team_1", "nextjs", "apps/web", "acme/shop", "production branch main", "Hobby"):
        assert words in texts
    assert "hidden-value" not in texts


@pytest.mark.parametrize(
    ("answers", "subject", "level", "words"),
    [
        ({"project": JSONResponse({}, 403)}, "vercel access", "problem", "VERCEL_TOKEN"),
        ({"project": JSONResponse({}, 404)}, "vercel project", "problem", "team"),
        ({"project": JSONResponse({}, 500)}, "vercel access", "problem", "later"),
        ({"project": PROJECT | {"framework": None}}, "vercel build", "warning", "framework"),
        ({"project": PROJECT | {"link": None}}, "vercel git", "warning", "Connect"),
        ({"project": PROJECT | {"lastAliasRequest": {"type": "rollback"}}}, "vercel production", "warning", "Promote"),
        ({"deployments": {"deployments": []}}, "vercel deployments", "warning", "author"),
        (
            {"deployments": {"deployments": [NEWEST | {"readyState": "BLOCKED"}]}},
            "vercel deployments",
            "problem",
            "allow",
        ),
        ({"env": JSONResponse({}, 403)}, "vercel", "problem", "VERCEL_TOKEN"),
    ],
)
async def test_each_trouble_has_its_cure(
    account: Account, answers: dict[str, Any], subject: str, level: str, words: str
) -> None:
    """What is wrong is reported, never raised, with what to do about it."""
    findings = await account.vercel(**answers).inspect()
    (found,) = [finding for finding in findings if finding.subject == subject]
    assert found.level == level
    assert words in found.cure
