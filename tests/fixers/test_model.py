"""The place of the model-driven fixer."""

from __future__ import annotations

from deploymend.core.model import Category, Cause, Decline
from deploymend.fixers.model import Model
from deploymend.testing.contracts.fixer import diagnosis_of
from deploymend.testing.fake_project import FakeProject


async def test_it_says_what_it_needs() -> None:
    """Not configured is a decline with the setting's name, for any kind of cause."""
    cause = Cause(category=Category.UNKNOWN, kind="anything", message="?")
    answer = await Model().propose(diagnosis_of(cause), FakeProject({}))
    assert isinstance(answer, Decline)
    assert "ANTHROPIC_API_KEY" in answer.reason
    assert Model.kinds == frozenset()
