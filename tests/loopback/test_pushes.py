"""A push makes a deployment, as on the real platform."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from deploymend.loopback import ProjectWish


async def test_a_push_to_the_production_branch_goes_live(api: Any, clone: Any) -> None:
    """A pushed commit is built, becomes READY, and a moment later the production domain serves it."""
    sha = clone.push("Add prices", site={"index.html": "<h1>prices</h1>"})
    live = await api.finished(sha)
    assert (live["state"], live["target"], live["source"]) == ("READY", "production", "git")
    page = await api.client.get(f"{api.server.url}/_site/shop/")
    assert page.text == "<h1>prices</h1>"
    assert (await api.client.get(live["url"], follow_redirects=True)).text == "<h1>prices</h1>"


async def test_a_push_to_another_branch_is_a_preview(api: Any, clone: Any) -> None:
    """Other branches have target null, serve at the branch's alias and leave production alone."""
    await api.finished(clone.push(site={"index.html": "production"}))
    preview = await api.finished(clone.push(branch="fix/cart", site={"index.html": "preview"}))
    assert preview["target"] is None
    assert (await api.client.get(f"{api.server.url}/_site/shop-git-fix-cart/")).text == "preview"
    assert (await api.client.get(f"{api.server.url}/_site/shop/")).text == "production"
    assert await api.deployments(target="preview") == []


async def test_the_commit_is_described_in_text(api: Any, clone: Any) -> None:
    """`meta` holds the commit's facts, all of them as text."""
    sha = clone.push("Fix the cart\n\nLonger story", email="ada@example.com")
    meta = (await api.finished(sha))["meta"]
    assert meta["githubCommitSha"] == sha
    assert meta["githubCommitRef"] == "main"
    assert meta["githubCommitMessage"] == "Fix the cart\n\nLonger story"
    assert (meta["githubCommitAuthorName"], meta["githubCommitAuthorLogin"]) == ("Ada", "ada")
    assert all(isinstance(value, str) for value in meta.values())


async def test_the_same_commit_on_two_branches_is_built_for_each(api: Any, clone: Any) -> None:
    """A commit that was green as a preview is built again when the production branch gets it."""
    sha = clone.push(branch="deploymend/fix")
    await api.finished(sha)
    clone.git("push", "-q", "origin", f"{sha}:refs/heads/main")
    both = [await api.finished(sha, branch=branch) for branch in ("main", "deploymend/fix")]
    assert [found["target"] for found in both] == ["production", None]


async def test_a_commit_that_comes_back_is_not_built_twice(api: Any, clone: Any) -> None:
    """A branch that is set back to a commit it had makes no new deployment."""
    first = clone.push("one")
    await api.finished(first)
    await api.finished(clone.push("two"))
    clone.git("push", "-q", "-f", "origin", f"{first}:refs/heads/main")
    await api.call("POST", "/_loopback/pushed")
    assert len(await api.deployments(branch="main")) == 2


async def test_a_newer_push_cancels_the_older_build(api: Any, clone: Any) -> None:
    """A build that runs when the branch moves on is CANCELED; the newer commit is built."""
    slow = clone.push("slow", seconds=60)
    await api.until(lambda found: found["state"] == "BUILDING", sha=slow)
    quick = clone.push("quick")
    assert (await api.finished(quick))["state"] == "READY"
    assert (await api.finished(slow))["state"] == "CANCELED"


async def test_a_push_to_another_branch_cancels_nothing(api: Any, clone: Any) -> None:
    """Builds of other branches go on."""
    slow = clone.push("slow", seconds=0.5)
    await api.until(lambda found: found["state"] == "BUILDING", sha=slow)
    await api.finished(clone.push("other", branch="other"))
    assert (await api.finished(slow))["state"] == "READY"


async def test_commits_by_strangers_are_blocked(api: Any, clone: Any) -> None:
    """With a list of authors, a commit by anybody else is BLOCKED with a seatBlock and never built."""
    wish = ProjectWish(name="shop", repo=str(clone.remote), allowed_authors=["Ada@example.com"])
    await api.server.control.add_project(wish)
    assert (await api.finished(clone.push(email="ada@example.com")))["state"] == "READY"
    blocked = await api.finished(clone.push(email="bot@example.com"))
    assert blocked["state"] == "BLOCKED"
    assert blocked["seatBlock"]["blockCode"] == "COMMIT_AUTHOR_REQUIRED"
    assert await api.log(blocked["uid"]) == []


async def test_two_projects_on_one_repository_are_both_deployed(api: Any, clone: Any) -> None:
    """Each project of a repository builds every push, by its own settings and faults."""
    await api.server.control.add_project(ProjectWish(name="admin", repo=str(clone.remote)))
    await api.fault("fails", project="admin")
    sha = clone.push()
    assert (await api.finished(sha, projectId="shop"))["state"] == "READY"
    assert (await api.finished(sha, app="admin"))["state"] == "ERROR"


async def test_an_import_builds_what_is_there(stand: Any, clone: Any) -> None:
    """A new project builds its production branch as it is; other branches wait for their next push."""
    sha = clone.push()
    clone.push(branch="other")
    async with stand.running(clone.remote) as api:
        assert (await api.finished(sha))["source"] == "import"
        await asyncio.sleep(0.1)
        assert len(await api.deployments()) == 1


async def test_a_deleted_branch_and_a_missing_remote_end_nothing(api: Any, clone: Any) -> None:
    """The watch goes on after a branch is deleted and while the repository is away."""
    await api.finished(clone.push(branch="other"))
    clone.git("push", "-q", "origin", ":other")
    away = clone.remote.rename(Path(f"{clone.remote}.away"))
    await asyncio.sleep(0.1)
    away.rename(clone.remote)
    assert (await api.finished(clone.push("after")))["state"] == "READY"


async def test_tags_and_packed_refs_are_no_pushes(api: Any, clone: Any) -> None:
    """`git gc` packs the refs and a tag adds one: neither is a new tip."""
    await api.finished(clone.push())
    clone.git("tag", "v1")
    clone.git("push", "-q", "origin", "v1")
    clone.git("--git-dir", str(clone.remote), "pack-refs", "--all")
    await api.call("POST", "/_loopback/pushed")
    assert len(await api.deployments()) == 1
