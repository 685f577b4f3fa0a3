"""Vercel's webhooks: only genuine ones pass, and any body gets a clear answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from deploymend.errors import ServiceError
from deploymend.platforms.vercel import WebhookEvent, parse_webhook, verify_signature

SECRET = "whsec-of-the-test"  # noqa: S105 - guards nothing
BODY = b'{"id":"evt_1","type":"deployment.error"}'
SIGNATURE = "0028fda409344407f410f71197b6af2407d3dbb1"

DELIVERY = {
    "id": "yk7OOgK9e15OohDHaF5E0",
    "type": "deployment.error",
    "createdAt": 1_737_554_483_580,
    "region": "sfo1",
    "payload": {
        "user": {"id": "u1"},
        "team": {"id": "team_1"},
        "project": {"id": "prj_1"},
        "deployment": {
            "id": "dpl_1",
            "name": "shop",
            "meta": {"githubCommitSha": "a" * 40, "githubCommitRef": "main"},
        },
        "target": "production",
    },
}


def test_a_genuine_delivery_verifies() -> None:
    """The signature of the raw body with our secret passes (computed with openssl), twice."""
    for _ in range(2):
        assert verify_signature(BODY, SIGNATURE, SECRET)
    assert verify_signature(BODY, f" {SIGNATURE}\n", SECRET)


@pytest.mark.parametrize(
    "header", [None, "", "sha1=" + SIGNATURE, SIGNATURE[:-1], "0" * 40, "é" * 40, SIGNATURE.upper()]
)
def test_a_wrong_signature_fails(header: str | None) -> None:
    """Absent, prefixed, short, wrong or not even ASCII: not genuine."""
    assert not verify_signature(BODY, header, SECRET)


def test_a_changed_body_or_secret_fails() -> None:
    """The same JSON written differently, another secret, and no secret at all do not verify."""
    assert not verify_signature(BODY.replace(b":", b": "), SIGNATURE, SECRET)
    assert not verify_signature(BODY, SIGNATURE, "another")
    assert not verify_signature(b"", "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d", "")


def test_reads_a_delivery() -> None:
    """Everything a receiver needs to look for the deployment."""
    assert parse_webhook(json.dumps(DELIVERY).encode()) == WebhookEvent(
        id="yk7OOgK9e15OohDHaF5E0",
        type="deployment.error",
        created_at=datetime(2025, 1, 22, 14, 1, 23, 580_000, tzinfo=UTC),
        team_id="team_1",
        project_id="prj_1",
        deployment_id="dpl_1",
        target="production",
        commit_sha="a" * 40,
        branch="main",
    )


def test_little_is_needed() -> None:
    """A personal account has no team; events that are no deployments have none, and no target."""
    event = parse_webhook(b'{"id": "e", "type": "project.created", "payload": {"team": null}}')
    assert event == WebhookEvent(id="e", type="project.created")
    preview = parse_webhook(b'{"id": "e", "type": "deployment.ready", "payload": {"deployment": {"id": "dpl_1"}}}')
    assert preview.target == "preview"


@pytest.mark.parametrize(
    ("sent", "today"),
    [
        ("deployment", "deployment.created"),
        ("deployment-ready", "deployment.ready"),
        ("deployment-checks-completed", "deployment.checks.completed"),
        ("deployment.check-rerequested", "deployment.check-rerequested"),
    ],
)
def test_old_names_become_todays(sent: str, today: str) -> None:
    """Webhooks made long ago still send dashes; today's names may hold a dash of their own."""
    assert parse_webhook(json.dumps({"id": "e", "type": sent}).encode()).type == today


@pytest.mark.parametrize(
    "raw",
    [b"", b"not json", b"\xff\xfe\x00", b"null", b"[]", b'"text"', b"{}", b'{"id": 1, "type": 2}', b"[" * 200_000],
)
def test_anything_else_is_refused_clearly(raw: bytes) -> None:
    """No delivery of Vercel's: an error that says what to check."""
    with pytest.raises(ServiceError) as caught:
        parse_webhook(raw)
    assert "webhook" in caught.value.message
    assert caught.value.next_step


def test_a_huge_body_is_not_parsed() -> None:
    """More than a megabyte is nobody's delivery."""
    with pytest.raises(ServiceError, match="1,000,001 bytes"):
        parse_webhook(b" " * 1_000_001)
