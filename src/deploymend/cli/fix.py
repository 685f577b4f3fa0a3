"""`deploymend fix`: the everyday tool, and the core of the loop."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deploymend.cli.output import format_option, screen, write_json, write_jsonl
from deploymend.errors import ServiceError

if TYPE_CHECKING:
    from deploymend.app.fixing import FixResult
    from deploymend.cli.live import LiveView
    from deploymend.core.report import Line

MAX_NAMES = 5
NOT_BUILT = ("Mend what stopped the build here, then try again: `deploymend doctor` looks at this machine.",)
"""What to do when this machine could not build it, so that the log says nothing about the project."""


@click.command(short_help="Build this checkout as the platform would; if red: repair, prove, commit.")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--no-model", is_flag=True, help="Rules only; never ask a model.")
@click.option("--no-commit", is_flag=True, help="Leave the repair in the working files, uncommitted.")
@click.option("--push", is_flag=True, help="Push the repair's commit to the branch's remote.")
@click.option("--install", metavar="CMD", help="Install with this command instead of the platform's choice.")
@click.option("--build", metavar="CMD", help="Build with this command instead of the platform's choice.")
@click.option(
    "--timeout",
    "timeout_seconds",
    metavar="SECONDS",
    type=click.FloatRange(min=1),
    help="How long the build may take, and the installation too.  [default: 1800 and 600]",
)
@format_option
def fix(  # noqa: PLR0917 - click passes each option by its name
    path: Path,
    no_model: bool,  # noqa: FBT001 - as above
    no_commit: bool,  # noqa: FBT001 - as above
    push: bool,  # noqa: FBT001 - as above
    install: str | None,
    build: str | None,
    timeout_seconds: float | None,
    output_format: str,
) -> None:
    """Build the checkout at PATH as the platform would, in a sandbox. If it is red: find the cause, repair it, prove
    the repair with a real build, and commit it. A checkout that could not be repaired is left exactly as it was.

    What is built is the commit that is checked out: changes to its files must be committed first; files that are not
    in git are neither built nor touched.

    \b
    Examples:
      deploymend fix                         this checkout
      deploymend fix apps/web --push         one app of a monorepo; push the repair
      deploymend fix --build "npm run ci"    with a build command of your own
      deploymend fix --format json > result.json

    Exit codes: 0 green or repaired, 1 not repaired: a person is needed, 3 the network or the registry failed.
    """  # noqa: D301 - click's mark for paragraphs that keep their lines
    from deploymend.app.fixing import FixOptions
    from deploymend.app.fixing import fix as run_fix
    from deploymend.cli.live import LiveView
    from deploymend.config import Config, nearest_config, read_config
    from deploymend.errors import CheckoutError

    if no_commit and push:
        raise click.UsageError("--push needs a commit, and --no-commit makes none: choose one of them")
    if not path.is_dir():
        raise CheckoutError(f"{path} is not a folder", next_step="Name the folder of a git checkout.")
    found = nearest_config(path)
    config = read_config(found) if found else Config()
    options = FixOptions(
        path=path,
        commit=not no_commit,
        push=push,
        model=not no_model,
        install=install,
        build=build,
        timeout_seconds=timeout_seconds,
    )
    with LiveView(screen(), quiet=output_format != "text") as view:
        result = asyncio.run(run_fix(options, config=config, environment=os.environ, activity=view.activity))
        if output_format == "text":
            _tell(view, result)
    if output_format == "json":
        write_json(document(result))
    elif output_format == "jsonl":
        write_jsonl([document(result)])
    raise SystemExit(_exit_code(result))


def _exit_code(result: FixResult) -> int:
    if result.outcome in {"repaired", "already_green"}:
        return 0
    return ServiceError.exit_code if result.proposal.diagnosis.retryable else 1


def _tell(view: LiveView, result: FixResult) -> None:
    from deploymend.core.report import Line, Mark, repair_lines
    from deploymend.core.report.story import cause_lines
    from deploymend.core.report.words import seconds, short

    took = seconds(result.seconds)
    proposal = result.proposal
    if result.outcome == "already_green":
        view.lines("fix", [Line(mark=Mark.DONE, label=f"green in {took}", text="the build passes, nothing to repair")])
        view.lines("fix", _notes(result))
        return
    failed = Line(mark=Mark.FAILED, label="build failed", text=proposal.diagnosis.command or "")
    causes = cause_lines(proposal.diagnosis) if proposal.reproduced else ()
    repair = repair_lines(proposal, known=len(proposal.diagnosis.causes))
    view.lines("fix", [failed, *causes, *repair, *_notes(result)])
    if result.outcome == "repaired":
        where = f"{short(result.commit)} on {result.branch}" if result.commit else "in the working files, not committed"
        text = f"{where}{', pushed' if result.pushed else ''}"
        view.lines("fix", [Line(mark=Mark.DONE, label=f"repaired in {took}", text=text)])
        return
    not_code = "no change to the repository can honestly cure this"
    why = not_code if result.outcome == "not_code" else proposal.note.rstrip(".") or "no repair was proved"
    text = f"{why}; nothing was changed"
    view.lines("fix", [Line(mark=Mark.PERSON, label=f"a person is needed after {took}", text=text)])
    advice = proposal.diagnosis.advice if proposal.reproduced else NOT_BUILT
    if advice:
        view.say("\n  What to do")
        for index, step in enumerate(advice, 1):
            view.say(f"    {index}. {step}")


def _notes(result: FixResult) -> list[Line]:
    """What a person may wonder about: how it was built, and the file they forgot to add, which is no part of it."""
    from deploymend.core.report import Line, Mark
    from deploymend.core.report.words import counted

    notes = [Line(mark=Mark.DETAIL, label="note", text=warning) for warning in result.warnings]
    if result.untracked:
        names = ", ".join(result.untracked[:MAX_NAMES]) + (" …" if len(result.untracked) > MAX_NAMES else "")
        text = f"{counted(len(result.untracked), 'file')} not in git, so no part of this build: {names}"
        notes.append(Line(mark=Mark.DETAIL, label="left out", text=text))
    return notes


def document(result: FixResult) -> dict[str, object]:
    """The contract of `fix --format json`."""
    from deploymend.core.diagnosis_json import diagnosis_to_json
    from deploymend.core.model import TrialOutcome

    proposal = result.proposal
    tried = [trial for trial in proposal.trials if trial.outcome is not TrialOutcome.DECLINED]
    declined = {(trial.fixer, trial.reason): None for trial in proposal.trials if trial not in tried}
    return {
        "outcome": result.outcome.value,
        "diagnosis": diagnosis_to_json(proposal.diagnosis),
        "attempts": [
            {
                "fixer": trial.fixer,
                "summary": trial.summary,
                "files": list(trial.files),
                "proof": trial.proof.value,
                "passed": trial.outcome is TrialOutcome.PROVED,
                "seconds": round(trial.seconds + sum(check.seconds for check in trial.checks), 3),
                "cost_usd": trial.cost_usd,
                "tokens": trial.tokens,
                "outcome": trial.outcome.value,
                "reason": trial.reason,
            }
            for trial in tried
        ],
        "declined": [{"fixer": fixer, "reason": reason} for fixer, reason in declined],
        "commit": result.commit,
        "files": list(proposal.files),
        "diff": proposal.diff,
        "proof": proposal.proof.value,
        "note": proposal.note,
        "pushed": result.pushed,
        "untracked": list(result.untracked),
        "warnings": list(result.warnings),
        "seconds": round(result.seconds, 3),
    }
