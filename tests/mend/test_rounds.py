"""Rounds of proposals: together, alone, one after the other; never more than allowed, and no trace of what failed."""

from __future__ import annotations

from deploymend.core.model import PackageOperation, Proof, Proposal, TrialOutcome
from deploymend.mend import GatePolicy
from deploymend.testing.fake_fixer import FakeFixer
from deploymend.testing.mend_stage import MendStage, compiled, told

LOG = "src/a.ts(1,1): error TS2304: Cannot find name 'BAD'.\n"
GOOD = FakeFixer(name="rules/good", swaps={"BAD": "good"})


def outcomes(proposal: Proposal) -> list[tuple[str, TrialOutcome]]:
    """Fixer and outcome of each trial."""
    return [(trial.fixer, trial.outcome) for trial in proposal.trials]


async def test_independent_causes_are_cured_in_one_climb(shop: MendStage) -> None:
    """Two fixers, one build: each proposes on the tree as the other left it."""
    await shop.push({"src/a.ts": "BADONE\n", "src/b.ts": "BADTWO\n"})
    one = FakeFixer(name="rules/one", swaps={"BADONE": "one"})
    two = FakeFixer(name="rules/two", swaps={"BADTWO": "two"})
    proposal = await shop.mend(one, two)
    assert await shop.tree(proposal.commit) == {"src/a.ts": "one\n", "src/b.ts": "two\n"}
    assert proposal.fixers == ("rules/one", "rules/two")
    assert outcomes(proposal) == [("rules/one", TrialOutcome.PROVED), ("rules/two", TrialOutcome.PROVED)]
    assert shop.builder.checks.count(Proof.BUILT) == 2  # once to see it fail, once to prove


async def test_a_hidden_cause_in_another_file_needs_a_second_round(shop: MendStage) -> None:
    """It was in no log before the first cure."""
    await shop.push({"src/a.ts": "BAD\n", "src/b.ts": "LATE\n"})
    late = FakeFixer(name="rules/late", swaps={"LATE": "early"})
    proposal = await shop.mend(GOOD, late)
    assert await shop.tree(proposal.commit) == {"src/a.ts": "good\n", "src/b.ts": "early\n"}
    assert outcomes(proposal) == [
        ("rules/late", TrialOutcome.DECLINED),
        ("rules/good", TrialOutcome.FAILED),
        ("rules/good", TrialOutcome.DECLINED),
        ("rules/late", TrialOutcome.PROVED),
    ]
    kept = next(trial for trial in proposal.trials if trial.outcome is TrialOutcome.FAILED)
    assert kept.reason.startswith("cured its part; type_checked then showed: ")
    assert proposal.fixers == ("rules/good", "rules/late")


async def test_a_wrong_repair_is_taken_out_and_the_next_one_tried(shop: MendStage) -> None:
    """Together they fail; alone the right one proves."""
    await shop.push({"src/a.ts": "BAD here\n"})
    wrong = FakeFixer(name="rules/wrong", swaps={"here": "LATE"})
    proposal = await shop.mend(wrong, GOOD)
    assert await shop.tree(proposal.commit) == {"src/a.ts": "good here\n"}
    assert proposal.fixers == ("rules/good",)
    assert outcomes(proposal) == [
        ("rules/wrong", TrialOutcome.FAILED),
        ("rules/good", TrialOutcome.FAILED),
        ("rules/wrong", TrialOutcome.FAILED),
        ("rules/good", TrialOutcome.PROVED),
    ]


async def test_a_wrong_repair_does_not_hide_what_it_changed_from_the_next(shop: MendStage) -> None:
    """The right fixer knew nothing to do on the wrong one's tree: it is asked again on the clean one."""
    await shop.push({"src/a.ts": "BAD\n"})
    wrong = FakeFixer(name="rules/wrong", swaps={"BAD": "BADLY"})
    right = FakeFixer(name="rules/right", swaps={"BAD\n": "good\n"})
    proposal = await shop.mend(wrong, right)
    assert await shop.tree(proposal.commit) == {"src/a.ts": "good\n"}
    assert outcomes(proposal)[-1] == ("rules/right", TrialOutcome.PROVED)


async def test_the_model_is_asked_when_the_rules_were_wrong(shop: MendStage) -> None:
    """Once, after them; a fault that only got another name is no step forward."""
    await shop.push({"src/a.ts": "BAD\n"})
    wrong = FakeFixer(name="rules/wrong", swaps={"BAD": "BADLY"})
    model = FakeFixer(name="model", swaps={"BAD": "good"}, kinds=frozenset())
    proposal = await shop.mend(wrong, model)
    assert await shop.tree(proposal.commit) == {"src/a.ts": "good\n"}
    assert len(model.asked) == 1
    assert len(wrong.asked) == 1


async def test_the_record_decides_who_is_asked_first(shop: MendStage) -> None:
    """And whom it leaves out is not asked."""
    await shop.push({"src/a.ts": "BAD\n"})
    first = FakeFixer(name="rules/first", swaps={"BAD": "first"})
    second = FakeFixer(name="rules/second", swaps={"BAD": "second"})
    proposal = await shop.mend(first, second, GOOD, order=("rules/second", "rules/first", "rules/nobody"))
    assert await shop.tree(proposal.commit) == {"src/a.ts": "second\n"}
    assert GOOD.name not in {trial.fixer for trial in proposal.trials}


