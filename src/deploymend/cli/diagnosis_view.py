"""A diagnosis for a person: the cause first, then what to do."""

from __future__ import annotations

from deploymend.cli.screen import Screen, Styled, mark
from deploymend.core.model import Cause, Diagnosis, Remedy

SHOWN_CAUSES = 10
SHOWN_EVIDENCE = 6
INDENT = " " * 13

WHO = {
    Remedy.AUTO_FIXABLE: "rules can repair this: deploymend fix",
    Remedy.REQUIRES_ANALYSIS: "this needs analysis: deploymend fix",
    Remedy.REQUIRES_INTERVENTION: "not code: a person must act",
}


def show_diagnosis(screen: Screen, diagnosis: Diagnosis, *, name: str | None = None) -> None:
    """All of it, in at most a screenful: the first causes in full, the others counted."""
    if name:
        screen.line(Styled(name, "bold"))
    _show_headline(screen, diagnosis)
    for cause in diagnosis.causes[:SHOWN_CAUSES]:
        _show_cause(screen, cause)
    if len(diagnosis.causes) > SHOWN_CAUSES:
        screen.line(f"{INDENT}… and {len(diagnosis.causes) - SHOWN_CAUSES} more; all of them: --format json")
    screen.line(
        f"  next       {WHO[diagnosis.action]}"
        + (" (may pass by itself: redeploy once)" if diagnosis.retryable else "")
    )
    if diagnosis.advice:
        screen.line()
        screen.line(Styled("  What to do", "bold"))
        for number, advice in enumerate(diagnosis.advice, start=1):
            screen.line(f"    {number}. {advice}")


def _show_headline(screen: Screen, diagnosis: Diagnosis) -> None:
    ended = f' "{diagnosis.command}"' if diagnosis.command else ""
    ended += f" exited with {diagnosis.exit_code}" if diagnosis.exit_code else ""
    step = f" in {diagnosis.step}" if diagnosis.step else ""
    screen.line("  ", mark("problem"), f" build failed{step}{':' if ended else ''}", Styled(ended, "dim"))
    if not diagnosis.causes:
        screen.line(f"  cause      {diagnosis.category} · {diagnosis.kind}")
        screen.line(f"{INDENT}{diagnosis.summary}")


def _show_cause(screen: Screen, cause: Cause) -> None:
    screen.line(f"  cause      {cause.category} · {cause.kind}   {place_of(cause)}".rstrip())
    screen.line(f"{INDENT}{cause.message.splitlines()[0] if cause.message else ''}")
    for line in cause.evidence[:SHOWN_EVIDENCE]:
        if line.strip() and line.strip() not in cause.message:
            screen.line(Styled(f"{INDENT}| {line}", "dim"))


def place_of(cause: Cause) -> str:
    """`file:line:column`, as far as it is known."""
    return (
        ":".join(str(part) for part in (cause.file, cause.line, cause.column) if part is not None) if cause.file else ""
    )
