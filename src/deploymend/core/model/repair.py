"""A repair as data, how far it was proved, and what the gate says of it. Paths: POSIX, from the repository's root."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deploymend.core.model.failure import Cause, Diagnosis


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEdit:
    """One file's whole text before and after. `before` None creates the file, `after` None deletes it.

    Whole texts make an edit safe to repeat: it applies only where the file is still `before`, and does nothing where it
    is already `after`. Line endings are part of the text and kept.
    """

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOperation:
    """A change for the project's own package manager to make, lock-only, scripts off.

    `add` puts `packages` (`name@range`, or a bare name for the manager's choice) into `directory`'s manifest and the
    lock; `relock` brings the lock back in step with the manifests and changes as little as the manager allows.
    """

    kind: str
    packages: tuple[str, ...] = ()
    dev: bool = False
    directory: str = ""
    """The folder of the manifest, relative to the repository's root; empty for the root itself."""


class Risk(StrEnum):
    """How likely a repair is to be wrong although it proves: shown to people, used for the order of fixers."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A proposed change as data. `causes` are the causes it means to cure."""

    fixer: str
    summary: str
    edits: tuple[FileEdit, ...] = ()
    operations: tuple[PackageOperation, ...] = ()
    risk: Risk = Risk.LOW
    causes: tuple[Cause, ...] = ()
    cost_usd: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Why a fixer proposes nothing, in words a person understands."""

    reason: str


class Proof(StrEnum):
    """The strongest check a repair passed, weakest first. Also the rungs of the ladder that leads there."""

    NONE = "none"
    PARSED = "parsed"
    LOCKED = "locked"
    TYPE_CHECKED = "type_checked"
    COMPILED = "compiled"
    BUILT = "built"

    @property
    def rank(self) -> int:
        """Its place on the ladder, 0 for `none`."""
        return list(Proof).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of a diff, as git sees it, for the gate. `before` None: new file; `after` None: deleted.

    A binary file has `binary` set and no texts. `symlink` is the new target when the file is now a symbolic link.
    """

    path: str
    before: str | None
    after: str | None
    binary: bool = False
    symlink: str | None = None
    executable: bool = False
    """True when the change made the file executable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A rule of the gate that a change breaks: its name, why, and where (line counts from 1 in the new text)."""

    rule: str
    reason: str
    path: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rung climbed or not. `note` says what was seen; `inconclusive` that the failure is this machine's own."""

    rung: Proof
    passed: bool
    seconds: float
    note: str = ""
    inconclusive: bool = False


class TrialOutcome(StrEnum):
    """How one proposal of one fixer ended, before anything was delivered."""

    DECLINED = "declined"
    REFUSED = "refused"
    FAILED = "failed"
    PROVED = "proved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One fixer's turn: what it proposed and how far that came. Costs no attempt."""

    fixer: str
    outcome: TrialOutcome
    summary: str = ""
    files: tuple[str, ...] = ()
    proof: Proof = Proof.NONE
    checks: tuple[Check, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    reason: str = ""
    """Why it was declined, refused or failed."""
    seconds: float = 0.0
    cost_usd: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What mending came to: a commit ready to deliver, or none and the reasons. The commit is not yet on any branch."""

    commit: str | None
    diagnosis: Diagnosis
    """The diagnosis of the failing build, with what the local checks added."""
    reproduced: bool
    """True when the failure was seen here, at the failing commit, before anything was changed."""
    trials: tuple[Trial, ...] = ()
    fixers: tuple[str, ...] = ()
    summary: str = ""
    files: tuple[str, ...] = ()
    diff: str = ""
    """The unified diff of the whole repair, at most 200,000 characters."""
    proof: Proof = Proof.NONE
    already_green: bool = False
    """True when the build passes here unchanged."""
    seconds: float = 0.0
    cost_usd: float = 0.0
    tokens: int = 0
    note: str = ""
    """What a reader must know about the proof: not reproduced here, weaker rung, opened gate rule."""
