"""Reading Vercel's deployments: both spellings, every state, and nothing that makes it stumble."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.model import DeploymentState
from deploymend.errors import ServiceError
from deploymend.platforms.vercel.states import state_of
from deploymend.platforms.vercel.wire import deployment_from

META = {
    "githubCommitSha": "f" * 40,
    "githubCommitRef": "main",
    "githubCommitMessage": "Break it",
    "githubCommitAuthorName": "Ada",
    "githubCommitAuthorLogin": "ada",
    "githubCommitOrg": "acme",
    "githubCommitRepo": "shop",
    "githubOrg": "acme",
    "githubRepo": "shop",
}
LISTED: dict[str, Any] = {
    "uid": "dpl_1",
    "name": "shop",
    "url": "shop-abc.vercel.app",
    "inspectorUrl": "https://vercel.com/acme/shop/1",
    "created": 1_759_739_951_860,
    "createdAt": 1_759_739_951_860,
    "buildingAt": 1_759_739_953_000,
    "ready": 1_759_739_983_500,
    "state": "READY",
    "readyState": "READY",
    "target": "production",
    "aliasAssigned": 1_759_739_984_000,
    "source": "git",
    "meta": META,
}
SINGLE: dict[str, Any] = {
    "id": "dpl_1",
    "name": "shop",
    "url": "shop-abc.vercel.app",
    "inspectorUrl": "https://vercel.com/acme/shop/1",
    "createdAt": 1_759_739_951_860,
    "buildingAt": 1_759_739_953_000,
    "ready": 1_759_739_983_500,
    "status": "READY",
    "readyState": "READY",
    "target": "production",
    "aliasAssigned": True,
    "source": "git",
    "meta": META,
}


def test_both_spellings_read_the_same() -> None:
    """A list's item and the single deployment of the same id give the same record, with every field filled."""
    listed, single = (deployment_from(document, project="other") for document in (LISTED, SINGLE))
    assert listed == single
    assert listed.project == "shop"
    assert listed.created_at == datetime(2025, 10, 6, 8, 39, 11, 860_000, tzinfo=UTC)
    assert listed.build_seconds == 30.5
    assert listed.url == "https://shop-abc.vercel.app"
    assert (listed.branch, listed.commit_sha, listed.commit_message) == ("main", "f" * 40, "Break it")
    assert (listed.author_name, listed.author_login, listed.from_fork) == ("Ada", "ada", False)
    assert listed.live


def test_only_the_id_is_needed() -> None:
    """A deployment may lack everything but its id."""
    found = deployment_from({"uid": "dpl_2"}, project="shop")
    assert (found.id, found.project, found.target, found.live) == ("dpl_2", "shop", "preview", False)
    assert found.state is DeploymentState.BUILDING
    nothings: tuple[object, ...] = ({}, {"id": ""}, {"id": 7}, [], None, "text")
    for nothing in nothings:
        with pytest.raises(ServiceError, match="without an id"):
            deployment_from(nothing, project="shop")


@given(
    st.dictionaries(
        st.sampled_from([*LISTED, *SINGLE, "seatBlock", "aliasError", "checks", "gitSource", "customEnvironment"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=3,
        ),
    )
)
def test_any_field_may_hold_anything(document: dict[str, Any]) -> None:
    """Wrong types, NaN, huge numbers: a deployment with an id can always be read."""
    assert deployment_from({**document, "id": "dpl_3"}, project="shop").id == "dpl_3"


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("QUEUED", DeploymentState.QUEUED),
        ("INITIALIZING", DeploymentState.QUEUED),
        ("BUILDING", DeploymentState.BUILDING),
        ("ANALYZING", DeploymentState.BUILDING),
        ("DEPLOYING", DeploymentState.BUILDING),
        ("READY", DeploymentState.READY),
        ("ERROR", DeploymentState.ERROR),
        ("BUILD_ERROR", DeploymentState.ERROR),
        ("DEPLOYMENT_ERROR", DeploymentState.ERROR),
        ("CANCELED", DeploymentState.CANCELED),
        ("BLOCKED", DeploymentState.BLOCKED),
        ("DELETED", DeploymentState.CANCELED),
        ("SOMETHING_NEW", DeploymentState.BUILDING),
    ],
)
def test_every_state_has_a_meaning(word: str, state: DeploymentState) -> None:
    """Today's states, those of old deployments, and one that does not exist yet, which is not final."""
    assert state_of(word) is state


