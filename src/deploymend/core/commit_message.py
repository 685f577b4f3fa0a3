"""What deploymend writes into its commits: what was wrong, what was done, how it was proved, and whose work it is."""

from __future__ import annotations

from collections.abc import Sequence

from deploymend.core.model import Diagnosis, Proof
from deploymend.core.redact import redact

SUBJECT_LENGTH = 72
INCIDENT = "Deploymend-Incident"
ATTEMPT = "Deploymend-Attempt"
FIXER = "Deploymend-Fixer"

_PROVED = {
    Proof.BUILT: "a full build passes",
    Proof.COMPILED: "it compiles",
    Proof.TYPE_CHECKED: "the type check passes",
    Proof.LOCKED: "manifest and lockfile agree",
    Proof.PARSED: "the changed files parse",
    Proof.NONE: "not proved",
}


def commit_message(
    *,
    diagnosis: Diagnosis,
    summaries: Sequence[str],
    fixers: Sequence[str],
    proof: Proof,
    note: str = "",
    trailers: Sequence[tuple[str, str]] = (),
) -> str:
    """A conventional commit message with the trailers by which deploymend knows its own commits again."""
    head = summaries[0] if summaries else "repair the build"
    if len(summaries) > 1:
        head = f"{head} and {len(summaries) - 1} more"
    body = [f"The build failed: {diagnosis.summary}", ""]
    body += [f"- {summary}" for summary in summaries]
    body += ["", f"Proof: {_PROVED[proof]}." + (f" {note}" if note else "")]
    marks = [*trailers, *((FIXER, fixer) for fixer in fixers)]
    lines = [_subject(head), "", *body, "", *(f"{name}: {value}" for name, value in marks)]
    return redact("\n".join(lines)) + "\n"


def revert_message(*, count: int, incident: str) -> str:
    """For the commit that takes deploymend's own commits back."""
    commits = "1 commit" if count == 1 else f"{count} commits"
    return (
        f"revert(deploy): take back {commits} that did not cure the build\n\n"
        "The deployment stayed red, so the branch holds again what it held before deploymend tried.\n\n"
        f"{INCIDENT}: {incident}\n"
    )


def is_ours(trailers: Sequence[tuple[str, str]]) -> bool:
    """True for a commit that deploymend made."""
    return any(name == INCIDENT for name, _ in trailers)


def _subject(head: str) -> str:
    line = " ".join(f"fix(deploy): {head}".split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"
