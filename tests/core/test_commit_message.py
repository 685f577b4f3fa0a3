"""What stands in deploymend's commits."""

from __future__ import annotations

import subprocess

import pytest

from deploymend.core.commit_message import ATTEMPT, INCIDENT, SUBJECT_LENGTH, commit_message, is_ours, revert_message
from deploymend.core.model import Proof
from deploymend.testing.samples import sample_diagnosis

TRAILERS = ((INCIDENT, "shop-1"), (ATTEMPT, "2"))


def written(*summaries: str, proof: Proof = Proof.BUILT, note: str = "", **diagnosed: object) -> str:
    """A message for these summaries by one fixer."""
    return commit_message(
        diagnosis=sample_diagnosis(**diagnosed),
        summaries=summaries,
        fixers=("rules/a",),
        proof=proof,
        note=note,
        trailers=TRAILERS,
    )


def test_the_whole_message() -> None:
    """Subject, what was wrong, what was done, how it was proved, whose work it is."""
    assert written("import ./Button", note="Not reproduced.") == (
        "fix(deploy): import ./Button\n\n"
        "The build failed: src/Cart.tsx imports ./button, which is not there\n\n"
        "- import ./Button\n\n"
        "Proof: a full build passes. Not reproduced.\n\n"
        "Deploymend-Incident: shop-1\nDeploymend-Attempt: 2\nDeploymend-Fixer: rules/a\n"
    )


def test_several_repairs_are_counted_in_the_subject() -> None:
    """And each has its line."""
    text = written("first", "second", "third")
    assert text.startswith("fix(deploy): first and 2 more\n")
    assert "\n- first\n- second\n- third\n" in text


def test_no_summary_still_makes_a_subject() -> None:
    """A fixer that says nothing."""
    assert written().startswith("fix(deploy): repair the build\n")


@pytest.mark.parametrize("summary", ["x" * 200, "a\nb\r\nc", " spaced   out ", "ü" * 80])
def test_the_subject_is_one_short_line(summary: str) -> None:
    """Whatever a summary holds, git's tools show it whole."""
    subject, empty, *_ = written(summary).split("\n")
    assert len(subject) <= SUBJECT_LENGTH
    assert empty == ""
    assert subject.startswith("fix(deploy): ")


@pytest.mark.parametrize("proof", list(Proof))
def test_every_proof_has_its_words(proof: Proof) -> None:
    """Each rung says what it shows."""
    line = next(line for line in written("x", proof=proof).splitlines() if line.startswith("Proof: "))
    assert line.endswith(".")
    assert line.count(" ") >= 2


def test_secrets_are_masked() -> None:
    """A log's line may hold a token."""
    token = "ghp_" + "aB3" * 12
    assert token not in written(f"use {token}", summary=f"fetch failed with {token}")


def test_git_finds_the_trailers() -> None:
    """As git itself reads them, also those of a revert."""
    for text in (written("x"), revert_message(count=1, incident="shop-1"), revert_message(count=2, incident="shop-1")):
        argv = ["git", "interpret-trailers", "--parse"]
        found = subprocess.run(argv, input=text, capture_output=True, text=True, check=True).stdout.splitlines()
        assert "Deploymend-Incident: shop-1" in found
        assert is_ours([(name, value) for name, _, value in (line.partition(": ") for line in found)])


def test_a_revert_says_how_many_commits_it_takes_back() -> None:
    """One, or so many."""
    assert "take back 1 commit that" in revert_message(count=1, incident="i")
    assert "take back 3 commits that" in revert_message(count=3, incident="i")


def test_only_our_trailer_makes_a_commit_ours() -> None:
    """A fixer's or a person's does not."""
    assert is_ours(TRAILERS)
    assert not is_ours([])
    assert not is_ours([("Signed-off-by", "Pat"), ("Deploymend-Fixer", "x")])
