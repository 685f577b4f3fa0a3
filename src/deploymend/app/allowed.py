"""What the configuration allows a repair, in the words of the mender."""

from __future__ import annotations

from deploymend.config import Config
from deploymend.mend import GatePolicy


def gate_policy(config: Config) -> GatePolicy:
    """What the configuration allows a repair."""
    return GatePolicy(
        opened=frozenset(config.gate.allow),
        max_files=config.gate.max_files,
        max_changed_lines=config.gate.max_changed_lines,
        max_proposals=config.recovery.max_proposals_per_attempt,
    )
