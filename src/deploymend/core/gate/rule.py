"""What a rule of the gate is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from deploymend.core.gate.scene import Hit, Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`name` is stable: policies open a rule by it and the ledger remembers it. `why` is the reason for people.

    `find` looks at the whole change and never raises.
    """

    name: str
    why: str
    find: Callable[[Scene], Iterable[Hit]]
