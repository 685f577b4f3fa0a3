"""From a failing commit to a proved repair on a commit of its own, with real git."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploymend.core.model import Check, PackageOperation, Proof, Proposal, TrialOutcome
from deploymend.mend import GatePolicy
from deploymend.testing.fake_builder import Tree
from deploymend.testing.fake_fixer import FakeFixer
from deploymend.testing.mend_stage import LOCKFILE, MendStage, compiled, told

GOOD = FakeFixer(name="rules/good", swaps={"BAD": "good"})
BAD_LOG = "src/a.ts(1,1): error TS2304: Cannot find name 'BAD'.\n"
STALE_LOG = """Installing dependencies...
npm error code EUSAGE
npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.
npm error Missing: left-pad@1.3.0 from lock file
Error: Command "npm install" exited with 1
"""
ENV_LOG = "Error: Missing required environment variable: API_URL\n"


def outcomes(proposal: Proposal) -> list[tuple[str, TrialOutcome]]:
    """Fixer and outcome of each trial."""
    return [(trial.fixer, trial.outcome) for trial in proposal.trials]


async def test_a_repair_is_proved_and_committed_on_no_branch(shop: MendStage) -> None:
    """The commit holds the change, the user's identity, the trailers; the remote is untouched."""
    commit = await shop.push({"src/a.ts": "use BAD here\n"})
    proposal = await shop.mend(GOOD, diagnosis=told(BAD_LOG))
    assert await shop.tree(proposal.commit) == {"src/a.ts": "use good here\n"}
    assert (proposal.reproduced, proposal.proof, proposal.note) == (True, Proof.BUILT, "")
    assert (proposal.fixers, proposal.files, proposal.summary) == (("rules/good",), ("src/a.ts",), "replace BAD")
    assert "-use BAD here\n+use good here\n" in proposal.diff
    assert outcomes(proposal) == [("rules/good", TrialOutcome.PROVED)]
    info = await shop.repository.commit_info(proposal.commit or "")
    assert (info.parents, info.author_name) == ((commit,), "Uma User")
    assert ("Deploymend-Incident", "shop-1") in info.trailers
    assert ("Deploymend-Fixer", "rules/good") in info.trailers
    assert await shop.untouched()


async def test_mending_again_gives_the_same_commit(shop: MendStage) -> None:
    """After a crash the step runs again: nothing is doubled."""
    await shop.push({"src/a.ts": "BAD\n"})
    first, second = [await shop.mend(GOOD, diagnosis=told(BAD_LOG)) for _ in range(2)]
    assert first.commit == second.commit


async def test_without_a_platform_the_build_here_counts(shop: MendStage) -> None:
    """As `fix` does."""
    await shop.push({"src/a.ts": "BAD\n"})
    proposal = await shop.mend(GOOD)
    assert proposal.commit is not None
    assert proposal.diagnosis.kind == "ts-cannot-find-name"


async def test_a_green_commit_is_left_alone(shop: MendStage) -> None:
    """Nobody is asked for a repair."""
    await shop.push({"src/a.ts": "good\n"})
    fixer = replace(GOOD, asked=[])
    proposal = await shop.mend(fixer)
    assert (proposal.already_green, proposal.commit, proposal.trials, fixer.asked) == (True, None, (), [])


async def test_a_failure_that_does_not_happen_here_is_said(shop: MendStage) -> None:
    """A repair may follow the platform's log alone, and its note says so; without one it is green here."""
    await shop.push({"src/a.ts": "BAD\n"})
    shop.builder.outcome = lambda _tree, _rung: ""
    repaired = await shop.mend(GOOD, diagnosis=told(BAD_LOG))
    assert repaired.commit is not None
    assert not repaired.reproduced
    assert "does not happen here" in repaired.note
    nothing = await shop.mend(FakeFixer(name="rules/none"), diagnosis=told(BAD_LOG))
    assert (nothing.commit, nothing.already_green) == (None, True)
    assert "does not happen here" in nothing.note


async def test_a_machine_that_cannot_build_leaves_the_weaker_proof(shop: MendStage) -> None:
    """The build fails by this machine's fault; the type check still proves, and the note tells."""
    await shop.push({"src/a.ts": "BAD\n"})
    shop.builder.outcome = lambda tree, rung: "no fonts here\n" if rung is Proof.BUILT else compiled(tree, rung)
    shop.builder.inconclusive = frozenset({Proof.BUILT, Proof.COMPILED})
    shop.builder.absent = frozenset({Proof.COMPILED})
    proposal = await shop.mend(GOOD, diagnosis=told(BAD_LOG))
    assert proposal.commit is not None
    assert proposal.proof is Proof.TYPE_CHECKED
    assert (proposal.reproduced, proposal.note) == (False, "Not reproduced: no fonts here.")


async def test_a_build_that_fails_here_for_another_reason_does_not_stand_in_the_way(shop: MendStage) -> None:
    """What failed before anything was changed is not held against the repair; the note names it."""
    await shop.push({"src/a.ts": "BAD\n"})
    shop.builder.outcome = lambda tree, rung: ENV_LOG if rung is Proof.BUILT else compiled(tree, rung)
    proposal = await shop.mend(GOOD, diagnosis=told(BAD_LOG))
    assert proposal.commit is not None
    assert (proposal.proof, proposal.reproduced) == (Proof.COMPILED, False)
    assert proposal.note.startswith("Not reproduced: here the build fails otherwise: ")


