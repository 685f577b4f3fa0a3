"""What a build log says: the causes, who can cure them, and what to do next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from deploymend.core.distil import distil
from deploymend.core.envelope import Envelope, find_envelope
from deploymend.core.fingerprint import fingerprint
from deploymend.core.locate import tell_wrong_case
from deploymend.core.matching import Hit, find_hits
from deploymend.core.model import BuildLog, Category, Cause, Deployment, DeploymentState, Diagnosis, Remedy, Step
from deploymend.core.ranking import rank_causes
from deploymend.core.redact import redact
from deploymend.core.signatures import KINDS, Rank
from deploymend.core.signatures.signature import Kind
from deploymend.core.unicode import well_formed
from deploymend.core.versions import find_versions

_MAX_ADVICE = 4
_MAX_NAMES = 3
_MAX_SUMMARY = 300
_DEMAND = (Remedy.AUTO_FIXABLE, Remedy.REQUIRES_ANALYSIS, Remedy.REQUIRES_INTERVENTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What was found in a log before it is put into words."""

    log: BuildLog
    causes: tuple[Cause, ...]
    first: int | None
    envelope: Envelope | None


def diagnose(log: BuildLog, *, deployment: Deployment | None = None, known_files: Collection[str] = ()) -> Diagnosis:
    """Say why a build failed. Never raises, and always answers: a log without a cause gets kind `no-cause-in-log`.

    `deployment` adds what the platform knows besides the log: its error message, that memory ran out, why it was
    blocked. `known_files`, paths in the repository, lets a missing import be told from one in the wrong case.
    """
    lines = tuple(well_formed(line) for line in log.lines or _message_lines(deployment))
    hits = rank_causes(find_hits(lines))
    reading = _Reading(
        log=replace(log, lines=lines),
        causes=tell_wrong_case(_with_platform(hits, deployment), known_files),
        first=hits[0].index if hits else None,
        envelope=find_envelope(lines),
    )
    return _told(reading)


def _message_lines(deployment: Deployment | None) -> tuple[str, ...]:
    """The platform's own message, which is all there is when nothing was built."""
    message = deployment.error_message if deployment else None
    return tuple(message.splitlines()) if message else ()


def _with_platform(hits: Sequence[Hit], deployment: Deployment | None) -> tuple[Cause, ...]:
    causes = tuple(hit.cause for hit in hits)
    if deployment is None:
        return causes
    if deployment.block_reason or deployment.state is DeploymentState.BLOCKED:
        reason = deployment.block_reason or "The platform blocked the deployment."
        return (_own_cause("commit-author", reason), *causes)
    known = any(cause.kind.startswith("oom-") for cause in causes)
    if not deployment.out_of_memory or known:
        return causes
    memory = _own_cause("oom-sigkill", "The platform reports that the build ran out of memory.")
    guessed = all(hit.rank is Rank.GUESS for hit in hits)
    return (memory,) if guessed else (*causes, memory)


def _own_cause(kind: str, message: str) -> Cause:
    """A cause the platform tells, not the log."""
    return Cause(category=KINDS[kind].category, kind=kind, message=message, evidence=(message,))


def _told(reading: _Reading) -> Diagnosis:
    kinds = [KINDS[cause.kind] for cause in reading.causes] or [KINDS["no-cause-in-log"]]
    first = reading.causes[0] if reading.causes else None
    envelope = reading.envelope
    summary = _summary(reading)
    found = Diagnosis(
        category=first.category if first else _category_without_cause(reading),
        kind=kinds[0].slug,
        action=max((kind.action for kind in kinds), key=_DEMAND.index),
        retryable=all(kind.retryable for kind in kinds),
        summary=redact(summary),
        causes=reading.causes,
        step=_step(reading),
        command=envelope.command if envelope else None,
        exit_code=envelope.code if envelope else None,
        advice=tuple(dict.fromkeys(_advice(kind, reading.causes) for kind in kinds))[:_MAX_ADVICE],
        versions=find_versions(reading.log.lines),
        fingerprint=fingerprint(kinds[0].slug, first.message if first else summary),
    )
    return replace(found, distilled=distil(found, reading.log))


def _advice(kind: Kind, causes: Sequence[Cause]) -> str:
    """What to do, with the names of the variables it is about where the log has them."""
    named = dict.fromkeys(cause.symbol for cause in causes if cause.kind == kind.slug and cause.symbol)
    variables = [name for name in named if name.isupper()][:_MAX_NAMES]
    return kind.advice.replace("{symbol}", ", ".join(variables) or "the environment variable")


def _category_without_cause(reading: _Reading) -> Category:
    """A command that failed silently is a failing script; without even that, nothing is known."""
    return Category.SCRIPT if reading.envelope else Category.UNKNOWN


def _summary(reading: _Reading) -> str:
    if not reading.causes:
        return _summary_without_cause(reading)
    first, others = reading.causes[0], len(reading.causes) - 1
    place = ":".join(str(part) for part in (first.file, first.line, first.column) if part)
    more = f" (and {others} more)" if others else ""
    message = first.message if len(first.message) <= _MAX_SUMMARY else f"{first.message[:_MAX_SUMMARY]}…"
    return f"{place}: {message}{more}" if first.file and first.file not in message else f"{message}{more}"


def _summary_without_cause(reading: _Reading) -> str:
    if not reading.log.lines:
        return "There is no log, and the platform gave no reason."
    if reading.envelope:
        return f"The log ends without a cause: {reading.envelope.line.strip()[:_MAX_SUMMARY]}"
    end = "" if reading.log.complete else " Its end is missing."
    return f"The log names no cause.{end}"


def _step(reading: _Reading) -> Step | None:
    """The section of the first cause; without sections, what the failed command's name tells."""
    if reading.first is not None:
        for section in reading.log.sections:
            if section.start <= reading.first < section.stop:
                return section.step
    command = reading.envelope.command if reading.envelope else None
    if not command:
        return reading.log.sections[-1].step if reading.log.sections and reading.causes else None
    return Step.INSTALL if command.split()[-1:] == ["install"] or " ci" in command else Step.BUILD
