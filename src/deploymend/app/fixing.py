"""`fix`: build the checkout as the platform would; if it is red, repair, prove, commit. Needs no account."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from deploymend.app.allowed import gate_policy
from deploymend.config import Config, cache_folder
from deploymend.core.model import ProjectSettings, Proposal, Remedy
from deploymend.core.plan import BuildPlan
from deploymend.mend import Mender
from deploymend.plugins import fixers
from deploymend.ports import Builder
from deploymend.shell.build_rungs import BuildLimits
from deploymend.shell.builder import SandboxedBuilder
from deploymend.shell.checkout import Checkout
from deploymend.shell.checkout_state import CheckoutState
from deploymend.shell.clock import SystemClock
from deploymend.shell.repository import GitRepository


class FixOutcome(StrEnum):
    """How `fix` ended, in the words of its JSON."""

    REPAIRED = "repaired"
    ALREADY_GREEN = "already_green"
    UNREPAIRED = "unrepaired"
    NOT_CODE = "not_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixOptions:
    """What the user asked for. `path` may be a folder inside the checkout: it is then the root directory to build."""

    path: Path
    commit: bool = True
    push: bool = False
    model: bool = True
    install: str | None = None
    build: str | None = None
    timeout_seconds: float | None = None
    """How long the build may take, and the installation too; None: as long as the builder lets them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixResult:
    """What came of it. `commit` is on the user's branch now; None when nothing was committed.

    `untracked` are files of the checkout that git does not keep: no part of what was built. `warnings` say what of the
    build's plan a person may not expect, such as which of two lockfiles counts.
    """

    outcome: FixOutcome
    proposal: Proposal
    commit: str | None
    branch: str
    pushed: bool
    seconds: float
    untracked: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


async def fix(
    options: FixOptions, *, config: Config, environment: Mapping[str, str], activity: Callable[[str], None]
) -> FixResult:
    """Repair the checkout at `options.path`; a checkout that could not be repaired is left exactly as it was.

    Raises CheckoutError when it is not in a state to work from: no repository, no commit, changes to files git keeps
    that are not committed. Untracked files stay what and where they are.
    """
    started = time.perf_counter()
    checkout = Checkout(options.path)
    state = await checkout.describe()
    state.require_branch()
    if options.push:
        state.require_remote()
    cache = cache_folder(environment)
    repository = GitRepository(remote=str(state.root), cache_folder=cache, identity=state.identity)
    plans: list[BuildPlan] = []
    mender = _mender(
        options, state, config=config, repository=repository, cache=cache, activity=activity, planned=plans.append
    )
    await repository.fetch()
    now = SystemClock().now().replace(microsecond=0)
    proposal = await mender.mend(state.head, diagnosis=None, at=now, branch=state.branch or "")
    commit, pushed = None, False
    if proposal.commit is not None:
        activity("taking the repair into the checkout")
        if options.commit:
            await checkout.adopt(repository.mirror_folder, proposal.commit)
            commit = proposal.commit
        else:
            await checkout.take_files(repository.mirror_folder, proposal.commit)
    if commit is not None and options.push:
        activity("pushing")
        await checkout.push()
        pushed = True
    return FixResult(
        outcome=_outcome(proposal),
        proposal=proposal,
        commit=commit,
        branch=state.branch or "",
        pushed=pushed,
        seconds=time.perf_counter() - started,
        untracked=state.untracked,
        warnings=tuple(warning for plan in plans for warning in plan.warnings),
    )


def _mender(
    options: FixOptions,
    state: CheckoutState,
    *,
    config: Config,
    repository: GitRepository,
    cache: Path,
    activity: Callable[[str], None],
    planned: Callable[[BuildPlan], None],
) -> Mender:
    directory = options.path.resolve().relative_to(state.root.resolve()).as_posix()
    # What is installed for one checkout is never used by another: its place is its name in the cache.
    mark = hashlib.sha256(str(state.root.resolve()).encode()).hexdigest()[:12]
    root = "" if directory == "." else directory
    settings = ProjectSettings(id=f"checkout-{mark}", name=state.root.name, root_directory=root)

    async def as_given(_diagnosis: object, names: Sequence[str]) -> Sequence[str]:
        return names

    async def builders(branch: str, production: bool) -> Builder:  # noqa: FBT001 - the mender's own signature
        return SandboxedBuilder(
            cache_folder=cache,
            settings=settings,
            install=options.install,
            build=options.build,
            limits=_limits(options.timeout_seconds),
            branch=branch,
            production=production,
            on_activity=activity,
        )

    return Mender(
        repository=repository,
        builders=builders,
        fixers=fixers(model=options.model),
        order=as_given,
        gate=gate_policy(config),
        activity=activity,
        planned=planned,
    )


def _limits(timeout_seconds: float | None) -> BuildLimits | None:
    if timeout_seconds is None:
        return None
    return BuildLimits(build_seconds=timeout_seconds, install_seconds=timeout_seconds)


def _outcome(proposal: Proposal) -> FixOutcome:
    if proposal.already_green:
        return FixOutcome.ALREADY_GREEN
    if proposal.commit is not None:
        return FixOutcome.REPAIRED
    # Where this machine could not build it, nobody knows whether it is the code.
    not_code = proposal.reproduced and proposal.diagnosis.action is Remedy.REQUIRES_INTERVENTION
    return FixOutcome.NOT_CODE if not_code else FixOutcome.UNREPAIRED
