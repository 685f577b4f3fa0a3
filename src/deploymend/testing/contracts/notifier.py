"""What every notifier must do, as tests. For a plug-in's own tests:

    class TestMyNotifier(NotifierContract):
        @pytest.fixture
        def stage(self) -> NotifierStage: ...

Needs pytest with pytest-asyncio in automatic mode.
"""

from __future__ import annotations

from typing import Protocol

from deploymend.ports import Notifier
from deploymend.testing.samples import sample_message

# ruff: noqa: S101 - a shipped test suite: assert is how it speaks

LONG_LINES = 500


class NotifierStage(Protocol):
    """The other side of a channel."""

    @property
    def notifier(self) -> Notifier:
        """The notifier under test, its channel working."""
        ...

    @property
    def secret(self) -> str:
        """A part of its address that must be shown nowhere; empty when there is none."""
        ...

    def arrived(self) -> list[str]:
        """The texts that arrived, in order."""
        ...


class NotifierContract:
    """The suite. See the module's docstring."""

    async def test_a_message_arrives_whole_and_once(self, stage: NotifierStage) -> None:
        """Its lines stand in the channel, with what is special to HTML, Markdown and shells as written."""
        await stage.notifier.send(
            sample_message(text="🚨 It failed.\n- src/a_b.ts: <T> & $HOME *x*", markdown="🚨 It failed.")
        )
        (text,) = stage.arrived()
        assert "🚨 It failed." in text

    async def test_each_sending_is_one_message(self, stage: NotifierStage) -> None:
        """The notifier itself remembers nothing: that is the outbox's work."""
        await stage.notifier.send(sample_message())
        await stage.notifier.send(sample_message())
        assert len(stage.arrived()) == 1 + 1

    async def test_success_and_failure_both_arrive(self, stage: NotifierStage) -> None:
        """Whatever kind a message is of, also one that is not known yet."""
        kinds = ("success", "failure", "attempt", "something-new")
        for kind in kinds:
            await stage.notifier.send(sample_message(kind=kind, text=f"of kind {kind}", markdown=f"of kind {kind}"))
        for kind, text in zip(kinds, stage.arrived(), strict=True):
            assert f"of kind {kind}" in text

    async def test_a_long_message_arrives(self, stage: NotifierStage) -> None:
        """A channel may cut or split it, but its beginning is there."""
        lines = "\n".join(f"line {number} of a long log" for number in range(LONG_LINES))
        await stage.notifier.send(sample_message(text=lines, markdown=lines))
        assert "line 0 of a long log" in stage.arrived()[0]

    def test_its_name_holds_no_secret(self, stage: NotifierStage) -> None:
        """The name is shown in `incidents`."""
        assert stage.notifier.name
        assert not stage.secret or stage.secret not in stage.notifier.name
