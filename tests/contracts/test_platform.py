"""The fake platform keeps the contract that real ones keep."""

import pytest

from deploymend.errors import TransientError
from deploymend.ports import AccessFinding, Cancels, Inspects, Platform, Promotes
from deploymend.testing.contracts.platform import CancelContract, PlatformContract, PlatformStage, PromoteContract, sha
from deploymend.testing.fake_platform import FakePlatform


class TestFakePlatform(PlatformContract, CancelContract, PromoteContract):
    """The suites, over the fake."""

    @pytest.fixture
    def stage(self) -> PlatformStage:
        return FakePlatform()


def test_the_fake_has_the_ports() -> None:
    """The fake satisfies every port that Vercel does (mypy checks the assignments)."""
    fake = FakePlatform()
    ports: tuple[Platform, Cancels, Promotes, Inspects] = (fake, fake, fake, fake)
    assert len(ports) == 4


async def test_records_effects_once() -> None:
    """`calls` holds what really happened, so that a test can count effects."""
    fake = FakePlatform()
    original = await fake.get_deployment(await fake.add(commit_sha=sha(1)))
    made = [await fake.redeploy(original, key="a") for _ in range(2)]
    assert fake.calls == [("redeploy", made[0].id)]


async def test_trouble_is_raised_by_calls_and_told_by_inspect() -> None:
    """In trouble every call raises it, and `inspect` reports it."""
    fake = FakePlatform(trouble=TransientError("It is down.", next_step="Wait."))
    with pytest.raises(TransientError):
        await fake.list_deployments()
    finding = AccessFinding(level="problem", subject="fake", text="It is down.", cure="Wait.")
    assert await fake.inspect() == [finding]
