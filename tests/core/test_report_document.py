"""The state document by the seed's names, as plain JSON data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from deploymend.core.incident import AttemptOutcome, IncidentState, Telling
from deploymend.core.report import state_document
from deploymend.testing.samples import (
    sample_attempt,
    sample_deployment,
    sample_diagnosis,
    sample_ended,
    sample_incident,
    sample_proposal,
    sha,
)

SEEDS_NAMES = {
    "current_deployment_id",
    "attempt_count",
    "max_attempts",
    "last_error",
    "recovery_history",
    "auto_fix_enabled",
    "user_intervention_required",
}


def document(**fields: object) -> Mapping[str, Any]:
    """The document of an ended incident, through JSON and back."""
    read: Mapping[str, Any] = json.loads(json.dumps(state_document(sample_ended(**fields), number=3)))
    return read


def test_the_seeds_names() -> None:
    """Exactly those, with the incident's truth."""
    state = document()["deployment_state"]
    assert set(state) == SEEDS_NAMES
    assert (state["current_deployment_id"], state["attempt_count"], state["max_attempts"]) == ("dpl_2", 1, 1)
    assert state["last_error"] == "src/Cart.tsx imports ./button, which is not there"
    assert (state["auto_fix_enabled"], state["user_intervention_required"]) == (True, True)


def test_the_seeds_error_patterns() -> None:
    """Its six families, each with who can cure it."""
    patterns = document()["error_patterns"]
    assert set(patterns) == {
        f"{family}_errors"
        for family in ("typescript", "import", "syntax", "dependency", "configuration", "infrastructure")
    }
    assert set(patterns.values()) == {"auto_fixable", "requires_analysis", "requires_intervention"}


def test_the_recovery_history_tells_each_attempt() -> None:
    """Error type, what was tried, and how it ended."""
    (attempt,) = document()["deployment_state"]["recovery_history"]
    assert attempt["error_type"] == "import"
    assert attempt["error_kind"] == "wrong-case-import"
    assert attempt["outcome"] == "red"
    assert attempt["success"] is False
    assert attempt["commit"] == sha(2)
    assert attempt["deployment_id"] == "dpl_2"
    assert attempt["repair"]["fixers"] == ["rules/import-case"]
    assert attempt["repair"]["proof"] == "built"
    assert attempt["repair"]["trials"][0]["outcome"] == "proved"
    green = document(attempts=(sample_attempt(outcome=AttemptOutcome.GREEN),))
    assert green["deployment_state"]["recovery_history"][0]["success"] is True


def test_an_attempt_in_flight_has_no_end_yet() -> None:
    """Nothing is invented."""
    flying = sample_attempt(
        outcome=None, ended_at=None, deployment=None, proposal=None, diagnosis=None, delivered_at=None
    )
    (attempt,) = document(attempts=(flying,), state=IncidentState.OPEN)["deployment_state"]["recovery_history"]
    empty = ("outcome", "ended_at", "deployment_id", "repair", "error", "delivered_at")
    assert [attempt[name] for name in empty] == [None] * len(empty)
    assert attempt["error_type"] == "unknown"


def test_a_new_incident() -> None:
    """No attempts; nobody is asked."""
    fresh = json.loads(json.dumps(state_document(sample_incident(max_attempts=0), number=1)))
    state = fresh["deployment_state"]
    assert (state["attempt_count"], state["recovery_history"], state["last_error"]) == (0, [], None)
    assert (state["auto_fix_enabled"], state["user_intervention_required"]) == (False, False)
    assert (fresh["ended_at"], fresh["notifications"]) == (None, None)


def test_the_last_error_is_never_lost() -> None:
    """While the newest log is not read yet, the one before counts; at first the platform's own words."""
    assert document(diagnosis=None)["deployment_state"]["last_error"] == sample_diagnosis().summary
    told = document(diagnosis=None, attempts=(), failing=sample_deployment(error_message="exited with 1"))
    assert told["deployment_state"]["last_error"] == "exited with 1"
    bare = document(diagnosis=None, attempts=(sample_attempt(diagnosis=None),))
    assert bare["deployment_state"]["last_error"] is None


def test_the_whole_truth_stands_beside_it() -> None:
    """Commits of ours, proposals that led to nothing, and who was told."""
    telling = Telling(
        kind="failure", tries=2, delivered=("chat",), undelivered=("mail",), unsure=("sms",), reasons=("500",)
    )
    whole = document(telling=telling, history=(sample_proposal(commit=None),), reverted=sha(7))
    assert (whole["incident"], whole["state"], whole["reverted_by"]) == (3, "escalated", sha(7))
    assert whole["own_commits"] == [sha(2)]
    assert len(whole["undelivered_proposals"]) == 1
    assert whole["notifications"] == {
        "message": "failure",
        "tries": 2,
        "delivered": ["chat"],
        "undelivered": ["mail"],
        "unsure": ["sms"],
        "reasons": ["500"],
    }
