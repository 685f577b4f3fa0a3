"""Records with sensible fields, for tests that care about a few of them: `sample_deployment(state=…)` and its like."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from deploymend.core.incident import Attempt, AttemptKind, AttemptOutcome, Incident, IncidentState
from deploymend.core.message import Message
from deploymend.core.model import (
    Category,
    Cause,
    CommitInfo,
    Deployment,
    DeploymentState,
    Diagnosis,
    Proof,
    Proposal,
    Remedy,
    Trial,
    TrialOutcome,
)

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
"""When sample incidents open."""


def sha(number: int) -> str:
    """A commit's id: forty digits, different for each number."""
    return f"{number:040x}"


def sample_deployment(**fields: Any) -> Deployment:
    """A red production deployment of commit 1 on main."""
    red = Deployment(
        id="dpl_1",
        project="shop",
        state=DeploymentState.ERROR,
        created_at=BEGIN,
        target="production",
        commit_sha=sha(1),
        branch="main",
        commit_message="Add the cart",
        inspect_url="https://platform.example/dpl_1",
    )
    return replace(red, **fields)


def sample_diagnosis(**fields: Any) -> Diagnosis:
    """An import in the wrong case: for the rules to repair."""
    cause = Cause(
        category=Category.IMPORT,
        kind="wrong-case-import",
        message="Cannot find module './button'.",
        file="src/Cart.tsx",
        line=3,
        symbol="./button",
        suggestion="./Button",
        evidence=("src/Cart.tsx:3 Cannot find module './button'.",),
    )
    found = Diagnosis(
        category=cause.category,
        kind=cause.kind,
        action=Remedy.AUTO_FIXABLE,
        retryable=False,
        summary="src/Cart.tsx imports ./button, which is not there",
        causes=(cause,),
        advice=("Name the file as it is written on disk.",),
        distilled="src/Cart.tsx:3\nCannot find module './button'.",
        fingerprint="wrong-case-import:0123456789ab",
    )
    return replace(found, **fields)


def sample_commit(**fields: Any) -> CommitInfo:
    """The failing commit, by Pat."""
    info = CommitInfo(
        sha=sha(1),
        parents=(sha(0),),
        author_name="Pat Person",
        author_email="pat@example.test",
        subject="Add the cart",
        authored_at=BEGIN,
    )
    return replace(info, **fields)


def sample_proposal(**fields: Any) -> Proposal:
    """Commit 2, which a full build proved."""
    trial = Trial(fixer="rules/import-case", outcome=TrialOutcome.PROVED, summary="import ./Button", proof=Proof.BUILT)
    made = Proposal(
        commit=sha(2),
        diagnosis=sample_diagnosis(),
        reproduced=True,
        trials=(trial,),
        fixers=("rules/import-case",),
        summary="import ./Button",
        files=("src/Cart.tsx",),
        diff="--- a/src/Cart.tsx\n+++ b/src/Cart.tsx\n@@ -3 +3 @@\n-import './button'\n+import './Button'\n",
        proof=Proof.BUILT,
    )
    return replace(made, **fields)


def sample_attempt(**fields: Any) -> Attempt:
    """A repair that was pushed a minute after the begin and came out red."""
    made = Attempt(
        number=1,
        kind=AttemptKind.REPAIR,
        started_at=BEGIN,
        diagnosis=sample_diagnosis(),
        proposal=sample_proposal(),
        commit=sha(2),
        delivered_at=BEGIN + timedelta(minutes=1),
        deployment=sample_deployment(id="dpl_2", commit_sha=sha(2)),
        outcome=AttemptOutcome.RED,
        ended_at=BEGIN + timedelta(minutes=3),
    )
    return replace(made, **fields)


def sample_incident(**fields: Any) -> Incident:
    """An incident that has just opened."""
    opened = Incident(
        id="shop-1",
        project="shop",
        branch="main",
        failing=sample_deployment(),
        opened_at=BEGIN,
        head=sha(1),
        deployment=sample_deployment(),
    )
    return replace(opened, **fields)


def sample_ended(**fields: Any) -> Incident:
    """An incident that a person must take over after one red attempt."""
    ended = sample_incident(
        head=sha(2),
        attempts=(sample_attempt(),),
        deployment=sample_deployment(id="dpl_2", commit_sha=sha(2)),
        diagnosis=sample_diagnosis(),
        state=IncidentState.ESCALATED,
        reason="1 of 1 attempts used",
        max_attempts=1,
        ended_at=BEGIN + timedelta(minutes=5),
    )
    return replace(ended, **fields)


def sample_message(**fields: Any) -> Message:
    """A failure to tell."""
    told = Message(
        key="shop-1:failure",
        kind="failure",
        title="shop: deployment failed",
        text="🚨 It failed.\nsrc/a_b.ts: <T> & more",
        markdown="## It failed\n\n- src/a_b.ts: `<T>` & more",
    )
    return replace(told, **fields)
