"""The fakes of outbox, store and notifier keep the contracts that the real ones keep."""

from __future__ import annotations

import pytest

from deploymend.core.message import Message
from deploymend.errors import TransientError
from deploymend.ports import IncidentStore, Notifier, Outbox
from deploymend.testing.contracts.incident_store import IncidentStoreContract
from deploymend.testing.contracts.notifier import NotifierContract, NotifierStage
from deploymend.testing.contracts.outbox import OutboxContract
from deploymend.testing.fake_notifier import FakeNotifier
from deploymend.testing.fake_outbox import FakeOutbox
from deploymend.testing.fake_store import FakeIncidentStore
from deploymend.testing.samples import sample_message


class TestFakeOutbox(OutboxContract):
    """The suite, over the fake."""

    @pytest.fixture
    def outbox(self) -> Outbox:
        return FakeOutbox()


class TestFakeIncidentStore(IncidentStoreContract):
    """The suite, over the fake."""

    @pytest.fixture
    def store(self) -> IncidentStore:
        return FakeIncidentStore()


class _Stage:
    """A fake channel; what was sent is looked at directly."""

    secret = ""

    def __init__(self) -> None:
        self.fake = FakeNotifier()
        self.notifier: Notifier = self.fake

    def arrived(self) -> list[str]:
        return [message.text for message in self.fake.sent]


class TestFakeNotifier(NotifierContract):
    """The suite, over the fake."""

    @pytest.fixture
    def stage(self) -> NotifierStage:
        return _Stage()


async def test_a_fake_in_trouble_raises_and_sends_nothing() -> None:
    """Until the trouble is taken away."""
    fake = FakeNotifier(trouble=TransientError("It is down."))
    with pytest.raises(TransientError):
        await fake.send(sample_message())
    sent: list[Message] = fake.sent
    assert sent == []
    fake.trouble = None
    await fake.send(sample_message())
    assert fake.sent == [sample_message()]