@pytest.mark.parametrize(
    "change",
    [
        {"readyState": "BUILDING", "status": "BUILDING"},
        {"aliasAssigned": False},
        {"aliasAssigned": None},
        {"readySubstate": "STAGED"},
        {"aliasError": {"code": "cert_missing", "message": "No certificate."}},
        {"checksConclusion": "failed"},
        {"checks": {"deployment-alias": {"state": "failed"}}},
        {"checks": {"deploymentAlias": {"state": "failed"}}},
    ],
)
def test_ready_is_not_live(change: dict[str, Any]) -> None:
    """Not built yet, domains not moved, pinned production, a domain error, a failed check: not live."""
    assert not deployment_from(SINGLE | change, project="shop").live


def test_a_failure_after_the_build_is_told() -> None:
    """Built but kept from going live: the reason stands where a build's error would."""
    alias = deployment_from(
        SINGLE | {"aliasError": {"code": "cert_missing", "message": "No certificate."}}, project="p"
    )
    assert (alias.state, alias.error_code, alias.error_message) == ("ready", "cert_missing", "No certificate.")
    check = deployment_from(SINGLE | {"checksConclusion": "failed"}, project="p")
    assert check.error_code == "checks_failed"
    assert "check" in (check.error_message or "")


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"blockCode": "COMMIT_AUTHOR_REQUIRED"}, "e-mail address"),
        ({"blockCode": "TEAM_ACCESS_REQUIRED"}, "Invite the author"),
        ({"blockCode": "NEW_ONE"}, "waits for somebody"),
        (None, "waits for somebody"),
    ],
)
def test_a_block_says_what_to_do(block: object, words: str) -> None:
    """A blocked deployment says in words why, and what a person does; also for a reason that is new."""
    found = deployment_from({"id": "dpl_4", "readyState": "BLOCKED", "seatBlock": block}, project="shop")
    assert words in (found.block_reason or "")


def test_failures_carry_what_vercel_says() -> None:
    """Code, message, memory report and the time of the failure are read."""
    failed = {
        "id": "dpl_5",
        "readyState": "ERROR",
        "createdAt": 1_000,
        "buildingAt": 2_000,
        "buildErrorAt": 5_000,
        "errorCode": "BUILD_UTILS_SPAWN_137",
        "errorMessage": 'Command "npm run build" exited with 137',
        "oomReport": "out-of-memory",
    }
    found = deployment_from(failed, project="shop")
    assert (found.error_code, found.out_of_memory, found.build_seconds) == ("BUILD_UTILS_SPAWN_137", True, 3.0)
    assert found.error_message == 'Command "npm run build" exited with 137'


def test_knows_forks_and_other_git_hosts() -> None:
    """A commit from a fork is seen; GitLab, Bitbucket, the command line and `gitSource` name commits, too."""
    fork = deployment_from(SINGLE | {"meta": META | {"githubCommitOrg": "stranger"}}, project="shop")
    assert fork.from_fork
    for prefix in ("gitlab", "bitbucket", "git"):
        found = deployment_from(
            {"id": "d", "meta": {f"{prefix}CommitSha": "a1", f"{prefix}CommitRef": "b"}}, project="p"
        )
        assert (found.commit_sha, found.branch) == ("a1", "b")
    source = deployment_from({"id": "d", "gitSource": {"sha": "a2", "ref": "c"}}, project="p")
    assert (source.commit_sha, source.branch) == ("a2", "c")


def test_targets() -> None:
    """No target is a preview; a custom environment goes by its own name."""
    assert deployment_from({"id": "d", "target": None}, project="p").target == "preview"
    assert deployment_from({"id": "d", "customEnvironment": {"slug": "qa"}}, project="p").target == "qa"
    assert (
        deployment_from({"id": "d", "url": "http://127.0.0.1:1/_site"}, project="p").url == "http://127.0.0.1:1/_site"
    )
