"""What Vercel is asked, over real HTTP: teams, filters, pages, identifiers, and effects that happen once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploymend.core.model import Deployment, DeploymentState
from deploymend.errors import ConfigurationError, CredentialError, NotFoundError, QuotaError, TransientError
from deploymend.platforms.vercel import Vercel, connect
from deploymend.shell.http import Http
from deploymend.testing.scripted_http import ScriptedService

ORIGINAL = Deployment(
    id="dpl_1",
    project="shop",
    state=DeploymentState.ERROR,
    created_at=datetime.fromtimestamp(5, UTC),
    target="production",
)
EMPTY = JSONResponse({"deployments": [], "pagination": {"count": 0, "next": None, "prev": None}})


@dataclass
class Scripted(ScriptedService):
    """Scripted answers, and the platform that gets them."""

    http: Http | None = None

    def vercel(self, team: str | None = "team_1") -> Vercel:
        """The platform, without waiting; what it would wait is noted."""
        assert self.http
        return Vercel(http=self.http, project="shop", team=team, pause=self.pause)

    def asked(self) -> list[str]:
        """Method and path of every request."""
        return [f"{request.method} {request.url.path}" for request in self.requests]


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    """A scripted Vercel."""
    scripted = Scripted()
    async with scripted.serving() as url, connect("tok_1234567890", api_url=url, retries=scripted.retries()) as http:
        scripted.http = http
        yield scripted


def page(*uids: str, following: int | None = None, **fields: Any) -> Response:
    """A page of deployments, each a second older than the one before."""
    items = [{"uid": uid, "created": 9_000 - 1_000 * n, "readyState": "READY"} | fields for n, uid in enumerate(uids)]
    return JSONResponse({"deployments": items, "pagination": {"count": len(items), "next": following}})


@pytest.mark.parametrize(
    ("team", "sent"), [("team_1", {"teamId": "team_1"}), ("acme", {"slug": "acme"}), (None, {}), ("", {})]
)
async def test_the_team_goes_along(server: Scripted, team: str | None, sent: dict[str, str]) -> None:
    """An id is sent as `teamId`, a slug as `slug`, none for a token that knows its team."""
    server.answers = [JSONResponse({"id": "dpl_1"})]
    await server.vercel(team).get_deployment("dpl_1")
    assert dict(server.requests[0].query_params) == sent
    assert server.requests[0].headers["authorization"] == "Bearer tok_1234567890"


async def test_filters_are_sent(server: Scripted) -> None:
    """Project, branch, commit and time are asked of Vercel; `preview`, which it does not know, is not."""
    server.answers = [EMPTY]
    since = datetime(2025, 10, 6, 8, 39, 11, 860_000, tzinfo=UTC)
    await server.vercel().list_deployments(branch="main", commit_sha="a1", since=since, limit=5, target="preview")
    assert dict(server.requests[0].query_params) == {
        "projectId": "shop",
        "branch": "main",
        "sha": "a1",
        "since": "1759739951859",
        "limit": "20",
        "teamId": "team_1",
    }
    await server.vercel().list_deployments(target="production", limit=500)
    assert server.requests[1].query_params["target"] == "production"
    assert server.requests[1].query_params["limit"] == "100"


async def test_previews_are_sorted_out_here(server: Scripted) -> None:
    """A preview has no target on the wire, and asking for previews finds it."""
    server.answers = [page("dpl_a", target=None), page("dpl_b", target="production")]
    assert [d.id for d in await server.vercel().list_deployments(target="preview")] == ["dpl_a"]
    assert await server.vercel().list_deployments(target="preview") == []


async def test_reads_pages_until_there_is_none(server: Scripted) -> None:
    """Pages follow by `until` with a pause between them; a deployment that two pages show comes once."""
    server.answers = [page("a", "b", following=8_000), page("b", "c", following=7_000), page("d")]
    assert [d.id for d in await server.vercel().list_deployments(limit=50)] == ["a", "b", "c", "d"]
    assert [request.query_params.get("until") for request in server.requests] == [None, "8000", "7000"]
    assert server.waits == [0.1, 0.1]


async def test_stops_at_the_limit(server: Scripted) -> None:
    """No page is read that nobody needs."""
    server.answers = [page("a", "b", following=8_000)]
    assert [d.id for d in await server.vercel().list_deployments(limit=2)] == ["a", "b"]
    assert len(server.requests) == 1


async def test_endless_pages_end(server: Scripted) -> None:
    """A service that always points at a next page is not followed for ever."""
    server.answers = [page("a", following=8_000)]
    assert len(await server.vercel().list_deployments()) == 1
    assert len(server.requests) == 2

    async def always_more(request: Request) -> Response:
        return page(following=int(request.query_params.get("until", "9999")) - 1)

    server.answers = [always_more]
    await server.vercel().list_deployments()
    assert len(server.requests) == 52


@pytest.mark.parametrize("body", [None, [], {}, {"deployments": None}, {"deployments": [None, 7], "pagination": 3}])
async def test_an_odd_list_is_empty(server: Scripted, body: object) -> None:
    """A list that is none has no deployments, and does not stumble."""
    server.answers = [JSONResponse(body)]
    assert await server.vercel().list_deployments() == []


@pytest.mark.parametrize(
    ("pasted", "segment"),
    [
        ("dpl_1", "dpl_1"),
        (" shop-abc.vercel.app\n", "shop-abc.vercel.app"),
        ("https://shop-abc.vercel.app/some/page?x=1", "shop-abc.vercel.app"),
        ("https://vercel.com/acme/shop/9XmPCB4D", "dpl_9XmPCB4D"),
    ],
)
async def test_takes_what_people_paste(server: Scripted, pasted: str, segment: str) -> None:
    """An id, a host name, the address it serves at and its page in the dashboard all name a deployment."""
    server.answers = [JSONResponse({"id": "dpl_1"})]
    await server.vercel().get_deployment(pasted)
    assert server.asked() == [f"GET /v13/deployments/{segment}"]


@pytest.mark.parametrize("bad", ["", "..", "../v9/projects", "a/b", "a?b", "a b", "ä", "https://", "x" * 300])
async def test_no_identifier_climbs(server: Scripted, bad: str) -> None:
    """What is no identifier is refused before anything is asked; so is a project's."""
    with pytest.raises(ConfigurationError):
        await server.vercel().get_deployment(bad)
    with pytest.raises(ConfigurationError):
        Vercel(http=connect("tok_1"), project=bad)
    assert server.requests == []


