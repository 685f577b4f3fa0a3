"""Faults that wait to strike, so that what goes wrong with the real Vercel can be seen on this machine at will.

A fault has a name from `fault_table.FAULT_KINDS`, an optional match and a count. Requests and builds that match use it
up; when the count is used up it is gone. Fields of the match (what is not given matches anything):

    method      GET, POST …            path      a part of the request's path        deployment   an id
    project     a name or an id        branch    the branch that is built            sha          how a commit begins

`after` skips that many matches first; `count` (default 1) is how often it strikes, null for always. `options` are the
fault's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from deploymend.loopback.fault_table import FAULT_KINDS, Stage
from deploymend.loopback.ids import new_id
from deploymend.loopback.refusal import bad_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a request or a build when a fault may strike."""

    method: str = ""
    path: str = ""
    deployment: str = ""
    project: tuple[str, ...] = ()
    """Its id and its name."""
    branch: str = ""
    sha: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault waiting to strike."""

    name: str
    id: str = ""
    count: int | None = 1
    after: int = 0
    method: str | None = None
    path: str | None = None
    deployment: str | None = None
    project: str | None = None
    branch: str | None = None
    sha: str | None = None
    options: dict[str, str | int | float | list[str]] = field(default_factory=dict)

    def matches(self, facts: Facts) -> bool:
        """True when every given field fits."""
        return all(
            (
                self.method in (None, facts.method),
                self.path is None or self.path in facts.path,
                self.deployment is None or self.deployment in (facts.deployment, *facts.path.split("/")),
                self.project is None or self.project in facts.project,
                self.branch in (None, facts.branch),
                self.sha is None or facts.sha.startswith(self.sha),
            )
        )

    def number(self, option: str, default: float) -> float:
        """An option that must be a number; the default when it is not given or is none."""
        value = self.options.get(option, default)
        return float(value) if isinstance(value, (int, float)) else default

    def text(self, option: str, default: str) -> str:
        """An option as text."""
        return str(self.options.get(option, default))

    def lines(self, option: str, default: Iterable[str]) -> list[str]:
        """An option as lines: a list, or one text with line ends."""
        value = self.options.get(option)
        if value is None:
            return list(default)
        return [str(line) for line in value] if isinstance(value, list) else str(value).split("\n")


class FaultBook:
    """The faults that wait, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._stages = {kind.name: kind.stage for kind in FAULT_KINDS}

    def add(self, fault: Fault) -> Fault:
        """Let a fault wait. Answers 400 for a name that is not in the table."""
        if fault.name not in self._stages:
            raise bad_request(f"Unknown fault {fault.name!r}. Known ones: {', '.join(sorted(self._stages))}.")
        if fault.count is not None and fault.count < 1:
            raise bad_request("`count` should be 1 or more, or null for always.")
        added = replace(fault, id=new_id("flt_", length=12))
        self._waiting.append(added)
        return added

    def waiting(self) -> list[Fault]:
        """The faults that have not struck as often as they should."""
        return list(self._waiting)

    def clear(self, fault_id: str | None = None) -> int:
        """Forget one fault, or all; how many that were."""
        kept = [fault for fault in self._waiting if fault_id not in (None, fault.id)]
        gone = len(self._waiting) - len(kept)
        self._waiting = kept
        return gone

    def strike(self, stage: Stage, facts: Facts) -> Fault | None:
        """The first fault of a stage that fits, used up once. Matches it was told to skip are counted down."""
        for index, fault in enumerate(self._waiting):
            if self._stages[fault.name] is not stage or not fault.matches(facts):
                continue
            if fault.after > 0:
                self._waiting[index] = replace(fault, after=fault.after - 1)
                continue
            self._use(index, fault)
            return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.count is None:
            return
        if fault.count == 1:
            del self._waiting[index]
        else:
            self._waiting[index] = replace(fault, count=fault.count - 1)
