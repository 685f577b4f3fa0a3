"""The seed's JSON documents, taken over as settings: the system was first described in them, so people have them.

Known are `vercel_monitoring`, `retry_configuration`, `notification_settings`, `deployment_state` and `error_patterns`.
What has no setting is reported, not dropped in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from deploymend.errors import ConfigurationError

UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)[_ ]?([a-z]+?)s?")

# Where a value goes: (document, key) -> (group, setting, what it is read as).
TAKEN: dict[tuple[str, str], tuple[str, str, str]] = {
    ("vercel_monitoring", "check_interval"): ("watch", "check_interval_seconds", "seconds"),
    ("vercel_monitoring", "max_wait_time"): ("watch", "max_wait_seconds", "seconds"),
    ("vercel_monitoring", "deployment_timeout"): ("watch", "deployment_timeout_seconds", "seconds"),
    ("retry_configuration", "max_attempts"): ("recovery", "max_attempts", "count"),
    ("retry_configuration", "cooldown_between_attempts"): ("recovery", "cooldown_seconds", "seconds"),
    ("retry_configuration", "silent_retry"): ("notify", "silent_recovery", "switch"),
    ("notification_settings", "success_notifications"): ("notify", "success", "switch"),
    ("notification_settings", "silent_recovery_mode"): ("notify", "silent_recovery", "switch"),
    ("deployment_state", "max_attempts"): ("recovery", "max_attempts", "count"),
}
# What deploymend always does: fine when the document wants it, reported when it wants it off.
ALWAYS: dict[tuple[str, str], str] = {
    ("vercel_monitoring", "enabled"): "monitoring is on for every project in the file",
    ("vercel_monitoring", "error_log_collection"): "build logs are always read",
    ("vercel_monitoring", "build_step_tracking"): "build steps are always told apart",
    ("notification_settings", "detailed_error_reporting"): "failure messages always hold the details",
    ("deployment_state", "auto_fix_enabled"): "repairs are always tried; recovery.max_attempts = 0 turns them off",
}
# Follows from another setting: right when it agrees with it.
DERIVED = {
    ("retry_configuration", "user_notification_threshold"): ("the attempt after the last", 1),
    ("notification_settings", "failure_notifications_after_attempts"): ("the last attempt", 0),
}
PROGRESS = {"current_deployment_id", "attempt_count", "last_error", "recovery_history", "user_intervention_required"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """Settings by group, and a sentence for each part that was not taken over."""

    settings: Mapping[str, Mapping[str, object]]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Reader:
    settings: dict[str, dict[str, object]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def adopt_seed(text: str, *, name: str) -> Adopted:
    """Read one JSON document, or several joined in one object. Raises ConfigurationError for what is not one."""
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ConfigurationError(f"{name} is not valid JSON: {error}", next_step="Copy the whole document.") from error
    if not isinstance(document, dict):
        raise ConfigurationError(f"{name} holds no JSON object", next_step="Copy the whole document, from { to }.")
    reader = _Reader()
    for part, content in document.items():
        _read_part(reader, part, content)
    _check_derived(reader, document)
    if not reader.settings and not any(part in document for part in ("error_patterns", "deployment_state")):
        raise ConfigurationError(
            f"{name} holds none of the known settings",
            next_step='It should hold "vercel_monitoring", "retry_configuration" or "notification_settings".',
        )
    return Adopted(settings=reader.settings, notes=tuple(reader.notes))


def _read_part(reader: _Reader, part: str, content: object) -> None:
    if part == "error_patterns":
        reader.notes.append("error_patterns: what can be repaired is decided for each kind of failure, not by setting")
    elif part not in {known for known, _ in (*TAKEN, *ALWAYS)} or not isinstance(content, dict):
        reader.notes.append(f"{part}: not known, left out")
    else:
        for key, value in cast("dict[str, object]", content).items():
            _read_value(reader, part, key, value)


def _read_value(reader: _Reader, part: str, key: str, value: object) -> None:
    if place := TAKEN.get((part, key)):
        group, setting, kind = place
        reader.settings.setdefault(group, {})[setting] = _as(kind, value, f"{part}.{key}")
    elif why := ALWAYS.get((part, key)):
        if value is not True:
            reader.notes.append(f"{part}.{key} = {json.dumps(value)}: left out, {why}")
    elif part == "deployment_state" and key in PROGRESS:
        if value:
            reader.notes.append(f"{part}.{key}: left out, it is the progress of an earlier run")
    elif (part, key) not in DERIVED:
        reader.notes.append(f"{part}.{key}: not known, left out")


def _check_derived(reader: _Reader, document: dict[str, object]) -> None:
    attempts = reader.settings.get("recovery", {}).get("max_attempts", 3)
    for (part, key), (meaning, offset) in DERIVED.items():
        content = document.get(part)
        if isinstance(content, dict) and key in content and content[key] != cast("int", attempts) + offset:
            value = json.dumps(content[key])
            reader.notes.append(
                f"{part}.{key} = {value}: left out, a person is told after {meaning} ({attempts} attempts)"
            )


def _as(kind: str, value: object, name: str) -> object:
    if kind == "switch" and isinstance(value, bool):
        return value
    if kind == "count" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind == "seconds" and (seconds := seconds_in(value)) is not None:
        return seconds
    wanted = {"switch": "true or false", "count": "a whole number", "seconds": 'a duration such as "30_seconds"'}[kind]
    raise ConfigurationError(
        f"{name} = {json.dumps(value)[:80]}: this must be {wanted}", next_step="Mend it and try again."
    )


def seconds_in(value: object) -> float | None:
    """`"30_seconds"`, `"10 minutes"`, `"1_hour"`, or a number of seconds; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    found = DURATION.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if found is None or found[2] not in UNIT_SECONDS:
        return None
    return float(found[1]) * UNIT_SECONDS[found[2]]
