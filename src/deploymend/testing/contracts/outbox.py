"""What every outbox must do, as tests. For an implementation's own tests:

    class TestMyOutbox(OutboxContract):
        @pytest.fixture
        def outbox(self) -> Outbox: ...

Needs pytest with pytest-asyncio in automatic mode.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from deploymend.ports import Channel, Outbox

# ruff: noqa: S101 - a shipped test suite: assert is how it speaks, and numbers are its point

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


class OutboxContract:
    """The suite. See the module's docstring."""

    async def test_the_first_claim_is_new_and_the_second_unsure(self, outbox: Outbox) -> None:
        """Between a claim and its end the message may have arrived: nobody else sends it, nor does a second start."""
        assert await outbox.claim("one", "chat", at=AT) is Channel.NEW
        assert await outbox.claim("one", "chat", at=AT) is Channel.UNSURE
        assert await outbox.claim("one", "chat", at=AT) is Channel.UNSURE

    async def test_a_delivered_message_stays_sent(self, outbox: Outbox) -> None:
        """Settled twice, also the wrong way the second time: it was sent for good."""
        await outbox.claim("one", "chat", at=AT)
        await outbox.settle("one", "chat", delivered=True)
        await outbox.settle("one", "chat", delivered=True)
        await outbox.settle("one", "chat", delivered=False, reason="late news")
        assert await outbox.claim("one", "chat", at=AT) is Channel.SENT
        assert await outbox.claim("one", "chat", at=AT) is Channel.SENT

    async def test_an_undelivered_message_may_be_tried_again(self, outbox: Outbox) -> None:
        """A failure that is known gives the message back, each time."""
        for _ in range(3):
            assert await outbox.claim("one", "chat", at=AT) is Channel.NEW
            await outbox.settle("one", "chat", delivered=False, reason="status 500")
            await outbox.settle("one", "chat", delivered=False, reason="status 500")
        assert await outbox.claim("one", "chat", at=AT) is Channel.NEW
        assert await outbox.claim("one", "chat", at=AT) is Channel.UNSURE

    async def test_channels_and_messages_are_apart(self, outbox: Outbox) -> None:
        """What one channel has, another has not, and the same goes for messages."""
        await outbox.claim("one", "chat", at=AT)
        await outbox.settle("one", "chat", delivered=True)
        assert await outbox.claim("one", "mail", at=AT) is Channel.NEW
        assert await outbox.claim("two", "chat", at=AT) is Channel.NEW
        assert await outbox.claim("one", "chat", at=AT) is Channel.SENT

    async def test_settling_what_was_never_claimed_changes_nothing(self, outbox: Outbox) -> None:
        """The message is still new."""
        await outbox.settle("one", "chat", delivered=True)
        assert await outbox.claim("one", "chat", at=AT) is Channel.NEW

    async def test_of_many_claims_at_once_one_is_new(self, outbox: Outbox) -> None:
        """Also when the message failed before."""
        for _ in range(2):
            claims = await asyncio.gather(*(outbox.claim("one", "chat", at=AT) for _ in range(8)))
            assert sorted(claims) == [Channel.NEW, *[Channel.UNSURE] * 7]
            await outbox.settle("one", "chat", delivered=False, reason="status 500")
