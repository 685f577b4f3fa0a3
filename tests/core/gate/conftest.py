"""What the gate's tests share: judging a change told in three texts."""

from collections.abc import Callable

import pytest

from deploymend.core.gate import GateFacts, judge
from deploymend.core.model import FileChange, Refusal

Judge = Callable[..., tuple[Refusal, ...]]


@pytest.fixture
def refusals() -> Judge:
    """The refusals of changes given as (path, before, after), in the gate's order."""

    def judged(
        *changes: tuple[str, str | None, str | None], known: frozenset[str] = frozenset()
    ) -> tuple[Refusal, ...]:
        files = [FileChange(path=path, before=before, after=after) for path, before, after in changes]
        return judge(files, facts=GateFacts(known_packages=known)).refusals

    return judged


@pytest.fixture
def broken(refusals: Judge) -> Callable[..., set[str]]:
    """The names of the rules that such changes break."""
    return lambda *changes, **facts: {refusal.rule for refusal in refusals(*changes, **facts)}
