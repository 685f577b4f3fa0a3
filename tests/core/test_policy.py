"""The arithmetic of pauses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.policy import Policy, backoff_seconds, poll_pause_seconds


def test_the_defaults_are_the_seeds() -> None:
    """Three attempts, two minutes of cooldown, looks every 30 s, at most 10 minutes, 5 until a deployment appears."""
    policy = Policy()
    assert (policy.max_attempts, policy.cooldown_seconds, policy.check_interval_seconds) == (3, 120.0, 30.0)
    assert (policy.max_wait_seconds, policy.deployment_timeout_seconds) == (600.0, 300.0)
    assert (policy.notify_success, policy.notify_failure, policy.silent_recovery) == (True, True, True)


def test_the_cadence_at_its_edges() -> None:
    """Every second for 15 s, every 5 s for a minute, every 15 s for five, then every 30 s."""
    ages = (-5, 0, 14.9, 15, 59.9, 60, 299.9, 300, 86_400)
    assert [poll_pause_seconds(age, Policy()) for age in ages] == [1, 1, 1, 5, 5, 15, 15, 30, 30]


@given(age=st.floats(-1e9, 1e9), interval=st.floats(0.01, 3600))
def test_a_pause_is_never_longer_than_the_check_interval(age: float, interval: float) -> None:
    """And never nothing."""
    assert 0 < poll_pause_seconds(age, Policy(check_interval_seconds=interval)) <= interval


def test_backoff_doubles_up_to_a_quarter_of_an_hour() -> None:
    """30 s after the first failure; a count that makes no sense is the first."""
    assert [backoff_seconds(n) for n in (-1, 0, 1, 2, 3, 5, 6, 1000)] == [30, 30, 30, 60, 120, 480, 900, 900]
