"""The gate: the rules no repair may break, whoever wrote it.

    verdict = judge(changes, facts=GateFacts(known_packages=…), opened=policy.opened)
    verdict.refusals      empty: the change may go on
    verdict.opened        what policy let pass, by the rule's name: to be told with the result

It judges the difference only: what a file already held is not the repair's doing. Reading order: rule.py, scene.py, one
family (suppressions.py), table.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import GateFacts, Scene, set_scene
from deploymend.core.gate.table import RULES
from deploymend.core.model import FileChange, Refusal

__all__ = ["RULES", "GateFacts", "Rule", "Verdict", "judge"]

_MOST_PER_RULE_AND_FILE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the gate says. At most five refusals of one rule in one file."""

    refusals: tuple[Refusal, ...] = ()
    opened: tuple[Refusal, ...] = ()
    """What would have been refused had policy not opened the rule by name."""


def judge(changes: Sequence[FileChange], *, facts: GateFacts, opened: frozenset[str] = frozenset()) -> Verdict:
    """Judge a change by every rule. Never raises; a change that changes nothing is never refused."""
    scene = set_scene(changes, facts)
    found = [refusal for rule in RULES for refusal in _refusals(rule, scene)]
    return Verdict(
        refusals=tuple(refusal for refusal in found if refusal.rule not in opened),
        opened=tuple(refusal for refusal in found if refusal.rule in opened),
    )


def _refusals(rule: Rule, scene: Scene) -> Iterator[Refusal]:
    told: Counter[str] = Counter()
    for hit in dict.fromkeys(rule.find(scene)):
        told[hit.path] += 1
        if told[hit.path] <= _MOST_PER_RULE_AND_FILE:
            yield Refusal(rule=rule.name, reason=f"{rule.why}: {hit.detail}", path=hit.path, line=hit.line)
