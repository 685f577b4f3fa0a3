"""What every store of incidents must do, as tests. For an implementation's own tests:

    class TestMyStore(IncidentStoreContract):
        @pytest.fixture
        def store(self) -> IncidentStore: ...

Needs pytest with pytest-asyncio in automatic mode.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploymend.core.incident import IncidentState
from deploymend.errors import NotFoundError
from deploymend.ports import IncidentStore
from deploymend.testing.samples import sample_ended, sample_incident

# ruff: noqa: S101, PLR2004 - a shipped test suite: assert is how it speaks, and numbers are its point


class IncidentStoreContract:
    """The suite. See the module's docstring."""

    async def test_an_empty_store(self, store: IncidentStore) -> None:
        """Nothing to list, nothing on a branch, and loading says so."""
        assert list(await store.list()) == []
        assert await store.on_branch("shop", "main") is None
        with pytest.raises(NotFoundError):
            await store.load("1")
        with pytest.raises(NotFoundError):
            await store.load("")

    async def test_what_is_saved_is_loaded(self, store: IncidentStore) -> None:
        """The whole record, by number and by id, also when it was saved twice."""
        ended = sample_ended()
        assert await store.save(ended) == 1
        assert await store.save(ended) == 1
        assert await store.load("1") == (1, ended)
        assert await store.load("shop-1") == (1, ended)
        assert list(await store.list()) == [(1, ended)]

    async def test_the_number_stays_and_the_newest_state_counts(self, store: IncidentStore) -> None:
        """Saving again replaces the state, never the number; others count on."""
        opened = sample_incident()
        await store.save(opened)
        other = sample_incident(id="site-9", project="site")
        assert await store.save(other) == 2
        ended = replace(opened, state=IncidentState.RECOVERED, reason="green")
        assert await store.save(ended) == 1
        assert (await store.load("1"))[1].state is IncidentState.RECOVERED
        assert await store.save(sample_incident(id="shop-2")) == 3

    async def test_references(self, store: IncidentStore) -> None:
        """An unambiguous beginning is enough; a whole id wins over longer ones, a number over ids that begin so."""
        for name in ("shop-1", "shop-12", "site-9", "2xyz"):
            await store.save(sample_incident(id=name))
        assert (await store.load("si"))[1].id == "site-9"
        assert (await store.load("shop-1"))[1].id == "shop-1"
        assert (await store.load("2"))[1].id == "shop-12"
        for reference in ("shop", "9", "-1", "SHOP-1X", "%", "shop_1", "9" * 30, "²"):
            with pytest.raises(NotFoundError):
                await store.load(reference)

    async def test_an_ambiguous_reference_names_the_candidates(self, store: IncidentStore) -> None:
        """So that the next try works."""
        for name in ("shop-1", "shop-2"):
            await store.save(sample_incident(id=name))
        with pytest.raises(NotFoundError) as caught:
            await store.load("shop")
        told = caught.value.message + caught.value.next_step
        assert "shop-1" in told
        assert "shop-2" in told

    async def test_listing(self, store: IncidentStore) -> None:
        """The newest first, of one project or all, as many as asked for."""
        for name, project in (("a", "shop"), ("b", "site"), ("c", "shop")):
            await store.save(sample_incident(id=name, project=project))
        assert [incident.id for _, incident in await store.list()] == ["c", "b", "a"]
        assert [number for number, _ in await store.list(project="shop")] == [3, 1]
        assert [incident.id for _, incident in await store.list(limit=1)] == ["c"]
        assert list(await store.list(project="nobody")) == []

    async def test_the_open_incident_of_a_branch(self, store: IncidentStore) -> None:
        """Open ones only, of this project and branch."""
        await store.save(sample_ended(id="old"))
        await store.save(sample_incident(id="other", project="site"))
        await store.save(sample_incident(id="side", branch="feature/main"))
        assert await store.on_branch("shop", "main") is None
        opened = sample_incident(id="now")
        await store.save(opened)
        assert await store.on_branch("shop", "main") == (4, opened)
        await store.save(replace(opened, state=IncidentState.STOOD_DOWN))
        assert await store.on_branch("shop", "main") is None

    async def test_any_text_is_kept(self, store: IncidentStore) -> None:
        """A log may hold anything: NUL, half characters, emoji, quotes."""
        odd = sample_ended(reason="nul \x00 half \ud800 🚨 ' \" \\ %s :name {}")
        await store.save(odd)
        assert (await store.load("shop-1"))[1].reason == odd.reason