async def test_what_cannot_be_proved_at_all_is_not_committed(shop: MendStage) -> None:
    """No rung can be tried: the trial says so."""
    await shop.push({"src/a.ts": "BAD\n"})
    shop.builder.outcome = lambda _tree, _rung: "no disk\n"
    shop.builder.inconclusive = frozenset(Proof)
    proposal = await shop.mend(GOOD, diagnosis=told(BAD_LOG))
    assert proposal.commit is None
    assert outcomes(proposal) == [("rules/good", TrialOutcome.FAILED)]
    assert proposal.trials[0].reason == "no rung could be tried on this machine"


async def test_what_a_person_must_do_is_not_tried(shop: MendStage) -> None:
    """A missing variable is not code: no fixer is asked."""
    await shop.push({"src/a.ts": "good\n"})
    shop.builder.outcome = lambda _tree, _rung: ENV_LOG
    fixer = FakeFixer(name="model", swaps={"good": "bad"}, kinds=frozenset())
    proposal = await shop.mend(fixer, diagnosis=told(ENV_LOG))
    assert (proposal.commit, proposal.trials, fixer.asked) == (None, (), [])
    assert proposal.reproduced


async def test_the_same_change_is_not_delivered_twice(shop: MendStage) -> None:
    """It did not cure it before; the trial says so."""
    await shop.push({"src/a.ts": "BAD\n"})
    first = await shop.mend(GOOD, diagnosis=told(BAD_LOG))
    again = await shop.mend(GOOD, diagnosis=told(BAD_LOG), avoid=frozenset({first.diff}))
    assert again.commit is None
    assert again.trials[0].outcome is TrialOutcome.FAILED
    assert "delivered before" in again.trials[0].reason


async def test_all_causes_of_the_run_are_found(shop: MendStage) -> None:
    """The build stops at the first error, the compiler names them all: one repair cures all, in one commit."""
    await shop.push({"src/a.ts": "BAD\n", "src/b.ts": "BAD\n", "src/c.ts": "BAD\n"})
    proposal = await shop.mend(GOOD, diagnosis=told(BAD_LOG))
    assert set((await shop.tree(proposal.commit)).values()) == {"good\n"}
    assert len(proposal.diagnosis.causes) == 3
    assert len(proposal.trials) == 1


async def test_type_errors_outside_the_build_are_not_held_against_a_repair(shop: MendStage) -> None:
    """A project that only bundles may have old type errors that nobody asked to cure."""
    await shop.push({"src/a.ts": "BAD\n", "old.ts": "BADOLD\n"})

    def bundled(tree: Tree, rung: Proof) -> str:
        return compiled(tree if rung is Proof.TYPE_CHECKED else {"src/a.ts": tree["src/a.ts"]}, rung)

    shop.builder.outcome = bundled
    swap = FakeFixer(name="rules/swap", swaps={"BAD\n": "good\n"})
    proposal = await shop.mend(swap, diagnosis=told(BAD_LOG))
    assert proposal.commit is not None, proposal.trials
    assert proposal.proof is Proof.BUILT
    assert proposal.files == ("src/a.ts",)


async def test_an_opened_rule_is_told_with_the_repair(shop: MendStage) -> None:
    """Policy may let one named rule pass; the note says so."""
    await shop.push({"src/a.ts": "export const x = BAD ;\n"})
    fixer = FakeFixer(name="model", swaps={"BAD": "y as any"}, kinds=frozenset())
    refused = await shop.mend(fixer, diagnosis=told(BAD_LOG))
    assert refused.commit is None
    rule = refused.trials[0].refusals[0].rule
    opened = await shop.mend(fixer, diagnosis=told(BAD_LOG), gate=GatePolicy(opened=frozenset({rule})))
    assert opened.commit is not None
    assert f"Gate rule opened by the configuration: {rule}." in opened.note


async def test_costs_are_added_up(shop: MendStage) -> None:
    """Of all that was tried, also what came to nothing."""
    await shop.push({"src/a.ts": "BAD\n"})
    wrong = FakeFixer(name="rules/wrong", swaps={"BAD": "BADDER"}, tokens=7)
    proposal = await shop.mend(wrong, replace(GOOD, tokens=5), diagnosis=told(BAD_LOG))
    assert proposal.commit is not None
    assert proposal.tokens >= 12


@pytest.mark.parametrize("name", ["already", "twice"])
async def test_checks_are_recorded_with_the_trial(shop: MendStage, name: str) -> None:
    """Each rung that was tried, in order, whatever the fixer is called."""
    await shop.push({"src/a.ts": "BAD\n"})
    proposal = await shop.mend(replace(GOOD, name=name), diagnosis=told(BAD_LOG))
    checks: tuple[Check, ...] = proposal.trials[0].checks
    assert [check.rung for check in checks] == [Proof.PARSED, Proof.TYPE_CHECKED, Proof.BUILT]
    assert all(check.passed for check in checks)


async def test_type_errors_that_a_failed_install_hid_are_not_the_repairs(shop: MendStage) -> None:
    """A project whose build never asks the compiler was as it is before its lock went stale: the build decides."""
    await shop.push({"package-lock.json": "STALE\n", "src/a.ts": "BAD\n"})

    def outcome(tree: Tree, rung: Proof) -> str:
        if "STALE" in tree["package-lock.json"]:
            return STALE_LOG
        return compiled(tree, rung) if rung is Proof.TYPE_CHECKED else ""

    shop.builder.outcome = outcome
    shop.builder.relock = lambda _: LOCKFILE
    relock = (PackageOperation(kind="relock"),)
    proposal = await shop.mend(
        FakeFixer(name="rules/lock", kinds=frozenset({"npm-lockfile-out-of-sync"}), operations=relock)
    )
    assert (proposal.proof, proposal.files) == (Proof.BUILT, ("package-lock.json",))
    assert shop.builder.checks == [Proof.BUILT, Proof.LOCKED, Proof.TYPE_CHECKED, Proof.BUILT]