async def test_a_deleted_deployment_is_not_found(server: Scripted) -> None:
    """Deleted is as good as unknown, alone (in each way Vercel says it) and in lists."""
    server.answers = [JSONResponse({"id": "d", "readyState": "DELETED"}), JSONResponse({}, 410), JSONResponse({}, 404)]
    for _ in range(3):
        with pytest.raises(NotFoundError):
            await server.vercel().get_deployment("dpl_1")
    server.answers = [page("a", readyState="DELETED")]
    assert await server.vercel().list_deployments() == []


async def test_redeploys_as_the_command_line_does(server: Scripted) -> None:
    """A redeploy names the original, carries its key, and goes past the build cache."""
    server.answers = [EMPTY, JSONResponse({"id": "dpl_2", "readyState": "QUEUED"})]
    made = await server.vercel().redeploy(ORIGINAL, key="i1/a1")
    assert (made.id, made.key, made.state) == ("dpl_2", "i1/a1", DeploymentState.QUEUED)
    assert server.asked() == ["GET /v7/deployments", "POST /v13/deployments"]
    assert server.requests[0].query_params["since"] == "4999"
    assert dict(server.requests[1].query_params) == {"forceNew": "1", "teamId": "team_1"}
    assert json.loads(server.bodies[1]) == {
        "deploymentId": "dpl_1",
        "name": "shop",
        "target": "production",
        "meta": {"action": "redeploy", "deploymendKey": "i1/a1"},
    }


@pytest.mark.parametrize(
    ("target", "sent"),
    [("preview", {}), ("staging", {"target": "staging"}), ("qa", {"customEnvironmentSlugOrId": "qa"})],
)
async def test_a_redeploy_keeps_its_target(server: Scripted, target: str, sent: dict[str, str]) -> None:
    """A preview is sent without target, a custom environment by its own field."""
    server.answers = [EMPTY, JSONResponse({"id": "dpl_2"})]
    original = Deployment(
        id="d", project="shop", state=DeploymentState.ERROR, created_at=ORIGINAL.created_at, target=target
    )
    await server.vercel().redeploy(original, key="k")
    body = json.loads(server.bodies[1])
    assert {name: body[name] for name in body if name not in ("deploymentId", "name", "meta")} == sent


