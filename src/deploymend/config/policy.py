"""The part of the settings that the pure core decides by."""

from __future__ import annotations

from deploymend.config.model import Config, ProjectConfig
from deploymend.core.policy import Policy


def policy_of(config: Config, project: ProjectConfig) -> Policy:
    """The bounds that one project's incidents run under."""
    return Policy(
        max_attempts=config.recovery.max_attempts,
        cooldown_seconds=config.recovery.cooldown_seconds,
        check_interval_seconds=config.watch.check_interval_seconds,
        max_wait_seconds=config.watch.max_wait_seconds,
        deployment_timeout_seconds=config.watch.deployment_timeout_seconds,
        delivery=project.delivery,
        on_failure=config.recovery.on_failure,
        authors=config.recovery.authors,
        notify_success=config.notify.success,
        notify_failure=config.notify.failure,
        silent_recovery=config.notify.silent_recovery,
    )
