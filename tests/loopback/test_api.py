"""The calls on deployments and projects, and who may make them."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from deploymend.loopback import ProjectWish


async def add(api: Any, **fields: object) -> str:
    """Arrange a deployment; its id."""
    body = {"project": "shop", "state": "READY", "sha": "a" * 40} | fields
    return str((await api.call("POST", "/_loopback/deployments", body, status=201))["id"])


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
@pytest.mark.parametrize("path", ["/v7/deployments", "/_loopback/faults", "/v2/user"])
async def test_a_missing_or_wrong_token_is_403(api: Any, headers: dict[str, str], path: str) -> None:
    """Every call needs the token, the control endpoints too, and says no in Vercel's envelope."""
    async with httpx2.AsyncClient(base_url=api.server.url, trust_env=False) as stranger:
        answer = await stranger.get(path, params={"slug": api.server.team}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"
    assert answer.json()["error"]["invalidToken"] is True


async def test_without_the_team_nothing_is_there(api: Any) -> None:
    """A token of a whole account sees the empty personal account until the call names the team; another team is 403."""
    added = await add(api)
    assert (await api.client.get("/v7/deployments")).json()["deployments"] == []
    assert (await api.client.get("/v10/projects")).json()["projects"] == []
    assert (await api.client.get(f"/v13/deployments/{added}")).status_code == 404
    other = await api.client.get("/v7/deployments", params={"teamId": "team_other"})
    assert (other.status_code, other.json()["error"]["code"]) == (403, "forbidden")
    by_id = await api.client.get("/v7/deployments", params={"teamId": api.server.parts.account.owner.team_id})
    assert [found["uid"] for found in by_id.json()["deployments"]] == [added]


async def test_who_am_i(api: Any) -> None:
    """The token's user and its team can be asked for, by id and by slug."""
    assert (await api.call("GET", "/v2/user"))["user"]["username"] == "you"
    (team,) = (await api.call("GET", "/v2/teams"))["teams"]
    assert await api.call("GET", f"/v2/teams/{team['id']}") == await api.call("GET", f"/v2/teams/{team['slug']}")
    await api.call("GET", "/v2/teams/other", status=403)


async def test_a_list_item_and_a_single_one_differ_as_on_vercel(api: Any) -> None:
    """`uid/created/state` in lists, `id/createdAt/status` alone; previews have target null."""
    added = await add(api, target="preview")
    (item,) = await api.deployments()
    assert (item["uid"], item["state"], item["target"]) == (added, "READY", None)
    assert "id" not in item
    alone = await api.call("GET", f"/v13/deployments/{added}")
    assert (alone["id"], alone["status"], alone["createdAt"]) == (added, "READY", item["created"])
    assert (alone["aliasAssigned"], alone["gitSource"]["sha"]) == (True, "a" * 40)
    assert "uid" not in alone


@pytest.mark.parametrize("prefix", ["/v6", "/v13", "/v3/now"])
async def test_any_version_and_every_name_of_a_deployment(api: Any, prefix: str) -> None:
    """Old versions and `now/` paths live on; a deployment answers to its id, its host and its address."""
    added = await add(api)
    slug = (await api.call("GET", f"{prefix}/deployments/{added}"))["url"].rsplit("/", 1)[-1]
    assert (await api.call("GET", f"{prefix}/deployments/{slug}"))["id"] == added
    assert (await api.call("GET", f"{prefix}/deployments/get", url=f"{slug}.vercel.app"))["id"] == added
    unknown = await api.call("GET", f"{prefix}/deployments/dpl_unknown", status=404)
    assert unknown["error"]["code"] == "not_found"


async def test_pages_hold_every_deployment_once(api: Any) -> None:
    """`until=<next>` walks through all, newest first; the last page has no next."""
    ids = [await add(api, sha=f"{number:040x}") for number in range(7)]
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    for _ in range(10):
        page = await api.call("GET", "/v7/deployments", **query)
        seen += [found["uid"] for found in page["deployments"]]
        if page["pagination"]["next"] is None:
            break
        query["until"] = page["pagination"]["next"]
    assert seen == ids[::-1]


async def test_filters(api: Any) -> None:
    """Project, state, target, branch, sha, times and meta narrow the list; nonsense is a 400."""
    red = await add(api, state="ERROR", sha="b" * 40, branch="fix", target="preview", created_ms=1_000)
    green = await add(api, created_ms=2_000)
    wanted: dict[str, list[Any]] = {
        red: [{"state": "ERROR,canceled"}, {"branch": "fix"}, {"sha": "b" * 40}, {"until": 2_000}, {"to": 1_500},
              {"meta-githubCommitRef": "fix"}],
        green: [{"target": "production"}, {"since": 2_000}, {"from": 1_001}, {"state": "READY"}],
    }  # fmt: skip
    for expected, queries in wanted.items():
        for query in queries:
            assert [found["uid"] for found in await api.deployments(**query)] == [expected], query
    assert await api.deployments(projectId="other") == []
    for query in ({"limit": 0}, {"limit": 101}, {"limit": "x"}, {"since": "yesterday"}):
        assert (await api.call("GET", "/v7/deployments", status=400, **query))["error"]["code"] == "bad_request"


async def test_creating_needs_a_source_that_exists(api: Any, clone: Any) -> None:
    """A POST without name, with an unknown deployment, project or commit, or with broken JSON is refused clearly."""
    clone.push()
    refused: list[tuple[object, int]] = [
        ({}, 400),
        ({"name": "shop"}, 400),
        ({"name": "shop", "deploymentId": "dpl_x"}, 404),
        ({"name": "other", "gitSource": {"ref": "main"}}, 404),
        ({"name": "shop", "gitSource": {"ref": "main", "sha": "f" * 40}}, 400),
        ({"name": "shop", "gitSource": {"ref": "main"}, "meta": {"a": 1}}, 400),
        ([1], 400),
    ]
    for body, status in refused:
        assert "error" in await api.call("POST", "/v13/deployments", body, status=status), body
    broken = await api.client.post("/v13/deployments", content=b"{", params={"slug": api.server.team})
    assert broken.status_code == 400


async def test_the_same_commit_is_built_again_only_by_force(api: Any, clone: Any) -> None:
    """Without forceNew the deployment that is there is the answer; with it, the commit is built anew."""
    sha = clone.push()
    first = await api.finished(sha)
    body = {"name": "shop", "target": "production", "gitSource": {"ref": "main", "sha": sha}}
    assert (await api.call("POST", "/v13/deployments", body))["id"] == first["uid"]
    again = await api.call("POST", "/v13/deployments", body, forceNew=1)
    assert again["id"] != first["uid"]
    assert again["source"] == "api-trigger-git-deploy"


async def test_a_redeploy_keeps_the_commit_unless_the_latest_is_wanted(api: Any, clone: Any) -> None:
    """`deploymentId` rebuilds that commit; with `withLatestCommit` the branch's tip."""
    old = await api.finished(clone.push("one"))
    new_sha = clone.push("two")
    await api.finished(new_sha)
    body = {"name": "shop", "deploymentId": old["uid"], "target": "production", "meta": {"action": "redeploy"}}
    same = await api.call("POST", "/v13/deployments", body, forceNew=1)
    assert (same["source"], same["meta"]["action"]) == ("redeploy", "redeploy")
    assert same["meta"]["githubCommitSha"] == old["meta"]["githubCommitSha"]
    await api.until(lambda found: found["uid"] == same["id"] and found["state"] == "READY")
    latest = await api.call("POST", "/v13/deployments", body | {"withLatestCommit": True}, forceNew=1)
    assert latest["meta"]["githubCommitSha"] == new_sha


async def test_a_deleted_deployment_is_gone(api: Any) -> None:
    """After DELETE it is 404, its log 410, and lists leave it out."""
    added = await add(api, log="a line")
    await api.call("DELETE", f"/v13/deployments/{added}")
    await api.call("GET", f"/v13/deployments/{added}", status=404)
    await api.call("GET", f"/v3/deployments/{added}/events", status=410)
    assert await api.deployments() == []


async def test_project_settings_can_be_read_and_changed(api: Any) -> None:
    """PATCH changes known settings, null resets one, anything else is a 400 and changes nothing."""
    path = "/v9/projects/shop"
    await api.call("PATCH", path, {"nodeVersion": "22.x", "rootDirectory": "web"})
    await api.call("PATCH", path, {"rootDirectory": None})
    for body in ({"hosting": "x"}, {"nodeVersion": 22}):
        await api.call("PATCH", path, body, status=400)
    project = await api.call("GET", path)
    assert (project["nodeVersion"], project["rootDirectory"]) == ("22.x", None)
    assert (project["link"]["type"], project["link"]["productionBranch"]) == ("github", "main")
    assert await api.call("GET", f"/v9/projects/{project['id']}") == project
    await api.call("GET", "/v9/projects/other", status=404)


async def test_variables_are_listed_without_values(api: Any, clone: Any) -> None:
    """Names, types and targets; no answer holds a value."""
    wish = ProjectWish(
        name="shop",
        repo=str(clone.remote),
        environment={"API_KEY": "value-one", "DATABASE_URL": "value-two"},
        sensitive=["API_KEY"],
    )
    await api.server.control.add_project(wish)
    answer = await api.call("GET", "/v10/projects/shop/env", decrypt="false")
    assert [(each["key"], each["type"]) for each in answer["envs"]] == [
        ("API_KEY", "sensitive"),
        ("DATABASE_URL", "encrypted"),
    ]
    assert "value-" not in str(answer) + str(await api.call("GET", "/v9/projects/shop"))


async def test_after_a_rollback_new_builds_do_not_go_live(api: Any, clone: Any) -> None:
    """A rollback pins production: the next green build is STAGED; promoting it makes pushes go live again."""
    old = await api.finished(clone.push("old", site={"index.html": "old"}))
    await api.finished(clone.push("new", site={"index.html": "new"}))
    await api.call("POST", f"/v1/projects/shop/rollback/{old['uid']}", {}, status=201)
    assert (await api.client.get("/_site/shop/")).text == "old"
    staged = await api.finished(clone.push("newer", site={"index.html": "newer"}))
    assert (staged["readySubstate"], staged["aliasAssigned"]) == ("STAGED", None)
    assert (await api.client.get("/_site/shop/")).text == "old"
    await api.call("POST", f"/v10/projects/shop/promote/{staged['uid']}", {}, status=201)
    assert (await api.client.get("/_site/shop/")).text == "newer"
    assert (await api.call("GET", "/v9/projects/shop"))["lastAliasRequest"]["type"] == "promote"
    live = await api.finished(clone.push("newest", site={"index.html": "newest"}))
    assert live["readySubstate"] == "PROMOTED"


async def test_only_ready_production_deployments_are_promoted(api: Any) -> None:
    """A preview, a red one and an unknown one are refused."""
    preview, red = await add(api, target="preview"), await add(api, state="ERROR")
    for added, status in ((preview, 400), (red, 400), ("dpl_x", 404)):
        await api.call("POST", f"/v10/projects/shop/promote/{added}", {}, status=status)


async def test_aliases_and_builds_of_a_deployment(api: Any) -> None:
    """A live deployment has its aliases, one that is not live has none; each has its build."""
    live, dark = await add(api), await add(api, state="ERROR")
    (alias,) = (await api.call("GET", f"/v2/deployments/{live}/aliases"))["aliases"]
    assert alias["alias"] == "shop"
    assert (await api.call("GET", f"/v2/deployments/{dark}/aliases"))["aliases"] == []
    assert [each["alias"] for each in (await api.call("GET", "/v4/aliases", projectId="shop"))["aliases"]] == ["shop"]
    (build,) = (await api.call("GET", f"/v11/deployments/{live}/builds"))["builds"]
    assert build["id"].startswith("bld_")


async def test_unknown_addresses_are_404_in_the_envelope(api: Any) -> None:
    """Nothing else is there, and it says so in JSON."""
    assert (await api.call("GET", "/v9/nothing", status=404))["error"]["code"] == "not_found"
    assert (await api.call("POST", "/v2/user", status=405))["error"]["code"] == "method_not_allowed"


async def test_control_refuses_what_makes_no_sense(api: Any, clone: Any) -> None:
    """Fields that are missing or unknown to the control endpoints, and repositories that are none, are told."""
    clone.push()
    refused: list[tuple[str, object, int]] = [
        ("projects", {"name": "x"}, 400),
        ("projects", {"name": "a/b", "repo": str(clone.remote)}, 400),
        ("projects", {"name": "x", "repo": "/nowhere"}, 400),
        ("projects", {"name": "x", "repo": str(clone.folder)}, 400),
        ("deployments", {"project": "other", "state": "READY", "sha": "a"}, 400),
        ("deployments", {"project": "shop", "state": "GREEN", "sha": "a"}, 400),
        ("faults", {"name": "no-such-fault"}, 400),
        ("faults", {"name": "slow", "count": 0}, 400),
    ]
    for where, body, status in refused:
        answer = await api.call("POST", f"/_loopback/{where}", body, status=status)
        assert answer["error"]["message"], body
    assert len((await api.call("GET", "/v10/projects"))["projects"]) == 1
