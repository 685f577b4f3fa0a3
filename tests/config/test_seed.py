"""The older JSON documents become settings; what has none is reported."""

from __future__ import annotations

import json

import pytest

from deploymend.config import parse_config
from deploymend.config.seed import adopt_seed, seconds_in
from deploymend.config.writing import to_toml
from deploymend.errors import ConfigurationError

INTEGRATION: dict[str, dict[str, object]] = {
    "vercel_monitoring": {
        "enabled": True,
        "check_interval": "45_seconds",
        "max_wait_time": "20_minutes",
        "deployment_timeout": "1_minute",
        "error_log_collection": True,
        "build_step_tracking": True,
    },
    "retry_configuration": {
        "max_attempts": 2,
        "silent_retry": True,
        "user_notification_threshold": 3,
        "cooldown_between_attempts": "90_seconds",
    },
    "notification_settings": {
        "success_notifications": False,
        "failure_notifications_after_attempts": 2,
        "silent_recovery_mode": True,
        "detailed_error_reporting": True,
    },
}


def test_the_integration_document_becomes_settings() -> None:
    """Each value lands where its successor is, with its unit, and nothing is left to report."""
    adopted = adopt_seed(json.dumps(INTEGRATION), name="x.json")
    config = parse_config(to_toml(projects=[{"name": "shop"}], groups=adopted.settings))
    watch = config.watch
    assert (watch.check_interval_seconds, watch.max_wait_seconds, watch.deployment_timeout_seconds) == (45, 1200, 60)
    assert (config.recovery.max_attempts, config.recovery.cooldown_seconds) == (2, 90)
    assert (config.notify.success, config.notify.silent_recovery) == (False, True)
    assert adopted.notes == ()


def test_the_state_document_is_taken_over_too() -> None:
    """Its cap is a setting; its progress and its patterns are reported."""
    document = {
        "deployment_state": {"current_deployment_id": "d1", "attempt_count": 0, "max_attempts": 5, "last_error": None},
        "error_patterns": {"typescript_errors": "auto_fixable"},
    }
    adopted = adopt_seed(json.dumps(document), name="x.json")
    assert adopted.settings == {"recovery": {"max_attempts": 5}}
    assert [note.split(":")[0] for note in adopted.notes] == [
        "deployment_state.current_deployment_id",
        "error_patterns",
    ]


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("vercel_monitoring", "enabled", False),
        ("vercel_monitoring", "colour", "red"),
        ("retry_configuration", "user_notification_threshold", 9),
        ("notification_settings", "failure_notifications_after_attempts", 1),
        ("notification_settings", "detailed_error_reporting", False),
        ("grafana", "url", "x"),
    ],
)
def test_what_cannot_be_taken_over_is_reported(part: str, key: str, value: object) -> None:
    """By its name, never dropped in silence."""
    document = {**INTEGRATION, part: {**INTEGRATION.get(part, {}), key: value}}
    notes = adopt_seed(json.dumps(document), name="x.json").notes
    assert len(notes) == 1
    assert notes[0].startswith(f"{part}.{key}" if part in INTEGRATION else part)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("[1]", "holds no JSON object"),
        ("{}", "none of the known settings"),
        ('{"other": 1}', "none of the known settings"),
        ("[" * 100_000, "not valid JSON"),
        ('{"vercel_monitoring": {"check_interval": "soon"}}', "vercel_monitoring.check_interval"),
        ('{"vercel_monitoring": {"check_interval": null}}', "must be a duration"),
        ('{"retry_configuration": {"max_attempts": true}}', "must be a whole number"),
        ('{"notification_settings": {"success_notifications": "yes"}}', "must be true or false"),
    ],
)
def test_broken_documents_are_told(text: str, said: str) -> None:
    """Which value, and what it must be."""
    with pytest.raises(ConfigurationError, match=said):
        adopt_seed(text, name="x.json")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30_seconds", 30), ("1_second", 1), ("10 minutes", 600), ("2_HOURS", 7200), ("1.5_minutes", 90), (45, 45),
        ("1_day", 86_400), ("-5_seconds", None), ("5", None), ("5_fortnights", None), (None, None), (True, None),
        ("9" * 5000 + "_seconds", None),
    ],
)  # fmt: skip
def test_durations_are_read_with_their_unit(value: object, seconds: float | None) -> None:
    """Number, underscore or space, unit; a bare number is seconds; anything else is no duration."""
    assert seconds_in(value) == seconds