async def test_only_fixers_of_the_kind_are_asked_and_the_model_last(shop: MendStage) -> None:
    """A model is asked only about what the rules leave."""
    await shop.push({"src/a.ts": "BAD\n"})
    other = FakeFixer(name="rules/other", swaps={"BAD": "other"}, kinds=frozenset({"stale-lockfile"}))
    model = FakeFixer(name="model", swaps={"BAD": "model"}, kinds=frozenset())
    proposal = await shop.mend(other, GOOD, model)
    assert (other.asked, model.asked) == ([], [])
    assert await shop.tree(proposal.commit) == {"src/a.ts": "good\n"}
    alone = await shop.mend(other, model)
    assert await shop.tree(alone.commit) == {"src/a.ts": "model\n"}


async def test_a_refusal_of_the_gate_is_recorded_and_taken_out(shop: MendStage) -> None:
    """With rule, reason and place; the next fixer works on the clean tree."""
    await shop.push({"src/a.ts": "export const x = BAD ;\n"})
    cheat = FakeFixer(name="rules/cheat", swaps={"BAD": "y as any"})
    proposal = await shop.mend(cheat, GOOD)
    refused = proposal.trials[0]
    assert (refused.fixer, refused.outcome) == ("rules/cheat", TrialOutcome.REFUSED)
    assert refused.refusals[0].path == "src/a.ts"
    assert refused.reason == f"{refused.refusals[0].rule}: {refused.refusals[0].reason}"
    assert await shop.tree(proposal.commit) == {"src/a.ts": "export const x = good ;\n"}


async def test_proposals_are_bounded(shop: MendStage) -> None:
    """Many wrong ideas end; so does a chain of causes without end."""
    await shop.push({"src/a.ts": "BAD\n"})
    wrong = [FakeFixer(name=f"rules/wrong-{n}", swaps={"BAD": f"BAD{n}"}) for n in range(9)]
    proposal = await shop.mend(*wrong, gate=GatePolicy(max_proposals=4))
    assert proposal.commit is None
    assert len([trial for trial in proposal.trials if trial.outcome is not TrialOutcome.DECLINED]) <= 4
    endless = FakeFixer(name="rules/endless", swaps={"BAD": "BADX"})
    chain = await shop.mend(endless, gate=GatePolicy(max_rounds=3))
    assert chain.commit is None
    assert 0 < len(chain.trials) <= 3
    assert await shop.untouched()


async def test_a_repair_that_claims_nothing_must_prove_itself(shop: MendStage) -> None:
    """It is not kept for having moved the failure elsewhere."""
    await shop.push({"src/a.ts": "BAD\n", "src/b.ts": "LATE\n"})
    vague = FakeFixer(name="rules/vague", swaps={"BAD": "good"}, claims=False)
    proposal = await shop.mend(vague)
    assert proposal.commit is None
    assert outcomes(proposal) == [("rules/vague", TrialOutcome.FAILED)]
    assert proposal.trials[0].reason.startswith("type_checked still fails: ")


async def test_a_package_operation_that_fails_leaves_no_trace(shop: MendStage) -> None:
    """Neither its edits nor half of the manager's work; the next fixer works on the clean tree."""
    await shop.push({"src/a.ts": "BAD\n"})
    broken = PackageOperation(kind="add", packages=("left@1.0.0",))
    impossible = PackageOperation(kind="no-such-operation")
    fails = FakeFixer(name="rules/fails", swaps={"BAD": "half"}, operations=(broken, impossible))
    proposal = await shop.mend(fails, GOOD)
    assert outcomes(proposal) == [("rules/fails", TrialOutcome.FAILED), ("rules/good", TrialOutcome.PROVED)]
    assert "cannot be asked" in proposal.trials[0].reason
    assert proposal.files == ("src/a.ts",)
    assert await shop.tree(proposal.commit) == {"src/a.ts": "good\n"}


async def test_a_package_operation_is_part_of_the_repair(shop: MendStage) -> None:
    """The lock is checked first, and what the manager wrote is committed with the edits."""
    await shop.push({"src/a.ts": "BAD\n"})
    relock = FakeFixer(name="rules/relock", swaps={"BAD": "good"}, operations=(PackageOperation(kind="relock"),))
    shop.builder.relock = lambda text: text.replace('"name": "shop"', '"name": "shop", "version": "1.0.0"')
    proposal = await shop.mend(relock)
    assert proposal.files == ("package-lock.json", "src/a.ts")
    assert [check.rung for check in proposal.trials[0].checks][:2] == [Proof.PARSED, Proof.LOCKED]


async def test_a_manifest_that_does_not_parse_goes_no_further(shop: MendStage) -> None:
    """The cheapest rung stops it: nothing is built."""
    await shop.push({"src/a.ts": "BAD\n"})
    shop.builder.outcome = lambda tree, rung: (
        "package.json(1,1): error TS2304: Cannot find name 'scripts'.\n"
        if "BAD" in tree["src/a.ts"]
        else compiled(tree, rung)
    )
    breaks = FakeFixer(name="rules/breaks", swaps={'"scripts"': "scripts"})
    proposal = await shop.mend(breaks)
    assert proposal.commit is None
    assert shop.builder.checks.count(Proof.BUILT) == 1
    assert proposal.trials[0].outcome in {TrialOutcome.FAILED, TrialOutcome.REFUSED}


async def test_after_a_failure_nothing_is_left(shop: MendStage) -> None:
    """The remote holds the person's commit alone, and the next workspace is clean."""
    await shop.push({"src/a.ts": "BAD\n"})
    wrong = FakeFixer(name="rules/wrong", swaps={"BAD": "BADDER"})
    proposal = await shop.mend(wrong, diagnosis=told(LOG))
    assert (proposal.commit, proposal.diff, proposal.files) == (None, "", ())
    assert await shop.untouched()
    assert await shop.tree(shop.commit) == {"src/a.ts": "BAD\n"}