async def test_a_known_key_is_not_built_again(server: Scripted) -> None:
    """Where a deployment carries the key already, nothing is posted."""
    server.answers = [page("dpl_9", meta={"deploymendKey": "i1/a1"})]
    assert (await server.vercel().redeploy(ORIGINAL, key="i1/a1")).id == "dpl_9"
    assert server.asked() == ["GET /v7/deployments"]


async def test_a_redeploy_whose_answer_was_lost_is_found(server: Scripted) -> None:
    """The POST worked but its answer did not arrive: the list is read before anything is repeated."""
    made = page("dpl_9", meta={"deploymendKey": "i1/a1"})
    server.answers = [EMPTY, JSONResponse({}, 504), made]
    assert (await server.vercel().redeploy(ORIGINAL, key="i1/a1")).id == "dpl_9"
    assert server.asked() == ["GET /v7/deployments", "POST /v13/deployments", "GET /v7/deployments"]


async def test_a_redeploy_that_did_not_happen_is_repeated(server: Scripted) -> None:
    """The POST failed and the list knows nothing: then, and only then, it is sent again."""
    server.answers = [EMPTY, JSONResponse({}, 500), EMPTY, JSONResponse({"id": "dpl_2"})]
    assert (await server.vercel().redeploy(ORIGINAL, key="i1/a1")).id == "dpl_2"
    assert server.asked().count("POST /v13/deployments") == 2


@pytest.mark.parametrize(
    ("status", "code"),
    [(402, "payment_required"), (429, "builds_rate_limited"), (429, "api-deployments-free-per-day"), (402, "other")],
)
async def test_a_quota_is_told_at_once(server: Scripted, status: int, code: str) -> None:
    """A used-up quota is neither waited out nor repeated."""
    quota = JSONResponse({"error": {"code": code, "message": "no more", "limit": {"remaining": 0}}}, status)
    server.answers = [EMPTY, quota]
    with pytest.raises(QuotaError, match="no more") as caught:
        await server.vercel().redeploy(ORIGINAL, key="k")
    assert "limit" in caught.value.next_step
    assert server.waits == []


async def test_cancels_what_runs(server: Scripted) -> None:
    """A running build is cancelled by Vercel's PATCH."""
    running, stopped = ({"id": "dpl_1", "readyState": state} for state in ("BUILDING", "CANCELED"))
    server.answers = [JSONResponse(running), JSONResponse(stopped)]
    assert (await server.vercel().cancel("dpl_1")).state is DeploymentState.CANCELED
    assert server.asked() == ["GET /v13/deployments/dpl_1", "PATCH /v12/deployments/dpl_1/cancel"]


async def test_a_build_that_ends_while_it_is_cancelled_is_no_error(server: Scripted) -> None:
    """Vercel refuses to cancel what just finished; then its state is the answer."""
    running, ready = ({"id": "dpl_1", "readyState": state} for state in ("BUILDING", "READY"))
    refusal = JSONResponse({"error": {"code": "bad_request", "message": "It has finished."}}, 400)
    server.answers = [JSONResponse(running), refusal, JSONResponse(ready)]
    assert (await server.vercel().cancel("dpl_1")).state is DeploymentState.READY


async def test_trouble_and_refusals_reach_the_caller(server: Scripted) -> None:
    """A bad token is a CredentialError with a cure; an outage is a TransientError after five tries."""
    server.answers = [JSONResponse({"error": {"code": "forbidden", "message": "Not authorized"}}, 403)]
    with pytest.raises(CredentialError) as caught:
        await server.vercel().list_deployments()
    assert "VERCEL_TOKEN" in caught.value.next_step
    server.answers = [JSONResponse({}, 502)]
    with pytest.raises(TransientError):
        await server.vercel().list_deployments()
    assert len(server.requests) == 6


@pytest.mark.parametrize("token", ["", "  ", "\n"])
def test_no_token_is_said(token: str) -> None:
    """Without a token nothing is asked; the message says where to get one."""
    with pytest.raises(CredentialError) as caught:
        connect(token)
    assert "VERCEL_TOKEN" in caught.value.next_step
